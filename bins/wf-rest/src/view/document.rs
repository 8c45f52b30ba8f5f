//! The document, for the OpenAPI document.
//!
//! Its one reader and writer is `wf-model`; what is here only declares its shape. Request bodies
//! reach the model as bytes, so that every fault comes at once, and answers are the model's own
//! JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use poem_openapi::Object;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{Any, Example, ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use serde_json::{Value, json};

use super::phase::RetryPolicy;

/// A workflow as a user describes it: named tasks, each using an action of the catalog.
///
/// Only `name` and each task's `name` and `action` are required. A field that is not listed here
/// is a fault, except `$schema`, which is ignored.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none, example)]
pub(crate) struct Document {
    /// The workflow's name, a DNS label of at most 48 characters. Many workflows may share it.
    name: String,
    /// What the workflow is for, for people.
    description: Option<String>,
    /// Labels to find it by, under Kubernetes' rules on every backend.
    labels: Option<BTreeMap<String, String>>,
    /// What may be given at the start.
    parameters: Option<Vec<ParameterDeclaration>>,
    /// How long a run may take.
    timeout_seconds: Option<u64>,
    /// How many tasks (items counted singly) may run at once.
    parallelism: Option<u32>,
    /// Among workflows that wait, the higher goes first.
    priority: Option<i32>,
    /// Of the workflows that bear this name, one runs at a time.
    mutex: Option<String>,
    /// What runs when the tasks have ended, however they ended.
    on_exit: Option<ExitHandler>,
    /// What the workflow tells as its own outputs.
    outputs: Option<Vec<Parameter>>,
    /// The nodes of the DAG.
    tasks: Vec<DocumentTask>,
}

/// One use of an action, and what it waits for.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct DocumentTask {
    /// The task's name, unique in the document; it is the task's id in every run.
    name: String,
    /// The action of the catalog that it uses.
    action: String,
    /// What it gives to the action.
    parameters: Option<Vec<Parameter>>,
    /// The tasks that have to end well (or be skipped) before it.
    depends_on: Option<Vec<String>>,
    /// The same as an expression over their outcomes, as in `A.Failed || B`. A document uses
    /// either `dependsOn` or `depends`.
    depends: Option<String>,
    /// Runs only when this is true, else it is skipped.
    when: Option<String>,
    /// Runs once for each of these.
    with_items: Option<Vec<Any<Value>>>,
    /// The artifacts that it gives to the action.
    artifacts: Option<Vec<ArtifactArgument>>,
    /// Whether and how it is tried again.
    retry: Option<Retry>,
    /// How long one attempt may take.
    timeout_seconds: Option<u64>,
}

/// A named value. In a document, numbers and booleans are taken as text.
#[derive(Debug, Clone, Object)]
pub(crate) struct Parameter {
    /// The parameter's name.
    name: String,
    /// Its value.
    value: String,
}

impl Parameter {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    pub(crate) fn all(arguments: &[wf_model::Argument]) -> Vec<Self> {
        arguments
            .iter()
            .map(|argument| Self::new(&argument.name, &argument.value))
            .collect()
    }
}

/// A parameter of a workflow.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct ParameterDeclaration {
    /// The parameter's name, as in `{{workflow.parameters.name}}`.
    name: String,
    /// Its value when none is given; without one it has to be given.
    default: Option<String>,
    /// What it is for, for people.
    description: Option<String>,
    /// The values it may have; any, when absent.
    r#enum: Option<Vec<String>>,
}

/// An artifact given to an action: another task's output.
#[derive(Debug, Object)]
pub(crate) struct ArtifactArgument {
    /// The name of the action's input artifact.
    name: String,
    /// `{{tasks.A.outputs.artifacts.out}}`.
    from: String,
}

/// What runs when the tasks have ended, however they ended.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct ExitHandler {
    /// The action of the catalog that it uses.
    action: String,
    /// What it gives to the action.
    parameters: Option<Vec<Parameter>>,
}

/// Whether and how a task is tried again.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Retry {
    /// How many attempts there may be after the first.
    limit: u32,
    /// Which endings are tried again; `OnFailure` when absent.
    policy: Option<RetryPolicy>,
    /// How long to wait before the second attempt.
    backoff_seconds: Option<u64>,
    /// By how much the wait grows with each further attempt; 1 when absent.
    factor: Option<u32>,
    /// The total time for all attempts.
    max_seconds: Option<u64>,
}

impl Example for Document {
    fn example() -> Self {
        let document = json!({
            "name": "my-workflow",
            "tasks": [
                {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
                {"name": "B", "action": "echo", "parameters": [{"name": "message", "value": "World"}], "dependsOn": ["A"]},
            ],
        });
        Self::parse_from_json(Some(document)).expect("the example has the document's shape")
    }
}

/// A document of the model, written as the model writes it.
#[derive(Debug, Clone)]
pub(crate) struct DocumentView(pub(crate) Arc<wf_model::Document>);

impl Type for DocumentView {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        Document::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        Document::schema_ref()
    }

    fn register(registry: &mut Registry) {
        Document::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for DocumentView {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(&*self.0).ok()
    }
}

impl ParseFromJSON for DocumentView {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let document = serde_json::from_value(value.unwrap_or_default());
        let document: wf_model::Document = document.map_err(ParseError::custom)?;
        Ok(Self(Arc::new(document)))
    }
}
