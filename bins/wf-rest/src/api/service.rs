//! The service itself.

use poem::Request;
use poem_openapi::OpenApi;
use wf_service::Service;

use super::Tag;
use crate::error::ApiError;
use crate::json::Json;
use crate::view::ServiceView;

pub(crate) struct ServiceApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Service")]
impl ServiceApi {
    /// What this service is
    ///
    /// Its version, what runs the workflows, and how large a document may be.
    #[oai(path = "/service", method = "get", operation_id = "getService")]
    #[allow(clippy::unused_async)] // the framework takes nothing else
    async fn service(&self, request: &Request) -> Result<Json<ServiceView>, ApiError> {
        let context = wf_runtime::context(request);
        Ok(Json(self.0.describe(&context).into()))
    }
}
