//! A workflow that was read whole, with the edges of its DAG both ways.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use async_graphql::Context;
use tokio::sync::OnceCell;
use wf_model::{Edges, Waiting};
use wf_service::{Snapshot, Summary, WorkflowId};

use crate::caller::Caller;
use crate::error::{ApiError, ApiResult};

/// A snapshot and what is worked out of it when somebody asks.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) snapshot: Snapshot,
    edges: OnceLock<Edges>,
    waiting: OnceCell<BTreeMap<String, Vec<Waiting>>>,
}

impl Loaded {
    /// That snapshot.
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            edges: OnceLock::new(),
            waiting: OnceCell::new(),
        }
    }

    /// What a task of the latest run waits for. The first question is answered for all tasks.
    pub(crate) async fn why(&self, ctx: &Context<'_>, task: &str) -> ApiResult<&[Waiting]> {
        let ask = || async {
            let caller = Caller::of(ctx)?;
            caller.count_why()?;
            let id = self.snapshot.summary.id;
            Ok::<_, ApiError>(caller.service.waiting(&caller.context, id).await?)
        };
        let waiting = self.waiting.get_or_try_init(ask).await?;
        Ok(waiting.get(task).map_or(&[], Vec::as_slice))
    }

    /// The names of the tasks that this one waits for, each once, as it names them.
    pub(crate) fn depends_on(&self, task: usize) -> Vec<&str> {
        self.names(self.edges().depends_on(task))
    }

    /// The names of the tasks that wait for this one, in the document's order.
    pub(crate) fn needed_by(&self, task: usize) -> Vec<&str> {
        self.names(self.edges().needed_by(task))
    }

    fn names(&self, tasks: &[usize]) -> Vec<&str> {
        let all = &self.snapshot.document.tasks;
        tasks.iter().map(|&task| all[task].name.as_str()).collect()
    }

    fn edges(&self) -> &Edges {
        self.edges
            .get_or_init(|| Edges::of(&self.snapshot.document))
    }
}

/// A workflow that is read whole when somebody asks for what lists do not tell.
pub(crate) struct Whole {
    id: WorkflowId,
    tasks: u32,
    cell: OnceCell<Arc<Loaded>>,
}

impl Whole {
    /// The workflow of that summary, not read yet.
    pub(crate) fn of(summary: &Summary) -> Self {
        Self {
            id: summary.id,
            tasks: summary.task_counts.total,
            cell: OnceCell::new(),
        }
    }

    /// The workflow that was read already.
    pub(crate) fn read(loaded: Arc<Loaded>) -> Self {
        let summary = &loaded.snapshot.summary;
        Self {
            id: summary.id,
            tasks: summary.task_counts.total,
            cell: OnceCell::new_with(Some(loaded)),
        }
    }

    /// The workflow, read by now.
    pub(crate) async fn get(&self, ctx: &Context<'_>) -> ApiResult<&Arc<Loaded>> {
        let load = || async { Caller::of(ctx)?.load(self.id, self.tasks).await };
        self.cell.get_or_try_init(load).await
    }
}
