//! Limits: numbers, durations and retries, as Argo reads them.

use serde_json::Value;

use super::given::is_given;
use crate::definitions::Wrong;

/// What is wrong with how often and how soon something is tried again.
pub(super) fn retry_strategy(retry: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let limit = format!("{path}.limit");
    if !is_given(retry.get("limit")) {
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
    if !is_given(backoff.get("duration")) {
        let message = "a backoff needs its first wait, as in `10s`";
        wrong(format!("{path}.backoff.duration"), message.to_owned());
    }
    for field in ["duration", "maxDuration", "cap"] {
        wait(
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
pub(super) fn number(
    value: Option<&Value>,
    (least, rule): (i64, &str),
    path: &str,
    wrong: &mut Wrong<'_>,
) {
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

/// What a pod as a whole can ask for.
pub(super) fn pod_resources(resources: &Value, path: &str, wrong: &mut Wrong<'_>) {
    if is_given(resources.get("claims")) {
        let message = "a pod as a whole has none; leave it out";
        wrong(format!("{path}.claims"), message.to_owned());
    }
    for list in ["requests", "limits"] {
        let names = resources.get(list).and_then(Value::as_object);
        for name in names.into_iter().flatten().map(|(name, _)| name) {
            if !matches!(&**name, "cpu" | "memory") && !name.starts_with("hugepages-") {
                let message = "of a pod as a whole there are `cpu`, `memory` and `hugepages-…`";
                wrong(format!("{path}.{list}.{name}"), message.to_owned());
            }
        }
    }
}

/// How long to wait: a duration as Go writes it, or a number of seconds
/// (`ParseStringToDuration` of Argo).
pub(super) fn wait(value: Option<&Value>, path: &str, wrong: &mut Wrong<'_>) {
    let is_seconds = value
        .and_then(Value::as_str)
        .is_some_and(|it| it.parse::<u64>().is_ok());
    if !is_seconds {
        time_limit(value, path, wrong);
    }
}

/// A duration as Go writes it, or what is put in for a placeholder.
pub(super) fn time_limit(value: Option<&Value>, path: &str, wrong: &mut Wrong<'_>) {
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

/// Numbers with units (Go's `time.ParseDuration`).
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
        if digits.len() == rest.len() || rest[..rest.len() - digits.len()].parse::<f64>().is_err() {
            return false;
        }
        let unit = ["ns", "us", "µs", "ms", "s", "m", "h"];
        let Some(behind) = unit.iter().find_map(|unit| digits.strip_prefix(unit)) else {
            return false;
        };
        rest = behind;
    }
    true
}
