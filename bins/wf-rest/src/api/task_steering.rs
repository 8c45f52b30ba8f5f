//! Steering one task: stop, restart, answer.

use std::collections::BTreeMap;

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path};
use wf_service::{AnswerTask, Error, RestartTask, Service, workflow_id};

use super::answers::{ChangedAnswer, changed};
use super::steering::reason_in;
use super::{Tag, key};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::Bytes;
use crate::view::{AnswerRequest, ReasonRequest, RestartTaskRequest};

pub(crate) struct TaskSteeringApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Tasks")]
impl TaskSteeringApi {
    /// Stop one task
    ///
    /// The answer shows the wish; its phase changes when it is so, and the others go on as their
    /// dependencies allow. One that is stopped already stays as it is.
    #[oai(
        path = "/workflows/:id/tasks/:name/stop",
        method = "post",
        operation_id = "stopTask"
    )]
    async fn stop(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The task's name; `onExit` for the exit handler.
        name: Path<String>,
        body: Bytes<ReasonRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let reason = reason_in(&body.bytes)?;
        let stopped = self.0.stop_task(&context, workflow_id(&id)?, &name, reason);
        Ok(changed(&stopped.await?))
    }

    /// Restart one task
    ///
    /// A new run, in which the other tasks inherit their results; what waits for it runs again
    /// only with `downstream`. Of a workflow that has not ended, what had not ended runs too.
    #[oai(
        path = "/workflows/:id/tasks/:name/restart",
        method = "post",
        operation_id = "restartTask"
    )]
    async fn restart(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The task's name.
        name: Path<String>,
        body: Bytes<RestartTaskRequest, false>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let restart = read_restart(&body.bytes)?;
        let id = workflow_id(&id)?;
        let restarted = self.0.restart_task(&context, id, &name, restart);
        Ok(changed(&restarted.await?))
    }

    /// Answer a task that waits
    ///
    /// Approved, it ends well, with the outputs that are given; else it has failed.
    #[oai(
        path = "/workflows/:id/tasks/:name/answer",
        method = "post",
        operation_id = "answerTask"
    )]
    async fn answer(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The task's name.
        name: Path<String>,
        body: Bytes<AnswerRequest>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let answer = read_answer(&body.bytes)?;
        let id = workflow_id(&id)?;
        let answered = self.0.answer_task(&context, id, &name, answer);
        Ok(changed(&answered.await?))
    }
}

fn read_restart(body: &[u8]) -> Result<RestartTask, Error> {
    let mut fields = Fields::of(body)?;
    let restart = RestartTask {
        downstream: fields.flag("downstream").unwrap_or_default(),
        parameters: fields.parameters("parameters"),
        expected_run: fields.number("expectedRun"),
        latest_actions: fields.flag("latestActions").unwrap_or_default(),
        reason: fields.text("reason"),
    };
    fields.finish()?;
    Ok(restart)
}

fn read_answer(body: &[u8]) -> Result<AnswerTask, Error> {
    let mut fields = Fields::of(body)?;
    let approve = fields.required_flag("approve");
    let item = fields.number("item");
    let message = fields.text("message");
    let outputs: BTreeMap<_, _> = fields.parameters("outputs");
    let reason = fields.text("reason");
    fields.finish()?;
    Ok(AnswerTask {
        approve,
        item,
        message,
        outputs,
        reason,
    })
}
