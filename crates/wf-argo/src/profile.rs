//! Profiles: what the platform adds to every workflow.

/// What the platform adds to every workflow.
///
/// There is one profile so far, the plain one, which adds nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {}

impl Profile {
    /// The profile that adds nothing: a manifest says what the document says.
    pub fn plain() -> Self {
        Self::default()
    }
}
