//! Reasons: why a task, item or attempt is in its phase, for programs.

use serde::{Deserialize, Serialize};

/// Why a task, item or attempt is in its phase, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskReason {
    /// Its process ended with another code than 0.
    ExitCode,
    /// Its process was ended by a signal.
    Signal,
    /// It took longer than it may.
    Timeout,
    /// The run took longer than it may.
    WorkflowTimeout,
    /// Its process could not be started.
    NotStarted,
    /// The process that ran it was lost, and nobody knows how it ended.
    Lost,
    /// Whoever ran it was ending in good order, so that another tries it again.
    Interrupted,
    /// A value that it needs is not there, or is not what it has to be.
    InvalidInput,
    /// An output that it should have left is not there, or is too large.
    InvalidOutput,
    /// `when` was false.
    Condition,
    /// The outcome of its dependencies excludes it.
    Dependencies,
    /// It has no items.
    NoItems,
    /// Somebody asked for the end.
    StopRequested,
    /// Somebody said no.
    Rejected,
    /// The ending of one of its items.
    Items,
}

impl TaskReason {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::ExitCode,
        Self::Signal,
        Self::Timeout,
        Self::WorkflowTimeout,
        Self::NotStarted,
        Self::Lost,
        Self::Interrupted,
        Self::InvalidInput,
        Self::InvalidOutput,
        Self::Condition,
        Self::Dependencies,
        Self::NoItems,
        Self::StopRequested,
        Self::Rejected,
        Self::Items,
    ];
}
