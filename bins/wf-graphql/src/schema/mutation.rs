//! Mutations: what can be done.

use std::collections::BTreeMap;

use async_graphql::{Context, ID, Json, Object};
use serde_json::Value;
use wf_service::{CreateWorkflow, DocumentInput};

use super::connection::DeletedWorkflow;
use super::input::{self, ParametersInput, WorkflowInput};
use super::phase::StopMode;
use super::query::CHECK_COST;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// What can be done.
pub(crate) struct Mutation;

/// What can be done.
#[Object]
impl Mutation {
    /// Makes a workflow and starts it, or holds it with `start: false`. With a key, the same
    /// request sent again gives the workflow that the first one made.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn create_workflow(
        &self,
        ctx: &Context<'_>,
        workflow: WorkflowInput,
        #[graphql(default = true)] start: bool,
        idempotency_key: Option<String>,
        parameters: Option<Vec<ParametersInput>>,
    ) -> ApiResult<Option<Workflow>> {
        let create = CreateWorkflow {
            document: workflow.into_document(),
            start,
            parameters: input::values(parameters)?,
            idempotency_key,
        };
        create_from(ctx, create).await
    }

    /// The same from a whole document, read by the same parser as the REST API's.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn create_workflow_from_document(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        #[graphql(default = true)] start: bool,
        idempotency_key: Option<String>,
        parameters: Option<Vec<ParametersInput>>,
    ) -> ApiResult<Option<Workflow>> {
        let create = CreateWorkflow {
            document: DocumentInput::Value(document.0),
            start,
            parameters: input::values(parameters)?,
            idempotency_key,
        };
        create_from(ctx, create).await
    }

    /// Begins a held workflow, with values for its parameters over their defaults.
    async fn start_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        parameters: Option<Vec<ParametersInput>>,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let Caller {
            service, context, ..
        } = Caller::of(ctx)?;
        let id = wf_service::workflow_id(&id)?;
        let parameters: BTreeMap<_, _> = input::values(parameters)?;
        let snapshot = service
            .start(context, id, parameters, reason, idempotency_key)
            .await?;
        Ok(Some(snapshot.into()))
    }

    /// Stops a workflow. `GRACEFUL` still runs its exit handler, `NOW` does not, and `NOW` after
    /// `GRACEFUL` escalates. Of one that is stopped already nothing changes.
    async fn stop_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        reason: Option<String>,
        #[graphql(default_with = "StopMode::Graceful")] mode: StopMode,
    ) -> ApiResult<Option<Workflow>> {
        let Caller {
            service, context, ..
        } = Caller::of(ctx)?;
        let id = wf_service::workflow_id(&id)?;
        let snapshot = service.stop(context, id, mode.into(), reason).await?;
        Ok(Some(snapshot.into()))
    }

    /// Forgets a workflow with its runs and logs: one that is held or has ended, or with `force`
    /// any, which is then stopped first.
    async fn delete_workflow(
        &self,
        ctx: &Context<'_>,
        id: ID,
        #[graphql(default = false)] force: bool,
        reason: Option<String>,
    ) -> ApiResult<Option<DeletedWorkflow>> {
        let Caller {
            service, context, ..
        } = Caller::of(ctx)?;
        let workflow = wf_service::workflow_id(&id)?;
        service.delete(context, workflow, force, reason).await?;
        Ok(Some(DeletedWorkflow { id }))
    }
}

async fn create_from(ctx: &Context<'_>, create: CreateWorkflow) -> ApiResult<Option<Workflow>> {
    let Caller {
        service, context, ..
    } = Caller::of(ctx)?;
    let created = service.create(context, create).await?;
    if created.replayed {
        ctx.insert_http_header("Idempotency-Replayed", "true");
    }
    Ok(Some(created.snapshot.into()))
}
