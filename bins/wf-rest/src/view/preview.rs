//! Views of what is done with a document without storing it: checked, rendered, simulated.

use std::borrow::Cow;
use std::collections::BTreeMap;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, ParseResult, ToJSON, Type};
use poem_openapi::{Enum, Object};
use serde_json::Value;
use wf_service::{RenderedDocument, SimulationReport};

use super::document::{Document, DocumentView, Parameter};
use super::phase::{SimulatedEnding, Target, TaskPhase, TaskReason, WarningCode, WorkflowPhase};
use super::problem::Fault;
use super::task::{Item, outputs};

/// What there is to say about a document.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Validation {
    /// Whether it has no fault.
    valid: bool,
    /// For which target it was checked.
    target: Target,
    /// All that is wrong with it, in a stable order.
    faults: Vec<Fault>,
    /// What is unwise in it, when it is valid.
    warnings: Vec<Warning>,
    /// The document in canonical form, when it is valid.
    document: Option<DocumentView>,
    /// The names of its tasks in an order that respects every dependency, when it is valid.
    order: Vec<String>,
}

impl From<wf_service::Validation> for Validation {
    fn from(validation: wf_service::Validation) -> Self {
        Self {
            valid: validation.faults.is_empty(),
            target: validation.target.into(),
            faults: validation.faults.iter().map(Fault::from).collect(),
            warnings: validation.warnings.into_iter().map(Warning::from).collect(),
            document: validation
                .document
                .map(|document| DocumentView(document.into())),
            order: validation.order,
        }
    }
}

/// Something that may stand in a document, and better would not.
#[derive(Debug, Object)]
struct Warning {
    /// What kind of warning it is.
    code: WarningCode,
    /// Where, for people: `tasks[1].parameters[0]`.
    path: String,
    /// The same as a JSON pointer (RFC 6901).
    pointer: String,
    /// What is unwise and what would be better.
    message: String,
}

impl From<wf_model::Warning> for Warning {
    fn from(warning: wf_model::Warning) -> Self {
        Self {
            code: warning.code.into(),
            path: warning.path,
            pointer: warning.pointer,
            message: warning.message,
        }
    }
}

/// What a document becomes on Kubernetes.
#[derive(Debug, Object)]
#[oai(rename = "Rendering", skip_serializing_if_is_none)]
pub(crate) struct RenderedView {
    /// The Argo Workflow.
    workflow: Manifest,
    /// What the profile wants applied before it.
    supporting: Vec<Manifest>,
    /// With `explain`: by its JSON pointer, where each value of `workflow` comes from.
    origins: Option<BTreeMap<String, Origin>>,
}

/// Where a value of a manifest comes from.
///
/// `DOCUMENT`, `ACTION` (the catalog), `PROFILE` (the platform's defaults), `BUILT_IN` (every
/// manifest has it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(remote = "wf_service::Origin", rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Origin {
    Document,
    Action,
    Profile,
    BuiltIn,
}

impl From<RenderedDocument> for RenderedView {
    fn from(rendered: RenderedDocument) -> Self {
        Self {
            workflow: Manifest(rendered.json),
            supporting: rendered.supporting.into_iter().map(Manifest).collect(),
            origins: rendered.origins.map(|origins| {
                let origins = origins.into_iter();
                origins
                    .map(|(pointer, origin)| (pointer, origin.into()))
                    .collect()
            }),
        }
    }
}

/// An object of Kubernetes.
#[derive(Debug)]
struct Manifest(Value);

/// Written by hand: its shape is Argo's, not ours to declare.
impl Type for Manifest {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Manifest".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::name().into_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::name().into_owned(), |_| MetaSchema {
            description: Some("An object of Kubernetes."),
            additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
            ..MetaSchema::new("object")
        });
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for Manifest {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        Ok(Self(value.unwrap_or_default()))
    }
}

impl ToJSON for Manifest {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

/// A document to be played through with canned endings.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct SimulationRequest {
    /// The document. The places of its faults are told from its own root.
    document: Document,
    /// Endings by task name (`onExit` for the exit handler); a task without one succeeds.
    outcomes: Option<BTreeMap<String, SimulatedOutcome>>,
    /// Values of the workflow's parameters, over their defaults.
    parameters: Option<Vec<Parameter>>,
}

/// How a task is to end in a simulation, at every attempt and with every item.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct SimulatedOutcome {
    /// `SUCCEEDED` when absent.
    ending: Option<SimulatedEnding>,
    /// What it produces.
    outputs: Option<SimulatedOutputs>,
    /// How its process ends; 0 or 1 by its ending when absent.
    exit_code: Option<i32>,
}

/// What a task produces in a simulation.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct SimulatedOutputs {
    /// Its output parameters.
    parameters: Option<Vec<Parameter>>,
    /// What it prints.
    result: Option<String>,
    /// Its artifacts.
    artifacts: Option<Vec<SimulatedArtifact>>,
}

/// An artifact that a task leaves in a simulation.
#[derive(Debug, Object)]
pub(crate) struct SimulatedArtifact {
    /// Its name.
    name: String,
    /// Where it would be; any text.
    location: String,
}

/// How a document would go, had its tasks ended as told.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Simulation {
    /// The phase the workflow would end in.
    phase: WorkflowPhase,
    /// Its tasks in the order in which they would have begun.
    order: Vec<String>,
    /// What would have become of each of them, in the document's order.
    tasks: Vec<SimulatedTask>,
    /// What would have become of the exit handler, when there is one.
    exit_handler: Option<SimulatedTask>,
    /// The workflow's own outputs, had it ended well.
    outputs: Vec<Parameter>,
}

/// What would have become of a task.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct SimulatedTask {
    /// Its name.
    name: String,
    /// What would have become of it.
    phase: TaskPhase,
    /// Why, for people.
    message: Option<String>,
    /// Why, for programs.
    reason: Option<TaskReason>,
    /// What its action would have been given, defaults included.
    inputs: Vec<Parameter>,
    /// What it would have produced; what it printed is named `result`.
    outputs: Vec<Parameter>,
    /// What would have become of its items, when it fans out.
    items: Vec<Item>,
}

impl From<SimulationReport> for Simulation {
    fn from(report: SimulationReport) -> Self {
        Self {
            phase: report.phase.into(),
            order: report.order,
            tasks: report.run.tasks.iter().map(SimulatedTask::from).collect(),
            exit_handler: report.run.exit_handler.as_ref().map(SimulatedTask::from),
            outputs: Parameter::all(&report.run.outputs),
        }
    }
}

impl From<&wf_model::TaskStatus> for SimulatedTask {
    fn from(task: &wf_model::TaskStatus) -> Self {
        Self {
            name: task.name.clone(),
            phase: task.phase.into(),
            message: task.message.clone(),
            reason: task.reason.map(Into::into),
            inputs: Parameter::all(&task.inputs),
            outputs: outputs(&task.outputs),
            items: task.items.iter().map(Item::from).collect(),
        }
    }
}
