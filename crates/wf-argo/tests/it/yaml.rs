//! The YAML of a manifest: read alike by parsers of YAML 1.1 and 1.2.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wf_argo::Manifest;

/// A manifest with that value in a place where anything may be.
fn holding(value: Value) -> Manifest {
    let mut manifest = Manifest::default();
    manifest.metadata.rest = Map::from_iter([("annotations".to_owned(), value)]);
    manifest
}

/// The line of the YAML that the value became.
fn line_of(value: &str) -> String {
    let yaml = holding(json!({"x": value})).to_yaml();
    let line = yaml.lines().find_map(|line| line.strip_prefix("    x: "));
    line.unwrap_or_else(|| panic!("{yaml}")).to_owned()
}

#[test]
fn texts_that_some_parser_takes_for_something_else_are_quoted() {
    for text in [
        "yes",
        "No",
        "ON",
        "off",
        "y",
        "N",
        "true",
        "False",
        "null",
        "NULL",
        "~",
        "",
        " a",
        "a ",
        "1",
        "1.5",
        "-1",
        "+1",
        "1_000",
        "0777",
        "0o7",
        "0x1F",
        "0b11",
        "1e3",
        ".5",
        ".inf",
        ".nan",
        "1:30",
        "2026-01-01",
        "<<",
        "=",
        "- a",
        "? a",
        "a: b",
        "a #b",
        "#a",
        "[a]",
        "{a}",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "'a'",
        "\"a\"",
        "a:",
        ":a",
        "---",
        "...",
    ] {
        assert_eq!(
            line_of(text),
            serde_json::to_string(text).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn plain_texts_stay_plain() {
    for text in [
        "wf",
        "alpine:3.7",
        "argoproj.io/v1alpha1",
        "generateName",
        "a b",
        "my-workflow",
        "http://a/b",
    ] {
        assert_eq!(line_of(text), text);
    }
}

#[test]
fn scripts_are_blocks() {
    assert_eq!(line_of("set -e\n\necho\n"), "|");
    assert_eq!(line_of("set -e\n  echo"), "|-");
    let source = "if true; then\n  echo \"a: b\" # c\nfi\n";
    let yaml = holding(json!({"source": source})).to_yaml();
    assert!(yaml.ends_with("    source: |\n      if true; then\n        echo \"a: b\" # c\n      fi\nspec:\n  entrypoint: \"\"\n  templates: []\n"), "{yaml}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[ \t\n:#'\"a-z0-9-]{0,12}",
        "[a-z\n ]{0,30}\n{0,2}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in any_json()) {
        let manifest = holding(value);
        let read: Value = serde_yaml::from_str(&manifest.to_yaml()).unwrap();
        prop_assert_eq!(read, manifest.to_json());
    }
}
