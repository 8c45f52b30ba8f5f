//! Watching: a workflow as it is, and then each time it has changed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio_util::sync::CancellationToken;

use super::changing::read_snapshot;
use super::executor::Surroundings;
use super::store::{self, Known, Store};
use super::watch::Subscription;
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Snapshot;

/// How long a watcher waits at least from one state to the next, so that a run that changes a
/// thousand times a second is not read a thousand times a second for each who watches.
const BREATH: Duration = Duration::from_millis(20);

/// The workflow as it is now, and then each time it has changed.
pub(super) async fn watch(
    around: &Surroundings,
    scope: &Scope,
    id: WorkflowId,
) -> Result<BoxStream<'static, Result<Snapshot>>> {
    let changes = around.watchers.subscribe(scope, id);
    let first = read_snapshot(around, (scope, id)).await?;
    let watch = Watch {
        store: Arc::clone(&around.store),
        changes,
        stop: around.stop.clone(),
        scope: scope.clone(),
        id,
        revision: first.summary.revision.clone(),
        known: Known::of(&first),
        over: is_over(&first),
    };
    let later = stream::unfold(watch, |mut watch| async move {
        let next = watch.next().await?;
        Some((next, watch))
    });
    Ok(stream::once(async { Ok(first) }).chain(later).boxed())
}

/// Whether nothing more becomes of it by itself.
fn is_over(snapshot: &Snapshot) -> bool {
    snapshot.summary.phase.is_finished() && !snapshot.summary.restarting
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
                    self.over = is_over(&snapshot);
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
