//! Checks: what is wrong with a document, what it becomes, and how it would go.

use async_graphql::{Json, Object};
use serde_json::Value;
use wf_model::Document;
use wf_service::{RenderedDocument, SimulationReport};

use super::item::Item;
use super::origin::ValueOrigin;
use super::parameter::{self, Parameters};
use super::phase::{TaskPhase, TaskReason, WorkflowPhase};

/// What there is to say about a document.
pub(crate) struct Validation(pub(crate) wf_service::Validation);

/// What there is to say about a document.
#[Object]
impl Validation {
    /// Whether it has no fault.
    async fn valid(&self) -> bool {
        self.0.faults.is_empty()
    }

    /// The target that it was checked for.
    async fn target(&self) -> &str {
        self.0.target.as_str()
    }

    /// All that is wrong with it, in a stable order.
    async fn faults(&self) -> Vec<Fault<'_>> {
        self.0.faults.iter().map(Fault).collect()
    }

    /// What is unwise in it, when it is valid.
    async fn warnings(&self) -> Vec<Warning<'_>> {
        self.0.warnings.iter().map(Warning).collect()
    }

    /// The document in canonical form, when it is valid.
    async fn document(&self) -> Option<Json<&Document>> {
        self.0.document.as_ref().map(Json)
    }

    /// Its tasks in an order that respects every dependency, when it is valid.
    async fn order(&self) -> &[String] {
        &self.0.order
    }
}

/// One thing that is wrong with a document.
pub(crate) struct Fault<'a>(&'a wf_model::Fault);

/// One thing that is wrong with a document.
#[Object]
impl Fault<'_> {
    /// What kind of fault it is, as in `UNKNOWN_ACTION`. New kinds may come.
    async fn code(&self) -> String {
        let word = serde_json::to_value(self.0.code).unwrap_or_default();
        word.as_str().unwrap_or_default().to_owned()
    }

    /// Where, for people: `tasks[1].dependsOn[0]`; empty for the whole document.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// Where, as a JSON pointer: `/tasks/1/dependsOn/0`.
    async fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What is wrong and what would be right, for people.
    async fn message(&self) -> &str {
        &self.0.message
    }

    /// What was probably meant.
    async fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }
}

/// Something that may stand in a document, and better would not.
pub(crate) struct Warning<'a>(&'a wf_model::Warning);

/// Something that may stand in a document, and better would not.
#[Object]
impl Warning<'_> {
    /// What kind of warning it is, as in `SECRET_PARAMETER`. New kinds may come.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Where, for people: `tasks[1].parameters[0]`.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// Where, as a JSON pointer: `/tasks/1/parameters/0`.
    async fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What is unwise and what would be better, for people.
    async fn message(&self) -> &str {
        &self.0.message
    }
}

/// What a document becomes on a cluster.
pub(crate) struct Rendering(pub(crate) RenderedDocument);

/// What a document becomes on a cluster.
#[Object]
impl Rendering {
    /// The Argo Workflow.
    async fn workflow(&self) -> Json<&Value> {
        Json(&self.0.json)
    }

    /// The same as YAML.
    async fn yaml(&self) -> &str {
        &self.0.yaml
    }

    /// What the profile wants applied before it.
    async fn supporting(&self) -> Vec<Json<&Value>> {
        self.0.supporting.iter().map(Json).collect()
    }

    /// Where each value of `workflow` comes from, by its place.
    async fn origins(&self) -> Vec<ValueOrigin> {
        ValueOrigin::all(self.0.origins.iter().flatten())
    }
}

/// How a document would go, had its tasks ended as told. Nothing ran.
pub(crate) struct Simulation(pub(crate) SimulationReport);

/// How a document would go, had its tasks ended as told. Nothing ran.
#[Object]
impl Simulation {
    /// The phase the workflow would end in.
    async fn phase(&self) -> WorkflowPhase {
        self.0.phase.into()
    }

    /// Its tasks in the order in which they would begin.
    async fn order(&self) -> &[String] {
        &self.0.order
    }

    /// What would become of each task, in the document's order.
    async fn tasks(&self) -> Vec<SimulatedTask<'_>> {
        self.0.run.tasks.iter().map(SimulatedTask).collect()
    }

    /// What would become of the exit handler, when the document has one.
    async fn exit_handler(&self) -> Option<SimulatedTask<'_>> {
        self.0.run.exit_handler.as_ref().map(SimulatedTask)
    }

    /// The workflow's own outputs, if it would end well.
    async fn outputs(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.0.run.outputs)
    }
}

/// What would become of a task.
pub(crate) struct SimulatedTask<'a>(&'a wf_model::TaskStatus);

/// What would become of a task.
#[Object]
impl SimulatedTask<'_> {
    /// The task's name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What would become of it.
    async fn phase(&self) -> TaskPhase {
        self.0.phase.into()
    }

    /// Why, for people.
    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Why, for programs.
    async fn reason(&self) -> Option<TaskReason> {
        self.0.reason.map(Into::into)
    }

    /// What its action would be given, defaults included.
    async fn inputs(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.0.inputs)
    }

    /// What it would produce.
    async fn outputs(&self) -> Vec<Parameters<'_>> {
        parameter::outputs(&self.0.outputs)
    }

    /// What would become of its items, when it fans out.
    async fn items(&self) -> Vec<Item<'_>> {
        self.0.items.iter().map(Item).collect()
    }
}
