//! Views: what the bodies look like, written by hand so that no change inside changes them.

mod catalog;
mod document;
mod edges;
mod phase;
mod preview;
mod problem;
mod task;
mod workflow;

pub(crate) use catalog::{Action, Actions, ServiceView};
pub(crate) use document::{Document, DocumentView};
pub(crate) use phase::{Target, Until, WorkflowPhase};
pub(crate) use preview::{RenderedView, Simulation, SimulationRequest, Validation};
pub(crate) use problem::{Problem, title};
pub(crate) use task::{LogLineView, Task, TaskList};
pub(crate) use workflow::{StartRequest, StopRequest, Workflow, WorkflowPage};
