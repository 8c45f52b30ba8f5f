//! Status: what a run and its tasks have done so far.

use serde::{Deserialize, Serialize};

use crate::document::{Argument, Document};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::timestamp::Timestamp;

/// What one execution of a workflow has done so far.
///
/// Every task of the document is in it from the first moment, reached or not, in the document's
/// order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunStatus {
    /// Which execution of the workflow this is: 1, 2 …
    pub number: u32,
    /// What has become of it.
    pub phase: WorkflowPhase,
    /// Why it is in that phase, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The wish to stop it, until the fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopWish>,
    /// Whether it took longer than its document allows.
    #[serde(default, skip_serializing_if = "is_false")]
    pub timed_out: bool,
    /// When its first task could begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Its tasks, in the document's order.
    pub tasks: Vec<TaskStatus>,
    /// Its exit handler, when the document has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_handler: Option<TaskStatus>,
    /// The workflow's own outputs, once it has ended well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Argument>,
}

impl RunStatus {
    /// A run of that document in which nothing has happened yet.
    pub fn fresh(document: &Document, number: u32, phase: WorkflowPhase) -> Self {
        Self {
            number,
            phase,
            message: None,
            stop: None,
            timed_out: false,
            started_at: None,
            finished_at: None,
            tasks: document
                .tasks
                .iter()
                .map(|task| TaskStatus::fresh(&task.name))
                .collect(),
            exit_handler: document
                .on_exit
                .as_ref()
                .map(|_| TaskStatus::fresh(EXIT_HANDLER)),
            outputs: Vec::new(),
        }
    }

    /// The status of the task of that name, the exit handler included.
    pub fn task(&self, name: &str) -> Option<&TaskStatus> {
        self.tasks
            .iter()
            .chain(&self.exit_handler)
            .find(|task| task.name == name)
    }

    /// The same run with no tasks in it: what there is to keep of it besides them.
    pub fn without_tasks(&self) -> Self {
        let Self {
            number,
            phase,
            ref message,
            ref stop,
            timed_out,
            started_at,
            finished_at,
            tasks: _,
            exit_handler: _,
            ref outputs,
        } = *self;
        Self {
            number,
            phase,
            message: message.clone(),
            stop: stop.clone(),
            timed_out,
            started_at,
            finished_at,
            tasks: Vec::new(),
            exit_handler: None,
            outputs: outputs.clone(),
        }
    }

    /// How many tasks are in which phase.
    pub fn counts(&self) -> TaskCounts {
        let mut counts = TaskCounts::default();
        for task in &self.tasks {
            counts.add(task.phase);
        }
        counts
    }
}

/// The name under which the exit handler's status, logs and node are found.
///
/// No task can have it: it is reserved by the rules for task names.
pub const EXIT_HANDLER: &str = "onExit";

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

/// What a task has done so far in a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskStatus {
    /// The task's name.
    pub name: String,
    /// What has become of it.
    pub phase: TaskPhase,
    /// The wish to stop it, until the fact.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stopping: bool,
    /// Why it is in that phase, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it is in that phase, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TaskReason>,
    /// How its last process ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// When its first attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// The run whose result this is, when it was not run again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<u32>,
    /// It was named in a restart, and runs whatever its inherited dependencies came to.
    #[serde(default, skip_serializing_if = "is_false")]
    pub forced: bool,
    /// What it produced.
    #[serde(default, skip_serializing_if = "Outputs::is_empty")]
    pub outputs: Outputs,
    /// Its items, when it fans out; empty before it is reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemStatus>,
    /// Its attempts, when it does not fan out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

impl TaskStatus {
    /// A task to which nothing has happened yet.
    pub fn fresh(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The same task with no items in it: what there is to keep of it besides them.
    pub fn without_items(&self) -> Self {
        let Self {
            ref name,
            phase,
            stopping,
            ref message,
            reason,
            exit_code,
            started_at,
            finished_at,
            inherited_from,
            forced,
            ref outputs,
            items: _,
            ref attempts,
        } = *self;
        Self {
            name: name.clone(),
            phase,
            stopping,
            message: message.clone(),
            reason,
            exit_code,
            started_at,
            finished_at,
            inherited_from,
            forced,
            outputs: outputs.clone(),
            items: Vec::new(),
            attempts: attempts.clone(),
        }
    }
}

/// What one expansion of a fan-out task has done so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ItemStatus {
    /// Its place in `withItems`, from 0.
    pub index: u32,
    /// The item itself: a text as it is, anything else as compact JSON.
    pub value: String,
    /// What has become of it.
    pub phase: TaskPhase,
    /// Why it is in that phase, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it is in that phase, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TaskReason>,
    /// How its last process ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// When its first attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// What it produced.
    #[serde(default, skip_serializing_if = "Outputs::is_empty")]
    pub outputs: Outputs,
    /// Its attempts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

/// One try of a task, or of one of its items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attempt {
    /// Which try it is: 1, 2 …
    pub number: u32,
    /// What has become of it.
    pub phase: TaskPhase,
    /// Why it is in that phase, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why it is in that phase, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TaskReason>,
    /// How its process ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// What a task produced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outputs {
    /// Its output parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Argument>,
    /// What it printed, without the last line end; kept up to 256 KiB, as Argo does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Where its artifacts are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactLocation>,
}

impl Outputs {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.result.is_none() && self.artifacts.is_empty()
    }

    /// The value of the output parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
            .map(|parameter| parameter.value.as_str())
    }
}

/// Where an artifact is, in words of the backend that keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactLocation {
    /// The artifact's name.
    pub name: String,
    /// Opaque to everyone but the backend.
    pub location: String,
}

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

/// How many tasks are in which phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // each field is the count of the phase it is named for
pub struct TaskCounts {
    pub total: u32,
    pub pending: u32,
    pub running: u32,
    pub waiting: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub error: u32,
    pub skipped: u32,
    pub omitted: u32,
    pub stopped: u32,
}

impl TaskCounts {
    /// Counts one more task.
    pub fn add(&mut self, phase: TaskPhase) {
        self.total += 1;
        *match phase {
            TaskPhase::Pending => &mut self.pending,
            TaskPhase::Running => &mut self.running,
            TaskPhase::Waiting => &mut self.waiting,
            TaskPhase::Succeeded => &mut self.succeeded,
            TaskPhase::Failed => &mut self.failed,
            TaskPhase::Error => &mut self.error,
            TaskPhase::Skipped => &mut self.skipped,
            TaskPhase::Omitted => &mut self.omitted,
            TaskPhase::Stopped => &mut self.stopped,
        } += 1;
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}
