//! The enums of the wire. Each mirrors one of the model's, so that a new word there does not
//! compile here until somebody decides what it looks like.

use poem_openapi::Enum;

/// What has become of a workflow, which is what has become of its latest run.
///
/// `HELD`: created, never started. `PENDING`: accepted, not yet begun. `RUNNING`.
/// `SUSPENDED`: paused after its start. `SUCCEEDED`. `FAILED`: a task failed. `ERROR`: the
/// platform failed. `STOPPED`: somebody asked for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(
    remote = "wf_model::WorkflowPhase",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub(crate) enum WorkflowPhase {
    Held,
    Pending,
    Running,
    Suspended,
    Succeeded,
    Failed,
    Error,
    Stopped,
}

/// What has become of a task, an item or an attempt.
///
/// `PENDING`, `RUNNING`, `WAITING` (for an approval), `SUCCEEDED`, `FAILED`, `ERROR` (the platform
/// failed), `SKIPPED` (`when` was false), `OMITTED` (its dependencies' outcome excludes it),
/// `STOPPED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::TaskPhase", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TaskPhase {
    Pending,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Error,
    Skipped,
    Omitted,
    Stopped,
}

/// Why a task, an item or an attempt is in its phase, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::TaskReason", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TaskReason {
    ExitCode,
    Signal,
    Timeout,
    WorkflowTimeout,
    NotStarted,
    Lost,
    Interrupted,
    InvalidInput,
    InvalidOutput,
    Condition,
    Dependencies,
    NoItems,
    StopRequested,
    Rejected,
    Items,
}

/// What can be asked of a workflow as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::Verb", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum WorkflowVerb {
    Start,
    Suspend,
    Resume,
    Stop,
    Restart,
    Update,
    Delete,
}

/// How a workflow is stopped: `GRACEFUL` still runs its exit handler, `NOW` does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::StopMode", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StopMode {
    #[default]
    Graceful,
    Now,
}

/// What of a workflow runs again: everything; what failed, was stopped or was not reached, and all
/// that waits for it; or the tasks that are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(
    remote = "wf_service::RestartKind",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub(crate) enum RestartMode {
    All,
    FromFailed,
    Tasks,
}

/// What is done to each of many workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum BulkOperation {
    Stop,
    Restart,
    Delete,
}

/// How it is done: `GRACEFUL` and `NOW` are for `STOP`, `ALL` and `FROM_FAILED` for `RESTART`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum BulkMode {
    Graceful,
    Now,
    All,
    FromFailed,
}

/// Which endings of an attempt are tried again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::RetryPolicy")]
pub(crate) enum RetryPolicy {
    Always,
    #[default]
    OnFailure,
    OnError,
    OnTransientError,
}

/// How a task is made to end in a simulation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(
    remote = "wf_model::SimulatedEnding",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub(crate) enum SimulatedEnding {
    #[default]
    Succeeded,
    Failed,
    Error,
}

/// Where a document is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::Target")]
pub(crate) enum Target {
    #[oai(rename = "embedded")]
    Embedded,
    #[oai(rename = "argo-3.7")]
    Argo37,
    #[oai(rename = "argo-4.0")]
    Argo40,
    #[oai(rename = "argo-4.0-full")]
    Argo40Full,
    #[oai(rename = "argo-4.1")]
    Argo41,
    #[oai(rename = "argo-4.1-full")]
    Argo41Full,
}

/// What a request waits for: the end of the run, or any visible change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub(crate) enum Until {
    #[default]
    Finished,
    Changed,
}

impl From<Until> for wf_service::Until {
    fn from(until: Until) -> Self {
        match until {
            Until::Finished => Self::Finished,
            Until::Changed => Self::Changed,
        }
    }
}

/// Where a line was printed; `service` marks a remark of the service, as that output was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_service::LogStream", rename_all = "lowercase")]
pub(crate) enum LogStream {
    Stdout,
    Stderr,
    Service,
}

/// What kind of fault it is. Kinds are never renamed; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::FaultCode", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FaultCode {
    MalformedJson,
    UnknownField,
    DuplicateField,
    Missing,
    WrongType,
    OutOfRange,
    TooLong,
    TooLarge,
    ControlCharacter,
    InvalidName,
    ReservedName,
    DuplicateName,
    InvalidLabel,
    UnknownAction,
    MissingParameter,
    UndeclaredParameter,
    NotInEnum,
    InvalidValue,
    UnknownDependency,
    SelfDependency,
    Cycle,
    MixedDependencies,
    InvalidDepends,
    InvalidWhen,
    UnknownReference,
    NotAnAncestor,
    TemplateInjection,
    InvalidArtifact,
    Unsupported,
}

/// What kind of warning it is. Kinds are never renamed; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::WarningCode", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum WarningCode {
    SecretParameter,
}

/// What the text of a parameter spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_model::ParameterType", rename_all = "lowercase")]
pub(crate) enum ParameterType {
    String,
    Integer,
    Number,
    Boolean,
    Json,
}
