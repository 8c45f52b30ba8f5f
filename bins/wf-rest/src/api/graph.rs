//! The DAG, to look at: as a picture, as text for others to draw, or as a layout.

use poem::http::{HeaderValue, header};
use poem::{IntoResponse, Request, Response};
use poem_openapi::param::{Path, Query};
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};
use wf_service::{DocumentInput, GraphFormat, Service, workflow_id};

use super::Tag;
use crate::accept;
use crate::contract::joined_accept;
use crate::error::ApiError;
use crate::json::Bytes;
use crate::view::{Document, GraphLayout, Target};

/// A picture may have its style, and nothing else, should somebody open it by itself.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
);

pub(crate) struct GraphApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1")]
impl GraphApi {
    /// The graph of a workflow
    ///
    /// Its DAG with each task in its phase, as the latest run stands: as SVG, or, when `Accept`
    /// asks for it, as Mermaid, as Graphviz' DOT, or as a layout in JSON.
    #[oai(
        path = "/workflows/:id/graph",
        method = "get",
        operation_id = "getWorkflowGraph",
        tag = "Tag::Workflows"
    )]
    async fn of_workflow(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
    ) -> Result<Graph, ApiError> {
        let context = wf_runtime::context(request);
        let format = asked_by(request);
        let text = self.0.graph(&context, workflow_id(&id)?, format).await?;
        Ok(Graph { format, text })
    }

    /// The graph of a document
    ///
    /// Its DAG, in the same formats; nothing is stored.
    #[oai(
        path = "/graph",
        method = "post",
        operation_id = "drawDocument",
        tag = "Tag::Documents"
    )]
    async fn of_document(
        &self,
        request: &Request,
        body: Bytes<Document>,
        /// Where the document is to run; on this service's backend when absent.
        target: Query<Option<Target>>,
    ) -> Result<Graph, ApiError> {
        let context = wf_runtime::context(request);
        let format = asked_by(request);
        let document = DocumentInput::Bytes(body.bytes);
        let text = self
            .0
            .graph_of(&context, document, (format, target.0.map(Into::into)))
            .await?;
        Ok(Graph { format, text })
    }
}

/// The format that the request likes best.
fn asked_by(request: &Request) -> GraphFormat {
    let offered = GraphFormat::ALL.map(GraphFormat::media_type);
    let accept = joined_accept(request);
    let chosen = accept::choose(accept.as_deref(), &offered);
    let format = GraphFormat::ALL
        .into_iter()
        .find(|format| Some(format.media_type()) == chosen);
    format.unwrap_or_default()
}

/// A graph in the format that was asked for.
struct Graph {
    format: GraphFormat,
    text: String,
}

impl IntoResponse for Graph {
    fn into_response(self) -> Response {
        let content_type = match self.format {
            GraphFormat::Mermaid | GraphFormat::Dot => {
                format!("{}; charset=utf-8", self.format.media_type())
            }
            GraphFormat::Svg | GraphFormat::Layout => self.format.media_type().to_owned(),
        };
        Response::builder()
            .content_type(content_type)
            .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
            .header(header::VARY, "Accept")
            .body(self.text)
    }
}

/// Written by hand: one answer in four media types.
impl ApiResponse for Graph {
    fn meta() -> MetaResponses {
        let content = |format: GraphFormat| MetaMediaType {
            content_type: format.media_type(),
            schema: match format {
                GraphFormat::Layout => GraphLayout::schema_ref(),
                _ => MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
            },
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The graph.",
                status: Some(200),
                status_range: None,
                content: GraphFormat::ALL.into_iter().map(content).collect(),
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        GraphLayout::register(registry);
    }
}
