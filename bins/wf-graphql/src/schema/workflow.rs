//! Workflows: what a user created, as its latest run stands.

use std::sync::Arc;

use async_graphql::{Context, ID, Json, Object};
use time::OffsetDateTime;
use wf_model::Document;
use wf_service::{Snapshot, Summary};

use super::audit::{self, AuditConnection};
use super::graph::GraphFormat;
use super::loaded::{Loaded, Whole};
use super::parameter::{self, Parameters};
use super::phase::{WorkflowPhase, WorkflowVerb};
use super::query::CHECK_COST;
use super::run::{self, RunConnection};
use super::stop::StopWish;
use super::task::Tasks;
use super::task_counts::TaskCounts;
use super::time::date_time;
use crate::caller::Caller;
use crate::error::{ApiError, ApiResult, Essential};

/// How many tasks a workflow is taken to have when the cost of a query is estimated. What they
/// really are is bounded when they are read.
pub(crate) const TYPICAL_TASKS: usize = 10;

/// What a user created, as its latest run stands.
pub(crate) struct Workflow {
    summary: Summary,
    whole: Arc<Whole>,
}

impl From<Summary> for Workflow {
    fn from(summary: Summary) -> Self {
        Self {
            whole: Arc::new(Whole::of(&summary)),
            summary,
        }
    }
}

impl From<Snapshot> for Workflow {
    fn from(snapshot: Snapshot) -> Self {
        Self {
            summary: snapshot.summary.clone(),
            whole: Arc::new(Whole::read(Arc::new(Loaded::new(snapshot)))),
        }
    }
}

impl Workflow {
    async fn loaded(&self, ctx: &Context<'_>) -> ApiResult<&Arc<Loaded>> {
        self.whole.get(ctx).await
    }
}

/// What a user created, as its latest run stands.
#[Object]
impl Workflow {
    /// The workflow's id, stable for life.
    pub(crate) async fn id(&self) -> ID {
        ID(self.summary.id.to_string())
    }

    /// The document's name. Many workflows may share it.
    async fn name(&self) -> &str {
        &self.summary.name
    }

    /// What it is for, for people.
    async fn description(&self) -> Option<&str> {
        self.summary.description.as_deref()
    }

    /// The user's labels, as an object.
    async fn labels(&self) -> Json<&std::collections::BTreeMap<String, String>> {
        Json(&self.summary.labels)
    }

    /// The document, exactly as it can be sent elsewhere.
    async fn document(&self, ctx: &Context<'_>) -> Result<Json<&Document>, Essential> {
        Ok(Json(&*self.loaded(ctx).await?.snapshot.document))
    }

    /// The tenant.
    async fn scope(&self) -> &str {
        self.summary.scope.as_str()
    }

    /// The phase of the latest run.
    async fn phase(&self) -> WorkflowPhase {
        self.summary.phase.into()
    }

    /// Somebody wished its end, and it has not ended yet.
    async fn stopping(&self) -> bool {
        self.summary.stopping.is_some()
    }

    /// Somebody wished that it runs again, and the next run is not made yet.
    async fn restarting(&self) -> bool {
        self.summary.restarting
    }

    /// Somebody wished that it is forgotten, which it is as soon as it has ended.
    async fn deleting(&self) -> bool {
        self.summary.deleting
    }

    /// Why it is in that phase, for people.
    async fn message(&self) -> Option<&str> {
        self.summary.message.as_deref()
    }

    /// What can be asked of it now, and would change something.
    async fn can(&self) -> Vec<WorkflowVerb> {
        self.summary.can().into_iter().map(Into::into).collect()
    }

    /// When it was created.
    async fn created_at(&self) -> OffsetDateTime {
        self.summary.created_at.to_offset_date_time()
    }

    /// Who created it, when that is known.
    async fn created_by(&self) -> Option<&str> {
        self.summary.created_by.as_deref()
    }

    /// When the latest run began.
    async fn started_at(&self) -> Option<OffsetDateTime> {
        date_time(self.summary.started_at)
    }

    /// When the latest run ended.
    async fn finished_at(&self) -> Option<OffsetDateTime> {
        date_time(self.summary.finished_at)
    }

    /// When it will be forgotten.
    async fn expires_at(&self) -> Option<OffsetDateTime> {
        date_time(self.summary.expires_at)
    }

    /// Of document, labels and description.
    async fn etag(&self) -> &str {
        &self.summary.etag
    }

    /// Opaque; moves with every visible change.
    async fn revision(&self) -> &str {
        &self.summary.revision
    }

    /// The number of the latest run.
    async fn run(&self) -> u32 {
        self.summary.run
    }

    /// Its runs, newest first: `first` (1 to 100, 20 when absent) after the cursor `after`. Old
    /// runs never change.
    #[graphql(complexity = "run::page_size(first).saturating_mul(child_complexity) + 1")]
    async fn runs(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<RunConnection, Essential> {
        let tasks = self.summary.task_counts.total;
        let part = run::part(first, after)?;
        let listing = run::list(Caller::of(ctx)?, self.summary.id, tasks, &part).await?;
        let goes_on = part.after.is_some();
        Ok(RunConnection::new(
            listing,
            self.summary.id,
            &self.whole,
            goes_on,
        ))
    }

    /// Who did what to it, and what was refused to whom, newest first: `first` (1 to 500, 50 when
    /// absent) after the cursor `after`.
    #[graphql(
        complexity = "audit::COST + audit::page_size(first).saturating_mul(child_complexity)"
    )]
    async fn audit(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<AuditConnection, Essential> {
        let caller = Caller::of(ctx)?;
        let part = run::part(first, after)?;
        let goes_on = part.after.is_some();
        let listing = caller.service.audit(&caller.context, self.summary.id, part);
        let listing = listing.await.map_err(ApiError::from)?;
        Ok(AuditConnection::new(listing, goes_on))
    }

    /// How many tasks of the latest run are in which phase.
    async fn task_counts(&self) -> TaskCounts {
        self.summary.task_counts.into()
    }

    /// Its tasks in the latest run, in the document's order, reached or not.
    #[graphql(complexity = "TYPICAL_TASKS.saturating_mul(child_complexity) + 1")]
    async fn tasks(&self, ctx: &Context<'_>) -> ApiResult<Option<Vec<Tasks>>> {
        Ok(Some(Tasks::all(self.loaded(ctx).await?)))
    }

    /// Its DAG with each task in its phase, to look at.
    #[graphql(complexity = "CHECK_COST + child_complexity")]
    async fn graph(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "GraphFormat::Svg")] format: GraphFormat,
    ) -> Result<String, Essential> {
        let caller = Caller::of(ctx)?;
        let (context, id) = (&caller.context, self.summary.id);
        let graph = caller.service.graph(context, id, format.into()).await;
        Ok(graph.map_err(ApiError::from)?)
    }

    /// Who wished that its latest run should end, and why; also when that is so by now.
    async fn stop(&self, ctx: &Context<'_>) -> ApiResult<Option<StopWish>> {
        let loaded = self.loaded(ctx).await?;
        Ok(loaded.snapshot.run.stop.as_ref().map(Into::into))
    }

    /// What runs when the tasks have ended, when the document asks for it.
    async fn exit_handler(&self, ctx: &Context<'_>) -> ApiResult<Option<Tasks>> {
        Ok(Tasks::exit_handler(self.loaded(ctx).await?))
    }

    /// The values that its parameters have in the latest run; while it is held, the defaults.
    async fn parameters(&self, ctx: &Context<'_>) -> Result<Vec<Parameters<'_>>, Essential> {
        let loaded = self.loaded(ctx).await?;
        Ok(parameter::arguments(&loaded.snapshot.parameters))
    }

    /// Its own outputs, once it has ended well.
    async fn outputs(&self, ctx: &Context<'_>) -> Result<Vec<Parameters<'_>>, Essential> {
        let loaded = self.loaded(ctx).await?;
        Ok(parameter::arguments(&loaded.snapshot.run.outputs))
    }
}
