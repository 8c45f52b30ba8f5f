//! What the port takes in and tells: submissions, summaries, snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wf_argo::Rendered;
use wf_model::{
    Argument, Document, MOST_RUNS, RunStatus, Standing, StopMode, TaskCounts, Timestamp,
    ValidWorkflow, Verb, WorkflowPhase,
};

use crate::asked::By;
use crate::id::{Scope, WorkflowId};

/// A new workflow, checked and rendered.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Whose it is.
    pub scope: Scope,
    /// Its id for life.
    pub id: WorkflowId,
    /// The checked document.
    pub workflow: Arc<ValidWorkflow>,
    /// What every adapter executes.
    pub rendered: Arc<Rendered>,
    /// Whether it begins at once, and with which values of its parameters.
    pub start: Start,
    /// Who creates it, and when.
    pub by: By,
    /// A hash of what was asked for (document and options), by which a replay is told from a
    /// contradiction.
    pub fingerprint: String,
    /// The etag of the document, its labels and its description.
    pub etag: String,
}

/// Whether a new workflow begins at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// It is held until somebody starts it.
    Hold,
    /// It begins, with these values of all its parameters, defaults included.
    Now(BTreeMap<String, String>),
}

/// What became of a submission.
#[derive(Debug, Clone)]
pub enum Submitted {
    /// The workflow was made.
    Created(Snapshot),
    /// The same submission had made it before; nothing changed.
    Replayed(Snapshot),
}

/// A workflow without its tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Whose it is.
    pub scope: Scope,
    /// Its id for life.
    pub id: WorkflowId,
    /// The document's name.
    pub name: String,
    /// The document's description.
    pub description: Option<String>,
    /// The user's labels.
    pub labels: BTreeMap<String, String>,
    /// The phase of the latest run.
    pub phase: WorkflowPhase,
    /// Why it is in that phase, for people.
    pub message: Option<String>,
    /// Somebody wished its end, and how; it has not ended yet.
    pub stopping: Option<StopMode>,
    /// Somebody wished that it runs again, and the next run is not made yet; until it is, even a
    /// finished phase is not the last.
    pub restarting: bool,
    /// Somebody wished that it is forgotten, which it is as soon as it has ended.
    pub deleting: bool,
    /// The number of the latest run.
    pub run: u32,
    /// How many tasks of the latest run are in which phase.
    pub task_counts: TaskCounts,
    /// When the workflow was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: Option<String>,
    /// When the latest run began.
    pub started_at: Option<Timestamp>,
    /// When the latest run ended.
    pub finished_at: Option<Timestamp>,
    /// When the workflow will be forgotten.
    pub expires_at: Option<Timestamp>,
    /// Of document, labels and description.
    pub etag: String,
    /// Opaque; moves with every visible change.
    pub revision: String,
}

/// A workflow with its document and its latest run.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// All that a list tells.
    pub summary: Summary,
    /// The canonical document.
    pub document: Arc<Document>,
    /// The values that its parameters have in the latest run; while it is held, the defaults.
    pub parameters: Vec<Argument>,
    /// The latest run.
    pub run: RunStatus,
}

/// Which workflows a list tells, newest first (by creation, then by id).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Those that pass it.
    pub filter: Filter,
    /// Those after this one.
    pub after: Option<Position>,
    /// At most so many; 1 to 500.
    pub first: u32,
}

/// What a workflow has to be to be listed; empty parts let all pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// Its name is this.
    pub name: Option<String>,
    /// Its phase is one of these.
    pub phases: Vec<WorkflowPhase>,
    /// It has all of these labels.
    pub labels: BTreeMap<String, String>,
    /// It was created at or after this.
    pub created_after: Option<Timestamp>,
    /// It was created before this.
    pub created_before: Option<Timestamp>,
}

/// A place in a list: the workflow that stands there, which may be gone by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// When it was created.
    pub created_at: Timestamp,
    /// Its id.
    pub id: WorkflowId,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The workflows, newest first.
    pub items: Vec<Summary>,
    /// Whether there are more behind the last one.
    pub has_more: bool,
}

impl Summary {
    /// How it stands: which operations fit depends on this.
    pub fn standing(&self) -> Standing {
        Standing {
            phase: self.phase,
            stopping: self.stopping,
            restarting: self.restarting,
            deleting: self.deleting,
        }
    }

    /// What can be asked of it as it is now, and would change something.
    pub fn can(&self) -> Vec<Verb> {
        let mut can = Verb::fitting(self.standing());
        can.retain(|&verb| verb != Verb::Restart || self.run < MOST_RUNS);
        can
    }

    /// Where it stands in a list.
    pub fn position(&self) -> Position {
        Position {
            created_at: self.created_at,
            id: self.id,
        }
    }
}
