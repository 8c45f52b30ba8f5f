//! Documents whose shape is not right.

use serde_json::json;
use wf_model::FaultCode::{self, *};
use wf_model::{Draft, Limits, Target, validate as validate_document};

use crate::catalog::{assert_found, codes, signatures, validate};

fn assert_bytes(bytes: &[u8], expected: &[(FaultCode, &str)]) {
    let found = validate(bytes).map_or_else(|faults| codes(&faults), |_| Vec::new());
    let expected: Vec<(FaultCode, String)> = expected
        .iter()
        .map(|(code, path)| (*code, (*path).to_owned()))
        .collect();
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(bytes));
}

#[test]
fn what_is_no_json_is_told_with_line_and_column() {
    for (bytes, part) in [
        (&b"{\"name\":\n  }"[..], "line 2 column 3"),
        (b"", "line 1 column 0"),
        (b"{} x", "line 1 column 4"),
        (b"{\"name\": \"a\xff\"}", "byte 11"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"a\": 1e999}", "out of range"),
    ] {
        let faults = validate(bytes).unwrap_err();
        assert_eq!(codes(&faults), [(MalformedJson, String::new())]);
        assert!(faults.to_string().contains(part), "{faults}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_bytes(deep.as_bytes(), &[(MalformedJson, "")]);
}

#[test]
fn another_json_than_an_object_is_no_document() {
    for bytes in ["null", "[]", "1", "\"x\"", "true"] {
        assert_bytes(bytes.as_bytes(), &[(WrongType, "")]);
    }
}

#[test]
fn what_is_absent_is_told_once_and_has_no_followers() {
    assert_found(&json!({}), &[(Missing, "name"), (Missing, "tasks")]);
    assert_found(
        &json!({"name": null, "tasks": [{}, {"name": "B", "action": "echo", "dependsOn": ["A"],
            "parameters": [{"value": "x"}]}]}),
        &[
            (Missing, "name"),
            (Missing, "tasks[0].action"),
            (Missing, "tasks[0].name"),
            (Missing, "tasks[1].parameters[0].name"),
        ],
    );
}

#[test]
fn wrong_types_are_told_once_and_have_no_followers() {
    assert_found(
        &json!({"name": 5, "tasks": 5, "parameters": {}, "labels": [], "priority": "1", "onExit": 5,
            "outputs": [5], "timeoutSeconds": 1.5}),
        &[
            (WrongType, "labels"),
            (WrongType, "name"),
            (WrongType, "onExit"),
            (WrongType, "outputs[0]"),
            (WrongType, "parameters"),
            (WrongType, "priority"),
            (WrongType, "tasks"),
            (WrongType, "timeoutSeconds"),
        ],
    );
    assert_found(
        &json!({"name": "w", "tasks": [
            {"name": "A", "action": "echo", "parameters": "message"},
            {"name": "B", "action": ["echo"], "dependsOn": "A", "when": true, "depends": 1},
            {"name": "C", "action": "echo", "parameters": [{"name": "message", "value": {}}]},
            7,
        ]}),
        &[
            (WrongType, "tasks[0].parameters"),
            (WrongType, "tasks[1].action"),
            (WrongType, "tasks[1].depends"),
            (WrongType, "tasks[1].dependsOn"),
            (WrongType, "tasks[1].when"),
            (WrongType, "tasks[2].parameters[0].value"),
            (WrongType, "tasks[3]"),
        ],
    );
}

#[test]
fn unknown_fields_are_faults_with_a_suggestion_and_have_no_followers() {
    let bytes = br#"{"name": "w", "$schema": "x", "tasks": [
        {"name": "A", "action": "echo", "parametres": [], "dependson": ["Z"], "x y": 1}]}"#;
    let faults = validate(bytes).unwrap_err();
    let found: Vec<_> = faults
        .as_slice()
        .iter()
        .map(|fault| (fault.code, fault.path.as_str(), fault.suggestion.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (UnknownField, "tasks[0].dependson", Some("dependsOn")),
            (UnknownField, "tasks[0].parametres", Some("parameters")),
            (UnknownField, "tasks[0][\"x y\"]", None),
        ]
    );
}

#[test]
fn fields_that_stand_there_twice_are_faults() {
    assert_bytes(
        br#"{"name": "w", "name": "v", "labels": {"a": "1", "a": "2"}, "tasks": [
            {"name": "A", "action": "make", "action": "make", "withItems": [{"k": 1, "k": 2}]}]}"#,
        &[
            (DuplicateField, "labels.a"),
            (DuplicateField, "name"),
            (DuplicateField, "tasks[0].action"),
            (DuplicateField, "tasks[0].withItems[0].k"),
        ],
    );
}

#[test]
fn numbers_and_booleans_become_the_text_that_argo_makes_of_them() {
    let document = br#"{"name": "w", "labels": {"n": 1}, "parameters": [
        {"name": "p", "default": 1.50, "enum": [true, 1.5, -7, 1e3, 18446744073709551615, 0.000001]}],
        "tasks": [{"name": "A", "action": "echo", "parameters": [{"name": "message", "value": false}]}]}"#;
    let limits = Limits::default();
    let document = Draft::parse(document, &limits).document().unwrap();
    assert_eq!(document.labels["n"], "1");
    assert_eq!(document.parameters[0].default.as_deref(), Some("1.5"));
    assert_eq!(
        document.parameters[0].allowed.as_deref().unwrap(),
        [
            "true",
            "1.5",
            "-7",
            "1000",
            "18446744073709551615",
            "0.000001"
        ]
    );
    assert_eq!(document.tasks[0].parameters[0].value, "false");
    assert_bytes(
        br#"{"name": "w", "tasks": [{"name": "A", "action": "echo",
            "parameters": [{"name": "message", "value": 184467440737095516160}]}]}"#,
        &[(OutOfRange, "tasks[0].parameters[0].value")],
    );
}

#[test]
fn null_is_absent() {
    let bytes = br#"{"name": "w", "description": null, "labels": null, "parameters": null, "onExit": null,
        "tasks": [{"name": "A", "action": "make", "parameters": null, "dependsOn": null, "depends": null,
            "when": null, "withItems": null, "artifacts": null, "retry": null, "timeoutSeconds": null}]}"#;
    let workflow = validate(bytes).unwrap();
    assert_eq!(
        String::from_utf8(workflow.canonical_json()).unwrap(),
        r#"{"name":"w","tasks":[{"name":"A","action":"make"}]}"#
    );
}

#[test]
fn the_canonical_bytes_depend_on_the_meaning_alone() {
    let one = br#"{"tasks": [{"action": "make", "name": "A", "withItems": [{"b": 1, "a": "x"}], "dependsOn": []}],
        "labels": {"b": "1", "a": 2}, "name": "w"}"#;
    let other = br#"{"name":"\u0077","labels":{"a":"2","b":1},
        "tasks":[{"name":"A","action":"make","withItems":[{"a":"x","b":1}]}]}"#;
    let bytes = validate(one).unwrap().canonical_json();
    assert_eq!(bytes, validate(other).unwrap().canonical_json());
    assert_eq!(bytes, validate(&bytes).unwrap().canonical_json());
}

#[test]
fn a_value_and_its_bytes_are_read_alike() {
    let value = json!({"name": "W", "taks": 1, "tasks": [{"name": "A", "action": "echo",
        "parameters": [{"name": "message", "value": 1.0}]}]});
    let limits = Limits::default();
    let from_value = Draft::from_value(value.clone(), &limits).validate(&signatures(), &limits);
    let from_bytes = validate(value.to_string().as_bytes());
    assert_eq!(from_value.unwrap_err(), from_bytes.unwrap_err());
}

#[test]
fn a_document_without_a_size_is_measured() {
    let mut limits = Limits::of(Target::Embedded);
    let document = json!({"name": "w", "tasks": [{"name": "A", "action": "make"}]});
    limits.bytes = 51;
    let draft = Draft::from_value(document.clone(), &limits);
    assert!(draft.validate(&signatures(), &limits).is_ok());
    limits.bytes = 50;
    let document: wf_model::Document = serde_json::from_value(document).unwrap();
    let faults = validate_document(document, &signatures(), &limits).unwrap_err();
    assert_eq!(codes(&faults), [(TooLarge, String::new())]);
}
