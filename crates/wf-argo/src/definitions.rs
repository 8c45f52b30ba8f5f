//! Definitions: the fields that Argo's objects have, and what may stand in them.
//!
//! The table is made of Argo's own schemas of 4.1, and a test holds it to them. It is what a cluster
//! with full definitions takes under strict validation; those of earlier versions have less.

mod kind;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use self::kind::{Field, Kind};
use crate::suggestion::unknown_field;

const ARGO_4_1: &str = include_str!("definitions/argo-4.1.json");

/// Hears what is wrong: at which path, and what would be right.
pub(crate) type Wrong<'w> = dyn FnMut(String, String) + 'w;

/// What Argo's objects are made of, by the names of their definitions.
#[derive(Debug)]
pub(crate) struct Definitions {
    fields: HashMap<String, HashMap<String, Field>>,
}

/// What Argo's objects are made of.
pub(crate) fn definitions() -> &'static Definitions {
    static DEFINITIONS: OnceLock<Definitions> = OnceLock::new();
    DEFINITIONS.get_or_init(|| {
        let table: HashMap<String, HashMap<String, String>> =
            serde_json::from_str(ARGO_4_1).expect("the table is ours, and a test reads it");
        let fields = |fields: HashMap<String, String>| {
            let fields = fields.into_iter();
            fields
                .map(|(name, kind)| (name, Field::of(&kind)))
                .collect()
        };
        let table = table.into_iter();
        Definitions {
            fields: table.map(|(name, it)| (name, fields(it))).collect(),
        }
    })
}

impl Definitions {
    /// Tells everything that is wrong with an object that is to be of that definition.
    pub(crate) fn check(&self, definition: &str, value: &Value, path: &str, wrong: &mut Wrong) {
        self.value(&Kind::Object(definition.to_owned()), value, path, wrong);
    }

    /// Tells everything that is wrong with what stands in that field of that definition; a field
    /// that is not there is not looked at.
    pub(crate) fn check_field(
        &self,
        (definition, field): (&str, &str),
        value: &Value,
        path: &str,
        wrong: &mut Wrong,
    ) {
        let known = self.fields.get(definition).and_then(|it| it.get(field));
        if let Some(known) = known {
            self.field(known, value, path, wrong);
        }
    }

    fn field(&self, field: &Field, value: &Value, path: &str, wrong: &mut Wrong) {
        if value.is_null() && !field.is_required {
            return;
        }
        self.value(&field.kind, value, path, wrong);
        if let Some(objection) = field.limits.objection(value) {
            wrong(path.to_owned(), objection);
        }
    }

    fn value(&self, kind: &Kind, value: &Value, path: &str, wrong: &mut Wrong) {
        match (kind, value) {
            (Kind::List(inner), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(inner, item, &format!("{path}[{index}]"), wrong);
                }
            }
            (Kind::Map(inner), Value::Object(fields)) => {
                for (name, value) in fields {
                    self.value(inner, value, &joined(path, name), wrong);
                }
            }
            (Kind::Object(definition), Value::Object(fields)) => {
                self.object(definition, fields, path, wrong);
            }
            (kind, value) => {
                if let Some(objection) = kind.objection(value) {
                    wrong(path.to_owned(), objection);
                }
            }
        }
    }

    fn object(&self, definition: &str, fields: &Map<String, Value>, path: &str, wrong: &mut Wrong) {
        let Some(known) = self.fields.get(definition) else {
            return;
        };
        for (name, value) in fields {
            let path = joined(path, name);
            match known.get(name) {
                Some(field) => self.field(field, value, &path, wrong),
                None => wrong(path, unknown(name, known)),
            }
        }
        let mut missing: Vec<&str> = known
            .iter()
            .filter(|(name, field)| field.is_required && !fields.contains_key(*name))
            .map(|(name, _)| name.as_str())
            .collect();
        missing.sort_unstable();
        for name in missing {
            wrong(joined(path, name), "it is required".to_owned());
        }
    }
}

fn joined(path: &str, field: &str) -> String {
    if path.is_empty() {
        field.to_owned()
    } else {
        format!("{path}.{field}")
    }
}

fn unknown(name: &str, known: &HashMap<String, Field>) -> String {
    if name == "<<" {
        return "a merge key is no field of Argo's; write the fields out".to_owned();
    }
    unknown_field(name, known.keys().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(definition: &str, value: &Value) -> Vec<(String, String)> {
        let mut told = Vec::new();
        definitions().check(definition, value, "x", &mut |path, message| {
            told.push((path, message));
        });
        told
    }

    #[test]
    fn what_is_right_is_taken() {
        for (definition, value) in [
            (
                "Container",
                json!({"command": ["a"], "env": [{"name": "A", "value": "1"}]}),
            ),
            (
                "Container",
                json!({"resources": {"limits": {"cpu": "50m", "memory": 1}}, "args": null}),
            ),
            ("RetryStrategy", json!({"limit": 3})),
            (
                "RetryStrategy",
                json!({"limit": "3", "backoff": {"duration": "1s", "factor": 2}}),
            ),
            (
                "Template",
                json!({"plugin": {"chat": {"anything": [1, {}]}}}),
            ),
            (
                "Template",
                json!({"steps": [[{"name": "a", "inline": {"suspend": {}}}]]}),
            ),
            ("Metadata", json!({"labels": {"a": "b"}})),
        ] {
            assert_eq!(told(definition, &value), [], "{value}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_is_told_with_its_place_and_what_would_be_right() {
        assert_told([
            (
                "Container",
                json!({"comand": []}),
                "x.comand",
                "unknown field `comand`; did you mean `command`?",
            ),
            (
                "Container",
                json!({"<<": {}}),
                "x.<<",
                "a merge key is no field of Argo's; write the fields out",
            ),
            (
                "Template",
                json!({"steps": [[{"name": "a", "inline": {"suspent": {}}}]]}),
                "x.steps[0][0].inline.suspent",
                "unknown field `suspent`; did you mean `suspend`?",
            ),
            (
                "SuspendTemplate",
                json!({"durtion": "1s"}),
                "x.durtion",
                "unknown field `durtion`; did you mean `duration`?",
            ),
            (
                "NoneStrategy",
                json!({"a": 1}),
                "x.a",
                "unknown field `a`; there are none here",
            ),
        ]);
    }

    #[test]
    fn a_value_that_cannot_be_is_told_with_its_place_and_what_would_be_right() {
        assert_told([
            (
                "Container",
                json!({"command": "echo hi"}),
                "x.command",
                "it has to be a list",
            ),
            (
                "Container",
                json!({"command": ["sleep", 5]}),
                "x.command[1]",
                "it has to be a text; write it in quotes: `\"5\"`",
            ),
            (
                "Container",
                json!({"env": [{"value": "1"}]}),
                "x.env[0].name",
                "it is required",
            ),
            (
                "Metadata",
                json!({"labels": {"a": true}}),
                "x.labels.a",
                "it has to be a text; write it in quotes: `\"true\"`",
            ),
            (
                "RetryStrategy",
                json!({"retryPolicy": "Sometimes"}),
                "x.retryPolicy",
                "`Sometimes` is not among `Always`, `OnFailure`, `OnError`, `OnTransientError`",
            ),
            (
                "Template",
                json!({"parallelism": 0}),
                "x.parallelism",
                "it has to be 1 or more",
            ),
            (
                "Template",
                json!({"name": "a b"}),
                "x.name",
                "`a b` does not match `^[a-zA-Z0-9][-a-zA-Z0-9]*$`",
            ),
            (
                "Artifact",
                json!({"name": "a", "mode": 512}),
                "x.mode",
                "it has to be 511 or less",
            ),
            (
                "ResourceRequirements",
                json!({"limits": {"memory": "much"}}),
                "x.limits.memory",
                "it has to be a quantity, as in `100m` or `2Gi`",
            ),
        ]);
    }

    fn assert_told<const N: usize>(cases: [(&str, Value, &str, &str); N]) {
        for (definition, value, path, message) in cases {
            let found = told(definition, &value);
            assert_eq!(found, [(path.to_owned(), message.to_owned())], "{value}");
        }
    }

    #[test]
    fn every_definition_that_a_field_names_is_there() {
        for (name, fields) in &definitions().fields {
            for (field, known) in fields {
                let mut kind = &known.kind;
                while let Kind::List(inner) | Kind::Map(inner) = kind {
                    kind = inner;
                }
                if let Kind::Object(definition) = kind {
                    assert!(
                        definitions().fields.contains_key(definition),
                        "{name}.{field}"
                    );
                }
            }
        }
        assert!(definitions().fields.len() > 150);
    }
}
