//! The catalog.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use wf_service::Service;

use super::Tag;
use crate::error::ApiError;
use crate::json::Json;
use crate::view::{Action, Actions, JsonSchema};

pub(crate) struct CatalogApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Catalog")]
impl CatalogApi {
    /// All actions
    ///
    /// Each by its name, with what it takes and gives: all that is needed to validate a document
    /// offline.
    #[oai(path = "/actions", method = "get", operation_id = "listActions")]
    async fn actions(&self, request: &Request) -> Result<Json<Actions>, ApiError> {
        let actions = self.0.actions(&wf_runtime::context(request)).await?;
        Ok(Json(actions.as_slice().into()))
    }

    /// The JSON Schema of documents
    ///
    /// Draft 2020-12, with the actions on offer in it: an editor that is given it, as by
    /// `"$schema"` in the document, completes actions and their parameters.
    #[oai(
        path = "/schemas/workflow.json",
        method = "get",
        operation_id = "getDocumentSchema"
    )]
    async fn document_schema(&self, request: &Request) -> Result<Json<JsonSchema>, ApiError> {
        let context = wf_runtime::context(request);
        Ok(Json(JsonSchema(self.0.document_schema(&context).await?)))
    }

    /// One action
    #[oai(path = "/actions/:name", method = "get", operation_id = "getAction")]
    async fn action(
        &self,
        request: &Request,
        /// The action's name.
        name: Path<String>,
    ) -> Result<Json<Action>, ApiError> {
        let action = self.0.action(&wf_runtime::context(request), &name).await?;
        Ok(Json((&action).into()))
    }
}
