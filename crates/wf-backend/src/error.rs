//! What can go wrong behind the port, in words of no wire and no cluster.

use wf_model::{Faults, Misfit, TaskPhase, Verb, Wish, WorkflowPhase};

use crate::id::WorkflowId;

/// A `Result` of the port.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong behind the port.
///
/// Exhaustive on purpose: every wire decides what each of them looks like.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in this scope.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What was looked for, as in `workflow`.
        what: &'static str,
        /// Its id or name.
        id: String,
    },
    /// The id is taken by another workflow.
    #[error("workflow `{id}` exists already")]
    AlreadyExists {
        /// The id.
        id: String,
    },
    /// The operation does not fit the workflow as it is.
    #[error("{verb} does not fit a workflow that {}", hindrance(*verb, *phase, misfit))]
    Phase {
        /// The operation.
        verb: Verb,
        /// The workflow's phase.
        phase: WorkflowPhase,
        /// What would do, and what is in the way.
        misfit: Misfit,
    },
    /// The operation does not fit the task as it is.
    #[error(
        "{asked} does not fit task `{task}`, which is {phase}; it fits {}",
        task_words(fitting)
    )]
    TaskPhase {
        /// The operation, as in `stop`.
        asked: &'static str,
        /// The task.
        task: String,
        /// The task's phase.
        phase: TaskPhase,
        /// The phases that would do.
        fitting: &'static [TaskPhase],
    },
    /// The operation does not fit a task of a workflow that is held.
    #[error(
        "{asked} does not fit task `{task}` of a workflow that is HELD; it fits {}; start the \
         workflow first",
        joined(BEGUN.iter().map(|phase| phase.as_str()))
    )]
    NotBegun {
        /// The operation, as in `stop`.
        asked: &'static str,
        /// The task.
        task: String,
    },
    /// The workflow has another etag than the caller demands.
    #[error("the workflow has changed: its etag is `{etag}` now")]
    PreconditionFailed {
        /// The etag it has.
        etag: String,
    },
    /// The request contradicts what is so.
    #[error("{0}")]
    Conflict(String),
    /// What was given is faulty.
    #[error("{0}")]
    Invalid(Faults),
    /// The backend cannot do this, and says why.
    #[error("{0}")]
    Unsupported(String),
    /// What was given is over a limit of the backend.
    #[error("{0}")]
    TooLarge(String),
    /// The backend cannot be reached, or cannot answer now; the same call may succeed later.
    #[error("the backend cannot answer: {doing}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A defect of ours, or a store that contradicts itself.
    #[error("the backend failed: {doing}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The phases of a workflow of which a task can be stopped.
pub const BEGUN: &[WorkflowPhase] = &[
    WorkflowPhase::Pending,
    WorkflowPhase::Running,
    WorkflowPhase::Suspended,
];

impl Error {
    /// There is no such workflow in this scope.
    pub fn no_workflow(id: WorkflowId) -> Self {
        Self::NotFound {
            what: "workflow",
            id: id.to_string(),
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// What is in the way of an operation, and what would do.
fn hindrance(verb: Verb, phase: WorkflowPhase, misfit: &Misfit) -> String {
    match misfit.wish {
        Some(wish @ Wish::Deleting) => {
            return format!("is {phase} and {wish}; create another one of its document");
        }
        Some(wish) => return format!("is {phase} and {wish}; wait until that is so"),
        None => {}
    }
    let fitting = joined(misfit.fitting.iter().map(|phase| phase.as_str()));
    match verb.instead(phase) {
        Some(other) => format!("is {phase}; it fits {fitting}; use {other}"),
        None => format!("is {phase}; it fits {fitting}"),
    }
}

fn task_words(phases: &[TaskPhase]) -> String {
    joined(phases.iter().map(|phase| phase.as_str()))
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
