//! The same for many workflows in one request.

use async_graphql::{Context, ID, Json, Object, SimpleObject};
use serde_json::Value;
use wf_service::{Bulk, BulkItem, BulkOperation, Error, Selection};

use super::connection::WorkflowFilter;
use super::phase::{RestartMode, StopMode};
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// How many workflows one request works on.
const MOST: usize = 1_000;
/// What it costs to work on them, measured in fields.
const COST: usize = 2_000;

/// What is done to many workflows.
#[derive(Default)]
pub(crate) struct BulkSteering;

#[Object]
impl BulkSteering {
    /// Stops many workflows, each for itself: those of the ids (at most 1,000), or the newest 1,000
    /// that pass the filter, after the cursor `after`. With `preview` they are only counted. A key
    /// counts for each of them.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    #[graphql(complexity = "COST + child_complexity")]
    async fn bulk_stop(
        &self,
        ctx: &Context<'_>,
        ids: Option<Vec<ID>>,
        filter: Option<WorkflowFilter>,
        after: Option<String>,
        #[graphql(default = false)] preview: bool,
        #[graphql(default_with = "StopMode::Graceful")] mode: StopMode,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<BulkReport>> {
        let selection = selection(ids, filter, after)?;
        work(
            ctx,
            BulkOperation::Stop(mode.into()),
            selection,
            preview,
            (reason, idempotency_key),
        )
        .await
    }

    /// Runs many workflows again, each for itself; `TASKS` is no mode here. They are chosen as in
    /// `bulkStop`.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    #[graphql(complexity = "COST + child_complexity")]
    async fn bulk_restart(
        &self,
        ctx: &Context<'_>,
        ids: Option<Vec<ID>>,
        filter: Option<WorkflowFilter>,
        after: Option<String>,
        #[graphql(default = false)] preview: bool,
        #[graphql(default_with = "RestartMode::All")] mode: RestartMode,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<BulkReport>> {
        let selection = selection(ids, filter, after)?;
        work(
            ctx,
            BulkOperation::Restart(mode.into()),
            selection,
            preview,
            (reason, idempotency_key),
        )
        .await
    }

    /// Forgets many workflows, each for itself; with `force` also those that have not ended. They
    /// are chosen as in `bulkStop`.
    #[allow(clippy::too_many_arguments)] // each is an argument of the mutation
    #[graphql(complexity = "COST + child_complexity")]
    async fn bulk_delete(
        &self,
        ctx: &Context<'_>,
        ids: Option<Vec<ID>>,
        filter: Option<WorkflowFilter>,
        after: Option<String>,
        #[graphql(default = false)] preview: bool,
        #[graphql(default = false)] force: bool,
        reason: Option<String>,
        idempotency_key: Option<String>,
    ) -> ApiResult<Option<BulkReport>> {
        let selection = selection(ids, filter, after)?;
        work(
            ctx,
            BulkOperation::Delete { force },
            selection,
            preview,
            (reason, idempotency_key),
        )
        .await
    }
}

/// What became of many workflows, each for itself.
pub(crate) struct BulkReport {
    preview: bool,
    count: u32,
    has_more: bool,
    end_cursor: Option<String>,
    items: Vec<BulkResult>,
}

/// What became of many workflows, each for itself.
#[Object]
impl BulkReport {
    /// Whether nothing was done.
    async fn preview(&self) -> bool {
        self.preview
    }

    /// How many workflows were worked on; of a preview, how many would be, at most 10,000.
    async fn count(&self) -> u32 {
        self.count
    }

    /// Whether there are more than that.
    async fn has_more(&self) -> bool {
        self.has_more
    }

    /// Given as `after` with the same filter, the work goes on behind the last one.
    async fn end_cursor(&self) -> Option<&str> {
        self.end_cursor.as_deref()
    }

    /// What became of each; of a preview, none.
    #[graphql(complexity = "MOST.saturating_mul(child_complexity) + 1")]
    async fn items(&self) -> &[BulkResult] {
        &self.items
    }
}

/// What became of one of many workflows.
#[derive(SimpleObject)]
pub(crate) struct BulkResult {
    /// The id, as it was given.
    id: ID,
    /// Whether it was done, or was so already.
    ok: bool,
    /// The workflow by now, unless it was deleted.
    workflow: Option<Workflow>,
    /// Why it was not done.
    problem: Option<Problem>,
}

/// Why one of many workflows refused.
pub(crate) struct Problem(Error);

/// Why one of many workflows refused.
#[Object]
impl Problem {
    /// The kind of problem, as in an error's extensions.
    async fn code(&self) -> &str {
        self.0.code().as_str()
    }

    /// The status that HTTP has for it.
    async fn status(&self) -> u32 {
        self.0.code().status().into()
    }

    /// What happened, and what would help.
    async fn message(&self) -> String {
        self.0.to_string()
    }

    /// Whether the same request may succeed later.
    async fn retryable(&self) -> bool {
        self.0.code().is_retryable()
    }

    /// The phase that is in the way, when one is.
    async fn phase(&self) -> Option<&str> {
        self.0.misfit().map(|misfit| misfit.phase)
    }

    /// The phases that would do.
    async fn fitting(&self) -> Option<Vec<&str>> {
        self.0.misfit().map(|misfit| misfit.fitting.clone())
    }

    /// The wish that is in the way, when the phase would do: `STOPPING`, `RESTARTING`, `DELETING`.
    async fn wish(&self) -> Option<&str> {
        self.0.misfit().and_then(|misfit| misfit.wish)
    }

    /// All that is wrong with what was sent, as in an error's extensions.
    async fn faults(&self) -> Json<Value> {
        Json(serde_json::to_value(self.0.faults()).unwrap_or_default())
    }
}

impl From<BulkItem> for BulkResult {
    fn from(BulkItem { id, result }: BulkItem) -> Self {
        let (ok, workflow, problem) = match result {
            Ok(snapshot) => (true, snapshot.map(|snapshot| (*snapshot).into()), None),
            Err(error) => (false, None, Some(Problem(error))),
        };
        Self {
            id: ID(id),
            ok,
            workflow,
            problem,
        }
    }
}

fn selection(
    ids: Option<Vec<ID>>,
    filter: Option<WorkflowFilter>,
    after: Option<String>,
) -> ApiResult<Selection> {
    Ok(Selection {
        ids: ids.map(|ids| ids.into_iter().map(|id| id.0).collect()),
        filter: filter.map(TryInto::try_into).transpose()?,
        after,
    })
}

async fn work(
    ctx: &Context<'_>,
    operation: BulkOperation,
    selection: Selection,
    preview: bool,
    (reason, key): (Option<String>, Option<String>),
) -> ApiResult<Option<BulkReport>> {
    let Caller {
        service, context, ..
    } = Caller::of(ctx)?;
    let context = &context.with_key(key);
    if preview {
        let preview = service.bulk_preview(context, selection).await?;
        return Ok(Some(BulkReport {
            preview: true,
            count: preview.count,
            has_more: preview.has_more,
            end_cursor: None,
            items: Vec::new(),
        }));
    }
    let bulk = Bulk {
        operation,
        selection,
        reason,
    };
    let outcome = service.bulk(context, bulk).await?;
    let items: Vec<_> = outcome.items.into_iter().map(BulkResult::from).collect();
    Ok(Some(BulkReport {
        preview: false,
        count: u32::try_from(items.len()).unwrap_or(u32::MAX),
        has_more: outcome.has_more,
        end_cursor: outcome.end_cursor,
        items,
    }))
}
