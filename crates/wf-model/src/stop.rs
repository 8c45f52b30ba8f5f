//! The wish to stop a run: who, why, and how.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// Somebody's wish that a run should end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StopWish {
    /// Whether the exit handler still runs.
    pub mode: StopMode,
    /// Why, in the words of who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// How a run is stopped.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StopMode {
    /// What runs is ended, nothing new begins, the exit handler runs.
    #[default]
    Graceful,
    /// The same without the exit handler.
    Now,
}

impl StopMode {
    /// Its word, as in `NOW`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Graceful => "GRACEFUL",
            Self::Now => "NOW",
        }
    }
}
