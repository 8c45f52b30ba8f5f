//! Objects of fields, of which some are not given.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::scalar::Scalar;

/// The fields that are given.
pub(super) fn fields<'n>(
    given: impl IntoIterator<Item = (&'n str, Option<Value>)>,
) -> Map<String, Value> {
    let given = given.into_iter();
    given
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// The same as a value.
pub(super) fn object<'n>(given: impl IntoIterator<Item = (&'n str, Option<Value>)>) -> Value {
    Value::Object(fields(given))
}

/// The object, unless it is empty.
pub(super) fn filled(fields: Map<String, Value>) -> Option<Value> {
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// The list, unless it is empty.
pub(super) fn filled_list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

/// A text, if there is one.
pub(super) fn text(given: Option<&str>) -> Option<Value> {
    given.map(Value::from)
}

/// Texts under their names.
pub(super) fn texts(given: &BTreeMap<String, Scalar>) -> Map<String, Value> {
    let given = given.iter();
    given
        .map(|(name, text)| (name.clone(), Value::from(text.0.as_str())))
        .collect()
}

/// A list of texts.
pub(super) fn list(given: &[Scalar]) -> Value {
    given.iter().map(|text| text.0.as_str()).collect()
}

/// A duration, as Argo writes it.
pub(super) fn seconds(given: u32) -> Value {
    Value::from(format!("{given}s"))
}
