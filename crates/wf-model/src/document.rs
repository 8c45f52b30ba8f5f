//! The document: what a user writes, as it is on every surface.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

/// A workflow as a user describes it: named tasks, each using an action of the catalog.
///
/// Only `name` and each task's `name` and `action` are required. What is absent is left out when
/// the document is written, so a document that is read and written again is the same document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Document {
    /// The workflow's name, a DNS label of at most 48 characters. Many workflows may share it.
    pub name: String,
    /// What the workflow is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 4096, message = "at most 4096 characters"))]
    pub description: Option<String>,
    /// Labels to find it by, under Kubernetes' rules on every backend.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What may be given at the start.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterDeclaration>,
    /// How long a run may take, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 31_536_000, message = "1 to 31536000 (a year)"))]
    pub timeout_seconds: Option<u64>,
    /// How many tasks (items counted singly) may run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 100_000, message = "1 to 100000"))]
    pub parallelism: Option<u32>,
    /// Among workflows that wait, the higher goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Of the workflows that bear this name, one runs at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutex: Option<String>,
    /// What runs when the tasks have ended, however they ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_exit: Option<ExitHandler>,
    /// What the workflow tells as its own outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Argument>,
    /// The nodes of the DAG.
    #[validate(nested)]
    pub tasks: Vec<Task>,
}

/// A task: one use of an action, and what it waits for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Task {
    /// The task's name, unique in the document; it is the task's id in every run.
    pub name: String,
    /// The action of the catalog that it uses.
    pub action: String,
    /// What it gives to the action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Argument>,
    /// The tasks that have to end well (or be skipped) before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// The same as an expression over their outcomes, as in `A.Failed || B`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depends: Option<String>,
    /// Runs only when this is true, else it is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Runs once for each of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_items: Option<Vec<Value>>,
    /// The artifacts that it gives to the action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactArgument>,
    /// Whether and how it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub retry: Option<Retry>,
    /// How long one attempt may take, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 31_536_000, message = "1 to 31536000 (a year)"))]
    pub timeout_seconds: Option<u64>,
}

/// A named value: what a task gives to its action, or what a workflow tells as its output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// The parameter's name.
    pub name: String,
    /// Its value; numbers and booleans of the JSON become text.
    pub value: String,
}

impl Argument {
    /// A name and its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

/// A parameter of the workflow, given at its start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ParameterDeclaration {
    /// The parameter's name, as in `{{workflow.parameters.name}}`.
    pub name: String,
    /// Its value when none is given; without one it has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The values it may have; any, when absent.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
}

/// An artifact given to an action: another task's output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtifactArgument {
    /// The name of the action's input artifact.
    pub name: String,
    /// `{{tasks.A.outputs.artifacts.out}}`.
    pub from: String,
}

/// What runs when the tasks have ended, however they ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitHandler {
    /// The action of the catalog that it uses.
    pub action: String,
    /// What it gives to the action.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Argument>,
}

/// Whether and how a task is tried again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Retry {
    /// How many attempts there may be after the first.
    #[validate(range(max = 1000, message = "0 to 1000"))]
    pub limit: u32,
    /// Which endings are tried again; `OnFailure` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<RetryPolicy>,
    /// How long to wait before the second attempt, in seconds; not at all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(max = 31_536_000, message = "0 to 31536000 (a year)"))]
    pub backoff_seconds: Option<u64>,
    /// By how much the wait grows with each further attempt; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 100, message = "1 to 100"))]
    pub factor: Option<u32>,
    /// The total time for all attempts, in seconds (Argo's `maxDuration`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, max = 31_536_000, message = "1 to 31536000 (a year)"))]
    pub max_seconds: Option<u64>,
}

/// Which endings of an attempt are tried again. The words are Argo's.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum RetryPolicy {
    /// Failed and Error alike.
    Always,
    /// Failed only.
    #[default]
    OnFailure,
    /// Error only.
    OnError,
    /// Error only, and only such as pass by themselves.
    OnTransientError,
}

impl RetryPolicy {
    /// Every policy.
    pub const ALL: [Self; 4] = [
        Self::Always,
        Self::OnFailure,
        Self::OnError,
        Self::OnTransientError,
    ];

    /// The word of the document, as in `OnFailure`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::OnFailure => "OnFailure",
            Self::OnError => "OnError",
            Self::OnTransientError => "OnTransientError",
        }
    }
}
