//! Applying a profile to a manifest.

use serde_json::{Map, Value, json};

use super::Profile;
use super::fields::{fields, filled};
use crate::manifest::{Manifest, NamedValue, Spec, Template};

/// The kinds of templates that make a pod of their own.
const PODS: [&str; 5] = ["container", "script", "containerSet", "resource", "data"];
/// Those that are run by Argo's agent.
const AGENTS: [&str; 2] = ["http", "plugin"];

impl Profile {
    /// Adds to a manifest what it does not say itself: shallow, key by key, an empty value being a
    /// value, too.
    ///
    /// [`render`](crate::render()) does this to what it renders. Actions that the profile runs by
    /// itself are not added here, since this knows no catalog.
    pub fn apply(&self, manifest: &mut Manifest) {
        self.add_arguments(&mut manifest.spec);
        self.add_metadata(manifest);
        let spec = &mut manifest.spec;
        self.add_locks(&mut spec.rest);
        fill(&mut spec.rest, &self.spec);
        for template in &mut spec.templates {
            self.add_to_pods(template);
            self.pass_through(template);
        }
    }

    fn add_arguments(&self, spec: &mut Spec) {
        if self.parameters.is_empty() && self.artifacts.is_empty() {
            return;
        }
        let arguments = spec.arguments.get_or_insert_default();
        add_missing(&mut arguments.parameters, &self.parameters);
        for artifact in &self.artifacts {
            if arguments
                .artifacts
                .iter()
                .all(|it| it.name != artifact.name)
            {
                arguments.artifacts.push(artifact.clone());
            }
        }
    }

    /// Argo writes these over the workflow's own labels, so that the own ones are left out.
    fn add_metadata(&self, manifest: &mut Manifest) {
        let own = |field: &str, defaults: &Map<String, Value>| {
            let own = manifest.metadata.rest.get(field).and_then(Value::as_object);
            let is_free = |name: &str| own.is_none_or(|own| !own.contains_key(name));
            let left = defaults.iter().filter(|(name, _)| is_free(name));
            filled(
                left.map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            )
        };
        let mut labels_from = self.labels_from.clone();
        fill(&mut labels_from, &self.labels_of_parameters(&manifest.spec));
        let metadata = fields([
            ("labels", own("labels", &self.labels)),
            ("annotations", own("annotations", &self.annotations)),
            ("labelsFrom", own("labels", &labels_from)),
        ]);
        if !metadata.is_empty() {
            let written = manifest
                .spec
                .rest
                .entry("workflowMetadata")
                .or_insert_with(|| json!({}));
            if let Some(written) = written.as_object_mut() {
                fill(written, &metadata);
            }
        }
    }

    /// In brackets, as a name with a `-` would be a subtraction; and only of parameters that the
    /// workflow has, as Argo would end it in an error for another.
    fn labels_of_parameters(&self, spec: &Spec) -> Map<String, Value> {
        let parameters = spec.arguments.as_ref().map_or(&[][..], |it| &it.parameters);
        let has = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
        let wanted = self
            .labels_from_parameters
            .iter()
            .filter(|(name, _)| has(name));
        let expression =
            |name: &str| json!({"expression": format!("workflow.parameters['{name}']")});
        wanted
            .map(|(name, label)| (label.clone(), expression(name)))
            .collect()
    }

    fn add_locks(&self, spec: &mut Map<String, Value>) {
        if let Some(semaphore) = &self.semaphore {
            let locks = spec.entry("synchronization").or_insert_with(|| json!({}));
            if let Some(locks) = locks.as_object_mut() {
                locks
                    .entry("semaphores")
                    .or_insert_with(|| json!([semaphore]));
            }
        }
        if self.singular_locks
            && let Some(locks) = spec
                .get_mut("synchronization")
                .and_then(Value::as_object_mut)
        {
            for (plural, singular) in [("mutexes", "mutex"), ("semaphores", "semaphore")] {
                if let Some([lock]) = locks
                    .get(plural)
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                {
                    let lock = lock.clone();
                    locks.shift_remove(plural);
                    locks.insert(singular.to_owned(), lock);
                }
            }
        }
    }

    /// What a template gets for the pod that it makes, and for its retries.
    fn add_to_pods(&self, template: &mut Template) {
        let fields = &mut template.rest;
        let has = |kinds: &[&str]| kinds.iter().any(|kind| fields.contains_key(*kind));
        let (is_pod, is_agent) = (has(&PODS), has(&AGENTS));
        if let Some(retry) = self.retry.as_ref().filter(|_| is_pod || is_agent) {
            fields
                .entry("retryStrategy")
                .or_insert_with(|| retry.clone());
        }
        if !is_pod {
            return;
        }
        let of_pods = if fields.contains_key("containerSet") {
            &self.set_pods
        } else if fields.contains_key("resource") {
            &self.resource_pods
        } else {
            &self.pods
        };
        fill(fields, of_pods);
        self.add_to_containers(fields);
    }

    fn add_to_containers(&self, template: &mut Map<String, Value>) {
        for (field, defaults) in [("container", &self.container), ("script", &self.script)] {
            if let Some(container) = template.get_mut(field).and_then(Value::as_object_mut) {
                fill(container, defaults);
            }
        }
        for field in ["initContainers", "sidecars"] {
            fill_each(template.get_mut(field), &self.sidecar);
        }
        let Some(set) = template
            .get_mut("containerSet")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
        fill_each(set.get_mut("containers"), &self.set_container);
        if let Some(mounts) = &self.set_mounts {
            set.entry("volumeMounts").or_insert_with(|| mounts.clone());
        }
    }

    /// Gives the template its inputs, and what it uses theirs.
    fn pass_through(&self, template: &mut Template) {
        if self.passed_inputs.is_empty() {
            return;
        }
        let inputs = template.inputs.get_or_insert_default();
        add_missing(&mut inputs.parameters, &self.passed_inputs);
        for task in template.dag.iter_mut().flat_map(|dag| &mut dag.tasks) {
            let arguments = task.arguments.get_or_insert_default();
            add_missing(&mut arguments.parameters, &self.passed_arguments);
            self.pass_to_each(task.rest.get_mut("hooks").and_then(Value::as_object_mut));
        }
        for user in users(&mut template.rest) {
            self.pass_to(user);
            self.pass_to_each(user.get_mut("hooks").and_then(Value::as_object_mut));
        }
    }

    fn pass_to_each(&self, hooks: Option<&mut Map<String, Value>>) {
        let hooks = hooks.into_iter().flat_map(Map::values_mut);
        for hook in hooks.filter_map(Value::as_object_mut) {
            self.pass_to(hook);
        }
    }

    /// Gives a step, or a hook, what it does not give itself.
    fn pass_to(&self, user: &mut Map<String, Value>) {
        let arguments = user.entry("arguments").or_insert_with(|| json!({}));
        let Some(arguments) = arguments.as_object_mut() else {
            return;
        };
        let given = arguments.entry("parameters").or_insert_with(|| json!([]));
        let Some(given) = given.as_array_mut() else {
            return;
        };
        for passed in &self.passed_arguments {
            if given
                .iter()
                .all(|it| it.get("name").and_then(Value::as_str) != Some(&passed.name))
            {
                given.push(json!({"name": passed.name, "value": passed.value}));
            }
        }
    }
}

/// The steps, or tasks, of an action that is made of others.
fn users(template: &mut Map<String, Value>) -> Vec<&mut Map<String, Value>> {
    let mut users = Vec::new();
    for (field, body) in template.iter_mut() {
        let items = match field.as_str() {
            "steps" => body.as_array_mut(),
            "dag" => body.get_mut("tasks").and_then(Value::as_array_mut),
            _ => None,
        };
        for item in items.into_iter().flatten() {
            match item {
                // Steps stand in groups that run at once.
                Value::Array(group) => {
                    users.extend(group.iter_mut().filter_map(Value::as_object_mut));
                }
                Value::Object(task) => users.push(task),
                _ => {}
            }
        }
    }
    users
}

/// The defaults that are not there under their names.
fn fill(written: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    for (name, value) in defaults {
        if !written.contains_key(name) {
            written.insert(name.clone(), value.clone());
        }
    }
}

fn fill_each(list: Option<&mut Value>, defaults: &Map<String, Value>) {
    let items = list.and_then(Value::as_array_mut).into_iter().flatten();
    for item in items.filter_map(Value::as_object_mut) {
        fill(item, defaults);
    }
}

/// The parameters that are not there under their names.
fn add_missing(written: &mut Vec<NamedValue>, more: &[NamedValue]) {
    for parameter in more {
        if written.iter().all(|it| it.name != parameter.name) {
            written.push(parameter.clone());
        }
    }
}
