//! Runs: the executions of a workflow.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use time::OffsetDateTime;
use wf_service::{ListedRun, Part, RunListing, WorkflowId};

use super::connection::{self, PageInfo};
use super::loaded::Whole;
use super::parameter::{self, Parameters};
use super::phase::WorkflowPhase;
use super::stop::StopWish;
use super::task::Tasks;
use super::task_counts::TaskCounts;
use super::time::date_time;
use super::workflow::TYPICAL_TASKS;
use crate::caller::Caller;
use crate::error::ApiResult;

/// How many runs are told when it is not said.
const USUAL: u32 = 20;

/// One execution of a workflow.
pub(crate) struct Run {
    workflow: WorkflowId,
    whole: Arc<Whole>,
    told: Arc<wf_service::Run>,
}

impl Run {
    /// That run of that workflow.
    pub(crate) fn new(workflow: WorkflowId, whole: Arc<Whole>, run: wf_service::Run) -> Self {
        Self {
            workflow,
            whole,
            told: Arc::new(run),
        }
    }
}

/// One execution of a workflow.
#[Object]
impl Run {
    /// `<workflow>/<number>`: unique among all runs of all workflows.
    pub(crate) async fn id(&self) -> ID {
        ID(format!("{}/{}", self.workflow, self.told.status.number))
    }

    /// Which execution of the workflow it is: 1, 2 …
    async fn number(&self) -> u32 {
        self.told.status.number
    }

    /// Why it was made: `FIRST`, or the mode of the restart, as in `FROM_FAILED`.
    async fn mode(&self) -> &str {
        &self.told.mode
    }

    /// What has become of it.
    async fn phase(&self) -> WorkflowPhase {
        self.told.status.phase.into()
    }

    /// Why it is in that phase, for people.
    async fn message(&self) -> Option<&str> {
        self.told.status.message.as_deref()
    }

    /// Why it was asked for.
    async fn reason(&self) -> Option<&str> {
        self.told.reason.as_deref()
    }

    /// Who asked for it, when that is known.
    async fn actor(&self) -> Option<&str> {
        self.told.actor.as_deref()
    }

    /// Who wished that it should end, and why; also when that is so by now.
    async fn stop(&self) -> Option<StopWish> {
        self.told.status.stop.as_ref().map(Into::into)
    }

    /// When it was made.
    async fn created_at(&self) -> OffsetDateTime {
        self.told.created_at.to_offset_date_time()
    }

    /// When it began.
    async fn started_at(&self) -> Option<OffsetDateTime> {
        date_time(self.told.status.started_at)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<OffsetDateTime> {
        date_time(self.told.status.finished_at)
    }

    /// The values that the workflow's parameters have in it.
    async fn parameters(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.told.parameters)
    }

    /// The workflow's own outputs, once it has ended well.
    async fn outputs(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.told.status.outputs)
    }

    /// How many of its tasks are in which phase, those that it inherited included.
    async fn task_counts(&self) -> TaskCounts {
        self.told.status.counts().into()
    }

    /// Its tasks, in the document's order, reached or not, those that it inherited included.
    #[graphql(complexity = "TYPICAL_TASKS.saturating_mul(child_complexity) + 1")]
    async fn tasks(&self, ctx: &Context<'_>) -> ApiResult<Option<Vec<Tasks>>> {
        let workflow = self.whole.get(ctx).await?;
        Ok(Some(Tasks::all_of_run(workflow, &self.told)))
    }

    /// What ran when the tasks had ended, when the document asks for it.
    async fn exit_handler(&self, ctx: &Context<'_>) -> ApiResult<Option<Tasks>> {
        let workflow = self.whole.get(ctx).await?;
        Ok(Tasks::exit_handler_of_run(workflow, &self.told))
    }
}

/// A page of runs, newest first.
#[derive(SimpleObject)]
pub(crate) struct RunConnection {
    /// The runs with their places in the list.
    edges: Vec<RunEdge>,
    /// How the list goes on.
    page_info: PageInfo,
}

/// A run and its place in the list.
#[derive(SimpleObject)]
pub(crate) struct RunEdge {
    /// By which the list goes on after it.
    cursor: String,
    /// The run.
    node: Run,
}

impl RunConnection {
    /// The page that the service told of that workflow.
    pub(crate) fn new(
        listing: RunListing,
        workflow: WorkflowId,
        whole: &Arc<Whole>,
        has_previous_page: bool,
    ) -> Self {
        let edge = |ListedRun { run, cursor }| RunEdge {
            cursor,
            node: Run::new(workflow, Arc::clone(whole), run),
        };
        Self {
            page_info: PageInfo {
                has_next_page: listing.has_more,
                has_previous_page,
                start_cursor: listing.items.first().map(|first| first.cursor.clone()),
                end_cursor: listing.end_cursor,
            },
            edges: listing.items.into_iter().map(edge).collect(),
        }
    }
}

/// How many runs a query asks for, as its cost is estimated; the service checks the number.
pub(crate) fn page_size(first: Option<i32>) -> usize {
    first.map_or(USUAL as usize, |first| usize::try_from(first).unwrap_or(0))
}

/// The part of a list that is asked for.
pub(crate) fn part(first: Option<i32>, after: Option<String>) -> ApiResult<Part> {
    Ok(Part {
        first: connection::first(first)?,
        after,
    })
}

/// The runs of a workflow with so many tasks. The first pages of many workflows are read at once.
pub(crate) async fn list(
    caller: &Caller,
    id: WorkflowId,
    tasks: u32,
    part: &Part,
) -> ApiResult<RunListing> {
    let first = part.first.unwrap_or(USUAL);
    caller.count_tasks(tasks.saturating_mul(first))?;
    match part.after {
        None => caller.load_runs(id, first).await,
        Some(_) => Ok(caller
            .service
            .runs(&caller.context, id, part.clone())
            .await?),
    }
}
