//! The shape of a document: which fields stand where, and what stands in them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::document::{
    Argument, ArtifactArgument, Document, ExitHandler, ParameterDeclaration, Retry, RetryPolicy,
    Task,
};
use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::text::{listed, short};

use super::fields::{Fields, list, object, text, value, whole};
use super::raw::Raw;

/// Reads a document as far as it can be read.
pub(crate) fn document(raw: Raw, findings: &mut Findings) -> Document {
    const FIELDS: &[&str] = &[
        "name",
        "description",
        "labels",
        "parameters",
        "timeoutSeconds",
        "parallelism",
        "priority",
        "mutex",
        "onExit",
        "outputs",
        "tasks",
        "$schema",
    ];
    let at = &At::Root;
    let mut document = Document::default();
    let Some(entries) = object(raw, at, findings) else {
        return document;
    };
    let mut fields = Fields::new(FIELDS);
    for (name, raw) in entries {
        let Some(field) = fields.meet(&name, &raw, at, findings) else {
            continue;
        };
        let at = &at.field(field);
        match field {
            "name" => document.name = text(raw, at, findings),
            "description" => document.description = Some(text(raw, at, findings)),
            "labels" => document.labels = labels(raw, at, findings),
            "parameters" => document.parameters = list(raw, at, findings, declaration),
            "timeoutSeconds" => {
                document.timeout_seconds = whole(&raw, "1 to 31536000 (a year)", at, findings);
            }
            "parallelism" => document.parallelism = whole(&raw, "1 to 100000", at, findings),
            "priority" => {
                document.priority = whole(&raw, "-2147483648 to 2147483647", at, findings);
            }
            "mutex" => document.mutex = Some(text(raw, at, findings)),
            "onExit" => document.on_exit = Some(exit_handler(raw, at, findings)),
            "outputs" => document.outputs = list(raw, at, findings, argument),
            "tasks" => document.tasks = list(raw, at, findings, task),
            _ => {}
        }
    }
    fields.require(&["name", "tasks"], at, findings);
    document
}

fn task(raw: Raw, at: &At, findings: &mut Findings) -> Task {
    const FIELDS: &[&str] = &[
        "name",
        "action",
        "parameters",
        "dependsOn",
        "depends",
        "when",
        "withItems",
        "artifacts",
        "retry",
        "timeoutSeconds",
    ];
    let mut task = Task::default();
    let Some(entries) = object(raw, at, findings) else {
        return task;
    };
    let mut fields = Fields::new(FIELDS);
    for (name, raw) in entries {
        let Some(field) = fields.meet(&name, &raw, at, findings) else {
            continue;
        };
        let at = &at.field(field);
        match field {
            "name" => task.name = text(raw, at, findings),
            "action" => task.action = text(raw, at, findings),
            "parameters" => task.parameters = list(raw, at, findings, argument),
            "dependsOn" => task.depends_on = list(raw, at, findings, text),
            "depends" => task.depends = Some(text(raw, at, findings)),
            "when" => task.when = Some(text(raw, at, findings)),
            "withItems" => task.with_items = Some(list(raw, at, findings, item)),
            "artifacts" => task.artifacts = list(raw, at, findings, artifact),
            "retry" => task.retry = Some(retry(raw, at, findings)),
            "timeoutSeconds" => {
                task.timeout_seconds = whole(&raw, "1 to 31536000 (a year)", at, findings);
            }
            _ => {}
        }
    }
    fields.require(&["name", "action"], at, findings);
    task
}

fn argument(raw: Raw, at: &At, findings: &mut Findings) -> Argument {
    let mut argument = Argument::default();
    let Some(entries) = object(raw, at, findings) else {
        return argument;
    };
    let mut fields = Fields::new(&["name", "value"]);
    for (name, raw) in entries {
        match fields.meet(&name, &raw, at, findings) {
            Some("name") => argument.name = text(raw, &at.field("name"), findings),
            Some("value") => argument.value = value(raw, &at.field("value"), findings),
            _ => {}
        }
    }
    fields.require(&["name", "value"], at, findings);
    argument
}

fn artifact(raw: Raw, at: &At, findings: &mut Findings) -> ArtifactArgument {
    let mut artifact = ArtifactArgument::default();
    let Some(entries) = object(raw, at, findings) else {
        return artifact;
    };
    let mut fields = Fields::new(&["name", "from"]);
    for (name, raw) in entries {
        match fields.meet(&name, &raw, at, findings) {
            Some("name") => artifact.name = text(raw, &at.field("name"), findings),
            Some("from") => artifact.from = text(raw, &at.field("from"), findings),
            _ => {}
        }
    }
    fields.require(&["name", "from"], at, findings);
    artifact
}

fn declaration(raw: Raw, at: &At, findings: &mut Findings) -> ParameterDeclaration {
    let mut declaration = ParameterDeclaration::default();
    let Some(entries) = object(raw, at, findings) else {
        return declaration;
    };
    let mut fields = Fields::new(&["name", "default", "description", "enum"]);
    for (name, raw) in entries {
        let Some(field) = fields.meet(&name, &raw, at, findings) else {
            continue;
        };
        let at = &at.field(field);
        match field {
            "name" => declaration.name = text(raw, at, findings),
            "default" => declaration.default = Some(value(raw, at, findings)),
            "description" => declaration.description = Some(text(raw, at, findings)),
            "enum" => declaration.allowed = Some(list(raw, at, findings, value)),
            _ => {}
        }
    }
    fields.require(&["name"], at, findings);
    declaration
}

fn exit_handler(raw: Raw, at: &At, findings: &mut Findings) -> ExitHandler {
    let mut handler = ExitHandler::default();
    let Some(entries) = object(raw, at, findings) else {
        return handler;
    };
    let mut fields = Fields::new(&["action", "parameters"]);
    for (name, raw) in entries {
        let Some(field) = fields.meet(&name, &raw, at, findings) else {
            continue;
        };
        let at = &at.field(field);
        match field {
            "action" => handler.action = text(raw, at, findings),
            "parameters" => handler.parameters = list(raw, at, findings, argument),
            _ => {}
        }
    }
    fields.require(&["action"], at, findings);
    handler
}

fn retry(raw: Raw, at: &At, findings: &mut Findings) -> Retry {
    let mut retry = Retry::default();
    let Some(entries) = object(raw, at, findings) else {
        return retry;
    };
    let mut fields = Fields::new(&["limit", "policy", "backoffSeconds", "factor", "maxSeconds"]);
    for (name, raw) in entries {
        let Some(field) = fields.meet(&name, &raw, at, findings) else {
            continue;
        };
        let at = &at.field(field);
        match field {
            "limit" => retry.limit = whole(&raw, "0 to 1000", at, findings).unwrap_or_default(),
            "policy" => retry.policy = policy(raw, at, findings),
            "backoffSeconds" => {
                retry.backoff_seconds = whole(&raw, "0 to 31536000 (a year)", at, findings);
            }
            "factor" => retry.factor = whole(&raw, "1 to 100", at, findings),
            "maxSeconds" => retry.max_seconds = whole(&raw, "1 to 31536000 (a year)", at, findings),
            _ => {}
        }
    }
    fields.require(&["limit"], at, findings);
    retry
}

fn policy(raw: Raw, at: &At, findings: &mut Findings) -> Option<RetryPolicy> {
    let is_text = matches!(raw, Raw::Text(_));
    let word = text(raw, at, findings);
    let policy = RetryPolicy::ALL
        .into_iter()
        .find(|policy| policy.as_str() == word);
    if policy.is_none() && is_text {
        let words = RetryPolicy::ALL.map(RetryPolicy::as_str);
        let near = findings.nearest(&word, words);
        findings.report_suggesting(at, FaultCode::OutOfRange, near, || {
            format!(
                "`{}` is no policy; there are {}",
                short(&word),
                listed(words)
            )
        });
    }
    policy
}

fn labels(raw: Raw, at: &At, findings: &mut Findings) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (name, raw) in object(raw, at, findings).unwrap_or_default() {
        let at = &at.field(&name);
        if raw == Raw::Null {
            continue;
        }
        let read = value(raw, at, findings);
        if labels.insert(name.clone().into_owned(), read).is_some() {
            findings.report(at, FaultCode::DuplicateField, || {
                "stands there twice; leave one out".to_owned()
            });
        }
    }
    labels
}

/// An item; what it may be is for the validation to say, but a field that stands there twice
/// would be gone by then.
fn item(raw: Raw, at: &At, findings: &mut Findings) -> Value {
    let fields = match raw {
        Raw::Object(fields) => fields,
        other => return other.into_value(),
    };
    let mut item = Map::with_capacity(fields.len());
    for (name, raw) in fields {
        if item
            .insert(name.clone().into_owned(), raw.into_value())
            .is_some()
        {
            findings.report(&at.field(&name), FaultCode::DuplicateField, || {
                "stands there twice; leave one out".to_owned()
            });
        }
    }
    Value::Object(item)
}
