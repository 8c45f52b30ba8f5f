//! Fields: reads a small JSON body, telling at once all that is wrong with it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::{Fault, FaultCode, Faults, Place};
use wf_service::Error;

use crate::twice::fields_there_twice;

/// How many faults are told; a body that has more is no mistake of a person.
const MOST_FAULTS: usize = 100;

/// A body's fields, taken one by one; what is left over at the end is a fault.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Where in the body they stand.
    place: Place,
    left: Map<String, Value>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
}

impl Fields {
    /// The fields of a JSON object; of an empty body, none.
    pub(crate) fn of(body: &[u8]) -> Result<Self, Error> {
        Self::around(None, body)
    }

    /// The same around a field whose value has a reader of its own, which sees what stands twice
    /// there.
    pub(crate) fn around(other: Option<&str>, body: &[u8]) -> Result<Self, Error> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::new(Place::root(), Map::new()));
        }
        match lenient(body)? {
            Value::Object(fields) => {
                let mut fields = Self::new(Place::root(), fields);
                let inner = other.map(|name| format!("{name}."));
                let is_there = |path: &str| inner.as_ref().is_some_and(|it| path.starts_with(it));
                let twice = faults_of_twice(body).filter(|fault| !is_there(&fault.path));
                twice.for_each(|fault| fields.fault(fault));
                Ok(fields)
            }
            other => Err(one(wrong_type(&Place::root(), "an object", &other))),
        }
    }

    fn new(place: Place, left: Map<String, Value>) -> Self {
        Self {
            place,
            left,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    fn at(&self, name: impl Into<std::borrow::Cow<'static, str>>) -> Place {
        self.place.clone().field(name)
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
            self.fault(Fault::new(&self.at(name), FaultCode::Missing, message));
            Value::Null
        })
    }

    /// A field that is a text.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) => Some(text),
            other => {
                self.fault(wrong_type(&self.at(name), "a text", &other));
                None
            }
        }
    }

    /// A field that serde reads; `expected` says what it has to be.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &'static str,
        expected: &str,
    ) -> Option<T> {
        let value = self.value(name)?;
        let read = serde_json::from_value(value).ok();
        if read.is_none() {
            let message = format!("this has to be {expected}");
            self.fault(Fault::new(&self.at(name), FaultCode::WrongType, message));
        }
        read
    }

    /// A field that is one of these words.
    pub(crate) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(name)?;
        self.meant(&self.at(name), &text, words)
    }

    /// A list of such words.
    pub(crate) fn words<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Vec<T> {
        let place = self.at(name);
        let texts = self.numbered_texts(name).unwrap_or_default().into_iter();
        let meant = texts.filter_map(|(index, text)| {
            let place = place.clone().index(index);
            self.meant(&place, &text, words)
        });
        meant.collect()
    }

    fn meant<T: Copy>(
        &mut self,
        place: &Place,
        text: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let meant = words.iter().find(|(word, _)| *word == text);
        if meant.is_none() {
            let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let near = known.iter().find(|word| word.eq_ignore_ascii_case(text));
            let message = format!("`{shown}` is not one of {}", known.join(", "));
            let fault = Fault::new(place, FaultCode::OutOfRange, message);
            self.fault(fault.suggesting(near.copied()));
        }
        meant.map(|(_, meant)| *meant)
    }

    /// The same for a field that has to be there.
    pub(crate) fn required_word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.required(name);
            return None;
        }
        self.word(name, words)
    }

    /// A field that is true or false.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "`true` or `false`")
    }

    /// A field that has to be there, and is true or false.
    pub(crate) fn required_flag(&mut self, name: &'static str) -> bool {
        match self.required(name) {
            Value::Bool(flag) => flag,
            // It is missing, which is told already.
            Value::Null => false,
            other => {
                let fault = wrong_type(&self.at(name), "`true` or `false`", &other);
                self.fault(fault);
                false
            }
        }
    }

    /// A field that is a whole number, as of a run.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<u32> {
        self.read(name, "a whole number from 0 to 4294967295")
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let texts = self.numbered_texts(name)?;
        Some(texts.into_iter().map(|(_, text)| text).collect())
    }

    /// The same with the places that they have in the list.
    fn numbered_texts(&mut self, name: &'static str) -> Option<Vec<(usize, String)>> {
        let place = self.at(name);
        let list = match self.value(name)? {
            Value::Array(list) => list,
            other => {
                self.fault(wrong_type(&place, "a list", &other));
                return None;
            }
        };
        let mut texts = Vec::new();
        for (index, entry) in list.into_iter().enumerate() {
            match entry {
                Value::String(text) => texts.push((index, text)),
                other => self.fault(wrong_type(&place.clone().index(index), "a text", &other)),
            }
        }
        Some(texts)
    }

    /// An object of texts.
    pub(crate) fn labels(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let place = self.at(name);
        let entries = match self.value(name) {
            Some(Value::Object(entries)) => entries,
            Some(other) => {
                self.fault(wrong_type(&place, "an object", &other));
                return BTreeMap::new();
            }
            None => return BTreeMap::new(),
        };
        let mut labels = BTreeMap::new();
        for (key, value) in entries {
            if let Value::String(value) = value {
                labels.insert(key, value);
            } else {
                self.fault(wrong_type(&place.clone().field(key), "a text", &value));
            }
        }
        labels
    }

    /// The fields of an object in here, read by `read`.
    pub(crate) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        match self.value(name)? {
            Value::Object(fields) => {
                let mut inner = Self::new(self.at(name), fields);
                let value = read(&mut inner);
                inner.tell_rest();
                inner.faults.into_iter().for_each(|fault| self.fault(fault));
                Some(value)
            }
            other => {
                self.fault(wrong_type(&self.at(name), "an object", &other));
                None
            }
        }
    }

    /// Notes that what is there does not go together.
    pub(crate) fn refuse(&mut self, name: &'static str, message: impl Into<String>) {
        self.fault(Fault::new(&self.at(name), FaultCode::OutOfRange, message));
    }

    /// A list of `{"name", "value"}`, each name once; numbers and booleans are taken as text.
    pub(crate) fn parameters(&mut self, name: &'static str) -> BTreeMap<String, String> {
        let place = self.at(name);
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
        self.tell_rest();
        Faults::from_found(self.faults).map_or(Ok(()), |faults| Err(faults.into()))
    }

    /// Notes every field that nobody asked for.
    fn tell_rest(&mut self) {
        let quoted: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        let place = self.place.clone();
        for name in std::mem::take(&mut self.left).keys() {
            self.unknown(&place, name, &quoted.join(", "));
        }
    }
}

/// A body of JSON, in which no field stands twice.
pub(crate) fn json(body: &[u8]) -> Result<Value, Error> {
    let value = lenient(body)?;
    let faults = faults_of_twice(body).take(MOST_FAULTS).collect();
    Faults::from_found(faults).map_or(Ok(value), |faults| Err(faults.into()))
}

fn faults_of_twice(body: &[u8]) -> impl Iterator<Item = Fault> {
    let message = "this field is there twice; write it once";
    let places = fields_there_twice(body).into_iter();
    places.map(move |place| Fault::new(&place, FaultCode::DuplicateField, message))
}

fn lenient(body: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the body is not JSON: {error}");
        one(Fault::new(
            &Place::root(),
            FaultCode::MalformedJson,
            message,
        ))
    })
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
mod tests;
