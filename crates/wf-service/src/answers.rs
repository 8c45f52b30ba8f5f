//! What the use cases answer.

use serde_json::Value;
use wf_backend::{Snapshot, Summary};
use wf_model::{Document, Fault, Limits, RunStatus, Signature, Target, WorkflowPhase};

/// A workflow that was created, now or by an earlier request with the same key.
#[derive(Debug, Clone)]
pub struct Created {
    /// The workflow as it is now.
    pub snapshot: Snapshot,
    /// Whether an earlier request with the same key had created it.
    pub replayed: bool,
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
    /// What the profile wants applied before it.
    pub supporting: Vec<Value>,
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
