//! What is told of small bodies.

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
fn what_is_written_twice_is_told() {
    let fields = Fields::of(br#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
    let error = fields.finish().unwrap_err();
    assert!(paths(&error).contains(&("a", FaultCode::DuplicateField)));
}

#[test]
fn the_faults_of_an_inner_object_are_told_at_their_place() {
    let body = br#"{"filter": {"name": 1, "other": 2, "labels": {"a": []}}, "list": ["x", 1]}"#;
    let mut fields = Fields::of(body).unwrap();
    fields.object("filter", |inner| {
        (inner.text("name"), inner.labels("labels"))
    });
    assert_eq!(fields.texts("list"), Some(vec!["x".to_owned()]));
    let error = fields.finish().unwrap_err();
    assert_eq!(
        paths(&error),
        [
            ("filter.labels.a", FaultCode::WrongType),
            ("filter.name", FaultCode::WrongType),
            ("filter.other", FaultCode::UnknownField),
            ("list[1]", FaultCode::WrongType),
        ]
    );
}

#[test]
fn a_body_nested_to_hurt_is_refused() {
    let error = Fields::of("[".repeat(100_000).as_bytes()).unwrap_err();
    assert_eq!(paths(&error), [("", FaultCode::MalformedJson)]);
}
