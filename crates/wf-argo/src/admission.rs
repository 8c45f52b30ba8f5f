//! Admission: what a cluster would refuse of a rendered workflow, known before it is asked.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};
use wf_model::{Document, Limits};

use crate::definitions::definitions;
use crate::error::Error;
use crate::manifest::{Manifest, Template};
use crate::rendered::Rendered;

/// The kinds that Argo gives no time limit: `suspend` is no leaf to it, and its agent, which runs
/// the others, heeds none (`workflow/validate`, `workflow/controller/agent.go`).
const WITHOUT_LIMIT: [&str; 3] = ["suspend", "http", "plugin"];

impl Manifest {
    /// Everything that an Argo of 4.1 with full definitions would refuse under strict validation:
    /// fields that it does not have, and what cannot stand in those that it has.
    ///
    /// What [`render`](crate::render()) makes of checked actions and a checked profile has none.
    pub fn check(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        definitions().check("Workflow", &self.to_json(), "", &mut |path, message| {
            errors.push(refusal(&path, message));
        });
        errors
    }
}

impl Rendered {
    /// Everything of it that a cluster with those limits would refuse, or take and never run, with
    /// the place in the document that leads there.
    ///
    /// The document is the one that it is rendered of.
    pub fn refused(&self, document: &Document, limits: &Limits) -> Vec<Error> {
        let spec = &self.workflow().spec;
        let mut errors = Vec::new();
        // The DAG is a template, too, and not counted.
        let templates = spec.templates.len() - 1;
        if templates > limits.templates {
            let most = limits.templates;
            let target = limits.target;
            let message = format!(
                "it uses actions in {templates} ways, and {target} takes {most} templates; use fewer, or the same \
                 `retry` and `timeoutSeconds` more often"
            );
            errors.push(refusal("tasks", message));
        }
        let bytes = serde_json::to_vec(self.workflow()).map_or(0, |json| json.len());
        if bytes > limits.bytes {
            let message = format!(
                "it becomes an object of {bytes} bytes, and a cluster takes {}; make it smaller, or several workflows",
                limits.bytes
            );
            errors.push(refusal("tasks", message));
        }
        errors.extend(self.refused_templates(document, &volumes(&spec.rest)));
        errors
    }

    fn refused_templates(&self, document: &Document, shared: &BTreeSet<String>) -> Vec<Error> {
        let tasks = document.tasks.iter().enumerate();
        let tasks = tasks.map(|(place, task)| {
            let path = format!("tasks[{place}]");
            (
                path,
                self.template_at(place),
                task.timeout_seconds.is_some(),
            )
        });
        let handler = document.on_exit.iter();
        let handler = handler.map(|_| ("onExit".to_owned(), self.exit_template(), false));
        let mut seen = HashSet::new();
        let mut errors = Vec::new();
        for (path, template, is_limited) in tasks.chain(handler) {
            let Some(template) = template.filter(|it| seen.insert(it.name.as_str())) else {
                continue;
            };
            let found = objections(template, shared).into_iter();
            errors.extend(found.map(|found| refusal(&format!("{path}.action"), found)));
            let unlimited = WITHOUT_LIMIT
                .iter()
                .find(|kind| template.rest.contains_key(**kind));
            if let Some(kind) = unlimited.filter(|_| is_limited) {
                let message = format!(
                    "its action is `{kind}`, which Argo gives no time limit; leave it out, and limit the workflow"
                );
                errors.push(refusal(&format!("{path}.timeoutSeconds"), message));
            }
        }
        errors
    }
}

fn refusal(path: &str, message: String) -> Error {
    Error::Unsupported {
        path: path.to_owned(),
        message,
    }
}

/// What is wrong with the containers of a template, and of those that stand in it.
fn objections(template: &Template, shared: &BTreeSet<String>) -> Vec<String> {
    let mut found = objections_to(&template.rest, shared);
    let tasks = template.dag.iter().flat_map(|dag| &dag.tasks);
    for inline in tasks.filter_map(|task| task.rest.get("inline")?.as_object()) {
        found.extend(objections_to(inline, shared));
    }
    found.sort();
    found.dedup();
    found
}

fn objections_to(template: &Map<String, Value>, shared: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let own = names(template.get("volumes"));
    let mut look = |container: &Value, is_set: bool| {
        if container
            .get("image")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            found
                .push("it has no image, and the profile has no `defaultContainerImage`".to_owned());
        }
        for mount in names(container.get("volumeMounts")) {
            if !own.contains(&mount) && (is_set || !shared.contains(&mount)) {
                found.push(format!(
                    "it mounts the volume `{mount}`, which is not there"
                ));
            }
        }
    };
    for field in ["container", "script"] {
        template
            .get(field)
            .into_iter()
            .for_each(|it| look(it, false));
    }
    for field in ["sidecars", "initContainers"] {
        list(template.get(field)).for_each(|it| look(it, false));
    }
    let set = template.get("containerSet");
    list(set.and_then(|set| set.get("containers"))).for_each(|it| look(it, true));
    let groups = list(template.get("steps")).flat_map(|group| list(Some(group)));
    let tasks = list(template.get("dag").and_then(|dag| dag.get("tasks")));
    for part in groups.chain(tasks) {
        if let Some(inline) = part.get("inline").and_then(Value::as_object) {
            found.extend(objections_to(inline, shared));
        }
    }
    found
}

/// The volumes that every pod has.
fn volumes(spec: &Map<String, Value>) -> BTreeSet<String> {
    let mut shared = names(spec.get("volumes"));
    for claim in list(spec.get("volumeClaimTemplates")) {
        shared.extend(claim["metadata"]["name"].as_str().map(str::to_owned));
    }
    shared
}

fn names(named: Option<&Value>) -> BTreeSet<String> {
    list(named)
        .filter_map(|it| Some(it.get("name")?.as_str()?.to_owned()))
        .collect()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
