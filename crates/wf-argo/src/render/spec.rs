//! What stands around the templates: metadata, parameters, and what holds for the whole run.

use serde_json::{Map, Value};
use wf_model::{Document, ParameterDeclaration};

use super::{DESCRIPTION, object};
use crate::manifest::{Arguments, NamedValue};

/// Labels and description.
pub(super) fn metadata(document: &Document) -> Map<String, Value> {
    let mut metadata = Map::new();
    if !document.labels.is_empty() {
        let labels = document.labels.iter();
        let labels = labels.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        metadata.insert("labels".to_owned(), Value::Object(labels.collect()));
    }
    if let Some(description) = &document.description {
        let annotations = object([(DESCRIPTION, Value::from(description.as_str()))]);
        metadata.insert("annotations".to_owned(), annotations);
    }
    metadata
}

/// The parameters. Argo ignores a `default` here, so a default is a value that the submitter may
/// replace.
pub(super) fn arguments(document: &Document) -> Option<Arguments> {
    let parameter = |declared: &ParameterDeclaration| NamedValue {
        name: declared.name.clone(),
        value: declared.default.clone(),
        default: None,
        allowed: declared.allowed.clone(),
        description: declared.description.clone(),
    };
    let parameters = &document.parameters;
    (!parameters.is_empty()).then(|| Arguments {
        parameters: parameters.iter().map(parameter).collect(),
        artifacts: Vec::new(),
    })
}

/// What holds for the whole run.
pub(super) fn rest(document: &Document, hooks: Map<String, Value>) -> Map<String, Value> {
    let fields = [
        ("parallelism", document.parallelism.map(Value::from)),
        ("priority", document.priority.map(Value::from)),
        (
            "activeDeadlineSeconds",
            document.timeout_seconds.map(Value::from),
        ),
        (
            "synchronization",
            document.mutex.as_deref().map(synchronization),
        ),
        ("hooks", (!hooks.is_empty()).then_some(Value::Object(hooks))),
    ];
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    given.collect()
}

/// In the plural, which every supported Argo knows; the singular is gone since 4.0.
fn synchronization(mutex: &str) -> Value {
    object([(
        "mutexes",
        Value::Array(vec![object([("name", Value::from(mutex))])]),
    )])
}
