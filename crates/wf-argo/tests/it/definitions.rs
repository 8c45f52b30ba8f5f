//! The table of Argo's fields is what Argo's own schemas say.
//!
//! It is made of the JSON schema, which names every shape, and of the full custom resource
//! definition, which has the enumerations, patterns and bounds. Both are Argo's and not kept here;
//! [`schema`](crate::schema) says where they are looked for. `WF_RENEW=1` writes the table anew.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

use crate::schema::{full_definition, json_schema};

const TABLE: &str = "src/definitions/argo-4.1.json";
const ROOT: &str = "io.argoproj.workflow.v1alpha1.Workflow";

/// By definition, by field: what may stand there.
type Table = BTreeMap<String, BTreeMap<String, String>>;

struct Making<'s> {
    definitions: &'s Map<String, Value>,
    table: Table,
    /// By the table's name of a definition, the whole one.
    names: BTreeMap<String, String>,
    /// By definition and field: enumeration, pattern and bounds.
    limits: BTreeMap<(String, String), String>,
}

impl Making<'_> {
    fn add(&mut self, name: &str) {
        let short = short(name);
        if let Some(taken) = self.names.insert(short.to_owned(), name.to_owned()) {
            assert_eq!(taken, name, "both are called {short}");
            return;
        }
        self.table.insert(short.to_owned(), BTreeMap::new());
        let definition = &self.definitions[name];
        let required: Vec<&str> = texts(&definition["required"]);
        for (field, schema) in definition["properties"].as_object().into_iter().flatten() {
            if is_left_out(short, field) {
                continue;
            }
            let mut kind = self.kind(schema);
            if required.contains(&field.as_str()) && !is_given_elsewhere(short, field) {
                kind.push('!');
            }
            let limits = self.limits.get(&(short.to_owned(), field.clone()));
            kind.push_str(limits.map_or("", String::as_str));
            let fields = self.table.get_mut(short).unwrap();
            fields.insert(field.clone(), kind);
        }
    }

    fn kind(&mut self, schema: &Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.referred(reference.rsplit('/').next().unwrap());
        }
        match schema["type"].as_str() {
            Some("array") => format!("[]{}", self.kind(&schema["items"])),
            Some("object") => match &schema["additionalProperties"] {
                Value::Null => "{}any".to_owned(),
                values => format!("{{}}{}", self.kind(values)),
            },
            Some(plain) => plain.to_owned(),
            None => "any".to_owned(),
        }
    }

    fn referred(&mut self, name: &str) -> String {
        let schema = &self.definitions[name];
        match short(name) {
            "IntOrString" => "intOrString".to_owned(),
            "Quantity" => "quantity".to_owned(),
            "Item" => "any".to_owned(),
            "Plugin" | "FieldsV1" => "{}any".to_owned(),
            _ if schema["type"] != "object" => self.kind(&schema.clone()),
            short => {
                self.add(name);
                short.to_owned()
            }
        }
    }

    /// Finds the limits that the custom resource definition has, at the fields of the definitions
    /// that stand at the same places.
    fn find_limits(&mut self, schema: &Value, definition: &Value, place: (&str, &str)) {
        let mut definition = definition;
        let mut place = place;
        while let Some(reference) = definition["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap();
            definition = &self.definitions[name];
            if !matches!(short(name), "Quantity" | "IntOrString" | "ParallelSteps") {
                place = (short(name), "");
            }
        }
        let limits = limits(schema);
        if !limits.is_empty() && !place.1.is_empty() {
            let place = (place.0.to_owned(), place.1.to_owned());
            self.limits.insert(place, limits);
        }
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let definition = definition["properties"][field].clone();
            self.find_limits(schema, &definition, (place.0, field));
        }
        if schema["items"].is_object() {
            let items = definition["items"].clone();
            self.find_limits(&schema["items"], &items, (place.0, ""));
        }
        if schema["additionalProperties"].is_object() {
            let values = definition["additionalProperties"].clone();
            self.find_limits(&schema["additionalProperties"], &values, (place.0, ""));
        }
    }
}

/// What only the cluster writes.
fn is_left_out(definition: &str, field: &str) -> bool {
    matches!((definition, field), ("Workflow", "status"))
}

/// What a profile gives where it is left out.
fn is_given_elsewhere(definition: &str, field: &str) -> bool {
    let containers = [
        "Container",
        "ContainerNode",
        "ScriptTemplate",
        "UserContainer",
    ];
    field == "image" && containers.contains(&definition)
}

fn limits(schema: &Value) -> String {
    if schema["x-kubernetes-int-or-string"] == true {
        return String::new();
    }
    let mut limits = String::new();
    let words = texts(&schema["enum"]);
    if !words.is_empty() {
        write!(limits, " in {}", words.join("|")).unwrap();
    }
    for (word, names) in [
        ("from", ["minimum", "minLength", "minItems"]),
        ("to", ["maximum", "maxLength", "maxItems"]),
    ] {
        if let Some(bound) = names.iter().find_map(|name| schema[name].as_i64()) {
            write!(limits, " {word} {bound}").unwrap();
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        write!(limits, " like {pattern}").unwrap();
    }
    limits
}

/// The name that the table has for a definition: its last part, unless Argo has a definition that
/// ends in the same.
fn short(name: &str) -> &str {
    // Kubernetes' is that of probes, Argo's that of `http`.
    const OTHERS: [(&str, &str); 1] = [("io.k8s.api.core.v1.HTTPHeader", "core.HTTPHeader")];
    let other = OTHERS.iter().find(|(other, _)| *other == name);
    other.map_or_else(|| name.rsplit('.').next().unwrap(), |(_, short)| short)
}

fn texts(value: &Value) -> Vec<&str> {
    let values = value.as_array().into_iter().flatten();
    values.filter_map(Value::as_str).collect()
}

fn made(schema: &Value, definition: &Value) -> Table {
    let definitions = schema["definitions"].as_object().unwrap();
    let mut making = Making {
        definitions,
        table: Table::new(),
        names: BTreeMap::new(),
        limits: BTreeMap::new(),
    };
    making.find_limits(definition, &definitions[ROOT].clone(), ("Workflow", ""));
    making.add(ROOT);
    making.table
}

#[test]
fn the_table_says_what_argo_says() {
    let (Some(schema), Some(definition)) = (json_schema(), full_definition()) else {
        return;
    };
    let made = serde_json::to_string_pretty(&made(schema, definition)).unwrap() + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os("WF_RENEW").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{TABLE} is not what Argo's schemas say; WF_RENEW=1 writes it anew"
    );
}
