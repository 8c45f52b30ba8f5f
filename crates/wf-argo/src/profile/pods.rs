//! Pods: what every template gets that makes one, and what its containers get.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Profile;
use super::apply::{fill, inlines_of, steps_of};
use crate::manifest::{SecretLists, Spec, Template};

/// The kinds of templates that make a pod of their own.
const PODS: [&str; 5] = ["container", "script", "containerSet", "resource", "data"];
/// Those that are run by Argo's agent.
const AGENTS: [&str; 2] = ["http", "plugin"];
/// The lists that an action's secrets are written into, if it has none of its own.
const ENV: &str = "env";
const MOUNTS: &str = "volumeMounts";

impl Profile {
    /// What the templates get for the pods that they make, and for their retries.
    pub(super) fn add_to_templates(&self, spec: &mut Spec) {
        let claims = claims(&spec.rest);
        for template in &mut spec.templates {
            let Template {
                secrets, rest, dag, ..
            } = template;
            self.add_to_template(rest, *secrets, &claims);
            for inline in inlines_of(dag.as_mut()) {
                self.add_to_template(inline, SecretLists::default(), &claims);
            }
        }
        keep_empty_tolerations(spec);
    }

    /// The same for a template that stands in a step.
    fn add_to_template(
        &self,
        template: &mut Map<String, Value>,
        secrets: SecretLists,
        claims: &BTreeSet<String>,
    ) {
        let has = |kinds: &[&str]| kinds.iter().any(|kind| template.contains_key(*kind));
        let (is_pod, is_agent) = (has(&PODS), has(&AGENTS));
        if let Some(retry) = self.retry.as_ref().filter(|_| is_pod || is_agent) {
            template
                .entry("retryStrategy")
                .or_insert_with(|| retry.clone());
        }
        if is_pod {
            fill(template, self.of_pods(template));
            self.add_to_containers(template, secrets);
            self.add_to_set(template, secrets, claims);
        }
        for step in steps_of(template) {
            if let Some(inline) = step.get_mut("inline").and_then(Value::as_object_mut) {
                self.add_to_template(inline, SecretLists::default(), claims);
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

    fn add_to_containers(&self, template: &mut Map<String, Value>, secrets: SecretLists) {
        for (field, defaults) in [("container", &self.container), ("script", &self.script)] {
            if let Some(container) = template.get_mut(field).and_then(Value::as_object_mut) {
                fill_container(container, defaults, secrets);
            }
        }
        for field in ["initContainers", "sidecars"] {
            for container in objects_in(template.get_mut(field)) {
                fill(container, &self.sidecar);
            }
        }
    }

    fn add_to_set(
        &self,
        template: &mut Map<String, Value>,
        secrets: SecretLists,
        claims: &BTreeSet<String>,
    ) {
        let volumes = names(template.get("volumes"));
        let Some(set) = template
            .get_mut("containerSet")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
        // A set that has volumes of its own has none of the profile's.
        let is_there = |mount: &Value| {
            let name = mount.get("name").and_then(Value::as_str);
            name.is_some_and(|name| volumes.contains(name))
        };
        let is_claimed = |mount: &Value| {
            let name = mount.get("name").and_then(Value::as_str);
            name.is_some_and(|name| claims.contains(name))
        };
        let mut defaults = self.set_container.clone();
        if let Some(mounts) = defaults.get_mut(MOUNTS).and_then(Value::as_array_mut) {
            mounts.retain(is_there);
        }
        for container in objects_in(set.get_mut("containers")) {
            fill_container(container, &defaults, secrets);
        }
        if let Some(mounts) = self.set_mounts.as_ref().and_then(Value::as_array) {
            let mounts = mounts.iter().filter(|it| is_there(it) || is_claimed(it));
            let mounts = mounts.cloned();
            set.entry(MOUNTS)
                .or_insert_with(|| Value::Array(mounts.collect()));
        }
    }
}

/// The defaults that are not there under their names. A list in which there is nothing but the
/// action's secrets is the action's no more than one that is not there: it is gone on with.
fn fill_container(
    container: &mut Map<String, Value>,
    defaults: &Map<String, Value>,
    secrets: SecretLists,
) {
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
    fill(container, defaults);
}

/// For Argo an empty list in a template is none at all, so that the workflow's would hold. Where a
/// template wants none, the workflow's stand in the other templates instead.
fn keep_empty_tolerations(spec: &mut Spec) {
    const FIELD: &str = "tolerations";
    let wants_none = |template: &Template| {
        template
            .rest
            .get(FIELD)
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
    };
    if !spec.templates.iter().any(wants_none) {
        return;
    }
    let Some(shared) = spec.rest.shift_remove(FIELD) else {
        return;
    };
    for template in &mut spec.templates {
        let fields = &mut template.rest;
        if PODS.iter().any(|kind| fields.contains_key(*kind)) && !fields.contains_key(FIELD) {
            fields.insert(FIELD.to_owned(), shared.clone());
        }
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

fn names_in(items: &[Value]) -> BTreeSet<String> {
    let names = items.iter().filter_map(name_of);
    names.map(str::to_owned).collect()
}

fn name_of(item: &Value) -> Option<&str> {
    item.get("name").and_then(Value::as_str)
}
