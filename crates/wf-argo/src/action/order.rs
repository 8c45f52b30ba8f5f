//! Order: which tasks of a `dag` end before which others.

use std::collections::HashMap;

use serde_json::Value;
use wf_model::{Depends, Outcome};

use super::composed::{Part, fans_out};
use super::given::is_given;
use crate::definitions::Wrong;

/// Reads the dependencies of tasks, and finds for each those that have ended before it.
pub(super) fn order(parts: &mut [Part<'_>], path: &str, wrong: &mut Wrong<'_>) {
    let index: HashMap<&str, usize> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| (part.name, index))
        .collect();
    let mixes = |field: &str| parts.iter().any(|part| part.fields.contains_key(field));
    if mixes("depends") && mixes("dependencies") {
        let message = "`depends` and `dependencies` exclude each other in one `dag`";
        wrong(path.to_owned(), message.to_owned());
    }
    if mixes("depends") {
        refuse_continue_on(parts, wrong);
    }
    let orders = mixes("depends") || mixes("dependencies");
    let mut direct = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        if orders && part.name.starts_with(|it: char| it.is_ascii_digit()) {
            let message = "where tasks depend on each other a name cannot begin with a digit";
            wrong(format!("{}.name", part.path), message.to_owned());
        }
        let mut on = dependencies(part, parts, &index, wrong);
        if on.contains(&at) {
            wrong(
                part.path.clone(),
                format!("`{}` cannot wait for itself", part.name),
            );
            on.retain(|&other| other != at);
        }
        direct.push(on);
    }
    match closure(&direct) {
        Some(before) => {
            for (part, before) in parts.iter_mut().zip(before) {
                part.before = before;
            }
        }
        None => wrong(
            path.to_owned(),
            "its tasks wait for each other in a circle".to_owned(),
        ),
    }
}

/// `continueOn` is the older way to say that an ending will do.
fn refuse_continue_on(parts: &[Part<'_>], wrong: &mut Wrong<'_>) {
    for part in parts {
        if is_given(part.fields.get("continueOn")) {
            let message = "`continueOn` and `depends` exclude each other in one `dag`; say in `depends` which endings will do";
            wrong(format!("{}.continueOn", part.path), message.to_owned());
        }
    }
}

fn dependencies(
    part: &Part<'_>,
    parts: &[Part<'_>],
    index: &HashMap<&str, usize>,
    wrong: &mut Wrong<'_>,
) -> Vec<usize> {
    let mut on = Vec::new();
    let list = part.fields.get("dependencies").and_then(Value::as_array);
    for (place, name) in list.into_iter().flatten().enumerate() {
        let Some(name) = name.as_str() else { continue };
        match index.get(name) {
            Some(&other) => on.push(other),
            None => wrong(
                format!("{}.dependencies[{place}]", part.path),
                format!("there is no task `{name}`"),
            ),
        }
    }
    let depends = part.fields.get("depends").and_then(Value::as_str);
    if let Some(text) = depends.filter(|text| !text.is_empty()) {
        match Depends::parse(text, |name| index.get(name).copied()) {
            Ok(depends) => depends.visit(&mut |other, outcome| {
                on.push(other);
                let of_items = matches!(outcome, Outcome::AnySucceeded | Outcome::AllFailed);
                if of_items && !fans_out(&parts[other]) {
                    let message = format!(
                        "`{}` does not fan out; `AnySucceeded` and `AllFailed` look at items",
                        parts[other].name
                    );
                    wrong(format!("{}.depends", part.path), message);
                }
            }),
            Err(errors) => {
                for error in errors {
                    wrong(format!("{}.depends", part.path), error.message);
                }
            }
        }
    }
    on
}

/// For each task all that have ended before it; nothing when there is a circle.
fn closure(direct: &[Vec<usize>]) -> Option<Vec<Vec<usize>>> {
    let mut before: Vec<Option<Vec<usize>>> = vec![None; direct.len()];
    for _ in 0..direct.len() {
        for task in 0..direct.len() {
            if before[task].is_some() {
                continue;
            }
            let known: Option<Vec<&Vec<usize>>> =
                direct[task].iter().map(|&on| before[on].as_ref()).collect();
            if let Some(known) = known {
                let mut all: Vec<usize> = known.into_iter().flatten().copied().collect();
                all.extend(&direct[task]);
                all.sort_unstable();
                all.dedup();
                before[task] = Some(all);
            }
        }
    }
    before.into_iter().collect()
}
