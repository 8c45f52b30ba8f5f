//! The catalog: the actions on offer, with what each takes and gives.

use async_graphql::Object;
use wf_model::{ArtifactSignature, ParameterSignature, Target};
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

    /// What it is for, for people.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
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
