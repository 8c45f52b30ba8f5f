//! Origins: where each value of a manifest comes from.

use async_graphql::{Enum, SimpleObject};

/// Where a value of a manifest comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_service::Origin")]
pub(crate) enum Origin {
    /// The document says it.
    Document,
    /// The action says it, in the catalog.
    Action,
    /// The platform's profile adds it.
    Profile,
    /// Every manifest has it.
    BuiltIn,
}

/// Where one value of a manifest comes from.
#[derive(Debug, SimpleObject)]
pub(crate) struct ValueOrigin {
    /// The value's place in the manifest, as a JSON pointer: `/spec/entrypoint`.
    pointer: String,
    /// Where it comes from.
    origin: Origin,
}

impl ValueOrigin {
    /// By their places.
    pub(crate) fn all<'o>(
        origins: impl IntoIterator<Item = (&'o String, &'o wf_service::Origin)>,
    ) -> Vec<Self> {
        let origins = origins.into_iter();
        origins
            .map(|(pointer, origin)| Self {
                pointer: pointer.clone(),
                origin: (*origin).into(),
            })
            .collect()
    }
}
