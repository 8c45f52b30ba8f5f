//! Enums: the words of the model, each with what it means.

use async_graphql::Enum;

/// What has become of a workflow, which is what has become of its latest run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::WorkflowPhase")]
pub(crate) enum WorkflowPhase {
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

/// What has become of a task, of one of its items, or of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::TaskPhase")]
pub(crate) enum TaskPhase {
    /// Not reached, or reached and not yet begun.
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

/// Why a task, item or attempt is in its phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::TaskReason")]
pub(crate) enum TaskReason {
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

/// What somebody can ask of a workflow that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::Verb")]
pub(crate) enum WorkflowVerb {
    /// Begin a held workflow.
    Start,
    /// Begin nothing new.
    Suspend,
    /// Go on after a suspension.
    Resume,
    /// End what runs.
    Stop,
    /// Run it again.
    Restart,
    /// Change its tasks or parameters.
    Update,
    /// Forget it.
    Delete,
}

/// How a run is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::StopMode")]
pub(crate) enum StopMode {
    /// What runs is ended, nothing new begins, the exit handler runs.
    Graceful,
    /// The same without the exit handler.
    Now,
}

/// What of a workflow runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_service::RestartKind")]
pub(crate) enum RestartMode {
    /// Everything.
    All,
    /// What failed, was stopped or was not reached, and all that waits for it.
    FromFailed,
    /// The tasks that are named.
    Tasks,
}

/// Where a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_service::LogStream")]
pub(crate) enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// A remark of the service, as that the output was cut.
    Service,
}
