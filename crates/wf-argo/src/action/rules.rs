//! Rules of Argo's templates that no table of fields can say (`workflow/validate/validate.go`).

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::body::BodyKind;
use super::limits::{number, pod_resources, retry_strategy, time_limit, wait};
use super::{places, resource};
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
        BodyKind::Resource => resource::check(body, &body_at, wrong),
        BodyKind::Dag => target(body, &format!("{body_at}.target"), wrong),
        BodyKind::Plugin if body.as_object().is_some_and(|it| it.len() != 1) => {
            let message = "it needs exactly one field, the name of the plugin";
            wrong(body_at, message.to_owned());
        }
        BodyKind::Suspend => {
            wait(body.get("duration"), &format!("{body_at}.duration"), wrong);
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
    time_limit(beside.get("timeout"), &at("timeout"), wrong);
    time_limit(beside.get("pendingTimeout"), &at("pendingTimeout"), wrong);
    if let Some(resources) = beside.get("podResources") {
        pod_resources(resources, &at("podResources"), wrong);
    }
    if let Some(archive) = beside.get("archiveLocation").and_then(Value::as_object) {
        places::check(archive, &at("archiveLocation"), wrong);
    }
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
        if !names.contains(&name) {
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
