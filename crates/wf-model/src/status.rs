//! Status: what a run and its tasks have done so far.

use serde::{Deserialize, Serialize};

use crate::counts::TaskCounts;
use crate::document::{Argument, Document};
use crate::outputs::Outputs;
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reason::TaskReason;
use crate::stop::StopWish;
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
    /// What its action was given when it last began, the action's defaults included; a value of
    /// more than 4 KiB is cut, and says so. Of a task that fans out each item has its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Argument>,
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
            ref inputs,
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
            inputs: inputs.clone(),
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
    /// What its action was given when it last began, as of a task.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Argument>,
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

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(value: &bool) -> bool {
    !value
}
