//! Labels: made such that Kubernetes takes them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::check::Check;
use crate::names::{LONGEST, is_domain};
use crate::scalar::Scalar;

/// A text as a label's value: other characters become dots, the ends are letters or digits, and
/// what is too long is cut.
pub(super) fn value(text: &str) -> String {
    let fits = |it: char| if is_inner(it) { it } else { '.' };
    let all: String = text.chars().map(fits).collect();
    let begun = all.trim_start_matches(is_no_end);
    let cut = &begun[..begun.len().min(LONGEST)];
    cut.trim_end_matches(is_no_end).to_owned()
}

/// A text as a label's name, with its prefix as it is.
fn name(text: &str) -> String {
    match text.rsplit_once('/') {
        Some((prefix, name)) => format!("{prefix}/{}", value(name)),
        None => value(text),
    }
}

fn is_inner(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-')
}

fn is_no_end(it: char) -> bool {
    !it.is_ascii_alphanumeric()
}

/// Labels by which objects are chosen that bear mended ones.
pub(super) fn chosen(given: &BTreeMap<String, Scalar>) -> Map<String, Value> {
    let mended = given
        .iter()
        .map(|(written, text)| (name(written), Value::from(value(&text.0))));
    mended.collect()
}

/// The labels of a knob, mended.
pub(super) fn labels(
    check: &mut Check<'_>,
    knob: &str,
    given: &BTreeMap<String, Scalar>,
) -> Map<String, Value> {
    let mut labels = Map::new();
    for (written, text) in given {
        let name = checked_name(check, knob, written);
        if labels.insert(name, Value::from(value(&text.0))).is_some() {
            check.error(
                format!("{knob}.{written}"),
                "another label has the same name once both are mended; rename one",
            );
        }
    }
    labels
}

/// The name of a label, mended; told as a fault when nothing is left of it, or when it is not ours
/// to give.
pub(super) fn checked_name(check: &mut Check<'_>, knob: &str, written: &str) -> String {
    let mended = name(written);
    let (prefix, own) = mended.rsplit_once('/').unwrap_or(("", &mended));
    if own.is_empty() {
        check.error(
            format!("{knob}.{written}"),
            "a label's name needs a letter or a digit",
        );
    } else if mended.contains('/') && !is_domain(prefix) {
        check.error(
            format!("{knob}.{written}"),
            "what stands before the `/` has to be a domain, as in `example.com/team`",
        );
    } else if prefix == "workflows.argoproj.io" || prefix == "workflows.medulla" {
        let message =
            format!("labels of `{prefix}/` are told by the platform itself; take another name");
        check.error(format!("{knob}.{written}"), message);
    }
    mended
}
