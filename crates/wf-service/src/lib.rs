#![doc = include_str!("../README.md")]

mod answers;
mod authorize;
mod catalog;
mod conduct;
mod context;
mod cursor;
mod error;
mod following;
mod graph;
mod identity;
mod merge;
mod offer;
mod place;
mod profile;
mod reloading;
mod requests;
mod secret;
mod service;
mod use_cases;

pub use answers::{
    ActionView, AuditListing, BulkItem, BulkOutcome, BulkPreview, Changed, Listed, ListedEntry,
    ListedRun, Listing, RenderedDocument, RunDetails, RunListing, ServiceDescription,
    SimulationReport, TaskDetails, Validation,
};
pub use authorize::{AllowAll, Authorizer, Operation, Resource};
pub use catalog::{CatalogError, CatalogSource};
pub use context::{Context, actor_word};
pub use error::{Code, Error, Misfit, Result};
pub use graph::GraphFormat;
pub use profile::{ProfileError, ProfileSource, ProfileUse};
pub use requests::{
    AnswerTask, Bulk, BulkOperation, CreateWorkflow, DocumentInput, ListWorkflows, Part,
    RestartKind, RestartTask, RestartWorkflow, Selection, Simulation, Until, UpdateWorkflow, Wait,
};
pub use secret::Secret;
pub use service::{Observer, Service, ServiceOptions, workflow_id};
// What a process makes a service of, and where a manifest's values come from.
pub use wf_argo::{Origin, Profile};
// The words of the port that the APIs view; they see no more of it than this.
pub use wf_backend::{
    AuditEntry, Filter, LogLine, LogQuery, LogStream, Position, Run, Scope, Snapshot, Summary,
    WorkflowId,
};
