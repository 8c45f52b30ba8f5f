//! Steering one task of a workflow.

use async_graphql::{Context, ID, Object};
use wf_service::{AnswerTask, RestartTask};

use super::input::{self, ParametersInput};
use super::steering::changed;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// What is done to one task.
#[derive(Default)]
pub(crate) struct TaskSteering;

#[Object]
impl TaskSteering {
    /// Stops one task of the latest run (`onExit` is the exit handler); the others go on as their
    /// dependencies allow. Of one that is stopped already nothing changes.
    async fn stop_task(
        &self,
        ctx: &Context<'_>,
        workflow: ID,
        task: String,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&workflow)?;
        let stopped = caller.service.stop_task(&context, id, &task, reason);
        Ok(Some(changed(ctx, stopped.await?)))
    }

    /// Runs one task again: a new run, in which the other tasks inherit their results; what waits
    /// for it runs again only with `downstream`. Of a workflow that has not ended, what had not
    /// ended runs too.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    async fn restart_task(
        &self,
        ctx: &Context<'_>,
        workflow: ID,
        task: String,
        #[graphql(default = false)] downstream: bool,
        parameters: Option<Vec<ParametersInput>>,
        expected_run: Option<u32>,
        latest_actions: Option<bool>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&workflow)?;
        let restart = RestartTask {
            downstream,
            parameters: input::values(parameters)?,
            expected_run,
            latest_actions: latest_actions.unwrap_or_default(),
            reason,
        };
        let restarted = caller.service.restart_task(&context, id, &task, restart);
        Ok(Some(changed(ctx, restarted.await?)))
    }

    /// Answers a task that waits: approved, it ends well, with the outputs that are given; else it
    /// has failed. Of a task that fans out the item may be left out when one waits.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    async fn answer_task(
        &self,
        ctx: &Context<'_>,
        workflow: ID,
        task: String,
        approve: bool,
        item: Option<u32>,
        message: Option<String>,
        outputs: Option<Vec<ParametersInput>>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&workflow)?;
        let answer = AnswerTask {
            approve,
            item,
            message,
            outputs: input::named_values("outputs", outputs)?,
            reason,
        };
        let answered = caller.service.answer_task(&context, id, &task, answer);
        Ok(Some(changed(ctx, answered.await?)))
    }
}
