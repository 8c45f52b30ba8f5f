//! Targets and limits: where a document is to run, and how large it may be there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a document is to run.
///
/// Argo's *full* custom resource definitions cap lists (200 tasks, 200 templates, 500 parameters)
/// so that their validation rules fit the API server's budget; the *minimal* ones do not.
/// Source: `pkg/apis/workflow/v1alpha1/workflow_types.go` of Argo 4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// One machine, no cluster.
    #[serde(rename = "embedded")]
    Embedded,
    /// Argo 3.7.
    #[serde(rename = "argo-3.7")]
    Argo37,
    /// Argo 4.0 with minimal definitions.
    #[serde(rename = "argo-4.0")]
    Argo40,
    /// Argo 4.0 with full definitions.
    #[serde(rename = "argo-4.0-full")]
    Argo40Full,
    /// Argo 4.1 with minimal definitions.
    #[serde(rename = "argo-4.1")]
    Argo41,
    /// Argo 4.1 with full definitions.
    #[serde(rename = "argo-4.1-full")]
    Argo41Full,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 6] = [
        Self::Embedded,
        Self::Argo37,
        Self::Argo40,
        Self::Argo40Full,
        Self::Argo41,
        Self::Argo41Full,
    ];

    /// The word of the wire, as in `argo-4.1-full`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Argo37 => "argo-3.7",
            Self::Argo40 => "argo-4.0",
            Self::Argo40Full => "argo-4.0-full",
            Self::Argo41 => "argo-4.1",
            Self::Argo41Full => "argo-4.1-full",
        }
    }

    /// Whether it is a cluster that runs Argo.
    pub fn is_argo(self) -> bool {
        !matches!(self, Self::Embedded)
    }

    /// Whether it is a cluster with the capped, full definitions.
    pub fn has_full_definitions(self) -> bool {
        matches!(self, Self::Argo40Full | Self::Argo41Full)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no target; there are {targets}", targets = names())]
pub struct UnknownTarget(pub String);

fn names() -> String {
    Target::ALL.map(|target| format!("`{target}`")).join(", ")
}

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|target| target.as_str() == word)
            .ok_or_else(|| UnknownTarget(word.to_owned()))
    }
}

/// How large a document may be. Every limit is inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The target, named in faults.
    pub target: Target,
    /// Bytes of the document's JSON.
    pub bytes: usize,
    /// Tasks.
    pub tasks: usize,
    /// Edges of the DAG, however they are written.
    pub edges: usize,
    /// Parameters of the workflow, or of one task.
    pub parameters: usize,
    /// Distinct uses of actions, each a template of its own (the `wf` template not counted).
    pub templates: usize,
    /// Items of one task.
    pub items: usize,
    /// Bytes of one `when` or `depends`.
    pub expression_bytes: usize,
}

impl Limits {
    /// The limits of that target.
    pub fn of(target: Target) -> Self {
        let embedded = Self {
            target,
            bytes: 8 << 20,
            tasks: 20_000,
            edges: 400_000,
            parameters: 500,
            templates: 20_000,
            items: 10_000,
            expression_bytes: 16 << 10,
        };
        match target {
            Target::Embedded => embedded,
            // An object may have 1.5 MiB, and its status repeats much of its spec.
            Target::Argo37 | Target::Argo40 | Target::Argo41 => Self {
                bytes: 1 << 20,
                ..embedded
            },
            Target::Argo40Full | Target::Argo41Full => Self {
                bytes: 1 << 20,
                tasks: 200,
                templates: 199,
                ..embedded
            },
        }
    }
}

impl Limits {
    /// No limits but the target's abilities, for documents that are trusted: measurements, tools.
    pub fn unbounded(target: Target) -> Self {
        Self {
            target,
            bytes: usize::MAX,
            tasks: usize::MAX,
            edges: usize::MAX,
            parameters: usize::MAX,
            templates: usize::MAX,
            items: usize::MAX,
            expression_bytes: usize::MAX,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(Target::Embedded)
    }
}
