//! Argo's own schema: the full custom resource definition, as the API server would apply it.
//!
//! The definition is Argo's and not kept here. The tests that need it look for it in the folder
//! that `WF_ARGO_SCHEMAS` names (else `../shared/argo` beside the workspace). Where it is not, the
//! crate's own table of Argo's fields, which is made of it, has to do.

use std::path::PathBuf;
use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Value, json};
use wf_argo::Manifest;

use crate::fixtures::workspace;

const DEFINITION: &str = "crds/full/argoproj.io_workflows.yaml";
const SCHEMA_FILE: &str = "schema.json";
const INT_OR_STRING: &str = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const WORKFLOW: &str = "#/definitions/io.argoproj.workflow.v1alpha1.Workflow";

/// Panics when the API server of an Argo with full definitions would refuse the manifest.
pub(crate) fn assert_accepted(manifest: &Manifest, what: &str) {
    let mut problems: Vec<String> = manifest.check().iter().map(ToString::to_string).collect();
    if let Some(schema) = full_definition() {
        problems.extend(self::problems(schema, &manifest.to_json()));
    }
    assert_none(&problems, manifest, what);
}

/// Panics when an editor that knows Argo's JSON schema would underline something in the manifest.
pub(crate) fn assert_not_underlined(manifest: &Manifest, what: &str) {
    if let Some(validator) = validator() {
        assert_none(&underlined(validator, &manifest.to_json()), manifest, what);
    }
}

fn assert_none(problems: &[String], manifest: &Manifest, what: &str) {
    assert!(
        problems.is_empty(),
        "{what}:\n{}\n{}",
        problems.join("\n"),
        manifest.to_yaml()
    );
}

/// The full custom resource definition, read once: it has some megabytes.
pub(crate) fn full_definition() -> Option<&'static Value> {
    static SCHEMA: OnceLock<Option<Value>> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let definition: Value = serde_yaml::from_str(&read(DEFINITION)?).unwrap();
        Some(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone())
    });
    schema.as_ref()
}

/// Argo's JSON schema, read once.
pub(crate) fn json_schema() -> Option<&'static Value> {
    static SCHEMA: OnceLock<Option<Value>> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| Some(serde_json::from_str(&read(SCHEMA_FILE)?).unwrap()));
    schema.as_ref()
}

/// What checks workflows by Argo's JSON schema.
fn validator() -> Option<&'static Validator> {
    static VALIDATOR: OnceLock<Option<Validator>> = OnceLock::new();
    let validator = VALIDATOR.get_or_init(|| {
        let mut schema = json_schema()?.clone();
        let root = schema.as_object_mut().unwrap();
        // Of the kinds of objects that the schema knows, a workflow is meant.
        root.remove("oneOf");
        root.insert("$ref".to_owned(), WORKFLOW.into());
        // The schema calls it a string; the definition, the API server and Argo take both.
        root["definitions"][INT_OR_STRING]["type"] = json!(["integer", "string"]);
        Some(jsonschema::validator_for(&schema).unwrap())
    });
    validator.as_ref()
}

fn underlined(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn read(file: &str) -> Option<String> {
    let beside = || workspace().join("../shared/argo");
    let folder = std::env::var_os("WF_ARGO_SCHEMAS").map_or_else(beside, PathBuf::from);
    std::fs::read_to_string(folder.join(file)).ok()
}

fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    Walk(&mut problems).see(schema, value, "");
    problems
}

struct Walk<'p>(&'p mut Vec<String>);

impl Walk<'_> {
    fn problem(&mut self, path: &str, message: impl AsRef<str>) {
        self.0.push(format!("{path}: {}", message.as_ref()));
    }

    fn see(&mut self, schema: &Value, value: &Value, path: &str) {
        // The API server checks an object's own metadata by rules of its own; and some fields may
        // hold anything.
        let is_free =
            schema["type"].is_null() && schema["x-kubernetes-preserve-unknown-fields"] == true;
        if path == ".metadata" || is_free {
            return;
        }
        self.kind(schema, value, path);
        self.limits(schema, value, path);
        match value {
            Value::Object(fields) => self.fields(schema, fields, path),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.see(&schema["items"], item, &format!("{path}[{index}]"));
                }
            }
            _ => {}
        }
    }

    fn kind(&mut self, schema: &Value, value: &Value, path: &str) {
        let is_right = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some(other) => panic!("the schema has a type `{other}` that this test does not know"),
            None => {
                schema["x-kubernetes-int-or-string"] == true
                    && (value.is_string() || value.is_i64())
            }
        };
        if !is_right {
            self.problem(
                path,
                format!("{value} is not what the schema asks for: {schema}"),
            );
        }
    }

    fn limits(&mut self, schema: &Value, value: &Value, path: &str) {
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            self.problem(path, format!("{value} is not among {allowed:?}"));
        }
        if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
            && !matches(pattern, text)
        {
            self.problem(path, format!("{text} does not match {pattern}"));
        }
        let size = match value {
            Value::Array(items) => Some((items.len(), "minItems", "maxItems")),
            Value::String(text) => Some((text.chars().count(), "minLength", "maxLength")),
            _ => None,
        };
        if let Some((size, least, most)) = size {
            let size = size as u64;
            if schema[least].as_u64().is_some_and(|least| size < least)
                || schema[most].as_u64().is_some_and(|most| size > most)
            {
                self.problem(
                    path,
                    format!(
                        "{size} is out of bounds: {least} {}, {most} {}",
                        schema[least], schema[most]
                    ),
                );
            }
        }
        let below = |bound: &str| value.as_i64() < schema[bound].as_i64();
        let above = |bound: &str| value.as_i64() > schema[bound].as_i64();
        if value.is_i64() && (below("minimum") || schema["maximum"].is_i64() && above("maximum")) {
            self.problem(path, format!("{value} is out of bounds"));
        }
    }

    fn fields(&mut self, schema: &Value, fields: &serde_json::Map<String, Value>, path: &str) {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(required.as_str().unwrap()) {
                self.problem(path, format!("{required} is required"));
            }
        }
        for (name, value) in fields {
            let path = format!("{path}.{name}");
            let known = schema["properties"]
                .get(name)
                .or_else(|| schema.get("additionalProperties"));
            match known {
                Some(schema) => self.see(schema, value, &path),
                None if schema["x-kubernetes-preserve-unknown-fields"] == true => {}
                None => self.problem(&path, "no such field"),
            }
        }
    }
}

/// The patterns of the definition that names have to match.
fn matches(pattern: &str, text: &str) -> bool {
    let all = |others: &str| {
        text.chars()
            .all(|it| it.is_ascii_alphanumeric() || others.contains(it))
    };
    match pattern {
        "^[-a-zA-Z0-9_{}.]+$" => !text.is_empty() && all("-_{}."),
        "^[-a-zA-Z0-9_]+$" => !text.is_empty() && all("-_"),
        // A quantity, as in `32Mi`.
        _ if pattern.contains("numkMGTPE") => text
            .trim_end_matches(|it: char| "inumkKMGTPE".contains(it))
            .parse::<f64>()
            .is_ok(),
        "^[a-zA-Z0-9][-a-zA-Z0-9]*$" => {
            text.starts_with(|it: char| it.is_ascii_alphanumeric()) && all("-")
        }
        _ => panic!("the schema has a pattern that this test does not know: {pattern}"),
    }
}

#[test]
fn the_walk_sees_what_an_api_server_would_refuse() {
    let Some(schema) = full_definition() else {
        return;
    };
    let see = |spec: Value| problems(schema, &json!({"metadata": {}, "spec": spec})).len();
    assert_eq!(see(json!({"entrypoint": "wf"})), 0);
    assert_eq!(see(json!({"entrypont": "wf"})), 1);
    assert_eq!(see(json!({"parallelism": "2"})), 1);
    assert_eq!(see(json!({"synchronization": {"mutex": {"name": "a"}}})), 1);
    assert_eq!(see(json!({"templates": [{"name": "a b"}]})), 1);
    assert_eq!(
        see(json!({"templates": [{"name": "a", "dag": {"tasks": []}}]})),
        1
    );
    assert_eq!(
        see(json!({"arguments": {"parameters": [{"name": "a", "value": 1}]}})),
        1
    );
    let limits = json!({"templates": [{"name": "a", "retryStrategy": {"limit": "3", "retryPolicy": "Never"}}]});
    assert_eq!(see(limits), 1);
}

#[test]
fn the_json_schema_underlines_what_is_of_another_type() {
    let Some(validator) = validator() else {
        return;
    };
    let see = |spec: Value| {
        let head = json!({"metadata": {}, "spec": spec});
        underlined(validator, &head).len()
    };
    assert_eq!(see(json!({"entrypoint": "wf"})), 0);
    assert_eq!(see(json!({"parallelism": "2"})), 1);
    assert_eq!(see(json!({"templates": [{"dag": {}}]})), 1);
}
