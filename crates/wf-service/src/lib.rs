#![doc = include_str!("../README.md")]

mod answers;
mod authorize;
mod catalog;
mod conduct;
mod context;
mod cursor;
mod error;
mod identity;
mod requests;
mod secret;
mod service;
mod use_cases;

pub use answers::{
    ActionView, Created, Listed, Listing, RenderedDocument, ServiceDescription, SimulationReport,
    Validation,
};
pub use authorize::{AllowAll, Authorizer, Operation, Resource};
pub use catalog::{CatalogError, CatalogSource};
pub use context::Context;
pub use error::{Code, Error, Result};
pub use requests::{CreateWorkflow, DocumentInput, ListWorkflows, Simulation, Until, Wait};
pub use secret::Secret;
pub use service::{Observer, Service, ServiceOptions, workflow_id};
// The words of the port that the APIs view; they see no more of it than this.
pub use wf_backend::{
    Filter, LogLine, LogQuery, LogStream, Position, Scope, Snapshot, Stop, Summary, WorkflowId,
};
