//! Phases: what has become of a workflow, a task, an item or an attempt.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What has become of a workflow, which is what has become of its latest run.
///
/// Exhaustive on purpose: every wire has to decide what a new phase looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowPhase {
    /// Created and never started.
    Held,
    /// Accepted, and not yet begun: it waits for a mutex or for the platform.
    Pending,
    /// At least one task may run.
    Running,
    /// Paused after its start; what runs goes on, nothing new begins.
    Suspended,
    /// Every branch of the DAG ended well.
    Succeeded,
    /// A branch of the DAG ended with a task that failed.
    Failed,
    /// The platform failed, not a task.
    Error,
    /// Somebody asked for the end.
    Stopped,
}

impl WorkflowPhase {
    /// Every phase, in the order of a workflow's life.
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::Pending,
        Self::Running,
        Self::Suspended,
        Self::Succeeded,
        Self::Failed,
        Self::Error,
        Self::Stopped,
    ];

    /// The word of the wire, as in `RUNNING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Suspended => "SUSPENDED",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Error => "ERROR",
            Self::Stopped => "STOPPED",
        }
    }

    /// Whether the run has ended and will never change again.
    pub fn is_finished(self) -> bool {
        matches!(
            self,
            Self::Succeeded | Self::Failed | Self::Error | Self::Stopped
        )
    }

    /// The phase of that word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for WorkflowPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What has become of a task, of one of its items, or of one attempt.
///
/// Exhaustive on purpose: every wire has to decide what a new phase looks like.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskPhase {
    /// Not reached, or reached and not yet begun.
    #[default]
    Pending,
    /// An attempt runs.
    Running,
    /// Waits for somebody's answer.
    Waiting,
    /// Ended well.
    Succeeded,
    /// Ended badly by its own doing.
    Failed,
    /// The platform failed it.
    Error,
    /// Its `when` was false.
    Skipped,
    /// The outcome of its dependencies excludes it.
    Omitted,
    /// Somebody asked for the end.
    Stopped,
}

impl TaskPhase {
    /// Every phase, in the order of a task's life.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Error,
        Self::Skipped,
        Self::Omitted,
        Self::Stopped,
    ];

    /// The word of the wire, as in `RUNNING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Waiting => "WAITING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Error => "ERROR",
            Self::Skipped => "SKIPPED",
            Self::Omitted => "OMITTED",
            Self::Stopped => "STOPPED",
        }
    }

    /// Whether the task has ended and will not change in this run.
    pub fn is_finished(self) -> bool {
        !matches!(self, Self::Pending | Self::Running | Self::Waiting)
    }

    /// Whether the task ended badly: failed, in error, or stopped.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Error | Self::Stopped)
    }

    /// The phase of that word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for TaskPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
