//! Support: which targets cannot run an action, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use wf_model::Target;

use super::body::BodyKind;
use super::placeholder::{Placeholder, for_each_text, placeholders};
use super::{declarations, fields};
use crate::manifest::{ArtifactPort, Template};

/// The targets that cannot run it, with the reason for people.
pub(super) fn unsupported(kind: BodyKind, template: Option<&Template>) -> BTreeMap<Target, String> {
    let mut unsupported = BTreeMap::new();
    if let Some(reason) = embedded_refuses(kind, template) {
        unsupported.insert(Target::Embedded, reason);
    }
    for name in template.into_iter().flat_map(names) {
        for target in fields::targets_without(&name) {
            let reason = || format!("`{name}` came with Argo 4.1");
            unsupported.entry(*target).or_insert_with(reason);
        }
    }
    if template.is_some_and(has_artifact_by_plugin) {
        let reason = "artifacts of a `plugin` came with Argo 4.0";
        unsupported
            .entry(Target::Argo37)
            .or_insert_with(|| reason.to_owned());
    }
    unsupported
}

/// The fields of a template, and of those that stand in it.
fn names(template: &Template) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = template.rest.keys().cloned().collect();
    for_each_inline(template, &mut |inline| found.extend(inline.keys().cloned()));
    found
}

/// Whether an artifact is where only a plugin finds it (`PluginArtifact`).
fn has_artifact_by_plugin(template: &Template) -> bool {
    let inputs = template.inputs.iter().flat_map(|inputs| &inputs.artifacts);
    let outputs = template
        .outputs
        .iter()
        .flat_map(|outputs| &outputs.artifacts);
    let mut found = inputs
        .chain(outputs)
        .any(|port| port.rest.contains_key("plugin"));
    for_each_inline(template, &mut |inline| {
        for port in ["inputs", "outputs"] {
            let artifacts = inline.get(port).and_then(|it| it.get("artifacts"));
            let mut artifacts = artifacts.and_then(Value::as_array).into_iter().flatten();
            found |= artifacts.any(|it| it.get("plugin").is_some());
        }
    });
    found
}

/// Shows every template that stands in that one.
fn for_each_inline(template: &Template, see: &mut impl FnMut(&Map<String, Value>)) {
    fn look(value: &Value, see: &mut impl FnMut(&Map<String, Value>)) {
        match value {
            Value::Array(items) => items.iter().for_each(|it| look(it, see)),
            Value::Object(fields) => {
                if let Some(inline) = fields.get("inline").and_then(Value::as_object) {
                    see(inline);
                }
                fields.values().for_each(|it| look(it, see));
            }
            _ => {}
        }
    }
    template
        .rest
        .get("steps")
        .into_iter()
        .for_each(|it| look(it, see));
    let tasks = template.dag.iter().flat_map(|dag| &dag.tasks);
    for inline in tasks.filter_map(|task| task.rest.get("inline")) {
        inline.as_object().into_iter().for_each(&mut *see);
        look(inline, see);
    }
}

/// The reason why one machine without a cluster cannot run this, for people.
fn embedded_refuses(kind: BodyKind, template: Option<&Template>) -> Option<String> {
    let is_local = matches!(
        kind,
        BodyKind::Container | BodyKind::Script | BodyKind::Suspend
    );
    let Some(template) = template.filter(|_| is_local) else {
        return Some(format!("`{}` needs a cluster", kind.field()));
    };
    let body = template.rest.get(kind.field())?;
    let mut others = template.rest.keys();
    others
        .find_map(|name| fields::embedded_refuses(name))
        .or_else(|| container(kind, body.as_object()?))
        .or_else(|| texts(kind, body))
        .or_else(|| places(template))
        .or_else(|| paths(kind, body, template))
}

/// Images are ignored, so what runs has to be said, and what the cluster knows is not there.
fn container(kind: BodyKind, body: &Map<String, Value>) -> Option<String> {
    if kind == BodyKind::Suspend {
        return None;
    }
    let is_given = |field: &str| match body.get(field) {
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        _ => false,
    };
    if !is_given("command") {
        return Some("it has no `command`, and images are ignored there".to_owned());
    }
    if is_given("envFrom") {
        return Some("`envFrom` reads objects of a cluster".to_owned());
    }
    if is_given("volumeMounts") {
        return Some(
            "`volumeMounts` and mounted secrets need a cluster; a secret can be taken by `env`"
                .to_owned(),
        );
    }
    if is_given("workingDir") {
        return Some("`workingDir` is a directory of an image".to_owned());
    }
    let variables = body.get("env").and_then(Value::as_array);
    let mut variables = variables.into_iter().flatten();
    variables
        .any(is_of_a_cluster)
        .then(|| "`env[].valueFrom` reads objects of a cluster, but for `secretKeyRef`".to_owned())
}

/// Whether a variable comes from what only a cluster has; secrets are kept here, too.
fn is_of_a_cluster(variable: &Value) -> bool {
    variable
        .get("valueFrom")
        .is_some_and(|from| from.get("secretKeyRef").is_none())
}

/// A placeholder that only Argo can fill in.
fn texts(kind: BodyKind, body: &Value) -> Option<String> {
    let mut reason = None;
    for_each_text(body, kind.field(), &mut |path, text| {
        let found = placeholders(text).into_iter();
        let mut unknown = found.filter(|(placeholder, _)| placeholder.needs_argo());
        if let Some((_, tag)) = unknown.next() {
            reason.get_or_insert_with(|| {
                format!("`{{{{{tag}}}}}` at `{path}` is known only to Argo")
            });
        }
    });
    reason
}

/// Artifacts from elsewhere, or for elsewhere.
fn places(template: &Template) -> Option<String> {
    let place = |port: &ArtifactPort, does: &str| {
        let location = declarations::location(&port.rest)?;
        Some(format!(
            "its artifact `{}` {does} `{location}`, which needs a cluster",
            port.name
        ))
    };
    let inputs = template.inputs.iter().flat_map(|inputs| &inputs.artifacts);
    let outputs = template
        .outputs
        .iter()
        .flat_map(|outputs| &outputs.artifacts);
    let mut inputs = inputs.map(|port| place(port, "comes from"));
    let mut outputs = outputs.map(|port| place(port, "goes to"));
    inputs
        .find_map(|it| it)
        .or_else(|| outputs.find_map(|it| it))
}

/// Every attempt has a directory of its own, so an absolute path is not where the files are;
/// unless the body asks where they are, by the placeholder.
fn paths(kind: BodyKind, body: &Value, template: &Template) -> Option<String> {
    let mut asked = Vec::new();
    for_each_text(body, kind.field(), &mut |_, text| {
        asked.extend(
            placeholders(text)
                .into_iter()
                .map(|(placeholder, _)| placeholder),
        );
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
        .map(|port| (Placeholder::InputArtifact(port.name.clone()), &port.path));
    let parameters = parameters.iter().filter_map(|output| {
        let from = output.value_from.as_ref()?;
        Some((Placeholder::OutputPath(output.name.clone()), &from.path))
    });
    let artifacts = artifacts
        .iter()
        .map(|port| (Placeholder::OutputArtifact(port.name.clone()), &port.path));

    inputs.chain(parameters).chain(artifacts).find_map(|(placeholder, path)| {
        let path = path.as_deref().filter(|path| path.starts_with('/'))?;
        (!asked.contains(&placeholder)).then(|| {
            format!("the path `{path}` is fixed; use the placeholder of its path instead, or a relative path")
        })
    })
}
