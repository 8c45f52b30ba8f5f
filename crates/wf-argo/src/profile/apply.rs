//! Applying a profile to a manifest.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::fields::{fields, filled};
use super::{Profile, guard};
use crate::manifest::{DagTemplate, Manifest, NamedValue, Spec, Template};

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
        self.add_to_templates(spec);
        for template in &mut spec.templates {
            self.pass_through(template);
            if self.singular_locks {
                singular_locks(&mut template.rest);
            }
        }
        if !self.is_clusterless {
            guard::templates(&mut spec.templates);
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
        wanted
            .map(|(name, label)| {
                let parameter = format!("workflow.parameters['{name}']");
                (label.clone(), json!({"expression": as_label(&parameter)}))
            })
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
        if self.singular_locks {
            singular_locks(spec);
        }
    }

    /// Gives the template its inputs, and what it uses theirs.
    fn pass_through(&self, template: &mut Template) {
        if self.passed_inputs.is_empty() {
            return;
        }
        let hidden = inputs_inside(template);
        let passed = self.passed_inputs.iter();
        let passed: Vec<NamedValue> = passed
            .filter(|it| !hidden.contains(&it.name))
            .cloned()
            .collect();
        let inputs = template.inputs.get_or_insert_default();
        add_missing(&mut inputs.parameters, &passed);
        let taken = inputs.parameters.iter().map(|it| it.name.clone()).collect();
        let arguments = self.arguments_within(&taken);
        for task in template.dag.iter_mut().flat_map(|dag| &mut dag.tasks) {
            let given = task.arguments.get_or_insert_default();
            add_missing(&mut given.parameters, &arguments);
            let hooks = task.rest.get_mut("hooks").and_then(Value::as_object_mut);
            pass_to_each(hooks, &arguments);
        }
        for inline in inlines_of(template.dag.as_mut()) {
            self.pass_through_inline(inline);
        }
        self.pass_to_steps(&mut template.rest, &arguments);
    }

    /// What is given by what stands in a template that takes these: where it does not take one, the
    /// workflow's own.
    fn arguments_within(&self, taken: &BTreeSet<String>) -> Vec<NamedValue> {
        let arguments = self.passed_arguments.iter().cloned();
        let given = arguments.map(|mut argument| {
            if !taken.contains(&argument.name) {
                argument.value = Some(format!("{{{{workflow.parameters.{}}}}}", argument.name));
            }
            argument
        });
        given.collect()
    }

    fn pass_to_steps(&self, template: &mut Map<String, Value>, arguments: &[NamedValue]) {
        for step in steps_of(template) {
            pass_to(step, arguments);
            let hooks = step.get_mut("hooks").and_then(Value::as_object_mut);
            pass_to_each(hooks, arguments);
            if let Some(inline) = step.get_mut("inline").and_then(Value::as_object_mut) {
                self.pass_through_inline(inline);
            }
        }
    }

    /// The same for a template that stands in a step.
    fn pass_through_inline(&self, inline: &mut Map<String, Value>) {
        let mut hidden = BTreeSet::new();
        add_inputs_inside(inline, &mut hidden);
        let Some(declared) = parameters_of(inline, "inputs") else {
            return;
        };
        for passed in &self.passed_inputs {
            if !hidden.contains(&passed.name) && !is_named_in(declared, &passed.name) {
                declared.extend(serde_json::to_value(passed));
            }
        }
        let taken = names_in(declared);
        let arguments = self.arguments_within(&taken);
        self.pass_to_steps(inline, &arguments);
    }
}

fn pass_to_each(hooks: Option<&mut Map<String, Value>>, arguments: &[NamedValue]) {
    let hooks = hooks.into_iter().flat_map(Map::values_mut);
    for hook in hooks.filter_map(Value::as_object_mut) {
        pass_to(hook, arguments);
    }
}

/// Gives a step, or a hook, what it does not give itself.
fn pass_to(user: &mut Map<String, Value>, arguments: &[NamedValue]) {
    let Some(given) = parameters_of(user, "arguments") else {
        return;
    };
    for passed in arguments {
        if !is_named_in(given, &passed.name) {
            given.push(json!({"name": passed.name, "value": passed.value}));
        }
    }
}

/// The locks as Argo had them before 3.6: one of each kind.
fn singular_locks(fields: &mut Map<String, Value>) {
    let locks = fields.get_mut("synchronization");
    let Some(locks) = locks.and_then(Value::as_object_mut) else {
        return;
    };
    for (plural, singular) in [("mutexes", "mutex"), ("semaphores", "semaphore")] {
        let list = locks.get(plural).and_then(Value::as_array);
        if let Some([lock]) = list.map(Vec::as_slice) {
            let lock = lock.clone();
            locks.shift_remove(plural);
            locks.insert(singular.to_owned(), lock);
        }
    }
}

/// An expression for what is left of a text when it has to be the value of a label: at most 63
/// characters, letters and digits at both ends, and `.`, `_`, `-` between.
///
/// Argo does not look at what comes out, and the object is refused with another value.
fn as_label(text: &str) -> String {
    let written = format!("sprig.regexReplaceAll('[^A-Za-z0-9._-]', {text}, '.')");
    let begun = format!("sprig.regexReplaceAll('^[^A-Za-z0-9]+', {written}, '')");
    format!("sprig.regexReplaceAll('[^A-Za-z0-9]+$', sprig.trunc(63, {begun}), '')")
}

/// The inputs of the templates that stand in that one. Argo would give them the value of an input
/// of the same name around them.
fn inputs_inside(template: &mut Template) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for inline in inlines_of(template.dag.as_mut()) {
        add_inputs(inline, &mut found);
    }
    add_inputs_inside(&mut template.rest, &mut found);
    found
}

fn add_inputs_inside(template: &mut Map<String, Value>, found: &mut BTreeSet<String>) {
    for step in steps_of(template) {
        if let Some(inline) = step.get_mut("inline").and_then(Value::as_object_mut) {
            add_inputs(inline, found);
        }
    }
}

/// Those of a template, and of what stands in it.
fn add_inputs(inline: &mut Map<String, Value>, found: &mut BTreeSet<String>) {
    let declared = inline.get("inputs").and_then(|it| it.get("parameters"));
    let declared = declared.and_then(Value::as_array).map(Vec::as_slice);
    found.extend(names_in(declared.unwrap_or_default()));
    add_inputs_inside(inline, found);
}

/// The templates that stand in the tasks of a DAG.
pub(super) fn inlines_of(
    dag: Option<&mut DagTemplate>,
) -> impl Iterator<Item = &mut Map<String, Value>> {
    let tasks = dag.into_iter().flat_map(|dag| &mut dag.tasks);
    tasks.filter_map(|task| task.rest.get_mut("inline")?.as_object_mut())
}

/// The steps, or tasks, of an action that is made of others.
pub(super) fn steps_of(template: &mut Map<String, Value>) -> Vec<&mut Map<String, Value>> {
    let mut steps = Vec::new();
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
                    steps.extend(group.iter_mut().filter_map(Value::as_object_mut));
                }
                Value::Object(task) => steps.push(task),
                _ => {}
            }
        }
    }
    steps
}

/// The defaults that are not there under their names.
pub(super) fn fill(written: &mut Map<String, Value>, defaults: &Map<String, Value>) {
    for (name, value) in defaults {
        if !written.contains_key(name) {
            written.insert(name.clone(), value.clone());
        }
    }
}

/// The list of parameters in that field; made, if it is not there.
fn parameters_of<'m>(map: &'m mut Map<String, Value>, field: &str) -> Option<&'m mut Vec<Value>> {
    let holder = map.entry(field).or_insert_with(|| json!({}));
    let parameters = holder.as_object_mut()?.entry("parameters");
    parameters.or_insert_with(|| json!([])).as_array_mut()
}

pub(super) fn name_of(item: &Value) -> Option<&str> {
    item.get("name").and_then(Value::as_str)
}

pub(super) fn names_in(list: &[Value]) -> BTreeSet<String> {
    list.iter().filter_map(name_of).map(str::to_owned).collect()
}

fn is_named_in(list: &[Value], name: &str) -> bool {
    list.iter().any(|it| name_of(it) == Some(name))
}

/// The parameters that are not there under their names.
fn add_missing(written: &mut Vec<NamedValue>, more: &[NamedValue]) {
    for parameter in more {
        if written.iter().all(|it| it.name != parameter.name) {
            written.push(parameter.clone());
        }
    }
}
