//! Views: what the bodies look like, written by hand so that no change inside changes them.

mod audit;
mod bulk;
mod catalog;
mod document;
mod graph;
mod json_schema;
mod phase;
mod preview;
mod problem;
mod request;
mod run;
mod stop;
mod task;
mod workflow;

pub(crate) use audit::AuditPage;
pub(crate) use bulk::{BulkReport, BulkRequest};
pub(crate) use catalog::{Action, Actions, ServiceView};
pub(crate) use document::{Document, DocumentView};
pub(crate) use graph::GraphLayout;
pub(crate) use json_schema::JsonSchema;
pub(crate) use phase::{BulkMode, BulkOperation, Target, Until, WorkflowPhase};
pub(crate) use preview::{RenderedView, Simulation, SimulationRequest, Validation};
pub(crate) use problem::{Problem, title};
pub(crate) use request::{
    AnswerRequest, ReasonRequest, RestartRequest, RestartTaskRequest, StartRequest, StopRequest,
};
pub(crate) use run::{RunPage, RunView};
pub(crate) use task::{LogLineView, RunOf, Task, TaskList, TaskView};
pub(crate) use workflow::{Workflow, WorkflowPage};
