//! Logs: what a task printed.

use serde::{Deserialize, Serialize};
use wf_model::Timestamp;

/// Whose lines are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// The task, or [`wf_model::EXIT_HANDLER`].
    pub task: String,
    /// One item of a fan-out; all, when absent.
    pub item: Option<u32>,
    /// One attempt; the latest, when absent.
    pub attempt: Option<u32>,
    /// Which run; the latest, when absent.
    pub run: Option<u32>,
    /// Whether to go on until the task has ended.
    pub follow: bool,
}

/// One line that a task printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it was read; to the millisecond.
    pub at: Timestamp,
    /// The item that printed it, when the task fans out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// The attempt that printed it.
    pub attempt: u32,
    /// Where it was printed.
    pub stream: LogStream,
    /// The line without its end; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A remark of the service, as that the output was cut.
    Service,
}
