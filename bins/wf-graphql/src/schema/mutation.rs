//! Mutations: what can be done.

use async_graphql::{Context, Json, MergedObject, Object};
use serde_json::Value;
use wf_service::{CreateWorkflow, DocumentInput};

use super::bulk::BulkSteering;
use super::input::{self, ParametersInput, WorkflowInput};
use super::query::CHECK_COST;
use super::steering::{Steering, changed};
use super::task_steering::TaskSteering;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// What can be done.
#[derive(MergedObject, Default)]
pub(crate) struct Mutation(Creation, Steering, TaskSteering, BulkSteering);

/// What makes workflows.
#[derive(Default)]
struct Creation;

#[Object]
impl Creation {
    /// Makes a workflow and starts it, or holds it with `start: false`. With a key, the same
    /// request sent again gives the workflow that the first one made.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn create_workflow(
        &self,
        ctx: &Context<'_>,
        workflow: WorkflowInput,
        #[graphql(default = true)] start: bool,
        idempotency_key: Option<String>,
        parameters: Option<Vec<ParametersInput>>,
        reason: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let create = CreateWorkflow {
            document: workflow.into_document(),
            start,
            parameters: input::values(parameters)?,
            reason,
        };
        create_from(ctx, create, idempotency_key).await
    }

    /// The same from a whole document, read by the same parser as the REST API's.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn create_workflow_from_document(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        #[graphql(default = true)] start: bool,
        idempotency_key: Option<String>,
        parameters: Option<Vec<ParametersInput>>,
        reason: Option<String>,
    ) -> ApiResult<Option<Workflow>> {
        let create = CreateWorkflow {
            document: DocumentInput::Value(document.0),
            start,
            parameters: input::values(parameters)?,
            reason,
        };
        create_from(ctx, create, idempotency_key).await
    }
}

async fn create_from(
    ctx: &Context<'_>,
    create: CreateWorkflow,
    idempotency_key: Option<String>,
) -> ApiResult<Option<Workflow>> {
    let Caller {
        service, context, ..
    } = Caller::of(ctx)?;
    let context = context.with_key(idempotency_key);
    let created = service.create(&context, create).await?;
    Ok(Some(changed(ctx, created)))
}
