//! Support: why the embedded backend cannot run an action, if it cannot.

use serde_json::{Map, Value};

use super::body::BodyKind;
use super::placeholder::{Placeholder, for_each_text, placeholders};
use crate::manifest::Template;

/// The reason why one machine without a cluster cannot run this, for people.
pub(super) fn embedded_refuses(kind: BodyKind, template: Option<&Template>) -> Option<String> {
    let is_local = matches!(
        kind,
        BodyKind::Container | BodyKind::Script | BodyKind::Suspend
    );
    let Some(template) = template.filter(|_| is_local) else {
        return Some(format!("`{}` needs a cluster", kind.field()));
    };
    let body = template.rest.get(kind.field())?;
    command(kind, body.as_object()?)
        .or_else(|| texts(kind, body))
        .or_else(|| paths(kind, body, template))
}

/// Images are ignored, so what runs has to be said, and what the cluster knows is not there.
fn command(kind: BodyKind, body: &Map<String, Value>) -> Option<String> {
    if kind == BodyKind::Suspend {
        return None;
    }
    let is_given = |field: &str| {
        body.get(field)
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
    };
    if !is_given("command") {
        return Some("it has no `command`, and images are ignored there".to_owned());
    }
    if is_given("envFrom") {
        return Some("`envFrom` reads objects of a cluster".to_owned());
    }
    let variables = body.get("env").and_then(Value::as_array);
    let mut variables = variables.into_iter().flatten();
    variables
        .any(|variable| variable.get("valueFrom").is_some())
        .then(|| "`env[].valueFrom` reads objects of a cluster".to_owned())
}

/// A placeholder that only Argo can fill in.
fn texts(kind: BodyKind, body: &Value) -> Option<String> {
    let mut reason = None;
    for_each_text(body, kind.field(), &mut |path, text| {
        let unknown =
            placeholders(text).find(|(placeholder, _)| *placeholder == Placeholder::OfArgo);
        if let Some((_, tag)) = unknown {
            reason.get_or_insert_with(|| {
                format!("`{{{{{tag}}}}}` at `{path}` is known only to Argo")
            });
        }
    });
    reason
}

/// Every attempt has a directory of its own, so an absolute path is not where the files are;
/// unless the body asks where they are, by the placeholder.
fn paths(kind: BodyKind, body: &Value, template: &Template) -> Option<String> {
    let mut asked = Vec::new();
    for_each_text(body, kind.field(), &mut |_, text| {
        asked.extend(placeholders(text).map(|(placeholder, _)| placeholder));
    });
    let inputs = template
        .inputs
        .as_ref()
        .map_or(&[][..], |inputs| &inputs.artifacts);
    let outputs = template.outputs.as_ref();
    let parameters = outputs.map_or(&[][..], |outputs| &outputs.parameters);
    let artifacts = outputs.map_or(&[][..], |outputs| &outputs.artifacts);

    let inputs = inputs
        .iter()
        .map(|port| (Placeholder::InputArtifact(&port.name), &port.path));
    let parameters = parameters.iter().filter_map(|output| {
        let from = output.value_from.as_ref()?;
        Some((Placeholder::OutputParameter(&output.name), &from.path))
    });
    let artifacts = artifacts
        .iter()
        .map(|port| (Placeholder::OutputArtifact(&port.name), &port.path));

    inputs.chain(parameters).chain(artifacts).find_map(|(placeholder, path)| {
        let path = path.as_deref().filter(|path| path.starts_with('/'))?;
        (!asked.contains(&placeholder)).then(|| {
            format!("the path `{path}` is fixed; use the placeholder of its path instead, or a relative path")
        })
    })
}
