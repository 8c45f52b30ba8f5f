//! Ports: the inputs and outputs of a template that stands in an action, as Argo has them, and what
//! its step gives.

use std::collections::HashSet;

use serde_json::Value;

use super::body::BodyKind;
use super::declarations::{is_name, location, way_rule, ways};
use super::given::is_given;
use super::mounts::Brought;
use super::{places, rules};
use crate::definitions::Wrong;

/// Tells what is wrong with the inputs and outputs of a template.
pub(super) fn check(kind: BodyKind, template: &Value, path: &str, wrong: &mut Wrong<'_>) {
    for (port, list) in [
        ("inputs", "parameters"),
        ("inputs", "artifacts"),
        ("outputs", "parameters"),
        ("outputs", "artifacts"),
    ] {
        names(
            list_of(template, port, list),
            &format!("{path}.{port}.{list}"),
            wrong,
        );
    }
    for port in ["inputs", "outputs"] {
        for (index, artifact) in list_of(template, port, "artifacts").iter().enumerate() {
            file(
                kind,
                artifact,
                &format!("{path}.{port}.artifacts[{index}]"),
                wrong,
            );
        }
    }
    for (index, output) in list_of(template, "outputs", "parameters")
        .iter()
        .enumerate()
    {
        way(
            kind,
            output,
            &format!("{path}.outputs.parameters[{index}]"),
            wrong,
        );
    }
    let has_files = ["inputs", "outputs"].iter().any(|port| {
        !list_of(template, port, "artifacts").is_empty()
            || *port == "outputs" && !list_of(template, port, "parameters").is_empty()
    });
    let body = template.get(kind.field());
    if has_files && body.is_some_and(|body| rules::lacks_main(kind, body)) {
        wrong(
            format!("{path}.containerSet.containers"),
            rules::NO_MAIN.to_owned(),
        );
    }
}

/// The artifacts that are brought to the containers of a template.
pub(super) fn brought<'a>(template: &'a Value, path: &str) -> Vec<Brought<'a>> {
    let artifacts = list_of(template, "inputs", "artifacts").iter().enumerate();
    let artifacts = artifacts.filter_map(|(index, it)| {
        Some(Brought {
            path: it.get("path")?.as_str()?,
            at: format!("{path}.inputs.artifacts[{index}].path"),
        })
    });
    artifacts.collect()
}

/// Names that Argo takes, each once.
fn names(list: &[Value], path: &str, wrong: &mut Wrong<'_>) {
    const RULE: &str = "a name has letters, digits, `-` and `_`, at most 128";
    let mut seen = HashSet::new();
    for (index, item) in list.iter().enumerate() {
        let name = name_of(item);
        let global = item.get("globalName").and_then(Value::as_str);
        if global.is_some_and(|it| !it.contains("{{") && !is_name(it)) {
            wrong(format!("{path}[{index}].globalName"), RULE.to_owned());
        }
        let path = format!("{path}[{index}].name");
        if name.is_empty() {
            wrong(path, "it is required, and a text".to_owned());
        } else if !is_name(name) {
            wrong(path, RULE.to_owned());
        } else if !seen.insert(name) {
            wrong(path, format!("`{name}` is there twice"));
        }
    }
}

/// A path, where there are files.
fn file(kind: BodyKind, artifact: &Value, path: &str, wrong: &mut Wrong<'_>) {
    if let Some(places) = artifact.as_object() {
        places::check(places, path, wrong);
    }
    let file = artifact.get("path").and_then(Value::as_str);
    if kind.is_composed() {
        if file.is_some() {
            let message = "only what runs by itself has files; leave the path out";
            wrong(format!("{path}.path"), message.to_owned());
        }
    } else if !kind.has_files() {
        let message = format!("`{}` takes and leaves no files", kind.field());
        wrong(path.to_owned(), message);
    } else if file.is_none_or(str::is_empty) {
        wrong(
            format!("{path}.path"),
            "it needs the path of a file".to_owned(),
        );
    } else if file.is_some_and(|it| it.split('/').any(|part| part == "..")) {
        let message = "the path of a file has no `..`";
        wrong(format!("{path}.path"), message.to_owned());
    }
}

/// Where an output comes from.
fn way(kind: BodyKind, output: &Value, path: &str, wrong: &mut Wrong<'_>) {
    const WAYS: [&str; 6] = [
        "path",
        "supplied",
        "jqFilter",
        "jsonPath",
        "parameter",
        "expression",
    ];
    let Some(from) = output.get("valueFrom").filter(|it| !it.is_null()) else {
        if !has(output, "value") {
            let message = "it needs `valueFrom`, where its value comes from";
            wrong(path.to_owned(), message.to_owned());
        }
        return;
    };
    if has(output, "value") {
        let message = "it has either `value` or `valueFrom`";
        wrong(path.to_owned(), message.to_owned());
    }
    let is_given = |way: &&str| {
        let given = from.get(*way);
        given.is_some_and(|it| !it.is_null() && it.as_str() != Some(""))
    };
    let given: Vec<&str> = WAYS.into_iter().filter(is_given).collect();
    let expected = ways(kind);
    let is_right = match given.as_slice() {
        [way] => expected.contains(way),
        _ => false,
    };
    if !is_right {
        wrong(format!("{path}.valueFrom"), way_rule(kind, &given));
    }
}

/// Tells what is wrong with what a step gives: it is what its template declares, each once, with a
/// value, and all that the template needs.
pub(super) fn check_arguments(
    template: &Value,
    arguments: Option<&Value>,
    path: &str,
    wrong: &mut Wrong<'_>,
) {
    let arguments = arguments.unwrap_or(&Value::Null);
    let path = format!("{path}.arguments");
    for (list, word) in [("parameters", "parameter"), ("artifacts", "artifact")] {
        let given = list_in(arguments, list);
        names(given, &format!("{path}.{list}"), wrong);
        let declared = list_of(template, "inputs", list);
        for (index, name) in given.iter().map(name_of).enumerate() {
            if !declared.iter().any(|it| name_of(it) == name) {
                let message = format!("its template declares no {word} `{name}`");
                wrong(format!("{path}.{list}[{index}].name"), message);
            }
        }
        for input in declared.iter().filter(|it| needs_one(it, list)) {
            let name = name_of(input);
            if !given.iter().any(|it| name_of(it) == name) {
                wrong(
                    path.clone(),
                    format!("its template needs the {word} `{name}`"),
                );
            }
        }
    }
}

/// Tells what is wrong with how a step's arguments are said, whatever its template declares.
pub(super) fn check_values(arguments: Option<&Value>, path: &str, wrong: &mut Wrong<'_>) {
    let arguments = arguments.unwrap_or(&Value::Null);
    for (index, given) in list_in(arguments, "parameters").iter().enumerate() {
        let path = format!("{path}.arguments.parameters[{index}]");
        value(given, &path, wrong);
    }
    for (index, given) in list_in(arguments, "artifacts").iter().enumerate() {
        let path = format!("{path}.arguments.artifacts[{index}]");
        let ways = [has(given, "from"), has(given, "fromExpression")];
        if ways == [true, true] {
            let message = "it has either `from` or `fromExpression`";
            wrong(path, message.to_owned());
        } else if ways == [false, false] && !is_somewhere(given) {
            let message = "it needs `from`, or where it is, as in `s3`";
            wrong(format!("{path}.from"), message.to_owned());
        }
    }
}

/// A value, or from where it is (`validateArgumentsValues`).
fn value(given: &Value, path: &str, wrong: &mut Wrong<'_>) {
    const WAYS: [&str; 3] = ["configMapKeyRef", "supplied", "event"];
    let Some(from) = given.get("valueFrom").filter(|it| !it.is_null()) else {
        if !has(given, "value") {
            let message = "it needs a `value`";
            wrong(format!("{path}.value"), message.to_owned());
        }
        return check_choice(given, path, wrong);
    };
    let fields = from.as_object().into_iter().flatten();
    let others = fields.filter(|(name, _)| !WAYS.contains(&&***name) && *name != "default");
    if others.count() > 0 || !WAYS.iter().any(|way| has(from, way)) {
        let message = "what a step gives comes from a `configMapKeyRef`, or is `supplied`";
        wrong(format!("{path}.valueFrom"), message.to_owned());
    }
    check_choice(given, path, wrong);
}

fn check_choice(given: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let Some(choices) = given.get("enum").and_then(Value::as_array) else {
        return;
    };
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let value = given.get("value").map(text);
    if !value.is_some_and(|value| choices.iter().map(text).any(|it| it == value)) {
        let message = "it has to be in its `enum`";
        wrong(format!("{path}.value"), message.to_owned());
    }
}

/// Whether an input has to be given.
fn needs_one(input: &Value, list: &str) -> bool {
    let name_is_there = !name_of(input).is_empty();
    name_is_there
        && match list {
            "parameters" => !["value", "default", "valueFrom"]
                .iter()
                .any(|it| has(input, it)),
            _ => !is_somewhere(input) && input.get("optional") != Some(&Value::Bool(true)),
        }
}

fn is_somewhere(artifact: &Value) -> bool {
    artifact
        .as_object()
        .is_some_and(|it| location(it).is_some())
}

fn has(item: &Value, field: &str) -> bool {
    is_given(item.get(field))
}

fn name_of(item: &Value) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn list_of<'a>(template: &'a Value, port: &str, list: &str) -> &'a [Value] {
    template.get(port).map_or(&[], |port| list_in(port, list))
}

fn list_in<'a>(holder: &'a Value, list: &str) -> &'a [Value] {
    let items = holder.get(list).and_then(Value::as_array);
    items.map_or(&[], Vec::as_slice)
}
