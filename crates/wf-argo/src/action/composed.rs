//! Composed bodies: `steps` and `dag`, which say in which order other templates run.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use wf_model::Depends;

use super::body::BodyKind;
use super::scope::{Scope, Surroundings, View};
use super::{inline, ports};
use crate::definitions::Wrong;

/// A step or a task.
struct Part<'a> {
    path: String,
    name: &'a str,
    fields: &'a Map<String, Value>,
    /// Of the parts: those that have ended before it.
    before: Vec<usize>,
}

/// Tells what is wrong with steps or tasks: with their order, with what they bring along, and with
/// what they refer to.
pub(super) fn check(
    kind: BodyKind,
    body: &Value,
    path: &str,
    (scope, outside): (&Scope<'_>, Option<&View<'_>>),
    wrong: &mut Wrong<'_>,
) {
    let mut parts = match kind {
        BodyKind::Dag => tasks(body, path, wrong),
        _ => steps(body, path, wrong),
    };
    check_names(&parts, wrong);
    if kind == BodyKind::Dag {
        order(&mut parts, path, wrong);
    }
    let mut around = surrounding(kind, &parts);
    for (place, part) in parts.iter().enumerate() {
        around.before.clone_from(&part.before);
        around.has_items = FAN_OUTS
            .iter()
            .any(|field| part.fields.contains_key(*field));
        check_part(part, &View::of_part(scope, &around, outside), wrong);
        // What is done behind it knows what it has left.
        around.before.push(place);
        check_hooks(part, &View::of_part(scope, &around, outside), wrong);
    }
}

const FAN_OUTS: [&str; 3] = ["withItems", "withParam", "withSequence"];
/// What is done when a part begins or ends.
const HOOKS: [&str; 2] = ["hooks", "onExit"];

/// What all of its parts have left, for the outputs of the whole.
pub(super) fn surroundings(kind: BodyKind, body: &Value) -> Surroundings<'_> {
    let parts = match kind {
        BodyKind::Dag => tasks(body, "", &mut |_, _| {}),
        _ => steps(body, "", &mut |_, _| {}),
    };
    Surroundings {
        before: (0..parts.len()).collect(),
        ..surrounding(kind, &parts)
    }
}

fn surrounding<'a>(kind: BodyKind, parts: &[Part<'a>]) -> Surroundings<'a> {
    let all = parts
        .iter()
        .map(|part| (part.name, part.fields.get("inline")));
    Surroundings {
        word: match kind {
            BodyKind::Dag => "tasks",
            _ => "steps",
        },
        all: all.collect(),
        ..Surroundings::default()
    }
}

fn tasks<'a>(body: &'a Value, path: &str, wrong: &mut Wrong<'_>) -> Vec<Part<'a>> {
    let tasks = body.get("tasks").and_then(Value::as_array);
    let tasks = tasks.into_iter().flatten().enumerate();
    tasks
        .filter_map(|(index, task)| part(task, format!("{path}.tasks[{index}]"), &[], wrong))
        .collect()
}

/// Groups of steps, one after the other; the steps of a group run at once.
fn steps<'a>(body: &'a Value, path: &str, wrong: &mut Wrong<'_>) -> Vec<Part<'a>> {
    let groups = body.as_array().into_iter().flatten().enumerate();
    let mut parts = Vec::new();
    for (group, steps) in groups {
        let path = format!("{path}[{group}]");
        let Some(steps) = steps.as_array() else {
            // A step that stands alone is Argo's older spelling; it has to be a list now.
            continue;
        };
        let before: Vec<usize> = (0..parts.len()).collect();
        for (index, step) in steps.iter().enumerate() {
            parts.extend(part(step, format!("{path}[{index}]"), &before, wrong));
        }
    }
    parts
}

fn part<'a>(
    value: &'a Value,
    path: String,
    before: &[usize],
    wrong: &mut Wrong<'_>,
) -> Option<Part<'a>> {
    let fields = value.as_object()?;
    let name = fields
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if name.is_empty() {
        wrong(
            format!("{path}.name"),
            "it is required, and a text".to_owned(),
        );
    }
    Some(Part {
        path,
        name,
        fields,
        before: before.to_vec(),
    })
}

fn check_names(parts: &[Part<'_>], wrong: &mut Wrong<'_>) {
    let mut seen = HashSet::new();
    for part in parts.iter().filter(|part| !part.name.is_empty()) {
        if !seen.insert(part.name) {
            let message = format!("`{}` is there twice", part.name);
            wrong(format!("{}.name", part.path), message);
        }
    }
}

/// Reads the dependencies of tasks, and finds for each those that have ended before it.
fn order(parts: &mut [Part<'_>], path: &str, wrong: &mut Wrong<'_>) {
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
    let orders = mixes("depends") || mixes("dependencies");
    let mut direct = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        if orders && part.name.starts_with(|it: char| it.is_ascii_digit()) {
            let message = "where tasks depend on each other a name cannot begin with a digit";
            wrong(format!("{}.name", part.path), message.to_owned());
        }
        let mut on = dependencies(part, &index, wrong);
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

fn dependencies(
    part: &Part<'_>,
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
            Ok(depends) => depends.visit(&mut |other, _| on.push(other)),
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

/// Each has to bring its template along, since an action cannot know which templates the workflow
/// has that uses it.
fn check_part(part: &Part<'_>, view: &View<'_>, wrong: &mut Wrong<'_>) {
    let path = &part.path;
    let has = |field: &str| part.fields.get(field).is_some_and(|it| !it.is_null());
    if has("template") {
        wrong(format!("{path}.template"), NO_TEMPLATE.to_owned());
    } else if has("inline") == has("templateRef") {
        let message =
            "it needs either `inline`, a template of its own, or `templateRef`, one in the cluster";
        wrong(path.clone(), message.to_owned());
    }
    check_fan_out(part, wrong);
    if has("continueOn") && has("depends") {
        let message =
            "`continueOn` and `depends` exclude each other; say in `depends` which endings will do";
        wrong(format!("{path}.continueOn"), message.to_owned());
    }
    let reference = part.fields.get("templateRef").and_then(Value::as_object);
    for field in ["name", "template"] {
        let given = reference.map(|it| it.get(field).and_then(Value::as_str).unwrap_or("-"));
        if given.is_some_and(|it| it.is_empty() || it == "-") {
            wrong(
                format!("{path}.templateRef.{field}"),
                "it is required".to_owned(),
            );
        }
    }
    let own = |name: &str| name != "inline" && !HOOKS.contains(&name);
    for (name, value) in part.fields.iter().filter(|(name, _)| own(name)) {
        view.check(value, &format!("{path}.{name}"), wrong);
    }
    if let Some(template) = part.fields.get("inline").filter(|it| it.is_object()) {
        inline::check(template, &format!("{path}.inline"), view, wrong);
        ports::check_arguments(template, part.fields.get("arguments"), path, wrong);
    }
}

/// One way to fan out, and one end of a sequence.
fn check_fan_out(part: &Part<'_>, wrong: &mut Wrong<'_>) {
    let given = FAN_OUTS
        .iter()
        .filter(|field| part.fields.contains_key(**field));
    let given: Vec<String> = given.map(|field| format!("`{field}`")).collect();
    if given.len() > 1 {
        let message = format!("{} exclude each other", given.join(" and "));
        wrong(part.path.clone(), message);
    }
    let sequence = part.fields.get("withSequence").and_then(Value::as_object);
    let has =
        |field: &str| sequence.is_some_and(|it| it.get(field).is_some_and(|it| !it.is_null()));
    if sequence.is_some() && has("count") == has("end") {
        let message = "it needs either `count`, how many, or `end`, the last one";
        wrong(format!("{}.withSequence", part.path), message.to_owned());
    }
}

const NO_TEMPLATE: &str = "an action does not know which templates a workflow has; bring the template along by `inline`, or refer to one in the cluster by `templateRef`";

fn check_hooks(part: &Part<'_>, view: &View<'_>, wrong: &mut Wrong<'_>) {
    let hooks = part.fields.get("hooks").and_then(Value::as_object);
    for (name, hook) in hooks.into_iter().flatten() {
        let path = format!("{}.hooks.{name}", part.path);
        let expression = hook.get("expression").and_then(Value::as_str);
        if name != "exit" && expression.is_none_or(|it| it.trim().is_empty()) {
            let message = "a hook needs its occasion, as in `steps.NAME.status == 'Running'`";
            wrong(format!("{path}.expression"), message.to_owned());
        }
        if hook.get("template").is_some_and(|it| !it.is_null()) {
            wrong(format!("{path}.template"), NO_TEMPLATE.to_owned());
        }
        view.check(hook, &path, wrong);
    }
    if part.fields.get("onExit").is_some_and(|it| !it.is_null()) {
        wrong(format!("{}.onExit", part.path), NO_TEMPLATE.to_owned());
    }
}
