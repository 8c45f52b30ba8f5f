//! What stands around the templates: metadata, parameters, and what holds for the whole run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::{Document, ParameterDeclaration};

use crate::error::{Error, Result};
use crate::manifest::{Arguments, Metadata, NamedValue};
use crate::render::DESCRIPTION;

/// The name as written, or the prefix of a name that somebody else left to the API server.
pub(super) fn name(metadata: &Metadata) -> Result<String> {
    let given = metadata.rest.get("name").and_then(Value::as_str);
    let name = metadata.generate_name.as_deref().or(given);
    let name = name
        .map(|name| name.trim_end_matches('-'))
        .filter(|name| !name.is_empty());
    name.map(str::to_owned)
        .ok_or_else(|| Error::unreadable("metadata", "it has neither `generateName` nor `name`"))
}

pub(super) fn description(metadata: &Metadata) -> Option<String> {
    let description = metadata.rest.get("annotations")?.get(DESCRIPTION)?;
    description.as_str().map(str::to_owned)
}

/// The user's labels, without those that Argo and Kubernetes have put there.
pub(super) fn labels(metadata: &Metadata) -> Result<BTreeMap<String, String>> {
    let labels = metadata.rest.get("labels").and_then(Value::as_object);
    let labels = labels
        .into_iter()
        .flatten()
        .filter(|(name, _)| !is_of_the_platform(name));
    let label = |(name, value): (&String, &Value)| match value {
        Value::String(value) => Ok((name.clone(), value.clone())),
        _ => Err(Error::unreadable(
            format!("metadata.labels.{name}"),
            "a label is a text",
        )),
    };
    labels.map(label).collect()
}

fn is_of_the_platform(label: &str) -> bool {
    let prefix = label.split_once('/').map_or("", |(prefix, _)| prefix);
    let is_below = |domain: &str| {
        prefix
            .strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    prefix == "workflows.argoproj.io" || is_below("kubernetes.io") || is_below("k8s.io")
}

pub(super) fn parameters(arguments: Option<&Arguments>) -> Vec<ParameterDeclaration> {
    let parameters = arguments.map_or(&[][..], |arguments| &arguments.parameters);
    let declaration = |parameter: &NamedValue| {
        let mut declared = ParameterDeclaration::default();
        declared.name.clone_from(&parameter.name);
        declared.default = parameter
            .value
            .clone()
            .or_else(|| parameter.default.clone());
        declared.description.clone_from(&parameter.description);
        declared.allowed.clone_from(&parameter.allowed);
        declared
    };
    parameters.iter().map(declaration).collect()
}

/// What holds for the whole run.
pub(super) fn run(document: &mut Document, rest: &Map<String, Value>) -> Result<()> {
    document.timeout_seconds = whole(rest, "activeDeadlineSeconds")?;
    document.parallelism = whole(rest, "parallelism")?;
    document.priority = whole(rest, "priority")?;
    document.mutex = rest
        .get("synchronization")
        .map(mutex)
        .transpose()?
        .flatten();
    match rest.keys().find(|field| {
        matches!(
            field.as_str(),
            "workflowTemplateRef" | "retryStrategy" | "templateDefaults"
        )
    }) {
        Some(field) => Err(Error::unreadable(
            format!("spec.{field}"),
            "it changes how tasks run, which a document cannot say",
        )),
        None => Ok(()),
    }
}

/// A whole number of the field's type.
fn whole<T: TryFrom<i64>>(rest: &Map<String, Value>, field: &str) -> Result<Option<T>> {
    let Some(value) = rest.get(field).filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let number = value.as_i64().and_then(|number| T::try_from(number).ok());
    let number = number.ok_or_else(|| {
        Error::unreadable(
            format!("spec.{field}"),
            "it is no whole number of a document's size",
        )
    });
    number.map(Some)
}

/// The one mutex.
fn mutex(synchronization: &Value) -> Result<Option<String>> {
    let unsayable = || {
        let rule = "a document has one mutex of the workflow's own namespace, given by its name, and no semaphores";
        Error::unreadable("spec.synchronization", rule)
    };
    let fields = synchronization.as_object().ok_or_else(unsayable)?;
    let mutexes = fields
        .get("mutexes")
        .and_then(Value::as_array)
        .map(Vec::as_slice);
    match (fields.len(), mutexes) {
        (0, None) => Ok(None),
        (1, Some([mutex])) => {
            let name = mutex.get("name").and_then(Value::as_str);
            let is_all = mutex.as_object().is_some_and(|mutex| mutex.len() == 1);
            name.filter(|_| is_all)
                .map(|name| Some(name.to_owned()))
                .ok_or_else(unsayable)
        }
        _ => Err(unsayable()),
    }
}
