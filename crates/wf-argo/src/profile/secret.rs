//! Secrets: texts that no message and no log may show.

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::scalar::Scalar;

/// A text that is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    /// The text, for who has to have it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// Another type than a scalar's is refused without telling what it was.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Scalar::deserialize(from).map(|scalar| Self(scalar.0))
    }
}
