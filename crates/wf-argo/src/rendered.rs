//! What rendering gives: the manifest, and what has to be there before it.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::manifest::{Manifest, Spec, Template};
use crate::yaml;

/// A rendered workflow: what every backend executes, on a cluster or without one.
///
/// It cannot be changed, so that its templates can be found without searching.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rendered {
    workflow: Manifest,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    supporting: Vec<Value>,
    /// Made when something is looked up for the first time.
    #[serde(skip)]
    index: OnceLock<Index>,
}

/// Where the templates are, by their users.
#[derive(Debug, Clone)]
struct Index {
    /// By the task's place in the DAG: the template's place, if it is there.
    by_position: Vec<Option<usize>>,
    /// By the task's name: its place in the DAG.
    by_name: HashMap<String, usize>,
}

impl Rendered {
    /// A manifest with what has to be applied before it.
    pub fn new(workflow: Manifest, supporting: Vec<Value>) -> Self {
        Self {
            workflow,
            supporting,
            index: OnceLock::new(),
        }
    }

    /// The Argo Workflow.
    pub fn workflow(&self) -> &Manifest {
        &self.workflow
    }

    /// What the profile wants applied before it: service account, role, semaphores.
    pub fn supporting(&self) -> &[Value] {
        &self.supporting
    }

    /// The Argo Workflow, to be changed.
    pub fn into_workflow(self) -> Manifest {
        self.workflow
    }

    /// The template that the task of that name uses; found in constant time.
    pub fn template_of(&self, task: &str) -> Option<&Template> {
        self.template_at(*self.index().by_name.get(task)?)
    }

    /// The template that the task at that place uses, counted as in the document; found in
    /// constant time.
    pub fn template_at(&self, task: usize) -> Option<&Template> {
        let template = (*self.index().by_position.get(task)?)?;
        self.workflow.spec.templates.get(template)
    }

    /// The template that the exit handler uses.
    pub fn exit_template(&self) -> Option<&Template> {
        let hook = self.workflow.spec.exit_hook()?;
        self.workflow.spec.template(&hook.template)
    }

    /// The Argo Workflow as YAML, which means the same to every parser of YAML 1.1 and 1.2.
    pub fn to_yaml(&self) -> String {
        self.workflow.to_yaml()
    }

    /// What has to be applied before it and then itself, as a stream of YAML documents.
    pub fn to_yaml_stream(&self) -> String {
        let supporting = self.supporting.iter().map(yaml::write);
        let documents: Vec<String> = supporting.chain([self.to_yaml()]).collect();
        documents.join("---\n")
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.workflow.spec))
    }
}

impl PartialEq for Rendered {
    fn eq(&self, other: &Self) -> bool {
        self.workflow == other.workflow && self.supporting == other.supporting
    }
}

impl Index {
    fn of(spec: &Spec) -> Self {
        let names = spec.templates.iter().enumerate().rev();
        let templates: HashMap<&str, usize> = names
            .map(|(place, template)| (&*template.name, place))
            .collect();
        let tasks = spec.dag().unwrap_or_default();
        let uses = tasks
            .iter()
            .map(|task| templates.get(&*task.template).copied());
        let names = tasks.iter().enumerate().rev();
        Self {
            by_position: uses.collect(),
            by_name: names
                .map(|(place, task)| (task.name.clone(), place))
                .collect(),
        }
    }
}

impl Manifest {
    /// As YAML, which means the same to every parser of YAML 1.1 and 1.2.
    ///
    /// A list of a manifest is never empty and a text is quoted wherever some parser could take it
    /// for something else.
    pub fn to_yaml(&self) -> String {
        yaml::write(&self.to_json())
    }

    /// As JSON.
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self)
            .expect("a manifest has text keys only, and no number that JSON lacks")
    }
}
