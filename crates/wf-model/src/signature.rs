//! Signatures: what each action of a catalog takes and gives, and nothing of how it does it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::literal::ParameterType;
use crate::pattern::Pattern;
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
///
/// A reader takes what it knows: a newer service may tell more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// The secrets it reads where it runs; a document never carries their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretSignature>,
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
///
/// Its value is always a text; the type says what the text has to spell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParameterSignature {
    /// Its name.
    pub name: String,
    /// What a form calls it; its name, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its value when a task gives none; without one it has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values it may have; any, when absent.
    #[serde(rename = "enum", default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
    /// What its text spells.
    #[serde(
        rename = "type",
        default,
        skip_serializing_if = "ParameterType::is_default"
    )]
    pub kind: ParameterType,
    /// What a text has to match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// The fewest characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    /// The most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// Values that show what is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// Whether a form gives it several lines.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiline: bool,
    /// Its place in a form: lower ones come first, those without one last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i32>,
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
#[serde(rename_all = "camelCase")]
pub struct ArtifactSignature {
    /// Its name.
    pub name: String,
    /// Whether a task may leave it out.
    #[serde(default)]
    pub optional: bool,
}

/// A secret that an action reads where it runs: its name and its keys, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretSignature {
    /// The name by which the platform keeps it.
    pub name: String,
    /// The keys of it that are read.
    pub keys: Vec<String>,
}
