//! The catalog's views, and the service's own.

use std::borrow::Cow;
use std::collections::BTreeMap;

use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{Any, ToJSON, Type};
use serde_json::Value;
use wf_service::{ActionView, ServiceDescription};

use super::json_schema::JsonSchema;
use super::phase::{ParameterType, Target};

/// What an action takes and gives.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Signature {
    /// What the action does, for people.
    description: Option<String>,
    /// The parameters it takes, in the order in which a form would show them.
    parameters: Vec<ActionParameter>,
    /// The artifacts it takes.
    artifacts: Vec<ArtifactSignature>,
    /// The output parameters it leaves.
    output_parameters: Vec<String>,
    /// The output artifacts it leaves.
    output_artifacts: Vec<String>,
    /// Whether what it prints can be referred to, as `{{tasks.A.outputs.result}}`.
    result: bool,
    /// The secrets it reads where it runs; a document never carries their values.
    secrets: Vec<SecretSignature>,
    /// The targets that cannot run it, with the reason.
    unsupported: BTreeMap<String, String>,
    /// The parameters as a JSON Schema (draft 2020-12) of an object with a field for each.
    parameters_schema: JsonSchema,
    /// How to draw a form for that schema, in the words of react-jsonschema-form.
    ui_schema: Any<Value>,
}

/// A parameter that an action takes. Its value is always a text; the type says what the text has
/// to spell.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct ActionParameter {
    /// The parameter's name.
    name: String,
    /// What a form calls it; its name, when absent.
    title: Option<String>,
    /// What it is for, for people.
    description: Option<String>,
    /// Its value when a task gives none; without one it has to be given.
    default: Option<String>,
    /// The values it may have; any, when absent.
    r#enum: Option<Vec<String>>,
    /// What its text spells; any text, when absent.
    #[oai(rename = "type")]
    kind: Option<ParameterType>,
    /// What a text has to match.
    pattern: Option<String>,
    /// The least number.
    minimum: Option<f64>,
    /// The greatest number.
    maximum: Option<f64>,
    /// The fewest characters of a text.
    min_length: Option<u64>,
    /// The most characters of a text.
    max_length: Option<u64>,
    /// Values that show what is meant.
    examples: Vec<String>,
    /// Whether a form gives it several lines.
    multiline: Option<bool>,
    /// Its place in a form: lower ones come first, those without one last.
    order: Option<i32>,
}

/// A secret that an action reads where it runs: its name and its keys, never a value.
#[derive(Debug, Object)]
pub(crate) struct SecretSignature {
    /// The name by which the platform keeps it.
    name: String,
    /// The keys of it that are read.
    keys: Vec<String>,
}

impl From<&wf_model::ParameterSignature> for ActionParameter {
    fn from(parameter: &wf_model::ParameterSignature) -> Self {
        let kind = Some(parameter.kind).filter(|kind| *kind != wf_model::ParameterType::default());
        let number = |number: &Option<serde_json::Number>| number.as_ref()?.as_f64();
        Self {
            name: parameter.name.clone(),
            title: parameter.title.clone(),
            description: parameter.description.clone(),
            default: parameter.default.clone(),
            r#enum: parameter.allowed.clone(),
            kind: kind.map(Into::into),
            pattern: parameter.pattern.as_ref().map(ToString::to_string),
            minimum: number(&parameter.minimum),
            maximum: number(&parameter.maximum),
            min_length: parameter.min_length,
            max_length: parameter.max_length,
            examples: parameter.examples.clone(),
            multiline: parameter.multiline.then_some(true),
            order: parameter.order,
        }
    }
}

impl From<&wf_model::SecretSignature> for SecretSignature {
    fn from(secret: &wf_model::SecretSignature) -> Self {
        Self {
            name: secret.name.clone(),
            keys: secret.keys.clone(),
        }
    }
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
                .map(ActionParameter::from)
                .collect(),
            artifacts: signature.artifacts.iter().map(artifact).collect(),
            output_parameters: signature.output_parameters.clone(),
            output_artifacts: signature.output_artifacts.clone(),
            result: signature.result,
            secrets: signature
                .secrets
                .iter()
                .map(SecretSignature::from)
                .collect(),
            unsupported: signature.unsupported.iter().map(reason).collect(),
            parameters_schema: JsonSchema(signature.parameters_schema()),
            ui_schema: Any(signature.ui_schema()),
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
