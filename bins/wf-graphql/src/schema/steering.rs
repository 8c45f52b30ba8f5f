//! Steering a workflow that exists.

use async_graphql::{Context, ID, Json, Object};
use serde_json::Value;
use wf_service::{Changed, RestartWorkflow, UpdateWorkflow};

use super::connection::DeletedWorkflow;
use super::input::{self, ParametersInput};
use super::phase::{RestartMode, StopMode};
use super::query::CHECK_COST;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// What is done to a workflow that exists.
#[derive(Default)]
pub(crate) struct Steering;

#[Object]
impl Steering {
    /// Begins a held workflow, with values for its parameters over their defaults. With a key, the
    /// same request sent again changes nothing.
    async fn start_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        parameters: Option<Vec<ParametersInput>>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let parameters = input::values(parameters)?;
        let started = caller.service.start(&context, id, parameters, reason);
        Ok(Some(changed(ctx, started.await?)))
    }

    /// Begins nothing new of a workflow; what runs goes on. Of one that is suspended already
    /// nothing changes.
    async fn suspend_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let suspended = caller.service.suspend(&context, id, reason);
        Ok(Some(changed(ctx, suspended.await?)))
    }

    /// Goes on with a suspended workflow. A task that waits for an answer still waits.
    async fn resume_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let resumed = caller.service.resume(&context, id, reason);
        Ok(Some(changed(ctx, resumed.await?)))
    }

    /// Stops a workflow. `GRACEFUL` still runs its exit handler, `NOW` does not, and `NOW` after
    /// `GRACEFUL` escalates. Of one that is stopped already nothing changes.
    async fn stop_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        reason: Option<String>,
        #[graphql(default_with = "StopMode::Graceful")] mode: StopMode,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let stopped = caller.service.stop(&context, id, mode.into(), reason);
        Ok(Some(changed(ctx, stopped.await?)))
    }

    /// Runs a workflow again: a new run of the same document, of everything, of what failed and
    /// what waits for it, or of the named tasks (and with `downstream` of what waits for them). The
    /// other tasks inherit their results. One that has not ended is stopped first, and shows
    /// `restarting` until the new run is made. Values of parameters are put over those of the
    /// latest run; what refers to one that changes runs again. With `latestActions` it has the
    /// actions of the catalog as they are now, rather than those it was accepted with.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    async fn restart_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        mode: Option<RestartMode>,
        tasks: Option<Vec<String>>,
        downstream: Option<bool>,
        parameters: Option<Vec<ParametersInput>>,
        expected_run: Option<u32>,
        latest_actions: Option<bool>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let restart = RestartWorkflow {
            mode: mode.map(Into::into),
            tasks,
            downstream,
            parameters: input::values(parameters)?,
            expected_run,
            latest_actions: latest_actions.unwrap_or_default(),
            reason,
        };
        let restarted = caller.service.restart(&context, id, restart);
        Ok(Some(changed(ctx, restarted.await?)))
    }

    /// Changes a workflow by a merge patch (RFC 7396) of its document: what is left out stays, null
    /// removes. Labels and description can always be changed, anything else while it is held; its
    /// name never. With `ifMatch`, only when that is its etag.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn update_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        patch: Json<Value>,
        if_match: Option<String>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let id = wf_service::workflow_id(&id)?;
        let update = UpdateWorkflow {
            patch: patch.0,
            if_match: if_match.map(|etag| vec![etag]),
            reason,
        };
        let updated = caller.service.update(&context, id, update);
        Ok(Some(changed(ctx, updated.await?)))
    }

    /// Forgets a workflow with its runs and logs: one that is held or has ended, or with `force`
    /// any, which is then stopped first.
    async fn delete_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(default = false)] force: bool,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<DeletedWorkflow>> {
        let caller = Caller::of(ctx)?;
        let context = caller.context.with_key(idempotency_key);
        let workflow = wf_service::workflow_id(&id)?;
        let deleted = caller.service.delete(&context, workflow, force, reason);
        deleted.await?;
        Ok(Some(DeletedWorkflow { id }))
    }
}

/// A workflow that was changed; whether by an earlier request, a header tells.
pub(super) fn changed(ctx: &Context<'_>, changed: Changed) -> Workflow {
    if changed.replayed {
        ctx.insert_http_header("Idempotency-Replayed", "true");
    }
    changed.snapshot.into()
}
