//! Forms: an action's parameters as a JSON Schema, and how to draw them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::literal::ParameterType;
use crate::signature::{ParameterSignature, Signature};
use crate::warning::sounds_secret;

/// The dialect of every schema here.
pub(crate) const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Signature {
    /// The parameters as a JSON Schema (draft 2020-12) of one object with a field for each.
    ///
    /// Numbers and booleans are such in the schema. In a document their values may be given as
    /// they are, or as text; JSON parameters are text, which holds JSON.
    pub fn parameters_schema(&self) -> Value {
        let properties = self.parameters.iter();
        let properties: Map<String, Value> = properties
            .map(|parameter| (parameter.name.clone(), parameter.schema()))
            .collect();
        let required = self.parameters.iter().filter(|it| it.is_required());
        let required: Vec<&str> = required.map(|it| it.name.as_str()).collect();
        json!({
            "$schema": DIALECT,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    /// How to draw a form for [`parameters_schema`](Self::parameters_schema): the order of the
    /// fields and their widgets, in the words of react-jsonschema-form.
    pub fn ui_schema(&self) -> Value {
        let mut order: Vec<&ParameterSignature> = self.parameters.iter().collect();
        order.sort_by_key(|parameter| parameter.order.unwrap_or(i32::MAX));
        let names: Vec<&str> = order.iter().map(|it| it.name.as_str()).collect();
        let mut ui = Map::new();
        ui.insert("ui:order".to_owned(), json!(names));
        for parameter in order {
            let hints = parameter.hints();
            if !hints.is_empty() {
                ui.insert(parameter.name.clone(), json!(hints));
            }
        }
        Value::Object(ui)
    }
}

impl ParameterSignature {
    /// The value as it is meant: a number is a number.
    fn schema(&self) -> Value {
        let mut schema = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                schema.insert(name.to_owned(), value);
            }
        };
        let meant = |values: &[String]| -> Value {
            let meant = values.iter().filter_map(|value| self.kind.meant(value));
            meant.collect()
        };
        put("title", self.title.clone().map(Value::from));
        put("description", self.description.clone().map(Value::from));
        put("type", Some(self.kind.json_type().into()));
        let media = (self.kind == ParameterType::Json).then(|| "application/json".into());
        put("contentMediaType", media);
        let default = self.default.as_deref();
        put("default", default.and_then(|it| self.kind.meant(it)));
        put("enum", self.allowed.as_deref().map(meant));
        put("minimum", self.minimum.clone().map(Value::Number));
        put("maximum", self.maximum.clone().map(Value::Number));
        put("minLength", self.min_length.map(Value::from));
        put("maxLength", self.max_length.map(Value::from));
        let pattern = self.pattern.as_ref();
        put("pattern", pattern.map(|it| it.as_str().into()));
        let examples = Some(&self.examples).filter(|it| !it.is_empty());
        put("examples", examples.map(|it| meant(it)));
        Value::Object(schema)
    }

    /// The value as a document may spell it, references included; what they stand for is not
    /// known.
    pub(crate) fn value_schema(&self) -> Value {
        let mut spelt = Map::new();
        if let Some(allowed) = &self.allowed {
            let meant = allowed.iter().filter_map(|value| self.kind.meant(value));
            let texts = allowed.iter().map(|value| Value::from(value.as_str()));
            let scalars = allowed.iter().filter_map(|value| scalar(value));
            let mut values: Vec<Value> = Vec::new();
            for value in texts.chain(meant).chain(scalars) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            spelt.insert("enum".to_owned(), values.into());
        }
        let literal = match (&self.allowed, self.kind) {
            (Some(_), _) => Value::Object(spelt),
            (None, ParameterType::String | ParameterType::Json) => self.text_schema(),
            (None, kind) => json!({"anyOf": [self.number_schema(), kind.text_of_it()]}),
        };
        json!({"anyOf": [literal, {"type": "string", "pattern": r"\{\{"}]})
    }

    fn text_schema(&self) -> Value {
        let mut schema = json!({"type": "string"});
        for (name, length) in [
            ("minLength", self.min_length),
            ("maxLength", self.max_length),
        ] {
            if let Some(length) = length {
                schema[name] = length.into();
            }
        }
        if let Some(pattern) = &self.pattern {
            schema["pattern"] = pattern.as_str().into();
        }
        // A number or a boolean becomes a text, of which its pattern cannot be said here.
        json!({"anyOf": [schema, {"type": ["number", "boolean"]}]})
    }

    fn number_schema(&self) -> Value {
        let mut schema = json!({"type": self.kind.json_type()});
        for (name, bound) in [("minimum", &self.minimum), ("maximum", &self.maximum)] {
            if let Some(bound) = bound {
                schema[name] = Value::Number(bound.clone());
            }
        }
        schema
    }

    /// How to draw its field.
    fn hints(&self) -> BTreeMap<&'static str, Value> {
        let mut hints = BTreeMap::new();
        let widget = if self.multiline || self.kind == ParameterType::Json {
            Some("textarea")
        } else if sounds_secret(&self.name) {
            Some("password")
        } else {
            None
        };
        if let Some(widget) = widget {
            hints.insert("ui:widget", widget.into());
        }
        if let Some(example) = self.examples.first() {
            hints.insert("ui:placeholder", example.as_str().into());
        }
        hints
    }
}

impl ParameterType {
    /// The type of its values in a JSON Schema.
    fn json_type(self) -> &'static str {
        match self {
            Self::String | Self::Json => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }

    /// What the text of a value means, as JSON; nothing for a number that JSON's readers would
    /// take for another.
    fn meant(self, text: &str) -> Option<Value> {
        match self {
            Self::String | Self::Json => Some(text.into()),
            Self::Boolean | Self::Integer => scalar(text),
            Self::Number => scalar(text).or_else(|| {
                let number: serde_json::Number = serde_json::from_str(text).ok()?;
                Some(Value::Number(number))
            }),
        }
    }

    /// The texts that spell a value.
    fn text_of_it(self) -> Value {
        let pattern = match self {
            Self::String | Self::Json => "",
            Self::Integer => "^-?(0|[1-9][0-9]*)$",
            Self::Number => r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$",
            Self::Boolean => "^(true|false)$",
        };
        json!({"type": "string", "pattern": pattern})
    }
}

/// The number or boolean of which this is the text, when it is written as JSON writes it.
pub(crate) fn scalar(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    let is_scalar = value.is_number() || value.is_boolean();
    let written = value.to_string();
    (is_scalar && written == text).then_some(value)
}
