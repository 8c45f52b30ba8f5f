//! Nulls: what stands in the data of an answer for what failed.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, PathSegment, ServerError, Value};

/// The fields of an object in an answer.
type Fields = IndexMap<Name, Value>;

/// The source of an error of a field that may not be null.
#[derive(Debug)]
pub(crate) struct TakesItsObject;

/// A field that failed is null, or takes the object that has it along.
///
/// The library (7.2.1) leaves the field out instead, and an object without fields becomes null;
/// the specification allows neither, and the caches of clients stumble at it.
pub(crate) fn tell_nulls(data: &mut Value, errors: &[ServerError]) {
    let is_essential = |error: &&ServerError| error.source::<TakesItsObject>().is_some();
    for error in errors.iter().filter(|error| !is_essential(error)) {
        if let Some((PathSegment::Field(field), parents)) = error.path.split_last()
            && let Some(parent) = follow(data, parents)
        {
            fields_of(parent).map(|fields| fields.entry(Name::new(field)).or_insert(Value::Null));
        }
    }
    for error in errors.iter().filter(is_essential) {
        if let Some((_, parents)) = error.path.split_last()
            && let Some(parent) = follow(data, parents)
        {
            *parent = Value::Null;
        }
    }
}

/// What stands at that place of the data; objects that were lost on the way are made again.
fn follow<'a>(data: &'a mut Value, path: &[PathSegment]) -> Option<&'a mut Value> {
    path.iter().try_fold(data, |at, segment| match segment {
        PathSegment::Field(name) => {
            fields_of(at).map(|fields| fields.entry(Name::new(name)).or_insert(Value::Null))
        }
        PathSegment::Index(index) => match at {
            Value::List(items) => items.get_mut(*index),
            _ => None,
        },
    })
}

fn fields_of(value: &mut Value) -> Option<&mut Fields> {
    if *value == Value::Null {
        *value = Value::Object(Fields::default());
    }
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_graphql::value;

    use super::*;

    fn error(path: &[&str], essential: bool) -> ServerError {
        let path = path.iter().map(|segment| match segment.parse() {
            Ok(index) => PathSegment::Index(index),
            Err(_) => PathSegment::Field((*segment).to_owned()),
        });
        let mut error = ServerError::new("x", None).with_path(path.collect());
        error.source = essential.then(|| Arc::new(TakesItsObject) as _);
        error
    }

    #[test]
    fn a_field_that_failed_is_null() {
        let mut data = value!({"a": {"b": 1}, "list": [{"x": 1}, null]});
        let errors = [
            error(&["a", "c"], false),
            error(&["list", "1", "x"], false),
            error(&["d"], false),
            error(&[], false),
            error(&["list", "7", "x"], false),
        ];
        tell_nulls(&mut data, &errors);
        let expected =
            value!({"a": {"b": 1, "c": null}, "list": [{"x": 1}, {"x": null}], "d": null});
        assert_eq!(data, expected);
    }

    #[test]
    fn data_that_was_lost_with_its_only_field_is_told() {
        let mut data = Value::Null;
        tell_nulls(&mut data, &[error(&["a"], false)]);
        assert_eq!(data, value!({"a": null}));
    }

    #[test]
    fn a_field_that_may_not_be_null_takes_its_object_along() {
        let mut data = value!({"list": [{"x": 1}, {"x": 2}]});
        let errors = [
            error(&["list", "0", "y"], true),
            error(&["list", "0", "z"], false),
        ];
        tell_nulls(&mut data, &errors);
        assert_eq!(data, value!({"list": [null, {"x": 2}]}));
    }
}
