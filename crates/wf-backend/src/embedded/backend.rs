//! The embedded backend's side of the port.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use rusqlite::Connection;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use wf_model::{Limits, StopMode, Target, Waiting};

use super::executor::{self, Surroundings};
use super::layout::Layout;
use super::store::{self, Change, StartAsked, Store};
use super::watch::Watchers;
use super::{EmbeddedOptions, changing, logs, watching};
use crate::asked::{Answer, By, Repeatable, Restart, Update};
use crate::error::{Error, Result};
use crate::history::{AuditPage, Refusal, Run, RunPage};
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};
use crate::port::{Backend, Description};
use crate::workflow::{Page, Query, Snapshot, Submission, Submitted};

/// One machine, no cluster: SQLite and local processes.
///
/// Any number of processes may open the same data directory. One of them runs the tasks; when it
/// ends, however it ends, another takes over. Tasks are local processes of an action's `command`,
/// `args` or `script`; images are not looked into. Every attempt has a directory and a process
/// group of its own and an environment with nothing in it but `PATH`, `LANG`, `HOME`, `TMPDIR`,
/// what its action declares, and the mark by which it is found again.
///
/// End it with [`EmbeddedBackend::shutdown`]. When it is dropped it does the same by itself, as far
/// as its runtime goes on; when that ends first, its running tasks are killed and count as lost.
pub struct EmbeddedBackend {
    around: Surroundings,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _stop: DropGuard,
}

impl fmt::Debug for EmbeddedBackend {
    /// Tells where it is, and nothing of what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedBackend")
            .field("options", &self.around.options)
            .finish_non_exhaustive()
    }
}

impl EmbeddedBackend {
    /// Opens a data directory, and makes it when it is not there.
    ///
    /// # Errors
    /// `Unsupported` when a newer version wrote it, `Unavailable` when it cannot be used.
    pub async fn open(options: EmbeddedOptions) -> Result<Self> {
        let watchers = Arc::new(Watchers::default());
        let opening = Arc::clone(&watchers);
        let data_dir = options.data_dir.clone();
        let opened = tokio::task::spawn_blocking(move || open(&data_dir, opening));
        let (layout, store) = opened.await.map_err(|source| Error::Internal {
            doing: "opening the data directory",
            source: Box::new(source),
        })??;
        let stop = CancellationToken::new();
        let around = Surroundings {
            store: Arc::new(store),
            watchers,
            handover: Arc::default(),
            trash: executor::Trash::default(),
            layout,
            options,
            stop: stop.clone(),
            hurry: CancellationToken::new(),
        };
        let tasks = vec![
            tokio::spawn(executor::run(around.clone())),
            tokio::spawn(executor::follow_others(around.clone())),
        ];
        Ok(Self {
            around,
            tasks: Mutex::new(tasks),
            _stop: stop.drop_guard(),
        })
    }

    /// Ends in good order: starts nothing more, and ends the tasks that run here (SIGTERM, after
    /// the grace SIGKILL). The next process to open the data directory tries those again; that
    /// counts neither against their retries nor as a loss.
    ///
    /// Calls after this may still read and ask; nobody here does what they ask.
    pub async fn shutdown(&self) {
        self.around.stop.cancel();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the embedded backend failed");
            }
        }
    }

    /// The same as [`EmbeddedBackend::shutdown`], for a process that has to be gone by then: the
    /// tasks get SIGKILL early enough for what became of them to be stored, even when their own
    /// grace is longer.
    pub async fn shutdown_within(&self, limit: Duration) {
        let hurry = async {
            tokio::time::sleep(limit / 4 * 3).await;
            self.around.hurry.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = self.shutdown() => {}
            () = hurry => {}
        }
    }

    /// Whether all that goes on beside the calls still does.
    fn check_tasks(&self) -> Result<()> {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = tasks.iter().any(JoinHandle::is_finished);
        if ended && !self.around.stop.is_cancelled() {
            return Err(Error::Unavailable {
                doing: "asking whether tasks are run",
                source: "a part of the embedded backend has failed".into(),
            });
        }
        Ok(())
    }
}

impl EmbeddedBackend {
    async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.around.store.read(doing, work).await
    }

    async fn command<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.around.store.command(doing, work).await
    }
}

/// The parts of opening that block.
fn open(data_dir: &Path, watchers: Arc<Watchers>) -> Result<(Layout, Store)> {
    let unusable = |source| Error::Unavailable {
        doing: "making the data directory",
        source: Box::new(source),
    };
    // What tasks are given and print is nobody else's on this machine.
    let mut directory = std::fs::DirBuilder::new();
    directory.recursive(true).mode(0o700);
    directory.create(data_dir).map_err(unusable)?;
    let layout = Layout::new(std::path::absolute(data_dir).map_err(unusable)?);
    let store = Store::open(layout.store(), watchers)?;
    Ok((layout, store))
}

#[async_trait]
impl Backend for EmbeddedBackend {
    fn description(&self) -> Description {
        Description {
            kind: "embedded",
            target: Target::Embedded,
            limits: Limits::of(Target::Embedded),
            tells_streams: true,
        }
    }

    async fn check(&self) -> Result<()> {
        self.check_tasks()?;
        let doing = "asking whether the store can be written";
        self.around.store.transition(doing, store::probe).await
    }

    async fn submit(&self, submission: Submission) -> Result<Submitted> {
        changing::submit(&self.around, submission).await
    }

    async fn get(&self, scope: &Scope, id: WorkflowId) -> Result<Snapshot> {
        changing::read_snapshot(&self.around, (scope, id)).await
    }

    async fn get_many(&self, scope: &Scope, ids: &[WorkflowId]) -> Result<Vec<Snapshot>> {
        let scope = scope.clone();
        let ids = ids.to_vec();
        self.read("reading workflows", move |connection| {
            ids.into_iter()
                .filter_map(|id| store::find(connection, &scope, id, None).transpose())
                .collect()
        })
        .await
    }

    async fn list(&self, scope: &Scope, query: &Query) -> Result<Page> {
        let scope = scope.clone();
        let query = query.clone();
        self.read("listing workflows", move |connection| {
            store::page(connection, &scope, &query)
        })
        .await
    }

    async fn watch(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>> {
        watching::watch(&self.around, scope, id).await
    }

    async fn replay(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Option<Snapshot>> {
        let (scope, by) = (scope.clone(), by.clone());
        self.read("looking for an earlier request", move |connection| {
            store::replay(connection, &scope, id, &by)
        })
        .await
    }

    async fn start(
        &self,
        scope: &Scope,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
        etag: Option<String>,
        by: &By,
    ) -> Result<Repeatable> {
        let scope = scope.clone();
        let by = by.clone();
        let asked = StartAsked {
            parameters,
            etag,
            by,
        };
        self.command("starting a workflow", move |change| {
            store::start(change, &scope, id, &asked)
        })
        .await
    }

    async fn suspend(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Repeatable> {
        let (scope, by) = (scope.clone(), by.clone());
        self.command("suspending a workflow", move |change| {
            store::suspend(change, &scope, id, &by)
        })
        .await
    }

    async fn resume(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Repeatable> {
        let (scope, by) = (scope.clone(), by.clone());
        self.command("resuming a workflow", move |change| {
            store::resume(change, &scope, id, &by)
        })
        .await
    }

    async fn stop(
        &self,
        scope: &Scope,
        id: WorkflowId,
        mode: StopMode,
        by: &By,
    ) -> Result<Repeatable> {
        changing::stop(&self.around, (scope, id), mode, by).await
    }

    async fn restart(
        &self,
        scope: &Scope,
        id: WorkflowId,
        restart: Restart,
        by: &By,
    ) -> Result<Repeatable> {
        changing::restart(&self.around, (scope, id), restart, by).await
    }

    async fn update(
        &self,
        scope: &Scope,
        id: WorkflowId,
        update: Update,
        by: &By,
    ) -> Result<Repeatable> {
        changing::update(&self.around, (scope, id), update, by).await
    }

    async fn delete(&self, scope: &Scope, id: WorkflowId, force: bool, by: &By) -> Result<()> {
        let (scope, by) = (scope.clone(), by.clone());
        self.command("deleting a workflow", move |change| {
            store::delete(change, &scope, id, force, &by)
        })
        .await?;
        let store = Arc::clone(&self.around.store);
        let layout = self.around.layout.clone();
        let trash = self.around.trash.clone();
        tokio::spawn(async move {
            if let Err(error) = trash.empty(&store, &layout).await {
                tracing::warn!(%error, "cannot remove files; the next sweep tries again");
            }
        });
        Ok(())
    }

    async fn stop_task(
        &self,
        scope: &Scope,
        id: WorkflowId,
        task: &str,
        by: &By,
    ) -> Result<Repeatable> {
        changing::stop_task(&self.around, (scope, id), task, by).await
    }

    async fn answer(
        &self,
        scope: &Scope,
        id: WorkflowId,
        task: &str,
        answer: Answer,
        by: &By,
    ) -> Result<Repeatable> {
        changing::answer(&self.around, (scope, id), task, answer, by).await
    }

    async fn run(&self, scope: &Scope, id: WorkflowId, number: u32) -> Result<Run> {
        let scope = scope.clone();
        self.read("reading a run", move |connection| {
            store::run(connection, &scope, id, number)
        })
        .await
    }

    async fn runs(
        &self,
        scope: &Scope,
        id: WorkflowId,
        before: Option<u32>,
        first: u32,
    ) -> Result<RunPage> {
        let scope = scope.clone();
        self.read("reading runs", move |connection| {
            store::runs(connection, &scope, id, before, first)
        })
        .await
    }

    async fn runs_of(
        &self,
        scope: &Scope,
        ids: &[WorkflowId],
        first: u32,
    ) -> Result<Vec<(WorkflowId, RunPage)>> {
        let scope = scope.clone();
        let ids = ids.to_vec();
        self.read("reading the runs of workflows", move |connection| {
            store::runs_of(connection, &scope, &ids, first)
        })
        .await
    }

    async fn waiting(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BTreeMap<String, Vec<Waiting>>> {
        let scope = scope.clone();
        let layout = self.around.layout.clone();
        self.read("finding out what tasks wait for", move |connection| {
            executor::waiting(connection, &layout, (&scope, id))
        })
        .await
    }

    async fn audit(
        &self,
        scope: &Scope,
        id: WorkflowId,
        before: Option<u64>,
        first: u32,
    ) -> Result<AuditPage> {
        let scope = scope.clone();
        self.read("reading an audit", move |connection| {
            store::audit(connection, &scope, id, before, first)
        })
        .await
    }

    async fn record(&self, scope: &Scope, id: WorkflowId, refusal: Refusal) -> Result<()> {
        let scope = scope.clone();
        self.around
            .store
            .transition("noting what was refused", move |change| {
                store::refused(change, &scope, id, &refusal)
            })
            .await
    }

    async fn logs(
        &self,
        scope: &Scope,
        id: WorkflowId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>> {
        logs::read(&self.around, scope, id, query).await
    }
}
