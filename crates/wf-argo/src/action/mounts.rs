//! Mounts: a path of a container holds one thing, and the volumes of a pod have names of their own.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::body::BodyKind;
use crate::definitions::Wrong;
use crate::reserved;

/// Something that is brought to a path in the main containers, besides what they mount themselves.
#[derive(Debug, Clone)]
pub(super) struct Brought<'a> {
    /// Where in the container.
    pub(super) path: &'a str,
    /// Where in the file that is said.
    pub(super) at: String,
}

/// Tells of every path of a container that two things have.
pub(super) fn check(
    kind: BodyKind,
    body: &Value,
    beside: &Map<String, Value>,
    path: &str,
    brought: &[Brought<'_>],
    wrong: &mut Wrong<'_>,
) {
    let at = |field: &str| match path {
        "" => field.to_owned(),
        path => format!("{path}.{field}"),
    };
    volumes(beside.get("volumes"), &at("volumes"), wrong);
    let body_at = at(kind.field());
    match kind {
        BodyKind::Container | BodyKind::Script => {
            main_container((body, &body_at), None, brought, wrong);
        }
        BodyKind::ContainerSet => {
            let containers = body.get("containers").and_then(Value::as_array);
            for (index, container) in containers.into_iter().flatten().enumerate() {
                let container_at = format!("{body_at}.containers[{index}]");
                let set = Some((body, &*body_at));
                main_container((container, &container_at), set, brought, wrong);
            }
        }
        _ => {}
    }
    for field in ["sidecars", "initContainers"] {
        let containers = beside.get(field).and_then(Value::as_array);
        for (index, container) in containers.into_iter().flatten().enumerate() {
            let container_at = format!("{}[{index}]", at(field));
            main_container((container, &container_at), None, &[], wrong);
        }
    }
}

/// What a container mounts, with what its set mounts for all, and with what is brought there.
fn main_container(
    container: (&Value, &str),
    set: Option<(&Value, &str)>,
    brought: &[Brought<'_>],
    wrong: &mut Wrong<'_>,
) {
    let mut taken: HashMap<&str, String> = HashMap::new();
    for (holder, at) in set.into_iter().chain([container]) {
        let mounts = holder.get("volumeMounts").and_then(Value::as_array);
        for (index, mount) in mounts.into_iter().flatten().enumerate() {
            let at = format!("{at}.volumeMounts[{index}].mountPath");
            let path = mount.get("mountPath").and_then(Value::as_str);
            take(&mut taken, path.unwrap_or_default(), at, wrong);
        }
    }
    for it in brought {
        take(&mut taken, it.path, it.at.clone(), wrong);
    }
}

fn take<'a>(
    taken: &mut HashMap<&'a str, String>,
    path: &'a str,
    at: String,
    wrong: &mut Wrong<'_>,
) {
    let clean = path.trim_end_matches('/');
    if clean.is_empty() || clean.contains("{{") {
        return;
    }
    if reserved::is_path(clean) {
        wrong(
            at,
            format!("`{clean}` is a directory of Argo's own; take another one"),
        );
    } else if let Some(other) = taken.get(clean) {
        wrong(
            at,
            format!("`{clean}` is the path of `{other}`, too; a path holds one thing"),
        );
    } else {
        taken.insert(clean, at);
    }
}

fn volumes(list: Option<&Value>, path: &str, wrong: &mut Wrong<'_>) {
    let volumes = list.and_then(Value::as_array).into_iter().flatten();
    let mut seen = HashSet::new();
    for (index, volume) in volumes.enumerate() {
        let name = volume
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let at = format!("{path}[{index}].name");
        if reserved::is_volume(name) {
            wrong(
                at,
                format!("`{name}` is a volume that is added; take another name"),
            );
        } else if !name.is_empty() && !seen.insert(name) {
            wrong(at, format!("`{name}` is there twice"));
        }
    }
}
