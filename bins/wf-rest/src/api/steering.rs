//! Steering: start, suspend, resume, stop, restart.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};
use wf_model::StopMode;
use wf_service::{Error, RestartKind, RestartWorkflow, Service, workflow_id};

use super::answers::{ChangedAnswer, changed};
use super::{Tag, key};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::Bytes;
use crate::view::{ReasonRequest, RestartRequest, StartRequest, StopRequest};

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
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let mut fields = Fields::of(&body.bytes)?;
        let (parameters, reason) = (fields.parameters("parameters"), fields.text("reason"));
        fields.finish()?;
        let id = workflow_id(&id)?;
        let started = self.0.start(&context, id, parameters, reason).await?;
        Ok(changed(&started))
    }

    /// Suspend a workflow
    ///
    /// Nothing new of it begins; what runs goes on. One that is suspended already stays as it is.
    #[oai(
        path = "/workflows/:id/suspend",
        method = "post",
        operation_id = "suspendWorkflow"
    )]
    async fn suspend(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Bytes<ReasonRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let reason = reason_in(&body.bytes)?;
        let suspended = self.0.suspend(&context, workflow_id(&id)?, reason);
        Ok(changed(&suspended.await?))
    }

    /// Resume a workflow
    ///
    /// It goes on after a suspension. A task that waits for an answer still waits.
    #[oai(
        path = "/workflows/:id/resume",
        method = "post",
        operation_id = "resumeWorkflow"
    )]
    async fn resume(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Bytes<ReasonRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let reason = reason_in(&body.bytes)?;
        let resumed = self.0.resume(&context, workflow_id(&id)?, reason);
        Ok(changed(&resumed.await?))
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
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let mut fields = Fields::of(&body.bytes)?;
        let modes = [StopMode::Graceful, StopMode::Now].map(|mode| (mode.as_str(), mode));
        let mode = fields.word("mode", &modes);
        let reason = fields.text("reason");
        fields.finish()?;
        let id = workflow_id(&id)?;
        let snapshot = self
            .0
            .stop(&context, id, mode.unwrap_or_default(), reason)
            .await?;
        Ok(changed(&snapshot))
    }

    /// Restart a workflow
    ///
    /// A new run of the same document: of everything, of what failed and what waits for it, or of
    /// named tasks. The other tasks inherit their results. One that has not ended is stopped
    /// first, and shows `restarting` until the new run is made.
    #[oai(
        path = "/workflows/:id/restart",
        method = "post",
        operation_id = "restartWorkflow"
    )]
    async fn restart(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Bytes<RestartRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let restart = read_restart(&body.bytes)?;
        let restarted = self.0.restart(&context, workflow_id(&id)?, restart);
        Ok(changed(&restarted.await?))
    }
}

/// The body of a change that has no choices.
pub(super) fn reason_in(body: &[u8]) -> Result<Option<String>, Error> {
    let mut fields = Fields::of(body)?;
    let reason = fields.text("reason");
    fields.finish()?;
    Ok(reason)
}

fn read_restart(body: &[u8]) -> Result<RestartWorkflow, Error> {
    let mut fields = Fields::of(body)?;
    let mode = fields.word(
        "mode",
        &[
            ("ALL", RestartKind::All),
            ("FROM_FAILED", RestartKind::FromFailed),
            ("TASKS", RestartKind::Tasks),
        ],
    );
    let restart = RestartWorkflow {
        mode,
        tasks: fields.texts("tasks"),
        downstream: fields.flag("downstream"),
        parameters: fields.parameters("parameters"),
        expected_run: fields.number("expectedRun"),
        latest_actions: fields.flag("latestActions").unwrap_or_default(),
        reason: fields.text("reason"),
    };
    fields.finish()?;
    Ok(restart)
}
