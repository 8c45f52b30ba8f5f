//! Pods: what every template gets that makes one, and what its containers get.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Profile;
use super::apply::{fill, inlines_of, name_of, names_in, steps_of};
use crate::manifest::{Inputs, SecretLists, Spec, Template};

/// The kinds of templates that make a pod of their own.
const PODS: [&str; 5] = ["container", "script", "containerSet", "resource", "data"];
/// Those that are run by Argo's agent.
const AGENTS: [&str; 2] = ["http", "plugin"];
/// The lists that an action's secrets are written into, if it has none of its own.
const ENV: &str = "env";
const MOUNTS: &str = "volumeMounts";
const TOLERATIONS: &str = "tolerations";

impl Profile {
    /// What the templates get for the pods that they make, and for their retries.
    pub(super) fn add_to_templates(&self, spec: &mut Spec) {
        let claims = claims(&spec.rest);
        let has_tolerations = spec.rest.contains_key(TOLERATIONS);
        let adding = Adding {
            claims: &claims,
            has_tolerations,
            retry: self.retry.as_ref(),
        };
        for template in &mut spec.templates {
            let Template {
                inputs,
                secrets,
                rest,
                dag,
                ..
            } = template;
            let inside = adding.inside(rest);
            let own = Own {
                secrets: *secrets,
                paths: paths_of(inputs.as_ref()),
            };
            self.add_to_template(rest, &own, adding);
            for inline in inlines_of(dag.as_mut()) {
                let own = Own::of_inline(inline);
                self.add_to_template(inline, &own, inside);
            }
        }
    }

    /// The same for a template that stands in a step.
    fn add_to_template(&self, template: &mut Map<String, Value>, own: &Own, adding: Adding<'_>) {
        let has = |kinds: &[&str]| kinds.iter().any(|kind| template.contains_key(*kind));
        let (is_pod, is_agent) = (has(&PODS), has(&AGENTS));
        let inside = adding.inside(template);
        if let Some(retry) = adding.retry.filter(|_| is_pod || is_agent) {
            template
                .entry("retryStrategy")
                .or_insert_with(|| retry.clone());
        }
        if is_pod {
            let has_own = has_own_volumes(template, own.secrets);
            go_on_with_volumes(template, self.of_pods(template), own.secrets);
            fill(template, self.of_pods(template));
            let gone = has_own.then_some(adding.claims);
            self.add_to_containers(template, own, gone);
            self.add_to_set(template, own, adding.claims);
        }
        if adding.has_tolerations {
            keep_no_tolerations(template);
        }
        for step in steps_of(template) {
            if let Some(inline) = step.get_mut("inline").and_then(Value::as_object_mut) {
                let own = Own::of_inline(inline);
                self.add_to_template(inline, &own, inside);
            }
        }
    }

    fn of_pods(&self, template: &Map<String, Value>) -> &Map<String, Value> {
        if template.contains_key("containerSet") {
            &self.set_pods
        } else if template.contains_key("resource") {
            &self.resource_pods
        } else {
            &self.pods
        }
    }

    fn add_to_containers(
        &self,
        template: &mut Map<String, Value>,
        own: &Own,
        claims_alone: Option<&BTreeSet<String>>,
    ) {
        let volumes = names(template.get("volumes"));
        let of_template = |defaults: &Map<String, Value>| {
            let mut defaults = defaults.clone();
            // With volumes of its own a template has none of the profile's, but for what is claimed
            // for the run.
            if let Some(claims) = claims_alone {
                retain_mounts(&mut defaults, |name| {
                    volumes.contains(name) || claims.contains(name)
                });
            }
            defaults
        };
        for (field, defaults) in [("container", &self.container), ("script", &self.script)] {
            if let Some(container) = template.get_mut(field).and_then(Value::as_object_mut) {
                fill_container(container, of_template(defaults), own);
            }
        }
        for field in ["initContainers", "sidecars"] {
            for container in objects_in(template.get_mut(field)) {
                fill(container, &of_template(&self.sidecar));
            }
        }
    }

    fn add_to_set(&self, template: &mut Map<String, Value>, own: &Own, claims: &BTreeSet<String>) {
        let volumes = names(template.get("volumes"));
        let Some(set) = template
            .get_mut("containerSet")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
        // A set that has volumes of its own has none of the profile's.
        let is_there = |mount: &Value| {
            let name = name_of(mount);
            name.is_some_and(|name| volumes.contains(name) || claims.contains(name))
        };
        let mut defaults = self.set_container.clone();
        retain_mounts(&mut defaults, |name| volumes.contains(name));
        for container in objects_in(set.get_mut("containers")) {
            fill_container(container, defaults.clone(), own);
        }
        if let Some(mounts) = self.set_mounts.as_ref().and_then(Value::as_array) {
            let paths: BTreeSet<String> = objects_in(set.get_mut("containers"))
                .flat_map(|container| mounted(container))
                .collect();
            let is_free = |mount: &Value| {
                !own.paths.contains(path_of(mount)) && !paths.contains(path_of(mount))
            };
            let mounts = mounts
                .iter()
                .filter(|it| is_there(it) && is_free(it))
                .cloned();
            set.entry(MOUNTS)
                .or_insert_with(|| Value::Array(mounts.collect()));
        }
    }
}

/// The defaults that are not there under their names. A list in which there is nothing but the
/// action's secrets is the action's no more than one that is not there: it is gone on with.
fn fill_container(container: &mut Map<String, Value>, mut defaults: Map<String, Value>, own: &Own) {
    let mounted = mounted(container);
    if let Some(mounts) = defaults.get_mut(MOUNTS).and_then(Value::as_array_mut) {
        // A path holds one thing, and the action's own goes before.
        mounts.retain(|it| !own.paths.contains(path_of(it)) && !mounted.contains(path_of(it)));
    }
    let secrets = own.secrets;
    for (field, count) in [(ENV, secrets.env), (MOUNTS, secrets.mounts)] {
        let written = container.get_mut(field).and_then(Value::as_array_mut);
        let added = defaults.get(field).and_then(Value::as_array);
        if let (Some(written), Some(added)) = (written, added)
            && count > 0
            && written.len() == count
        {
            let taken = names_in(written);
            let is_free = |item: &&Value| name_of(item).is_none_or(|name| !taken.contains(name));
            written.extend(added.iter().filter(is_free).cloned());
        }
    }
    fill(container, &defaults);
}

/// What an action brings to its containers by itself.
#[derive(Debug, Clone, Default)]
struct Own {
    /// Entries of its secrets.
    secrets: SecretLists,
    /// Where its artifacts are.
    paths: BTreeSet<String>,
}

impl Own {
    /// Of a template that stands in another.
    fn of_inline(inline: &Map<String, Value>) -> Self {
        let artifacts = inline.get("inputs").and_then(|it| it.get("artifacts"));
        let artifacts = artifacts.and_then(Value::as_array).into_iter().flatten();
        let paths = artifacts.filter_map(|it| it.get("path")?.as_str());
        Self {
            secrets: SecretLists::default(),
            paths: paths.map(clean).collect(),
        }
    }
}

fn paths_of(inputs: Option<&Inputs>) -> BTreeSet<String> {
    let artifacts = inputs.into_iter().flat_map(|inputs| &inputs.artifacts);
    let paths = artifacts.filter_map(|it| it.path.as_deref());
    paths.map(clean).collect()
}

/// Where a container has something mounted.
fn mounted(container: &Map<String, Value>) -> BTreeSet<String> {
    let mounts = container.get(MOUNTS).and_then(Value::as_array);
    let mounts = mounts.into_iter().flatten();
    mounts.map(|it| path_of(it).to_owned()).collect()
}

fn path_of(mount: &Value) -> &str {
    let path = mount.get("mountPath").and_then(Value::as_str);
    path.unwrap_or_default().trim_end_matches('/')
}

fn clean(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

/// What is added to a template, and to those that stand in it.
#[derive(Clone, Copy)]
struct Adding<'a> {
    /// The volumes that are claimed for the run.
    claims: &'a BTreeSet<String>,
    /// Whether the workflow has tolerations, which Argo gives to templates without any.
    has_tolerations: bool,
    /// The retries of leaves.
    retry: Option<&'a Value>,
}

impl Adding<'_> {
    /// The same for what stands in that template: if it is tried again as a whole, its parts are
    /// not, too.
    fn inside(self, template: &Map<String, Value>) -> Self {
        Self {
            retry: self
                .retry
                .filter(|_| !template.contains_key("retryStrategy")),
            ..self
        }
    }
}

/// For Argo an empty list of tolerations is none at all, so that the workflow's would hold. One
/// that no taint has keeps them away.
fn keep_no_tolerations(template: &mut Map<String, Value>) {
    let list = template.get_mut(TOLERATIONS).and_then(Value::as_array_mut);
    if let Some(list) = list.filter(|list| list.is_empty()) {
        list.push(json!({"key": "workflows.medulla/none", "operator": "Exists"}));
    }
}

/// Whether a template has volumes that it says itself, none of them included: such a one has none
/// of the profile's.
fn has_own_volumes(template: &Map<String, Value>, secrets: SecretLists) -> bool {
    let written = template.get("volumes").and_then(Value::as_array);
    written.is_some_and(|volumes| secrets.mounts == 0 || volumes.len() != secrets.mounts)
}

/// Goes on with a list of volumes in which there are only those of the action's secrets.
fn go_on_with_volumes(
    template: &mut Map<String, Value>,
    defaults: &Map<String, Value>,
    secrets: SecretLists,
) {
    let written = template.get_mut("volumes").and_then(Value::as_array_mut);
    let added = defaults.get("volumes").and_then(Value::as_array);
    if let (Some(written), Some(added)) = (written, added)
        && secrets.mounts > 0
        && written.len() == secrets.mounts
    {
        written.extend(added.iter().cloned());
    }
}

fn retain_mounts(container: &mut Map<String, Value>, is_there: impl Fn(&str) -> bool) {
    if let Some(mounts) = container.get_mut(MOUNTS).and_then(Value::as_array_mut) {
        mounts.retain(|mount| name_of(mount).is_some_and(&is_there));
    }
}

/// The volumes that are claimed for the run.
fn claims(spec: &Map<String, Value>) -> BTreeSet<String> {
    let claims = spec.get("volumeClaimTemplates").and_then(Value::as_array);
    let claims = claims.into_iter().flatten();
    let names = claims.filter_map(|claim| name_of(&claim["metadata"]));
    names.map(str::to_owned).collect()
}

fn objects_in(list: Option<&mut Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let items = list.and_then(Value::as_array_mut).into_iter().flatten();
    items.filter_map(Value::as_object_mut)
}

fn names(list: Option<&Value>) -> BTreeSet<String> {
    list.and_then(Value::as_array)
        .map_or_else(BTreeSet::new, |items| names_in(items))
}
