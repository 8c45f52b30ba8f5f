//! Queries: what a request asks for after the `?`, held to the declared parameters.

use poem::Request;
use serde_json::Value;
use wf_model::{Fault, FaultCode, Faults, Place, Timestamp};
use wf_service::{Code, Error};

use crate::error::ApiError;

/// How many faults of one query are told.
const MOST_FAULTS: usize = 50;

/// A declared query parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    name: String,
    repeated: bool,
    kind: Kind,
}

/// What values a parameter has.
#[derive(Debug)]
enum Kind {
    Text,
    Boolean,
    Moment,
    Integer { least: i64, most: i64 },
    Words(Vec<String>),
}

impl Parameter {
    /// The parameter that an OpenAPI document declares so.
    pub(super) fn declared_by(document: &Value, parameter: &Value) -> Option<Self> {
        let schema = resolved(document, &parameter["schema"]);
        let repeated = schema["type"] == "array";
        let schema = if repeated {
            resolved(document, &schema["items"])
        } else {
            schema
        };
        Some(Self {
            name: parameter["name"].as_str()?.to_owned(),
            repeated,
            kind: Kind::declared_by(schema),
        })
    }

    fn check(&self, value: &str) -> Option<Fault> {
        let wrong = |code, expected: String| {
            let shown: String = value
                .chars()
                .take(64)
                .filter(|shown| !shown.is_control())
                .collect();
            let message = format!("`{shown}` is not {expected}");
            Some(Fault::new(&place(&self.name), code, message))
        };
        match &self.kind {
            Kind::Text => None,
            Kind::Boolean if matches!(value, "true" | "false") => None,
            Kind::Boolean => wrong(FaultCode::WrongType, "`true` or `false`".to_owned()),
            Kind::Moment if Timestamp::parse(value).is_some() => None,
            Kind::Moment => {
                let expected = "a moment of RFC 3339, as in `2026-01-31T12:00:00Z` (a `+` is \
                                written `%2B`)";
                wrong(FaultCode::WrongType, expected.to_owned())
            }
            Kind::Integer { least, most } => match value.parse::<i64>() {
                Ok(number) if (*least..=*most).contains(&number) => None,
                Ok(_) => wrong(FaultCode::OutOfRange, format!("in {least} to {most}")),
                Err(_) => wrong(
                    FaultCode::WrongType,
                    format!("a number in {least} to {most}"),
                ),
            },
            Kind::Words(words) if words.iter().any(|word| word == value) => None,
            Kind::Words(words) => {
                let meant = words
                    .iter()
                    .find(|word| word.eq_ignore_ascii_case(value))
                    .cloned();
                let expected = format!("one of {}", words.join(", "));
                wrong(FaultCode::OutOfRange, expected).map(|fault| fault.suggesting(meant))
            }
        }
    }
}

impl Kind {
    fn declared_by(schema: &Value) -> Self {
        let words = schema["enum"].as_array().into_iter().flatten();
        let words: Vec<String> = words
            .filter_map(|word| Some(word.as_str()?.to_owned()))
            .collect();
        if !words.is_empty() {
            return Self::Words(words);
        }
        #[allow(clippy::cast_possible_truncation)] // bounds of ours, written as whole numbers
        let bound = |name: &str, otherwise| {
            schema[name]
                .as_f64()
                .map_or(otherwise, |bound| bound as i64)
        };
        match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("boolean"), _) => Self::Boolean,
            (Some("integer"), _) => Self::Integer {
                least: bound("minimum", 0),
                most: bound("maximum", i64::from(u32::MAX)),
            },
            (_, Some("date-time")) => Self::Moment,
            _ => Self::Text,
        }
    }
}

/// A schema, followed to where its values are described.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|target| target.rsplit('/').next())
    {
        return resolved(document, &document["components"]["schemas"][name]);
    }
    match schema["allOf"].as_array().and_then(|all| all.first()) {
        Some(first) => resolved(document, first),
        None => schema,
    }
}

/// Refuses parameters that are not declared, are given twice, or have a value that is none.
pub(super) fn check(request: &Request, declared: &[Parameter]) -> Result<(), ApiError> {
    let Ok(given) = request.params::<Vec<(String, String)>>() else {
        let message = "the query cannot be read; write it as `name=value&name=value`";
        return Err(Error::new(Code::Invalid, message).into());
    };
    let mut faults = Vec::new();
    for (position, (name, value)) in given.iter().enumerate() {
        let Some(parameter) = declared.iter().find(|parameter| parameter.name == *name) else {
            faults.push(unknown(name, declared));
            continue;
        };
        if !parameter.repeated && given[..position].iter().any(|(earlier, _)| earlier == name) {
            let message = format!("`{name}` is given more than once");
            faults.push(Fault::new(&place(name), FaultCode::DuplicateField, message));
        }
        faults.extend(parameter.check(value));
        if faults.len() >= MOST_FAULTS {
            break;
        }
    }
    Faults::from_found(faults).map_or(Ok(()), |faults| Err(Error::from(faults).into()))
}

fn unknown(name: &str, declared: &[Parameter]) -> Fault {
    let shown: String = name
        .chars()
        .take(64)
        .filter(|shown| !shown.is_control())
        .collect();
    let known: Vec<String> = declared
        .iter()
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    let known = if known.is_empty() {
        "none".to_owned()
    } else {
        known.join(", ")
    };
    let message = format!("there is no query parameter `{shown}` here; there are {known}");
    let same = |parameter: &&Parameter| parameter.name.eq_ignore_ascii_case(name);
    let meant = declared
        .iter()
        .find(same)
        .map(|parameter| parameter.name.clone());
    Fault::new(&place(&shown), FaultCode::UnknownField, message).suggesting(meant)
}

fn place(name: &str) -> Place {
    Place::root().field(name.to_owned())
}
