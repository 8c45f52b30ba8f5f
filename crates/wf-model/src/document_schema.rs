//! The document's own JSON Schema, with the actions on offer in it, so that an editor completes
//! what a validator would ask for.

use serde_json::{Map, Value, json};

use crate::document::RetryPolicy;
use crate::form::DIALECT;
use crate::names::NameKind;
use crate::signature::{ParameterSignature, Signature, Signatures};

/// The JSON Schema (draft 2020-12) of documents that use these actions.
///
/// It says the shape, the names, and which parameters each action takes with which values. What no
/// schema can say is left to [`validate`](crate::validate): that names are there once, what
/// dependencies and references lead to, the rules of `when` and `depends`. A document that is valid
/// is valid under its schema.
pub fn document_schema(signatures: &Signatures) -> Value {
    let seconds = json!({"type": "integer", "minimum": 1, "maximum": 31_536_000});
    let properties = json!({
        "$schema": {"description": "Which schema an editor shall use."},
        "name": name(NameKind::Workflow, "The workflow's name; many workflows may share it."),
        "description": described(json!({"type": ["string", "null"], "maxLength": 4096}), "What the workflow is for, for people."),
        "labels": described(json!({"type": ["object", "null"], "additionalProperties": {"type": ["string", "number", "boolean", "null"], "maxLength": 63}}), "Labels to find it by, under Kubernetes' rules."),
        "parameters": described(list(json!({"$ref": "#/$defs/declaration"})), "What may be given at the start."),
        "timeoutSeconds": described(or_null(seconds.clone()), "How long a run may take."),
        "parallelism": described(or_null(json!({"type": "integer", "minimum": 1, "maximum": 100_000})), "How many tasks may run at once."),
        "priority": described(or_null(json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX})), "Among workflows that wait, the higher goes first."),
        "mutex": described(or_null(name(NameKind::Mutex, "")), "Of the workflows that bear this name, one runs at a time."),
        "onExit": described(or_null(json!({"$ref": "#/$defs/handler"})), "What runs when the tasks have ended, however they ended."),
        "outputs": described(list(json!({"$ref": "#/$defs/argument"})), "What the workflow tells as its own outputs."),
        "tasks": {"description": "The nodes of the DAG.", "type": "array", "items": {"$ref": "#/$defs/task"}, "minItems": 1},
    });
    json!({
        "$schema": DIALECT,
        "title": "Workflow",
        "description": "Named tasks, each using an action of the catalog.",
        "type": "object",
        "properties": properties,
        "required": ["name", "tasks"],
        "additionalProperties": false,
        "$defs": definitions(signatures, &seconds),
    })
}

fn definitions(signatures: &Signatures, seconds: &Value) -> Value {
    let text = json!({"type": ["string", "null"]});
    json!({
        "value": described(json!({"type": ["string", "number", "boolean"]}), "A text; numbers and booleans become one."),
        "argument": object(json!({
            "name": name(NameKind::Parameter, "The parameter's name."),
            "value": {"$ref": "#/$defs/value"},
        }), &["name", "value"]),
        "artifact": object(json!({
            "name": name(NameKind::Artifact, "The name of the action's artifact."),
            "from": {"description": "As in {{tasks.A.outputs.artifacts.out}}.", "type": "string", "pattern": r"^\{\{.*\}\}$"},
        }), &["name", "from"]),
        "declaration": object(json!({
            "name": name(NameKind::Parameter, "The parameter's name, as in {{workflow.parameters.name}}."),
            "default": described(or_null(json!({"$ref": "#/$defs/value"})), "Its value when none is given; without one it has to be given."),
            "description": described(text.clone(), "What it is for, for people."),
            "enum": described(json!({"type": ["array", "null"], "items": {"$ref": "#/$defs/value"}, "minItems": 1}), "The values it may have; any, when absent."),
        }), &["name"]),
        "retry": retry(),
        "handler": using(signatures, false, json!({}), &["action"]),
        "task": using(signatures, true, json!({
            "name": name(NameKind::Task, "The task's name, unique in the document."),
            "dependsOn": described(list(json!({"type": "string"})), "The tasks that have to end well before it."),
            "depends": described(text.clone(), "The same as an expression over their outcomes, as in A.Failed || B."),
            "when": described(text, "Runs only when this is true, else it is skipped."),
            "withItems": described(json!({"type": ["array", "null"]}), "Runs once for each of these."),
            "artifacts": described(list(json!({"$ref": "#/$defs/artifact"})), "The artifacts that it gives to the action."),
            "retry": described(or_null(json!({"$ref": "#/$defs/retry"})), "Whether and how it is tried again."),
            "timeoutSeconds": described(or_null(seconds.clone()), "How long one attempt may take."),
        }), &["name", "action"]),
    })
}

fn retry() -> Value {
    let policies = RetryPolicy::ALL.map(RetryPolicy::as_str);
    let between = |minimum: u32, maximum: u32| {
        or_null(json!({"type": "integer", "minimum": minimum, "maximum": maximum}))
    };
    object(
        json!({
            "limit": {"description": "How many attempts there may be after the first.", "type": "integer", "minimum": 0, "maximum": 1000},
            "policy": described(or_null(json!({"enum": policies})), "Which endings are tried again; OnFailure when absent."),
            "backoffSeconds": described(between(0, 31_536_000), "How long to wait before the second attempt."),
            "factor": described(between(1, 100), "By how much the wait grows with each further attempt."),
            "maxSeconds": described(between(1, 31_536_000), "The total time for all attempts."),
        }),
        &["limit"],
    )
}

/// What uses an action: its name is one of those on offer, and its parameters, and the artifacts
/// of what can give any, are that one's.
fn using(
    signatures: &Signatures,
    gives_artifacts: bool,
    others: Value,
    required: &[&str],
) -> Value {
    let actions: Vec<Value> = signatures.iter().map(offered).collect();
    let mut properties = json!({
        "action": {"description": "The action of the catalog that it uses.", "type": "string", "anyOf": actions},
        "parameters": described(list(json!({"$ref": "#/$defs/argument"})), "What it gives to the action."),
    });
    if let (Some(properties), Value::Object(others)) = (properties.as_object_mut(), others) {
        properties.extend(others);
    }
    let mut schema = object(properties, required);
    let rule = |(action, signature): (&str, &Signature)| {
        let mut then = json!({"required": [], "properties": {}});
        put_inputs(&mut then, "parameters", parameter_rules(signature));
        if gives_artifacts {
            put_inputs(&mut then, "artifacts", artifact_rules(signature));
        }
        json!({
            "if": {"properties": {"action": {"const": action}}, "required": ["action"]},
            "then": then,
        })
    };
    let rules: Vec<Value> = signatures.iter().map(rule).collect();
    if !rules.is_empty() {
        schema["allOf"] = rules.into();
    }
    schema
}

/// The action with its description, which editors show while they complete.
fn offered((action, signature): (&str, &Signature)) -> Value {
    match &signature.description {
        Some(description) => json!({"const": action, "description": description}),
        None => json!({"const": action}),
    }
}

/// What an action takes of one kind.
struct Inputs {
    /// Those that it declares, each as a schema of its name.
    names: Vec<Value>,
    /// What holds of single ones.
    rules: Vec<Value>,
    /// Those that have to be given.
    required: Vec<Value>,
}

fn parameter_rules(signature: &Signature) -> Inputs {
    let parameters = &signature.parameters;
    let name = |parameter: &ParameterSignature| match &parameter.description {
        Some(description) => json!({"const": parameter.name, "description": description}),
        None => json!({"const": parameter.name}),
    };
    let rule = |parameter: &ParameterSignature| json!({"if": named(&parameter.name), "then": {"properties": {"value": parameter.value_schema()}}});
    let required = parameters.iter().filter(|it| it.is_required());
    Inputs {
        names: parameters.iter().map(name).collect(),
        rules: parameters.iter().map(rule).collect(),
        required: required.map(|it| named(&it.name)).collect(),
    }
}

fn artifact_rules(signature: &Signature) -> Inputs {
    let artifacts = &signature.artifacts;
    let required = artifacts.iter().filter(|it| !it.optional);
    Inputs {
        names: artifacts
            .iter()
            .map(|it| json!({"const": it.name}))
            .collect(),
        rules: Vec::new(),
        required: required.map(|it| named(&it.name)).collect(),
    }
}

/// What bears that name.
fn named(name: &str) -> Value {
    json!({"properties": {"name": {"const": name}}, "required": ["name"]})
}

/// Says of a field what the action takes there.
fn put_inputs(then: &mut Value, field: &str, inputs: Inputs) {
    let mut list = json!({});
    if inputs.names.is_empty() {
        list["maxItems"] = 0.into();
    } else {
        let mut items = json!({"properties": {"name": {"anyOf": inputs.names}}});
        if !inputs.rules.is_empty() {
            items["allOf"] = inputs.rules.into();
        }
        list["items"] = items;
    }
    if !inputs.required.is_empty() {
        let contain = |it| json!({"contains": it});
        list["type"] = "array".into();
        list["allOf"] = inputs.required.into_iter().map(contain).collect();
        if let Some(required) = then["required"].as_array_mut() {
            required.push(field.into());
        }
    }
    then["properties"][field] = list;
}

fn object(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({"type": "object"});
    schema["properties"] = properties;
    schema["required"] = json!(required);
    schema["additionalProperties"] = false.into();
    schema
}

fn list(items: Value) -> Value {
    let mut schema = json!({"type": ["array", "null"]});
    schema["items"] = items;
    schema
}

/// What is null is as what is absent.
fn or_null(schema: Value) -> Value {
    let either = vec![schema, json!({"type": "null"})];
    Value::Object(Map::from_iter([("anyOf".to_owned(), either.into())]))
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn name(kind: NameKind, description: &str) -> Value {
    let pattern = match kind {
        NameKind::Workflow | NameKind::Action | NameKind::Mutex => {
            "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
        }
        NameKind::Task => "^[a-zA-Z][-a-zA-Z0-9]*$",
        NameKind::Parameter => "^[-_a-zA-Z0-9]+$",
        NameKind::Artifact => "^[-_.a-zA-Z0-9]+$",
    };
    described(
        json!({"type": "string", "pattern": pattern, "maxLength": kind.limit()}),
        description,
    )
}
