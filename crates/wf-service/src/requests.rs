//! What the use cases take.

use std::collections::BTreeMap;
use std::time::Duration;

use wf_backend::Filter;

/// A document as it came in.
#[derive(Debug, Clone)]
pub enum DocumentInput {
    /// Bytes of JSON.
    Bytes(Vec<u8>),
    /// JSON that the wire has parsed.
    Value(serde_json::Value),
}

/// A new workflow.
#[derive(Debug, Clone)]
pub struct CreateWorkflow {
    /// What it is to do.
    pub document: DocumentInput,
    /// Whether it begins at once.
    pub start: bool,
    /// Values of its parameters, over their defaults; only when it begins at once.
    pub parameters: BTreeMap<String, String>,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// What of a workflow runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestartKind {
    /// Everything.
    All,
    /// What failed, was stopped or was not reached, and all that waits for it.
    FromFailed,
    /// The tasks that are named.
    Tasks,
}

impl RestartKind {
    /// The word of the wire, as in `FROM_FAILED`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::FromFailed => "FROM_FAILED",
            Self::Tasks => "TASKS",
        }
    }
}

/// A new run of a workflow.
#[derive(Debug, Clone, Default)]
pub struct RestartWorkflow {
    /// What runs again; when absent, the tasks if some are named, else everything.
    pub mode: Option<RestartKind>,
    /// With `Tasks`: their names.
    pub tasks: Option<Vec<String>>,
    /// With `Tasks`: whether what waits for them runs again too; not, when absent.
    pub downstream: Option<bool>,
    /// Values of its parameters, over those of the latest run.
    pub parameters: BTreeMap<String, String>,
    /// The run that the caller saw last; another one is a `CONFLICT`.
    pub expected_run: Option<u32>,
    /// Whether the run has the actions of the catalog as they are now, rather than those that the
    /// workflow was accepted with.
    pub latest_actions: bool,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// A new run for the sake of one task.
#[derive(Debug, Clone, Default)]
pub struct RestartTask {
    /// Whether what waits for it runs again too.
    pub downstream: bool,
    /// Values of the workflow's parameters, over those of the latest run.
    pub parameters: BTreeMap<String, String>,
    /// The run that the caller saw last; another one is a `CONFLICT`.
    pub expected_run: Option<u32>,
    /// Whether the run has the actions of the catalog as they are now, rather than those that the
    /// workflow was accepted with.
    pub latest_actions: bool,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// What somebody says to a task that waits.
#[derive(Debug, Clone, Default)]
pub struct AnswerTask {
    /// Whether the task ends well, or is failed.
    pub approve: bool,
    /// Of a task that fans out, the item that is answered.
    pub item: Option<u32>,
    /// What is said to it; kept as the task's message.
    pub message: Option<String>,
    /// Values of the outputs that its action has supplied by the answer.
    pub outputs: BTreeMap<String, String>,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// A change of a workflow's document.
#[derive(Debug, Clone)]
pub struct UpdateWorkflow {
    /// A merge patch (RFC 7396) of its document.
    pub patch: serde_json::Value,
    /// The etags of which it has to have one; any, when absent.
    pub if_match: Option<Vec<String>>,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// Which part of a list that a workflow has of its own.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// How many at most.
    pub first: Option<u32>,
    /// Those after this cursor.
    pub after: Option<String>,
}

/// The same for many workflows.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// What is done to each.
    pub operation: BulkOperation,
    /// To which.
    pub selection: Selection,
    /// Why, for the audit.
    pub reason: Option<String>,
}

/// What is done to each of many workflows.
#[derive(Debug, Clone)]
pub enum BulkOperation {
    /// Each is stopped.
    Stop(wf_model::StopMode),
    /// Each is run again.
    Restart(RestartKind),
    /// Each is forgotten; with `force`, an unfinished one too.
    Delete {
        /// Whether unfinished ones are stopped first.
        force: bool,
    },
}

/// Many workflows: those that are named, or those that a filter lets pass. Exactly one is given.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Their ids, at most 1,000, each once.
    pub ids: Option<Vec<String>>,
    /// A filter that asks for something; of those that pass it, the newest 1,000.
    pub filter: Option<Filter>,
    /// With a filter: those after this cursor, which an earlier part of the work has told.
    pub after: Option<String>,
}

/// Which part of which list.
#[derive(Debug, Clone, Default)]
pub struct ListWorkflows {
    /// Those that pass it.
    pub filter: Filter,
    /// How many at most: 1 to 500, else `INVALID`; 50 when absent.
    pub first: Option<u32>,
    /// Those after this cursor.
    pub after: Option<String>,
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The end of the run.
    Finished,
    /// Any visible change.
    Changed,
}

/// How long to wait for what.
#[derive(Debug, Clone)]
pub struct Wait {
    /// At most this long; `Wait::LONGEST` at the most.
    pub at_most: Duration,
    /// For what.
    pub until: Until,
    /// With `Changed`: since this revision.
    pub since: Option<String>,
}

impl Wait {
    /// The longest wait that is granted.
    pub const LONGEST: Duration = Duration::from_mins(5);
}

/// A task's canned ending, for a simulation.
#[derive(Debug, Clone, Default)]
pub struct Simulation {
    /// Endings by task name; a task without one succeeds.
    pub outcomes: BTreeMap<String, wf_model::SimulatedOutcome>,
    /// Values of the workflow's parameters.
    pub parameters: BTreeMap<String, String>,
}
