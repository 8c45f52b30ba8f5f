//! Ids: what a workflow is called for life, and whose it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A workflow's id, stable for life; a UUID, version 7 or (made from a key) 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkflowId(Uuid);

impl WorkflowId {
    /// The id of that UUID.
    pub fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID.
    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for WorkflowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for WorkflowId {
    type Err = uuid::Error;

    /// Reads the hyphenated form alone, so that an id has one spelling.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uuid = Uuid::try_parse(text)?;
        if uuid.hyphenated().to_string() == text {
            Ok(Self(uuid))
        } else {
            Uuid::try_parse("not the hyphenated lower-case form").map(Self)
        }
    }
}

/// The tenant: part of every key of every store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

impl Scope {
    /// The scope of that name, when it is a DNS label of at most 63 characters (Kubernetes' rule
    /// for namespaces).
    pub fn new(name: impl Into<String>) -> Option<Self> {
        let name = name.into();
        let edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = name.as_bytes();
        let fits = (1..=63).contains(&bytes.len())
            && bytes.iter().all(|&byte| edge(byte) || byte == b'-')
            && bytes.first().is_some_and(|&byte| edge(byte))
            && bytes.last().is_some_and(|&byte| edge(byte));
        fits.then_some(Self(name))
    }

    /// The scope's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
