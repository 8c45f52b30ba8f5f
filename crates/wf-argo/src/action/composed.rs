//! Composed bodies: `steps` and `dag`, which say in which order other templates run.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::body::BodyKind;
use super::given::is_given;
use super::order::order;
use super::part_hooks;
use super::scope::Scope;
use super::site::{Items, Neighbour, Surroundings};
use super::view::View;
use super::{inline, ports};
use crate::definitions::Wrong;

/// A step or a task.
pub(super) struct Part<'a> {
    pub(super) path: String,
    pub(super) name: &'a str,
    pub(super) fields: &'a Map<String, Value>,
    /// Of the parts: those that have ended before it.
    pub(super) before: Vec<usize>,
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
        around.items = items(part);
        check_part(part, &View::of_part(scope, &around, outside), wrong);
        part_hooks::check(kind, part, (place, &around), (scope, outside), wrong);
    }
}

const FAN_OUTS: [&str; 3] = ["withItems", "withParam", "withSequence"];
/// What is done while a part runs, or behind it.
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
    let all = parts.iter().map(|part| Neighbour {
        name: part.name,
        template: part.fields.get("inline"),
        has_items: fans_out(part),
    });
    Surroundings {
        word: match kind {
            BodyKind::Dag => "tasks",
            _ => "steps",
        },
        all: all.collect(),
        ..Surroundings::default()
    }
}

pub(super) fn fans_out(part: &Part<'_>) -> bool {
    let mut fields = FAN_OUTS.iter();
    fields.any(|field| part.fields.contains_key(*field))
}

/// What a part knows of its items (`addItemsToScope` of Argo's validation).
fn items(part: &Part<'_>) -> Option<Items> {
    let list = part.fields.get("withItems").and_then(Value::as_array);
    if let Some(list) = list {
        let keys = list.iter().filter_map(Value::as_object).flatten();
        let keys = keys.map(|(key, _)| key.clone());
        let places = list.iter().filter_map(Value::as_array);
        let places = places.flat_map(|it| (0..it.len()).map(|place| format!("[{place}]")));
        return Some(Items::Keys(keys.chain(places).collect()));
    }
    if part.fields.contains_key("withSequence") {
        return Some(Items::Keys(Vec::new()));
    }
    fans_out(part).then_some(Items::Unknown)
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

/// Each has to bring its template along, since an action cannot know which templates the workflow
/// has that uses it.
fn check_part(part: &Part<'_>, view: &View<'_>, wrong: &mut Wrong<'_>) {
    let path = &part.path;
    let has = |field: &str| is_given(part.fields.get(field));
    if has("template") {
        wrong(format!("{path}.template"), NO_TEMPLATE.to_owned());
    } else if has("inline") == has("templateRef") {
        let message =
            "it needs either `inline`, a template of its own, or `templateRef`, one in the cluster";
        wrong(path.clone(), message.to_owned());
    }
    check_fan_out(part, wrong);
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
    let arguments = part.fields.get("arguments");
    if let Some(template) = part.fields.get("inline").filter(|it| it.is_object()) {
        inline::check(template, arguments, &format!("{path}.inline"), view, wrong);
        ports::check_arguments(template, arguments, path, wrong);
    }
    ports::check_values(arguments, path, wrong);
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
    let has = |field: &str| is_given(sequence.and_then(|it| it.get(field)));
    if sequence.is_some() && has("count") == has("end") {
        let message = "it needs either `count`, how many, or `end`, the last one";
        wrong(format!("{}.withSequence", part.path), message.to_owned());
    }
}

const NO_TEMPLATE: &str = "an action does not know which templates a workflow has; bring the template along by `inline`, or refer to one in the cluster by `templateRef`";
