//! The catalog's views, and the service's own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde_json::Value;
use wf_service::{ActionView, ServiceDescription};

use super::document::ParameterDeclaration;
use super::phase::Target;

/// What an action takes and gives.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Signature {
    /// What the action does, for people.
    description: Option<String>,
    /// The parameters it takes, in the order in which a form would show them.
    parameters: Vec<ParameterDeclaration>,
    /// The artifacts it takes.
    artifacts: Vec<ArtifactSignature>,
    /// The output parameters it leaves.
    output_parameters: Vec<String>,
    /// The output artifacts it leaves.
    output_artifacts: Vec<String>,
    /// Whether what it prints can be referred to, as `{{tasks.A.outputs.result}}`.
    result: bool,
    /// The targets that cannot run it, with the reason.
    #[oai(skip_serializing_if_is_empty)]
    unsupported: BTreeMap<String, String>,
}

/// An artifact that an action takes.
#[derive(Debug, Object)]
pub(crate) struct ArtifactSignature {
    /// Its name.
    name: String,
    /// Whether a task may leave it out.
    optional: bool,
}

/// A pre-made task of the catalog.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Action {
    /// The name by which tasks use it.
    name: String,
    #[oai(flatten)]
    signature: Signature,
}

/// The whole catalog, by the actions' names.
///
/// It is what the library's `Signatures` reads, so that a document can be validated offline.
#[derive(Debug)]
pub(crate) struct Actions(BTreeMap<String, Signature>);

/// What this service is and can take.
#[derive(Debug, Object)]
#[oai(rename = "Service", rename_all = "camelCase")]
pub(crate) struct ServiceView {
    /// The service's version.
    version: String,
    /// What runs the workflows.
    backend: String,
    /// What documents are checked for.
    target: Target,
    /// How large a document may be.
    limits: Limits,
    /// The tenant of whoever asks.
    scope: String,
    /// How many actions the catalog has.
    actions: u64,
}

/// How large a document may be. Every limit is inclusive.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub(crate) struct Limits {
    /// Bytes of the document's JSON.
    bytes: u64,
    /// Tasks.
    tasks: u64,
    /// Edges of the DAG.
    edges: u64,
    /// Parameters of the workflow, or of one task.
    parameters: u64,
    /// Distinct uses of actions.
    templates: u64,
    /// Items of one task.
    items: u64,
    /// Bytes of one `when` or `depends`.
    expression_bytes: u64,
}

impl From<&wf_model::Signature> for Signature {
    fn from(signature: &wf_model::Signature) -> Self {
        let artifact = |artifact: &wf_model::ArtifactSignature| ArtifactSignature {
            name: artifact.name.clone(),
            optional: artifact.optional,
        };
        let reason = |(target, reason): (&wf_model::Target, &String)| {
            (target.as_str().to_owned(), reason.clone())
        };
        Self {
            description: signature.description.clone(),
            parameters: signature
                .parameters
                .iter()
                .map(ParameterDeclaration::from)
                .collect(),
            artifacts: signature.artifacts.iter().map(artifact).collect(),
            output_parameters: signature.output_parameters.clone(),
            output_artifacts: signature.output_artifacts.clone(),
            result: signature.result,
            unsupported: signature.unsupported.iter().map(reason).collect(),
        }
    }
}

impl From<&ActionView> for Action {
    fn from(action: &ActionView) -> Self {
        Self {
            name: action.name.clone(),
            signature: (&action.signature).into(),
        }
    }
}

impl From<&[ActionView]> for Actions {
    fn from(actions: &[ActionView]) -> Self {
        let entry = |action: &ActionView| (action.name.clone(), (&action.signature).into());
        Self(actions.iter().map(entry).collect())
    }
}

impl From<ServiceDescription> for ServiceView {
    fn from(service: ServiceDescription) -> Self {
        Self {
            version: service.version.to_owned(),
            backend: service.backend.to_owned(),
            target: service.target.into(),
            limits: (&service.limits).into(),
            scope: service.scope,
            actions: service.actions as u64,
        }
    }
}

impl From<&wf_model::Limits> for Limits {
    fn from(limits: &wf_model::Limits) -> Self {
        Self {
            bytes: limits.bytes as u64,
            tasks: limits.tasks as u64,
            edges: limits.edges as u64,
            parameters: limits.parameters as u64,
            templates: limits.templates as u64,
            items: limits.items as u64,
            expression_bytes: limits.expression_bytes as u64,
        }
    }
}

/// Written by hand: the derive names objects with fixed fields, and a map only inline.
impl Type for Actions {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Actions".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::name().into_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::name().into_owned(), |registry| {
            Signature::register(registry);
            MetaSchema {
                description: Some("The whole catalog, by the actions' names."),
                additional_properties: Some(Box::new(Signature::schema_ref())),
                ..MetaSchema::new("object")
            }
        });
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Actions {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}
