//! The catalog.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Path;
use wf_service::Service;

use super::Tag;
use crate::error::ApiError;
use crate::json::Json;
use crate::view::{Action, Actions};

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
