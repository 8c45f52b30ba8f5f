//! What the use cases answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use wf_argo::Origin;
use wf_backend::{AuditEntry, Repeatable, Run, Snapshot, Summary, WorkflowId};
use wf_model::{
    Document, Fault, Limits, RunStatus, Signature, Target, Waiting, Warning, WorkflowPhase,
};

use crate::error::Result;

/// A workflow that was made or changed, now or by an earlier request with the same key.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The workflow as it is now.
    pub snapshot: Snapshot,
    /// Whether an earlier request with the same key had done it.
    pub replayed: bool,
}

impl From<Repeatable> for Changed {
    fn from(repeatable: Repeatable) -> Self {
        let replayed = matches!(repeatable, Repeatable::Replayed(_));
        Self {
            snapshot: repeatable.into_snapshot(),
            replayed,
        }
    }
}

/// A task of a workflow's latest run, which is there under its name.
#[derive(Debug, Clone)]
pub struct TaskDetails {
    /// The workflow.
    pub snapshot: Snapshot,
    /// What the task waits for; empty when it runs or has ended.
    pub why: Vec<Waiting>,
}

/// A run of a workflow, with all that there is to tell of its tasks.
#[derive(Debug, Clone)]
pub struct RunDetails {
    /// The workflow.
    pub id: WorkflowId,
    /// What it runs.
    pub document: Arc<Document>,
    /// The run.
    pub run: Run,
}

/// A part of the runs of a workflow, newest first.
#[derive(Debug, Clone)]
pub struct RunListing {
    /// The runs.
    pub items: Vec<ListedRun>,
    /// Whether there are older ones behind the last one.
    pub has_more: bool,
    /// The cursor of the last one; absent when there is none.
    pub end_cursor: Option<String>,
}

/// A run in a list.
#[derive(Debug, Clone)]
pub struct ListedRun {
    /// The run.
    pub run: Run,
    /// By which a list goes on after it.
    pub cursor: String,
}

/// A part of who did what to a workflow, newest first.
#[derive(Debug, Clone)]
pub struct AuditListing {
    /// The entries.
    pub items: Vec<ListedEntry>,
    /// Whether there are older ones behind the last one.
    pub has_more: bool,
    /// The cursor of the last one; absent when there is none.
    pub end_cursor: Option<String>,
}

/// An entry of an audit in a list.
#[derive(Debug, Clone)]
pub struct ListedEntry {
    /// The entry.
    pub entry: AuditEntry,
    /// By which a list goes on after it.
    pub cursor: String,
}

/// To how many workflows something would be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkPreview {
    /// So many; at most 10,000 are counted.
    pub count: u32,
    /// Whether there are more than were counted.
    pub has_more: bool,
}

/// What became of each of many workflows.
#[derive(Debug)]
pub struct BulkOutcome {
    /// Of each, in the order of the ids or of the list.
    pub items: Vec<BulkItem>,
    /// Whether the filter lets more pass than were worked on.
    pub has_more: bool,
    /// With a filter: the cursor after which the rest is.
    pub end_cursor: Option<String>,
}

/// What became of one of many workflows.
#[derive(Debug)]
pub struct BulkItem {
    /// Its id, as it was given.
    pub id: String,
    /// The workflow as it is now, none when it was deleted; or why nothing was done.
    pub result: Result<Option<Box<Snapshot>>>,
}

/// A part of the list of workflows, newest first.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The workflows.
    pub items: Vec<Listed>,
    /// Whether there are more behind the last one.
    pub has_more: bool,
    /// The cursor of the last one; absent when there is none.
    pub end_cursor: Option<String>,
}

/// A workflow in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What a list tells of it.
    pub summary: Summary,
    /// By which a list goes on after it.
    pub cursor: String,
}

/// What there is to say about a document.
#[derive(Debug, Clone)]
pub struct Validation {
    /// For which target it was checked.
    pub target: Target,
    /// All that is wrong with it; empty when it is valid.
    pub faults: Vec<Fault>,
    /// What is unwise in it, when it is valid.
    pub warnings: Vec<Warning>,
    /// The document in canonical form, when it is valid.
    pub document: Option<Document>,
    /// The names of its tasks in an order that respects every dependency, when it is valid.
    pub order: Vec<String>,
}

/// What a document becomes.
#[derive(Debug, Clone)]
pub struct RenderedDocument {
    /// The manifest as JSON.
    pub json: Value,
    /// The same as YAML.
    pub yaml: String,
    /// What the profile wants applied before it and then itself, as a stream of YAML documents.
    pub stream: String,
    /// What the profile wants applied before it.
    pub supporting: Vec<Value>,
    /// By JSON pointer: where each value of the manifest comes from, if that was asked for.
    pub origins: Option<BTreeMap<String, Origin>>,
}

/// How a document would go, had its tasks ended as told.
#[derive(Debug, Clone)]
pub struct SimulationReport {
    /// The phase the workflow would end in.
    pub phase: WorkflowPhase,
    /// Its tasks in the order in which they would have begun.
    pub order: Vec<String>,
    /// What would have become of each of them.
    pub run: RunStatus,
}

/// An action on offer.
#[derive(Debug, Clone)]
pub struct ActionView {
    /// Its name.
    pub name: String,
    /// What it does, for people.
    pub description: Option<String>,
    /// What it takes and gives.
    pub signature: Signature,
}

/// What this service is.
#[derive(Debug, Clone)]
pub struct ServiceDescription {
    /// The version of the service.
    pub version: &'static str,
    /// What runs the workflows, as in `--backend`.
    pub backend: &'static str,
    /// What documents are checked for.
    pub target: Target,
    /// How large a document may be.
    pub limits: Limits,
    /// The caller's tenant.
    pub scope: String,
    /// How many actions are on offer.
    pub actions: usize,
}
