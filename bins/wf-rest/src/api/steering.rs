//! Steering: start and stop.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};
use wf_model::StopMode;
use wf_service::{Service, workflow_id};

use super::answers::{WorkflowAnswer, found};
use super::{Tag, key};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::Bytes;
use crate::view::{StartRequest, StopRequest};

pub(crate) struct SteeringApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Workflows")]
impl SteeringApi {
    /// Start a held workflow
    #[oai(
        path = "/workflows/:id/start",
        method = "post",
        operation_id = "startWorkflow"
    )]
    async fn start(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Bytes<StartRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<WorkflowAnswer, ApiError> {
        let context = wf_runtime::context(request);
        key::check(request, idempotency_key.0.as_deref())?;
        let mut fields = Fields::of(&body.bytes)?;
        let (parameters, reason) = (fields.parameters("parameters"), fields.text("reason"));
        fields.finish()?;
        let id = workflow_id(&id)?;
        let snapshot = self
            .0
            .start(&context, id, parameters, reason, idempotency_key.0)
            .await?;
        Ok(found(&snapshot))
    }

    /// Stop a workflow
    ///
    /// The answer shows the wish (`stopping`); the phase changes when it is so. One that is
    /// stopped already stays as it is.
    #[oai(
        path = "/workflows/:id/stop",
        method = "post",
        operation_id = "stopWorkflow"
    )]
    async fn stop(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Bytes<StopRequest, false>,
    ) -> Result<WorkflowAnswer, ApiError> {
        let context = wf_runtime::context(request);
        let mut fields = Fields::of(&body.bytes)?;
        let mode: Option<StopMode> = fields.read("mode", "`GRACEFUL` or `NOW`");
        let reason = fields.text("reason");
        fields.finish()?;
        let id = workflow_id(&id)?;
        let snapshot = self
            .0
            .stop(&context, id, mode.unwrap_or_default(), reason)
            .await?;
        Ok(found(&snapshot))
    }
}
