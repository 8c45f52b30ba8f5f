//! A secret: bytes that are used, and never shown.

use std::fmt;
use std::sync::Arc;

/// The fewest bytes that a secret may have.
const FEWEST_BYTES: usize = 16;

/// Bytes that are used, and never shown: neither in a log nor by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<[u8]>);

impl Secret {
    /// The secret of those bytes, when there are at least 16 of them.
    pub fn new(bytes: impl AsRef<[u8]>) -> Option<Self> {
        let bytes = bytes.as_ref();
        (bytes.len() >= FEWEST_BYTES).then(|| Self(bytes.into()))
    }

    /// A secret that nobody has had before, made from the system's random source.
    pub fn random() -> Self {
        let (left, right) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        Self([*left.as_bytes(), *right.as_bytes()].concat().into())
    }

    /// The bytes, for whoever signs with them or stores them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new("correct horse battery staple").expect("it is long enough");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn a_short_secret_is_none() {
        assert_eq!(Secret::new([7; 15]), None);
        assert!(Secret::new([7; 16]).is_some());
    }

    #[test]
    fn random_secrets_differ() {
        assert_ne!(Secret::random(), Secret::random());
    }
}
