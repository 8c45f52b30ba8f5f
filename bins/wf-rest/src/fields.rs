//! Fields: reads a small JSON body, telling at once all that is wrong with it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::{Fault, FaultCode, Faults, Place};
use wf_service::Error;

/// How many faults are told; a body that has more is no mistake of a person.
const MOST_FAULTS: usize = 100;

/// A body's fields, taken one by one; what is left over at the end is a fault.
#[derive(Debug)]
pub(crate) struct Fields {
    left: Map<String, Value>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Fields {
    /// The fields of a JSON object; of an empty body, none.
    pub(crate) fn of(body: &[u8]) -> Result<Self, Error> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::new(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self::new(fields)),
            Ok(other) => Err(one(wrong_type(&Place::root(), "an object", &other))),
            Err(error) => {
                let message = format!("the body is not JSON: {error}");
                Err(one(Fault::new(
                    &Place::root(),
                    FaultCode::MalformedJson,
                    message,
                )))
            }
        }
    }

    fn new(left: Map<String, Value>) -> Self {
        Self {
            left,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The field as it is; `null` is as good as absent.
    pub(crate) fn value(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// A field that has to be there.
    pub(crate) fn required(&mut self, name: &'static str) -> Value {
        self.value(name).unwrap_or_else(|| {
            let message = format!("`{name}` is missing");
            self.fault(Fault::new(
                &Place::root().field(name),
                FaultCode::Missing,
                message,
            ));
            Value::Null
        })
    }

    /// A field that is a text.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text),
            other => {
                self.fault(wrong_type(&Place::root().field(name), "a text", &other));
                None
            }
        }
    }

    /// A field that serde reads, such as an enum; `expected` says what it has to be.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &'static str,
        expected: &str,
    ) -> Option<T> {
        let value = self.value(name)?;
        serde_json::from_value(value)
            .inspect_err(|error| {
                let message = format!("{error}; it has to be {expected}");
                let place = Place::root().field(name);
                self.fault(Fault::new(&place, FaultCode::WrongType, message));
            })
            .ok()
    }

    /// A list of `{"name", "value"}`, each name once; numbers and booleans are taken as text.
    pub(crate) fn parameters(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let place = Place::root().field(name);
        let mut values = BTreeMap::new();
        match self.value(name) {
            Some(Value::Array(list)) => {
                for (index, entry) in list.into_iter().enumerate() {
                    self.parameter(place.clone().index(index), entry, &mut values);
                }
            }
            Some(other) => self.fault(wrong_type(&place, "a list", &other)),
            None => {}
        }
        values
    }

    fn parameter(&mut self, place: Place, entry: Value, values: &mut BTreeMap<String, String>) {
        let mut fields = match entry {
            Value::Object(fields) => fields,
            other => return self.fault(wrong_type(&place, "an object", &other)),
        };
        let name = self.scalar(&place.clone().field("name"), fields.remove("name"));
        let value = self.scalar(&place.clone().field("value"), fields.remove("value"));
        for unknown in fields.keys() {
            self.unknown(&place, unknown, "`name`, `value`");
        }
        if let (Some(name), Some(value)) = (name, value)
            && values.insert(name.clone(), value).is_some()
        {
            let message = format!("`{name}` is given twice");
            self.fault(Fault::new(
                &place.field("name"),
                FaultCode::DuplicateName,
                message,
            ));
        }
    }

    fn scalar(&mut self, place: &Place, value: Option<Value>) -> Option<String> {
        match value {
            Some(Value::String(text)) => return Some(text),
            Some(Value::Number(number)) => return Some(number.to_string()),
            Some(Value::Bool(flag)) => return Some(flag.to_string()),
            Some(Value::Null) | None => {
                self.fault(Fault::new(place, FaultCode::Missing, "this is missing"));
            }
            Some(other) => self.fault(wrong_type(place, "a text", &other)),
        }
        None
    }

    fn unknown(&mut self, parent: &Place, name: &str, known: &str) {
        let shown: String = name.chars().take(64).collect();
        let message = format!("there is no field `{shown}` here; there are {known}");
        let place = parent.clone().field(shown);
        self.fault(Fault::new(&place, FaultCode::UnknownField, message));
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    /// Passes when nothing was wrong and no field is left over.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        let quoted: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        for name in std::mem::take(&mut self.left).keys() {
            self.unknown(&Place::root(), name, &quoted.join(", "));
        }
        Faults::from_found(self.faults).map_or(Ok(()), |faults| Err(faults.into()))
    }
}

/// An error of one fault.
pub(crate) fn one(fault: Fault) -> Error {
    Faults::one(fault).into()
}

fn wrong_type(place: &Place, expected: &str, found: &Value) -> Fault {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let message = format!("this has to be {expected}, and is {found}");
    Fault::new(place, FaultCode::WrongType, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(error: &Error) -> Vec<(&str, FaultCode)> {
        error
            .faults()
            .iter()
            .map(|fault| (fault.path.as_str(), fault.code))
            .collect()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let body = br#"{"reason": 7, "extra": 1, "parameters": [
            {"name": "a", "value": true}, {"name": "a", "value": 2}, {"value": []}, "x",
            {"name": "b", "value": "c", "d": null}]}"#;
        let mut fields = Fields::of(body).unwrap();
        assert_eq!(fields.text("reason"), None);
        fields.parameters("parameters");
        let error = fields.finish().unwrap_err();
        assert_eq!(
            paths(&error),
            [
                ("extra", FaultCode::UnknownField),
                ("parameters[1].name", FaultCode::DuplicateName),
                ("parameters[2].name", FaultCode::Missing),
                ("parameters[2].value", FaultCode::WrongType),
                ("parameters[3]", FaultCode::WrongType),
                ("parameters[4].d", FaultCode::UnknownField),
                ("reason", FaultCode::WrongType),
            ]
        );
    }

    #[test]
    fn an_empty_body_has_no_fields_and_anything_but_an_object_is_a_fault() {
        assert!(Fields::of(b" \n").unwrap().finish().is_ok());
        assert_eq!(
            paths(&Fields::of(b"[]").unwrap_err()),
            [("", FaultCode::WrongType)]
        );
        let error = Fields::of(b"{\n  \"a\": }").unwrap_err();
        assert_eq!(paths(&error), [("", FaultCode::MalformedJson)]);
        assert!(error.to_string().contains("line 2 column 8"), "{error}");
    }

    #[test]
    fn a_body_nested_to_hurt_is_refused() {
        let error = Fields::of("[".repeat(100_000).as_bytes()).unwrap_err();
        assert_eq!(paths(&error), [("", FaultCode::MalformedJson)]);
    }
}
