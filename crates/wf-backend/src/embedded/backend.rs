//! The embedded backend's side of the port.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use wf_model::{Limits, RunStatus, StopWish, Target, WorkflowPhase};

use super::executor::{self, Prepared, Surroundings};
use super::layout::Layout;
use super::store::{self, Inserted, Key, Known, NewWorkflow, Store, Stopped};
use super::watch::{Subscription, Watchers};
use super::{EmbeddedOptions, clock, logs};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};
use crate::port::{Backend, Description};
use crate::workflow::{Page, Query, Snapshot, Start, Stop, Submission, Submitted};

/// How long a watcher waits at least from one state to the next, so that a run that changes a
/// thousand times a second is not read a thousand times a second for each who watches.
const BREATH: Duration = Duration::from_millis(20);

/// One machine, no cluster: SQLite and local processes.
///
/// Any number of processes may open the same data directory. One of them runs the tasks; when it
/// ends, however it ends, another takes over. Tasks are local processes of an action's `command`,
/// `args` or `script`; images are not looked into. Every attempt has a directory and a process
/// group of its own and an environment with nothing in it but `PATH`, `LANG`, `HOME`, `TMPDIR`,
/// what its action declares, and the mark by which it is found again.
///
/// When it is dropped, its running tasks are ended at once, and count as lost; end it with
/// [`EmbeddedBackend::shutdown`].
#[derive(Debug)]
pub struct EmbeddedBackend {
    around: Surroundings,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _stop: DropGuard,
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
            layout,
            options,
            stop: stop.clone(),
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

    /// Ends a held workflow at once. `None` when it is not held any more.
    async fn stop_held(
        &self,
        (key, scope, id): (Key, &Scope, WorkflowId),
        wish: StopWish,
    ) -> Result<Option<Snapshot>> {
        let stored = self
            .around
            .store
            .read("reading a held workflow", move |connection| {
                store::load_run(connection, key, None)
            })
            .await?;
        let Some(mut stored) = stored.filter(|run| run.status.phase == WorkflowPhase::Held) else {
            return Ok(None);
        };
        let Some((document, rendered)) = stored.recorded.take() else {
            return Ok(None);
        };
        let prepared = Prepared::of_stored(document, &rendered)?;
        let place = (key, scope.clone(), id);
        let around = &self.around;
        let layout = &around.layout;
        let held = executor::stop_held(layout, &around.options, place, stored, prepared, wish)?;
        let scope = scope.clone();
        around
            .store
            .command("stopping a held workflow", move |change| {
                store::stop_held(change, &scope, id, &held)
            })
            .await
    }
}

/// The parts of opening that block.
fn open(data_dir: &Path, watchers: Arc<Watchers>) -> Result<(Layout, Store)> {
    let unusable = |source| Error::Unavailable {
        doing: "making the data directory",
        source: Box::new(source),
    };
    std::fs::create_dir_all(data_dir).map_err(unusable)?;
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
        }
    }

    async fn check(&self) -> Result<()> {
        let doing = "asking whether the store can be written";
        self.around.store.transition(doing, store::probe).await
    }

    async fn submit(&self, submission: Submission) -> Result<Submitted> {
        let workflow = Arc::clone(&submission.workflow);
        let prepared = Prepared::of(Arc::clone(&workflow), &submission.rendered)?;
        let new = NewWorkflow::of(&submission)?;
        if matches!(submission.start, Start::Now(_)) {
            let handover = &self.around.handover;
            handover.put(&submission.scope, submission.id, prepared);
        }
        let inserted = self
            .around
            .store
            .command("making a workflow", move |change| store::submit(change, &new))
            .await?;
        let summary = match inserted {
            Inserted::Replayed(snapshot) => return Ok(Submitted::Replayed(*snapshot)),
            Inserted::New(summary) => *summary,
        };
        let document = workflow.document();
        let given = match &submission.start {
            Start::Hold => None,
            Start::Now(parameters) => Some(parameters),
        };
        Ok(Submitted::Created(Snapshot {
            parameters: store::parameters(document, given),
            run: RunStatus::fresh(document, summary.run, summary.phase),
            document: Arc::new(document.clone()),
            summary,
        }))
    }

    async fn get(&self, scope: &Scope, id: WorkflowId) -> Result<Snapshot> {
        let scope = scope.clone();
        self.around
            .store
            .read("reading a workflow", move |connection| {
                store::get(connection, &scope, id)
            })
            .await
    }

    async fn get_many(&self, scope: &Scope, ids: &[WorkflowId]) -> Result<Vec<Snapshot>> {
        let scope = scope.clone();
        let ids = ids.to_vec();
        self.around
            .store
            .read("reading workflows", move |connection| {
                ids.into_iter()
                    .filter_map(|id| store::find(connection, &scope, id, None).transpose())
                    .collect()
            })
            .await
    }

    async fn list(&self, scope: &Scope, query: &Query) -> Result<Page> {
        let scope = scope.clone();
        let query = query.clone();
        self.around
            .store
            .read("listing workflows", move |connection| {
                store::page(connection, &scope, &query)
            })
            .await
    }

    async fn watch(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>> {
        let changes = self.around.watchers.subscribe(scope, id);
        let first = self.get(scope, id).await?;
        let watch = Watch {
            store: Arc::clone(&self.around.store),
            changes,
            stop: self.around.stop.clone(),
            scope: scope.clone(),
            id,
            revision: first.summary.revision.clone(),
            known: Known::of(&first),
            over: first.summary.phase.is_finished(),
        };
        let later = stream::unfold(watch, |mut watch| async move {
            let next = watch.next().await?;
            Some((next, watch))
        });
        Ok(stream::once(async { Ok(first) }).chain(later).boxed())
    }

    async fn start(
        &self,
        scope: &Scope,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
    ) -> Result<Snapshot> {
        let scope = scope.clone();
        self.around
            .store
            .command("starting a workflow", move |change| {
                store::start(change, &scope, id, &parameters)
            })
            .await
    }

    async fn stop(&self, scope: &Scope, id: WorkflowId, stop: Stop) -> Result<Snapshot> {
        let wish = StopWish {
            mode: stop.mode,
            reason: stop.reason,
            actor: stop.actor,
            at: clock::now(),
        };
        loop {
            let (noting, asked) = (scope.clone(), wish.clone());
            let stopped = self
                .around
                .store
                .command("stopping a workflow", move |change| {
                    store::stop(change, &noting, id, &asked)
                })
                .await?;
            match stopped {
                Stopped::Noted(snapshot) => return Ok(*snapshot),
                Stopped::Held(key) => {
                    let held = self.stop_held((key, scope, id), wish.clone()).await?;
                    if let Some(snapshot) = held {
                        return Ok(snapshot);
                    }
                }
            }
        }
    }

    async fn delete(&self, scope: &Scope, id: WorkflowId, force: bool) -> Result<()> {
        let scope = scope.clone();
        self.around
            .store
            .command("deleting a workflow", move |change| {
                store::delete(change, &scope, id, force, clock::now())
            })
            .await?;
        let store = Arc::clone(&self.around.store);
        let layout = self.around.layout.clone();
        tokio::spawn(async move {
            if let Err(error) = executor::empty_trash(&store, &layout).await {
                tracing::warn!(%error, "cannot remove files; the next sweep tries again");
            }
        });
        Ok(())
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

/// Somebody who watches a workflow.
struct Watch {
    store: Arc<Store>,
    changes: Subscription,
    stop: CancellationToken,
    scope: Scope,
    id: WorkflowId,
    revision: String,
    known: Known,
    over: bool,
}

impl Watch {
    /// The next state, or nothing when there will be none.
    async fn next(&mut self) -> Option<Result<Snapshot>> {
        while !self.over {
            tokio::time::sleep(BREATH).await;
            tokio::select! {
                () = self.changes.changed() => {}
                () = self.stop.cancelled() => {
                    self.over = true;
                    return Some(Err(Error::Unavailable {
                        doing: "watching a workflow",
                        source: "the service is ending".into(),
                    }));
                }
            }
            match self.read().await {
                Ok(Some(snapshot)) if snapshot.summary.revision == self.revision => {}
                Ok(Some(snapshot)) => {
                    self.revision.clone_from(&snapshot.summary.revision);
                    self.known = Known::of(&snapshot);
                    self.over = snapshot.summary.phase.is_finished();
                    return Some(Ok(snapshot));
                }
                Ok(None) => self.over = true,
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }

    async fn read(&self) -> Result<Option<Snapshot>> {
        let (scope, id, known) = (self.scope.clone(), self.id, self.known.clone());
        self.store
            .read("reading a watched workflow", move |connection| {
                store::find(connection, &scope, id, Some(&known))
            })
            .await
    }
}
