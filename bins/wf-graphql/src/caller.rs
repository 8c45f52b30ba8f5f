//! The caller: what the resolvers of one request share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Value, value};
use tracing::Instrument;
use wf_service::{Code, RunListing, Service, WorkflowId};

use crate::error::{ApiError, ApiResult};
use crate::schema::Loaded;

/// Of how many tasks one request may hold the status at once: ten pages of 50 workflows with a
/// hundred tasks each, and more than twice the largest workflow.
const MOST_TASKS: u64 = 50_000;

/// Of how many tasks one request may ask why they wait.
const MOST_WHYS: u64 = 1_000;

/// How many workflows are read at once; the service takes up to 500.
const BATCH: usize = 100;

/// Who asks, and what has been found out for them so far.
pub(crate) struct Caller {
    pub(crate) service: Service,
    pub(crate) context: wf_service::Context,
    snapshots: DataLoader<Snapshots>,
    runs: DataLoader<Runs>,
    tasks: AtomicU64,
    whys: AtomicU64,
    truncated: Mutex<Vec<Value>>,
}

impl Caller {
    /// A caller of which nothing is known but the context.
    pub(crate) fn new(service: Service, context: wf_service::Context) -> Self {
        let snapshots = Snapshots {
            service: service.clone(),
            context: context.clone(),
        };
        let runs = Runs {
            service: service.clone(),
            context: context.clone(),
        };
        let spawn = |batch: futures_util::future::BoxFuture<'static, ()>| {
            tokio::spawn(batch.in_current_span())
        };
        Self {
            service,
            context,
            snapshots: DataLoader::new(snapshots, spawn).max_batch_size(BATCH),
            runs: DataLoader::new(runs, spawn).max_batch_size(BATCH),
            tasks: AtomicU64::new(0),
            whys: AtomicU64::new(0),
            truncated: Mutex::default(),
        }
    }

    /// The caller of the request that is being answered.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> ApiResult<&'a Self> {
        match ctx.data_opt::<Arc<Self>>() {
            Some(caller) => Ok(caller),
            None => Err(ApiError::new(Code::Internal, "the request has no caller")),
        }
    }

    /// A listed workflow with its document and its tasks; what one request asks for at the same
    /// time is read at once.
    pub(crate) async fn load(&self, id: WorkflowId, tasks: u32) -> ApiResult<Arc<Loaded>> {
        self.count_tasks(tasks)?;
        self.snapshots.load_one(id).await?.ok_or_else(|| gone(id))
    }

    /// The latest runs of a workflow; what one request asks for at the same time is read at once.
    pub(crate) async fn load_runs(&self, id: WorkflowId, first: u32) -> ApiResult<RunListing> {
        let runs = self.runs.load_one((id, first)).await?;
        runs.ok_or_else(|| gone(id))
    }

    /// Notes that the status of so many tasks is about to be read.
    pub(crate) fn count_tasks(&self, tasks: u32) -> ApiResult<()> {
        let before = self.tasks.fetch_add(u64::from(tasks), Ordering::Relaxed);
        if before + u64::from(tasks) <= MOST_TASKS {
            return Ok(());
        }
        let message = format!(
            "what was asked for has more than {MOST_TASKS} tasks altogether; ask for a smaller \
             page, or for `taskCounts` instead"
        );
        Err(ApiError::new(Code::TooLarge, message))
    }

    /// Notes that it is asked why another task waits.
    pub(crate) fn count_why(&self) -> ApiResult<()> {
        if self.whys.fetch_add(1, Ordering::Relaxed) < MOST_WHYS {
            return Ok(());
        }
        let message = format!("`why` is told of {MOST_WHYS} tasks that wait; ask for fewer");
        Err(ApiError::new(Code::TooLarge, message))
    }

    /// Remembers that the list which is that field of the answer was cut.
    pub(crate) fn tell_truncated(&self, field: &str, message: &str) {
        let note = value!({"path": [field], "message": message});
        self.truncated
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(note);
    }

    /// Which lists were cut; empty when none was.
    pub(crate) fn truncated(&self) -> Vec<Value> {
        let mut truncated = self
            .truncated
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut truncated)
    }
}

/// Reads the snapshots of many workflows in one call.
struct Snapshots {
    service: Service,
    context: wf_service::Context,
}

impl Loader<WorkflowId> for Snapshots {
    type Value = Arc<Loaded>;
    type Error = ApiError;

    async fn load(&self, ids: &[WorkflowId]) -> ApiResult<HashMap<WorkflowId, Arc<Loaded>>> {
        let snapshots = self.service.get_many(&self.context, ids).await?;
        let loaded = snapshots.into_iter().map(|snapshot| {
            let id = snapshot.summary.id;
            (id, Arc::new(Loaded::new(snapshot)))
        });
        Ok(loaded.collect())
    }
}

fn gone(id: WorkflowId) -> ApiError {
    let message = format!("workflow `{id}` was deleted while it was read");
    ApiError::new(Code::NotFound, message)
}

/// Reads the latest runs of many workflows, by how many of each are asked for.
struct Runs {
    service: Service,
    context: wf_service::Context,
}

impl Loader<(WorkflowId, u32)> for Runs {
    type Value = RunListing;
    type Error = ApiError;

    async fn load(
        &self,
        keys: &[(WorkflowId, u32)],
    ) -> ApiResult<HashMap<(WorkflowId, u32), RunListing>> {
        let mut by_size: HashMap<u32, Vec<WorkflowId>> = HashMap::new();
        for &(id, first) in keys {
            by_size.entry(first).or_default().push(id);
        }
        let mut loaded = HashMap::new();
        for (first, ids) in by_size {
            let pages = self
                .service
                .runs_of(&self.context, &ids, Some(first))
                .await?;
            loaded.extend(pages.into_iter().map(|(id, page)| ((id, first), page)));
        }
        Ok(loaded)
    }
}
