//! Inputs: the document as GraphQL takes it apart, put together again.
//!
//! Every field is nullable, so that an omission reaches the one validator of documents and comes
//! back as a fault with its path, beside all the others. A null is the same as an omission.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_graphql::{InputObject, Json};
use serde::Serialize;
use serde_json::Value;
use wf_model::{Fault, FaultCode, Faults, Place};
use wf_service::DocumentInput;

use crate::error::ApiResult;

/// A workflow as a user describes it: named tasks, each using an action of the catalog.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WorkflowInput {
    /// The workflow's name, a DNS label of at most 48 characters. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What it is for, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Labels to find it by: an object of texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Json<Value>>,
    /// What may be given at the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<Option<ParameterDeclarationInput>>>,
    /// How long a run may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<i64>,
    /// How many tasks (items counted singly) may run at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    parallelism: Option<i64>,
    /// Among workflows that wait, the higher goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
    /// Of the workflows that bear this name, one runs at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    mutex: Option<String>,
    /// What runs when the tasks have ended, however they ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_exit: Option<ExitHandlerInput>,
    /// What the workflow tells as its own outputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<Vec<Option<ParametersInput>>>,
    /// The nodes of the DAG. Required, at least one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tasks: Option<Vec<Option<TasksInput>>>,
}

/// A task: one use of an action, and what it waits for.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TasksInput {
    /// The task's name, unique in the document. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The action of the catalog that it uses. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// What it gives to the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<Option<ParametersInput>>>,
    /// The tasks that have to end well (or be skipped) before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<Vec<Option<String>>>,
    /// The same as an expression over their outcomes, as in `A.Failed || B`.
    #[serde(skip_serializing_if = "Option::is_none")]
    depends: Option<String>,
    /// Runs only when this is true, else it is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
    /// Runs once for each of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_items: Option<Vec<Json<Value>>>,
    /// The artifacts that it gives to the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    artifacts: Option<Vec<Option<ArtifactsInput>>>,
    /// Whether and how it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<RetryInput>,
    /// How long one attempt may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<i64>,
}

/// A named value.
#[derive(InputObject, Serialize)]
pub(crate) struct ParametersInput {
    /// The parameter's name. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Its value. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// A parameter of the workflow, given at its start.
#[derive(InputObject, Serialize)]
pub(crate) struct ParameterDeclarationInput {
    /// The parameter's name, as in `{{workflow.parameters.name}}`. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Its value when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    /// What it is for, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// The values it may have.
    #[graphql(name = "enum")]
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<Option<String>>>,
}

/// An artifact given to an action: another task's output.
#[derive(InputObject, Serialize)]
pub(crate) struct ArtifactsInput {
    /// The name of the action's input artifact. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// As in `{{tasks.A.outputs.artifacts.out}}`. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

/// Whether and how a task is tried again.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryInput {
    /// How many attempts there may be after the first. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    /// Which endings are tried again: `Always`, `OnFailure`, `OnError` or `OnTransientError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    /// How long to wait before the second attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    backoff_seconds: Option<i64>,
    /// By how much the wait grows with each further attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<i64>,
    /// The total time for all attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_seconds: Option<i64>,
}

/// What runs when the tasks have ended, however they ended.
#[derive(InputObject, Serialize)]
pub(crate) struct ExitHandlerInput {
    /// The action of the catalog that it uses. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    /// What it gives to the action.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<Option<ParametersInput>>>,
}

impl WorkflowInput {
    /// The document, for the validator that every surface uses.
    pub(crate) fn into_document(self) -> DocumentInput {
        let document = serde_json::to_value(self);
        DocumentInput::Value(document.expect("texts, numbers and JSON are JSON"))
    }
}

/// Values for a workflow's parameters, by name.
pub(crate) fn values(given: Option<Vec<ParametersInput>>) -> ApiResult<BTreeMap<String, String>> {
    named_values("parameters", given)
}

/// Values by name, in the argument that is called so.
pub(crate) fn named_values(
    argument: &'static str,
    given: Option<Vec<ParametersInput>>,
) -> ApiResult<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, parameter) in given.into_iter().flatten().enumerate() {
        let place = Place::root().field(argument).index(index);
        let mut missing = |field: &'static str| {
            let place = place.clone().field(field);
            faults.push(Fault::new(
                &place,
                FaultCode::Missing,
                format!("`{field}` is missing"),
            ));
        };
        if parameter.value.is_none() {
            missing("value");
        }
        let Some(name) = parameter.name else {
            missing("name");
            continue;
        };
        match values.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(parameter.value.unwrap_or_default());
            }
            Entry::Occupied(entry) => {
                let message = format!("`{}` is given twice; give it once", entry.key());
                faults.push(Fault::new(
                    &place.field("name"),
                    FaultCode::DuplicateName,
                    message,
                ));
            }
        }
    }
    Faults::from_found(faults).map_or(Ok(values), |faults| Err(faults.into()))
}
