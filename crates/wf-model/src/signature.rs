//! Signatures: what each action of a catalog takes and gives, and nothing of how it does it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::target::Target;

/// The signatures of all actions of a catalog: all that validation needs to know of it.
///
/// It serialises, so that a machine without the catalog can validate offline with what
/// `GET /v1/actions` told it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signatures {
    actions: BTreeMap<String, Signature>,
}

impl Signatures {
    /// The signature of that action.
    pub fn get(&self, action: &str) -> Option<&Signature> {
        self.actions.get(action)
    }

    /// Adds an action, or replaces it.
    pub fn insert(&mut self, action: impl Into<String>, signature: Signature) {
        self.actions.insert(action.into(), signature);
    }

    /// The actions in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Signature)> {
        self.actions
            .iter()
            .map(|(name, signature)| (name.as_str(), signature))
    }
}

impl FromIterator<(String, Signature)> for Signatures {
    fn from_iter<I: IntoIterator<Item = (String, Signature)>>(actions: I) -> Self {
        Self {
            actions: actions.into_iter().collect(),
        }
    }
}

/// What one action takes and gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signature {
    /// What the action does, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The parameters it takes, in the order in which a form would show them.
    #[serde(default)]
    pub parameters: Vec<ParameterSignature>,
    /// The artifacts it takes.
    #[serde(default)]
    pub artifacts: Vec<ArtifactSignature>,
    /// The output parameters it leaves.
    #[serde(default)]
    pub output_parameters: Vec<String>,
    /// The output artifacts it leaves.
    #[serde(default)]
    pub output_artifacts: Vec<String>,
    /// Whether what it prints can be referred to, as `{{tasks.A.outputs.result}}`.
    #[serde(default)]
    pub result: bool,
    /// The targets that cannot run it, with the reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unsupported: BTreeMap<Target, String>,
}

impl Signature {
    /// The declared parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&ParameterSignature> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }
}

/// One parameter that an action takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParameterSignature {
    /// Its name.
    pub name: String,
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its value when a task gives none; without one it has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values it may have; any, when absent.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
}

impl ParameterSignature {
    /// A parameter that has to be given.
    pub fn required(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Whether a task has to give it.
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }
}

/// One artifact that an action takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArtifactSignature {
    /// Its name.
    pub name: String,
    /// Whether a task may leave it out.
    #[serde(default)]
    pub optional: bool,
}
