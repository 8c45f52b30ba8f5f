//! Documents that are stored nowhere.

use std::collections::BTreeMap;

use poem::{IntoResponse, Request, Response};
use poem_openapi::param::Query;
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};
use wf_model::SimulatedOutcome;
use wf_service::{DocumentInput, Error, RenderedDocument, Service};

use super::Tag;
use crate::accept;
use crate::contract::joined_accept;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::{Bytes, JSON, Json};
use crate::spans;
use crate::view::{Document, RenderedView, Simulation, SimulationRequest, Target, Validation};

pub(crate) struct DocumentsApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Documents")]
impl DocumentsApi {
    /// Check a document
    ///
    /// Tells all faults at once. What is wrong with the document is the answer, not an error,
    /// even when the body is not JSON at all.
    #[oai(path = "/validate", method = "post", operation_id = "validateDocument")]
    async fn validate(
        &self,
        request: &Request,
        body: Bytes<Document>,
        /// Where the document is to run; on this service's backend when absent.
        target: Query<Option<Target>>,
    ) -> Result<Json<Validation>, ApiError> {
        let context = wf_runtime::context(request);
        let document = DocumentInput::Bytes(body.bytes);
        let target = target.0.map(Into::into);
        let validation = self.0.validate(&context, document, target).await?;
        Ok(Json(validation.into()))
    }

    /// Render a document
    ///
    /// The Argo Workflow that the document becomes, as JSON or, when `Accept` asks for it, as
    /// YAML.
    #[oai(path = "/render", method = "post", operation_id = "renderDocument")]
    async fn render(
        &self,
        request: &Request,
        body: Bytes<Document>,
        /// Whether to tell, in JSON, where each value comes from.
        explain: Query<Option<bool>>,
        /// Where the document is to run; on this service's backend when absent.
        target: Query<Option<Target>>,
    ) -> Result<Rendering, ApiError> {
        let context = wf_runtime::context(request);
        let document = DocumentInput::Bytes(body.bytes);
        let target = target.0.map(Into::into);
        let rendered = if explain.0 == Some(true) {
            self.0.explain(&context, document, target).await?
        } else {
            self.0.render(&context, document, target).await?
        };
        let accept = joined_accept(request);
        let format = accept::choose(accept.as_deref(), &[JSON, YAML]);
        Ok(if format == Some(YAML) {
            Rendering::Yaml(rendered.stream)
        } else {
            Rendering::Json(rendered)
        })
    }

    /// Simulate a document
    ///
    /// Plays it through with canned endings of its tasks; nothing runs.
    #[oai(path = "/simulate", method = "post", operation_id = "simulateDocument")]
    async fn simulate(
        &self,
        request: &Request,
        body: Bytes<SimulationRequest>,
    ) -> Result<Json<Simulation>, ApiError> {
        let context = wf_runtime::context(request);
        let (document, simulation) = read_simulation(&body.bytes)?;
        let report = self.0.simulate(&context, document, simulation).await?;
        Ok(Json(report.into()))
    }
}

fn read_simulation(body: &[u8]) -> Result<(DocumentInput, wf_service::Simulation), Error> {
    const OUTCOMES: &str = "endings by task name, as in \
                            {\"A\": {\"ending\": \"FAILED\", \"exitCode\": 2}}";
    let mut fields = Fields::around(Some("document"), body)?;
    fields.required("document");
    let outcomes: Option<BTreeMap<String, SimulatedOutcome>> = fields.read("outcomes", OUTCOMES);
    let parameters = fields.parameters("parameters");
    fields.finish()?;
    let simulation = wf_service::Simulation {
        outcomes: outcomes.unwrap_or_default(),
        parameters,
    };
    // Its own text: what is written twice in it, only the document's reader sees.
    let document = document_text(body);
    Ok((DocumentInput::Bytes(document), simulation))
}

fn document_text(body: &[u8]) -> Vec<u8> {
    let mut fields = spans::fields(body).into_iter().flatten();
    let document = fields.find(|(name, _)| name == "document");
    document.map_or_else(Vec::new, |(_, text)| text.to_vec())
}

/// The media type of YAML (RFC 9512).
const YAML: &str = "application/yaml";

/// What a document becomes, in the format that was asked for.
enum Rendering {
    Json(RenderedDocument),
    /// What the profile wants applied before comes first, each a document of its own.
    Yaml(String),
}

impl IntoResponse for Rendering {
    fn into_response(self) -> Response {
        match self {
            Self::Json(rendered) => Json(RenderedView::from(rendered)).into_response(),
            Self::Yaml(yaml) => Response::builder().content_type(YAML).body(yaml),
        }
    }
}

/// Written by hand: one answer in two media types.
impl ApiResponse for Rendering {
    fn meta() -> MetaResponses {
        let yaml = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let content = |content_type, schema| MetaMediaType {
            content_type,
            schema,
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "What the document becomes.",
                status: Some(200),
                status_range: None,
                content: vec![
                    content(JSON, RenderedView::schema_ref()),
                    content(YAML, yaml),
                ],
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        RenderedView::register(registry);
    }
}
