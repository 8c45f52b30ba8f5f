//! The catalog: the actions on offer, with what each takes and gives.

use async_graphql::{Json, Object};
use serde_json::Value;
use wf_model::{ArtifactSignature, ParameterSignature, Pattern, SecretSignature, Target};
use wf_service::ActionView;

/// A pre-made task template of the catalog.
pub(crate) struct Action(pub(crate) ActionView);

/// A pre-made task template of the catalog.
#[Object]
impl Action {
    /// Its name, by which tasks use it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it does, for people.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The parameters it takes, in the order in which a form would show them.
    async fn parameters(&self) -> Vec<ActionParameter<'_>> {
        self.0
            .signature
            .parameters
            .iter()
            .map(ActionParameter)
            .collect()
    }

    /// The artifacts it takes.
    async fn artifacts(&self) -> Vec<ActionArtifact<'_>> {
        self.0
            .signature
            .artifacts
            .iter()
            .map(ActionArtifact)
            .collect()
    }

    /// The output parameters it leaves.
    async fn output_parameters(&self) -> &[String] {
        &self.0.signature.output_parameters
    }

    /// The output artifacts it leaves.
    async fn output_artifacts(&self) -> &[String] {
        &self.0.signature.output_artifacts
    }

    /// Whether what it prints can be referred to, as `{{tasks.A.outputs.result}}`.
    async fn result(&self) -> bool {
        self.0.signature.result
    }

    /// The parameters as a JSON Schema (draft 2020-12) of an object with a field for each.
    async fn parameters_schema(&self) -> Json<Value> {
        Json(self.0.signature.parameters_schema())
    }

    /// How to draw a form for that schema, in the words of react-jsonschema-form.
    async fn ui_schema(&self) -> Json<Value> {
        Json(self.0.signature.ui_schema())
    }

    /// The secrets it reads where it runs; a document never carries their values.
    async fn secrets(&self) -> Vec<ActionSecret<'_>> {
        self.0.signature.secrets.iter().map(ActionSecret).collect()
    }

    /// The targets that cannot run it.
    async fn unsupported(&self) -> Vec<UnsupportedTarget<'_>> {
        let unsupported = self.0.signature.unsupported.iter();
        unsupported
            .map(|(target, reason)| UnsupportedTarget {
                target: *target,
                reason,
            })
            .collect()
    }
}

/// A parameter that an action takes.
pub(crate) struct ActionParameter<'a>(&'a ParameterSignature);

/// A parameter that an action takes.
#[Object]
impl ActionParameter<'_> {
    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What a form calls it; its name, when null.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// What it is for, for people.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What its text spells: `string`, `integer`, `number`, `boolean` or `json`.
    async fn r#type(&self) -> &str {
        self.0.kind.as_str()
    }

    /// What a text has to match.
    async fn pattern(&self) -> Option<&str> {
        self.0.pattern.as_ref().map(Pattern::as_str)
    }

    /// The least number.
    async fn minimum(&self) -> Option<f64> {
        self.0.minimum.as_ref()?.as_f64()
    }

    /// The greatest number.
    async fn maximum(&self) -> Option<f64> {
        self.0.maximum.as_ref()?.as_f64()
    }

    /// The fewest characters of a text.
    async fn min_length(&self) -> Option<u64> {
        self.0.min_length
    }

    /// The most characters of a text.
    async fn max_length(&self) -> Option<u64> {
        self.0.max_length
    }

    /// Values that show what is meant.
    async fn examples(&self) -> &[String] {
        &self.0.examples
    }

    /// Whether a form gives it several lines.
    async fn multiline(&self) -> bool {
        self.0.multiline
    }

    /// Its place in a form: lower ones come first, those without one last.
    async fn order(&self) -> Option<i32> {
        self.0.order
    }

    /// Whether a task has to give it.
    async fn required(&self) -> bool {
        self.0.is_required()
    }

    /// Its value when a task gives none.
    async fn default(&self) -> Option<&str> {
        self.0.default.as_deref()
    }

    /// The values it may have; any, when null.
    async fn r#enum(&self) -> Option<&[String]> {
        self.0.allowed.as_deref()
    }
}

/// A secret that an action reads where it runs: its name and its keys, never a value.
pub(crate) struct ActionSecret<'a>(&'a SecretSignature);

/// A secret that an action reads where it runs: its name and its keys, never a value.
#[Object]
impl ActionSecret<'_> {
    /// The name by which the platform keeps it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The keys of it that are read.
    async fn keys(&self) -> &[String] {
        &self.0.keys
    }
}

/// An artifact that an action takes.
pub(crate) struct ActionArtifact<'a>(&'a ArtifactSignature);

/// An artifact that an action takes.
#[Object]
impl ActionArtifact<'_> {
    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether a task may leave it out.
    async fn optional(&self) -> bool {
        self.0.optional
    }
}

/// A target that cannot run an action.
pub(crate) struct UnsupportedTarget<'a> {
    target: Target,
    reason: &'a str,
}

/// A target that cannot run an action.
#[Object]
impl UnsupportedTarget<'_> {
    /// The target, as in `argo-4.1-full`.
    async fn target(&self) -> &str {
        self.target.as_str()
    }

    /// Why it cannot.
    async fn reason(&self) -> &str {
        self.reason
    }
}
