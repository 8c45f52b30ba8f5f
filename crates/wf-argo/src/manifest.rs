//! The part of Argo's Workflow object that we write and read.
//!
//! Hand-written: pod-shaped bodies stay JSON, so that every field that Argo has, or will have,
//! passes through. Field names and order are those of Argo's own examples.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::scalar;

/// An Argo Workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// `argoproj.io/v1alpha1`
    pub api_version: String,
    /// `Workflow`
    pub kind: String,
    /// Its name, labels and annotations.
    pub metadata: Metadata,
    /// What to run.
    pub spec: Spec,
}

/// An object's name, labels and annotations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The prefix of a name that the API server completes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generate_name: Option<String>,
    /// What else there is: name, labels, annotations.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spec {
    /// The template that runs first: `wf`.
    pub entrypoint: String,
    /// The workflow's parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Arguments>,
    /// What the profile and the document add: `parallelism`, `hooks`, `synchronization` …
    #[serde(flatten)]
    pub rest: Map<String, Value>,
    /// The actions' templates in the order of their first use, then the DAG.
    pub templates: Vec<Template>,
}

/// A template: an action as Argo runs it, or the DAG.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its name.
    pub name: String,
    /// What it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<Inputs>,
    /// What it leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Outputs>,
    /// The DAG, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dag: Option<DagTemplate>,
    /// The body (`container`, `script`, `suspend` …) and all else: `retryStrategy`, `volumes` …
    #[serde(flatten)]
    pub rest: Map<String, Value>,
    /// How much of its containers' lists comes from the action's secrets.
    #[serde(skip)]
    pub(crate) secrets: SecretLists,
}

/// How many entries an action's secrets have put at the end of each container's lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SecretLists {
    /// In `env`.
    pub(crate) env: usize,
    /// In `volumeMounts`.
    pub(crate) mounts: usize,
}

/// The DAG of a template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DagTemplate {
    /// Its tasks, in the document's order.
    pub tasks: Vec<DagTask>,
    /// `failFast` and what else there may be.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A task of the DAG. Argo's field order is: name, dependencies, template, arguments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DagTask {
    /// Its name.
    pub name: String,
    /// The tasks before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// The same as an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends: Option<String>,
    /// The template it uses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub template: String,
    /// What it gives to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Arguments>,
    /// Runs only when this is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Runs once for each of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_items: Option<Vec<Value>>,
    /// `templateRef`, `hooks` and what else there may be.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Given parameters and artifacts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Arguments {
    /// The parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<NamedValue>,
    /// The artifacts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<NamedArtifact>,
}

/// A parameter: declared (with or without a default) or given (with a value).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedValue {
    /// Its name.
    pub name: String,
    /// Its value. Argo's full definitions want a text; where Argo takes a number or a boolean, so
    /// do we.
    #[serde(
        default,
        deserialize_with = "scalar::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub value: Option<String>,
    /// Its value when none is given.
    #[serde(
        default,
        deserialize_with = "scalar::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub default: Option<String>,
    /// The values it may have.
    #[serde(
        rename = "enum",
        default,
        deserialize_with = "scalar::optional_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub allowed: Option<Vec<String>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A given artifact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NamedArtifact {
    /// Its name.
    pub name: String,
    /// Another task's output.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// Where else it is: `s3`, `http`, `raw` and what else there may be.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What a template takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<NamedValue>,
    /// Artifacts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactPort>,
}

/// What a template leaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outputs {
    /// Parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<OutputParameter>,
    /// Artifacts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactPort>,
}

/// An output parameter and where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputParameter {
    /// Its name.
    pub name: String,
    /// Where its value comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_from: Option<ValueFrom>,
    /// `description`, `globalName` and what else there may be.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Where the value of an output parameter comes from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValueFrom {
    /// A file that the task leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Of a `suspend`: whoever answers supplies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplied: Option<Value>,
    /// `expression`, `jqFilter` and what else there may be.
    #[serde(flatten)]
    pub rest: BTreeMap<String, Value>,
    /// The value when there is none.
    #[serde(
        default,
        deserialize_with = "scalar::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub default: Option<String>,
}

/// An artifact that a template takes or leaves, at a path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactPort {
    /// Its name.
    pub name: String,
    /// Where the task finds or leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether it may be absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optional: Option<bool>,
    /// `archive`, `mode`, `s3` and what else there may be.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// What a template does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body<'a> {
    /// A container.
    Container(&'a Map<String, Value>),
    /// A container with a script.
    Script(&'a Map<String, Value>),
    /// Waits for an answer, or for a time.
    Suspend(&'a Map<String, Value>),
    /// Anything else that Argo has, by its field's name.
    Other(&'a str, &'a Value),
    /// The DAG.
    Dag(&'a DagTemplate),
    /// Nothing that we know.
    None,
}

impl Template {
    /// What the template does.
    pub fn body(&self) -> Body<'_> {
        const OTHERS: [&str; 6] = [
            "containerSet",
            "resource",
            "http",
            "data",
            "plugin",
            "steps",
        ];
        if let Some(dag) = &self.dag {
            return Body::Dag(dag);
        }
        let object = |field: &str| self.rest.get(field).and_then(Value::as_object);
        if let Some(container) = object("container") {
            return Body::Container(container);
        }
        if let Some(script) = object("script") {
            return Body::Script(script);
        }
        if let Some(suspend) = object("suspend") {
            return Body::Suspend(suspend);
        }
        OTHERS
            .into_iter()
            .find_map(|field| self.rest.get(field).map(|body| Body::Other(field, body)))
            .unwrap_or(Body::None)
    }
}

impl Spec {
    /// The template of that name.
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// The tasks of the entry point, when it is a DAG.
    pub fn dag(&self) -> Option<&[DagTask]> {
        let dag = self.template(&self.entrypoint)?.dag.as_ref()?;
        Some(&dag.tasks)
    }

    /// The exit handler, when there is one.
    pub fn exit_hook(&self) -> Option<DagTask> {
        let hook = self.rest.get("hooks")?.get("exit")?.clone();
        serde_json::from_value(with_name(hook)).ok()
    }
}

/// A hook has the shape of a task without a name.
fn with_name(mut hook: Value) -> Value {
    if let Some(fields) = hook.as_object_mut() {
        fields.insert("name".to_owned(), Value::from("exit"));
    }
    hook
}
