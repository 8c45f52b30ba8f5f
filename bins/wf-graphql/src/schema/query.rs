//! Queries: what can be seen.

use async_graphql::{Context, ID, Json, Object};
use serde_json::Value;
use wf_model::{FaultCode, Place, Target};
use wf_service::{DocumentInput, Filter, ListWorkflows, LogQuery};

use super::catalog::Action;
use super::check::{Rendering, Simulation, Validation};
use super::connection::{self, WorkflowConnection, WorkflowFilter, page_size};
use super::graph::GraphFormat;
use super::input::{self, ParametersInput};
use super::log::{self, Logs};
use super::node::Node;
use super::service::Service;
use super::simulation::{self, TaskOutcomeInput};
use super::workflow::{TYPICAL_TASKS, Workflow};
use crate::caller::Caller;
use crate::error::ApiResult;

/// How many workflows `workflows` tells at most.
const NEWEST: u32 = 100;
const NEWEST_COST: usize = NEWEST as usize;

/// What a check of a whole document costs, measured in fields.
pub(crate) const CHECK_COST: usize = 2_000;

/// What can be seen.
pub(crate) struct Query;

/// What can be seen.
#[Object]
impl Query {
    /// The newest workflows, at most 100, of that name if one is given. When there are more, the
    /// answer's `extensions.truncated` says so; `workflowConnection` reads them all.
    #[graphql(complexity = "NEWEST_COST.saturating_mul(child_complexity) + 1")]
    async fn workflows(
        &self,
        ctx: &Context<'_>,
        name: Option<String>,
    ) -> ApiResult<Option<Vec<Option<Workflow>>>> {
        let caller = Caller::of(ctx)?;
        let list = ListWorkflows {
            filter: Filter {
                name,
                ..Filter::default()
            },
            first: Some(NEWEST),
            after: None,
        };
        let listing = caller.service.list(&caller.context, list).await?;
        if listing.has_more {
            let field = ctx
                .path_node
                .as_ref()
                .map_or("workflows", |node| node.field_name());
            let message = "these are the newest 100; `workflowConnection` reads them all";
            caller.tell_truncated(field, message);
        }
        let workflows = listing
            .items
            .into_iter()
            .map(|listed| Some(listed.summary.into()));
        Ok(Some(workflows.collect()))
    }

    /// A page of the workflows that pass the filter, newest first: `first` (1 to 500, 50 when
    /// absent) after the cursor `after`.
    #[graphql(complexity = "page_size(first).saturating_mul(child_complexity) + 1")]
    async fn workflow_connection(
        &self,
        ctx: &Context<'_>,
        filter: Option<WorkflowFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> ApiResult<Option<WorkflowConnection>> {
        let caller = Caller::of(ctx)?;
        let goes_on = after.is_some();
        let list = ListWorkflows {
            filter: filter.unwrap_or_default().try_into()?,
            first: connection::first(first)?,
            after,
        };
        let listing = caller.service.list(&caller.context, list).await?;
        Ok(Some(WorkflowConnection::new(listing, goes_on)))
    }

    /// The workflow of that id; null with `NOT_FOUND` when there is none.
    async fn workflow(&self, ctx: &Context<'_>, id: ID) -> ApiResult<Option<Workflow>> {
        let caller = Caller::of(ctx)?;
        let id = wf_service::workflow_id(&id)?;
        Ok(Some(caller.service.get(&caller.context, id).await?.into()))
    }

    /// Whatever has that id; null when nothing has.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> ApiResult<Option<Node>> {
        Node::find(Caller::of(ctx)?, &id).await
    }

    /// The actions of the catalog, by name.
    async fn actions(&self, ctx: &Context<'_>) -> ApiResult<Option<Vec<Action>>> {
        let caller = Caller::of(ctx)?;
        let actions = caller.service.actions(&caller.context).await?;
        Ok(Some(actions.into_iter().map(Action).collect()))
    }

    /// The action of that name; null with `NOT_FOUND` when there is none.
    async fn action(&self, ctx: &Context<'_>, name: String) -> ApiResult<Option<Action>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(Action(
            caller.service.action(&caller.context, &name).await?,
        )))
    }

    /// What this service is and how much it takes.
    async fn service(&self, ctx: &Context<'_>) -> ApiResult<Option<Service>> {
        let caller = Caller::of(ctx)?;
        Ok(Some(Service(caller.service.describe(&caller.context))))
    }

    /// All that is wrong with a document, for a target (`embedded`, `argo-3.7`, `argo-4.1-full` …)
    /// if one is named. Nothing is stored.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn validate_workflow(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        target: Option<String>,
    ) -> ApiResult<Option<Validation>> {
        let caller = Caller::of(ctx)?;
        let target = target.map(|word| read_target(&word)).transpose()?;
        let document = DocumentInput::Value(document.0);
        let validation = caller
            .service
            .validate(&caller.context, document, target)
            .await?;
        Ok(Some(Validation(validation)))
    }

    /// What a document becomes on a cluster, checked for that target, or for this service's backend.
    /// Nothing is stored.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn render_workflow(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        target: Option<String>,
    ) -> ApiResult<Option<Rendering>> {
        let caller = Caller::of(ctx)?;
        let target = target.as_deref().map(read_target).transpose()?;
        let document = DocumentInput::Value(document.0);
        // Only who asks for the origins waits for them.
        let rendered = if ctx.look_ahead().field("origins").exists() {
            caller
                .service
                .explain(&caller.context, document, target)
                .await
        } else {
            caller
                .service
                .render(&caller.context, document, target)
                .await
        };
        Ok(Some(Rendering(rendered?)))
    }

    /// A document's DAG, to look at: `Workflow.graph` of a workflow that there is not. Nothing is
    /// stored.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn graph_of(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        #[graphql(default_with = "GraphFormat::Svg")] format: GraphFormat,
        target: Option<String>,
    ) -> ApiResult<Option<String>> {
        let caller = Caller::of(ctx)?;
        let document = DocumentInput::Value(document.0);
        let target = target.as_deref().map(read_target).transpose()?;
        let wanted = (format.into(), target);
        let graph = caller.service.graph_of(&caller.context, document, wanted);
        Ok(Some(graph.await?))
    }

    /// How a document would go if its tasks ended as told; a task that is not named succeeds.
    /// Nothing runs, nothing is stored.
    #[graphql(complexity = "CHECK_COST + TYPICAL_TASKS.saturating_mul(child_complexity)")]
    async fn simulate_workflow(
        &self,
        ctx: &Context<'_>,
        document: Json<Value>,
        outcomes: Option<Vec<TaskOutcomeInput>>,
        parameters: Option<Vec<ParametersInput>>,
    ) -> ApiResult<Option<Simulation>> {
        let caller = Caller::of(ctx)?;
        let document = DocumentInput::Value(document.0);
        let simulation = wf_service::Simulation {
            outcomes: simulation::outcomes(outcomes)?,
            parameters: input::values(parameters)?,
        };
        let report = caller
            .service
            .simulate(&caller.context, document, simulation)
            .await?;
        Ok(Some(Simulation(report)))
    }

    /// The first lines that a task printed (`onExit` is the exit handler): of all its items or
    /// one, of the latest attempt or another.
    #[allow(clippy::too_many_arguments)] // each is an argument of the query
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn logs(
        &self,
        ctx: &Context<'_>,
        workflow: ID,
        task: String,
        item: Option<u32>,
        attempt: Option<u32>,
        run: Option<u32>,
        #[graphql(default = 1000)] first: i32,
    ) -> ApiResult<Option<Logs>> {
        let query = LogQuery {
            task,
            item,
            attempt,
            run,
            follow: false,
        };
        Ok(Some(
            log::read(Caller::of(ctx)?, &workflow, query, first).await?,
        ))
    }
}

fn read_target(word: &str) -> ApiResult<Target> {
    word.parse().map_err(|unknown: wf_model::UnknownTarget| {
        (
            Place::root().field("target"),
            FaultCode::OutOfRange,
            unknown.to_string(),
        )
            .into()
    })
}
