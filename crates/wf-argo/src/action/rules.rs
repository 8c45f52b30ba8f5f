//! Rules of Argo's templates that no table of fields can say (`workflow/validate/validate.go`).

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::body::BodyKind;
use crate::definitions::Wrong;
use crate::names::is_dns_label;
use crate::reserved;

/// The container that Argo takes artifacts to, and outputs from.
const MAIN: &str = "main";

/// Tells what Argo would refuse of a body, or of what stands beside it.
pub(super) fn check(
    kind: BodyKind,
    body: &Value,
    beside: &Map<String, Value>,
    path: &str,
    wrong: &mut Wrong<'_>,
) {
    let at = |field: &str| match path {
        "" => field.to_owned(),
        path => format!("{path}.{field}"),
    };
    let body_at = at(kind.field());
    match kind {
        BodyKind::ContainerSet => container_set(body, &body_at, wrong),
        BodyKind::Resource => resource(body, &body_at, wrong),
        BodyKind::Dag => target(body, &format!("{body_at}.target"), wrong),
        BodyKind::Plugin if body.as_object().is_some_and(|it| it.len() != 1) => {
            let message = "it needs exactly one field, the name of the plugin";
            wrong(body_at, message.to_owned());
        }
        BodyKind::Suspend => {
            duration(body.get("duration"), &format!("{body_at}.duration"), wrong);
        }
        _ => {}
    }
    let mut taken = match kind {
        BodyKind::ContainerSet => set_names(body),
        _ => vec![MAIN],
    };
    for field in ["sidecars", "initContainers"] {
        names(beside.get(field), &at(field), &mut taken, wrong);
    }
    duration(beside.get("timeout"), &at("timeout"), wrong);
    duration(beside.get("pendingTimeout"), &at("pendingTimeout"), wrong);
    number(
        beside.get("activeDeadlineSeconds"),
        (1, "a number of seconds, 1 or more"),
        &at("activeDeadlineSeconds"),
        wrong,
    );
    if let Some(retry) = beside.get("retryStrategy").filter(|it| it.is_object()) {
        retry_strategy(retry, &at("retryStrategy"), wrong);
    }
}

/// Names that are there, each once, and not Argo's own.
fn names<'a>(list: Option<&'a Value>, path: &str, taken: &mut Vec<&'a str>, wrong: &mut Wrong<'_>) {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    for (index, container) in list.enumerate() {
        let name = container
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let path = format!("{path}[{index}].name");
        if name.is_empty() {
            wrong(path, "it is required, and a text".to_owned());
        } else if !is_dns_label(name) {
            let rule = "a container's name has lower-case letters, digits and `-`, at most 63, a letter or a digit at \
                        both ends";
            wrong(path, rule.to_owned());
        } else if reserved::is_container(name) {
            wrong(
                path,
                format!("`{name}` is a container of Argo's own; take another name"),
            );
        } else if taken.contains(&name) {
            wrong(path, format!("the pod has a container `{name}` already"));
        }
        taken.push(name);
    }
}

fn set_names(body: &Value) -> Vec<&str> {
    let containers = body.get("containers").and_then(Value::as_array);
    let containers = containers.into_iter().flatten();
    containers
        .map(|it| it.get("name").and_then(Value::as_str).unwrap_or_default())
        .collect()
}

/// Whether a body has no container that Argo could take files to, or from.
pub(super) fn lacks_main(kind: BodyKind, body: &Value) -> bool {
    kind == BodyKind::ContainerSet && !set_names(body).contains(&MAIN)
}

/// What is said of such a one that takes or leaves some.
pub(super) const NO_MAIN: &str =
    "Argo brings artifacts to the container `main`, and takes outputs from it; call one of them so";

/// The tasks that a `dag` is run for.
fn target(body: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let Some(target) = body.get("target").and_then(Value::as_str) else {
        return;
    };
    let tasks = body.get("tasks").and_then(Value::as_array);
    let tasks = tasks.into_iter().flatten();
    let names: Vec<&str> = tasks.filter_map(|it| it.get("name")?.as_str()).collect();
    for name in target.split_whitespace() {
        if !name.contains("{{") && !names.contains(&name) {
            wrong(path.to_owned(), format!("there is no task `{name}`"));
        }
    }
}

fn container_set(body: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let list_at = format!("{path}.containers");
    let mut names = Vec::new();
    self::names(body.get("containers"), &list_at, &mut names, wrong);
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(at, it)| (*it, at)).collect();
    let containers = body.get("containers").and_then(Value::as_array);
    let mut waits = Vec::new();
    for (at, container) in containers.into_iter().flatten().enumerate() {
        let list = container.get("dependencies").and_then(Value::as_array);
        let mut on = Vec::new();
        for (place, name) in list.into_iter().flatten().enumerate() {
            let name = name.as_str().unwrap_or_default();
            if let Some(&other) = index.get(name) {
                on.push(other);
            } else {
                let path = format!("{list_at}[{at}].dependencies[{place}]");
                wrong(path, format!("there is no container `{name}`"));
            }
        }
        waits.push(on);
    }
    if has_circle(&waits) {
        wrong(
            list_at,
            "its containers wait for each other in a circle".to_owned(),
        );
    }
}

fn has_circle(waits: &[Vec<usize>]) -> bool {
    let mut done = vec![false; waits.len()];
    loop {
        let free = (0..waits.len()).find(|&at| !done[at] && waits[at].iter().all(|&on| done[on]));
        match free {
            Some(at) => done[at] = true,
            None => return done.contains(&false),
        }
    }
}

fn resource(body: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let manifest = body.get("manifest").and_then(Value::as_str);
    if manifest.is_some() && body.get("manifestFrom").is_some_and(|it| !it.is_null()) {
        let message = "the manifest comes from `manifest` or from `manifestFrom`, not from both";
        wrong(path.to_owned(), message.to_owned());
    }
    let action = body
        .get("action")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let needs_one = matches!(action, "create" | "apply" | "replace" | "patch");
    if needs_one
        && manifest.is_none_or(str::is_empty)
        && body.get("manifestFrom").is_none_or(Value::is_null)
    {
        let message = format!("`{action}` needs a `manifest`, or `manifestFrom`");
        wrong(path.to_owned(), message);
    }
    let Some(manifest) = manifest else { return };
    for document in serde_yaml::Deserializer::from_str(&without_placeholders(manifest)) {
        if let Err(error) = IgnoredAny::deserialize(document) {
            wrong(
                format!("{path}.manifest"),
                format!("it is no YAML: {error}"),
            );
            break;
        }
    }
}

/// The text with a word in the place of each placeholder.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((_, behind)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        out.push('x');
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn retry_strategy(retry: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let limit = format!("{path}.limit");
    if retry.get("limit").is_none_or(Value::is_null) {
        let message = "without it Argo tries again for ever; `0` is not at all";
        wrong(limit.clone(), message.to_owned());
    }
    number(
        retry.get("limit"),
        (0, "a number, 0 or more"),
        &limit,
        wrong,
    );
    let Some(backoff) = retry.get("backoff").filter(|it| it.is_object()) else {
        return;
    };
    if backoff.get("duration").is_none_or(Value::is_null) {
        let message = "a backoff needs its first wait, as in `10s`";
        wrong(format!("{path}.backoff.duration"), message.to_owned());
    }
    for field in ["duration", "maxDuration", "cap"] {
        duration(
            backoff.get(field),
            &format!("{path}.backoff.{field}"),
            wrong,
        );
    }
    let factor = format!("{path}.backoff.factor");
    number(
        backoff.get("factor"),
        (1, "a number, 1 or more"),
        &factor,
        wrong,
    );
}

/// A whole number, in quotes or not, or what is put in for a placeholder.
fn number(value: Option<&Value>, (least, rule): (i64, &str), path: &str, wrong: &mut Wrong<'_>) {
    let is_right = match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => {
            text.contains("{{") || text.parse::<i64>().is_ok_and(|it| it >= least)
        }
        Some(other) => other.as_i64().is_none_or(|it| it >= least),
    };
    if !is_right {
        wrong(path.to_owned(), format!("it has to be {rule}"));
    }
}

/// A duration as Go writes it, a number of seconds, or what is put in for a placeholder.
fn duration(value: Option<&Value>, path: &str, wrong: &mut Wrong<'_>) {
    let Some(text) = value.and_then(Value::as_str) else {
        return;
    };
    if !(text.is_empty() || text.contains("{{") || is_duration(text)) {
        wrong(
            path.to_owned(),
            "it has to be a duration, as in `30s` or `1h30m`".to_owned(),
        );
    }
}

/// Numbers with units (Go's `time.ParseDuration`, and `d` for days), or a number of seconds.
fn is_duration(text: &str) -> bool {
    if text.parse::<u64>().is_ok() {
        return true;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
        if digits.len() == rest.len() || rest[..rest.len() - digits.len()].parse::<f64>().is_err() {
            return false;
        }
        let unit = ["ns", "us", "µs", "ms", "s", "m", "h", "d"];
        let Some(behind) = unit.iter().find_map(|unit| digits.strip_prefix(unit)) else {
            return false;
        };
        rest = behind;
    }
    true
}
