//! The caller: what the resolvers of one request share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Value, value};
use tracing::Instrument;
use wf_service::{Code, Service, WorkflowId};

use crate::error::{ApiError, ApiResult};
use crate::schema::Loaded;

/// Of how many tasks one request may hold the status at once: ten pages of 50 workflows with a
/// hundred tasks each, and more than twice the largest workflow.
const MOST_TASKS: u64 = 50_000;

/// How many workflows are read at once; the service takes up to 500.
const BATCH: usize = 100;

/// Who asks, and what has been found out for them so far.
pub(crate) struct Caller {
    pub(crate) service: Service,
    pub(crate) context: wf_service::Context,
    snapshots: DataLoader<Snapshots>,
    tasks: AtomicU64,
    truncated: Mutex<Vec<Value>>,
}

impl Caller {
    /// A caller of which nothing is known but the context.
    pub(crate) fn new(service: Service, context: wf_service::Context) -> Self {
        let loader = Snapshots {
            service: service.clone(),
            context: context.clone(),
        };
        let spawn = |batch: futures_util::future::BoxFuture<'static, ()>| {
            tokio::spawn(batch.in_current_span())
        };
        Self {
            service,
            context,
            snapshots: DataLoader::new(loader, spawn).max_batch_size(BATCH),
            tasks: AtomicU64::new(0),
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
        let before = self.tasks.fetch_add(u64::from(tasks), Ordering::Relaxed);
        if before + u64::from(tasks) > MOST_TASKS {
            let message = format!(
                "the workflows that were asked for have more than {MOST_TASKS} tasks together; \
                 ask for a smaller page, or for `taskCounts` instead"
            );
            return Err(ApiError::new(Code::TooLarge, message));
        }
        let gone = || {
            let message = format!("workflow `{id}` was deleted while the list was read");
            ApiError::new(Code::NotFound, message)
        };
        self.snapshots.load_one(id).await?.ok_or_else(gone)
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
