//! Admission: workflows that wait begin when nobody else is short of a place.

use std::sync::Arc;

use super::Prepared;
use super::active::ActiveRun;
use super::floor::{Floor, RETRY};
use super::pending::{Next, Waiting};
use crate::embedded::clock;
use crate::embedded::store::{self, Explained, Key, StoredRun};
use crate::error::Result;

/// How many runs may be short of places before no further one begins, times the places.
const CROWD: usize = 2;

impl Floor {
    /// Lets workflows begin that wait, while there is nobody else short of a place.
    pub(super) async fn admit(&mut self) {
        let crowd = CROWD * self.around.options.max_tasks.max(8);
        while !self.draining && self.turns.len() < crowd {
            match self.pending.next() {
                None => return,
                Some(Next::Park(waiting, mutex)) => self.transition.explained.push(Explained {
                    key: waiting.key,
                    scope: waiting.scope,
                    id: waiting.id,
                    message: format!("waiting for mutex {mutex}"),
                }),
                Some(Next::Begin(waiting)) => {
                    let key = waiting.key;
                    if self.load(&waiting).await
                        && let Some(run) = self.runs.get_mut(&key)
                    {
                        run.machine.begin(clock::now());
                    }
                }
            }
        }
    }

    /// Takes a run up; false when it cannot be read, which ends it.
    pub(super) async fn load(&mut self, waiting: &Waiting) -> bool {
        let (key, scope, id) = (waiting.key, waiting.scope.clone(), waiting.id);
        let handed = self.around.handover.take(&scope, id);
        loop {
            match self.read(key, handed.clone()).await {
                Ok(Some((stored, prepared))) => {
                    let place = (key, scope, id);
                    let priority = waiting.priority();
                    let layout = &self.around.layout;
                    let run = ActiveRun::new(layout, place, priority, stored, prepared);
                    self.runs.insert(key, run);
                    self.touch(key);
                    return true;
                }
                Ok(None) => {
                    self.pending.release(key);
                    return false;
                }
                Err(error) if error.is_retryable() && !self.around.stop.is_cancelled() => {
                    tracing::warn!(%error, "the store cannot be read; trying again");
                    tokio::time::sleep(RETRY).await;
                }
                Err(error) => {
                    tracing::error!(workflow.id = %id, %error, "a workflow cannot be run");
                    self.pending.release(key);
                    let message = format!("its run cannot be read: {error}");
                    let explained = Explained {
                        key,
                        scope,
                        id,
                        message,
                    };
                    self.transition.broken.push(explained);
                    return false;
                }
            }
        }
    }

    async fn read(
        &self,
        key: Key,
        handed: Option<Prepared>,
    ) -> Result<Option<(StoredRun, Prepared)>> {
        let known = handed.as_ref().map(|handed| Arc::clone(&handed.workflow));
        let stored = self
            .around
            .store
            .read("reading a run to go on with it", move |connection| {
                let known = known.as_ref().map(|known| known.document());
                store::load_run(connection, key, known)
            })
            .await?;
        let Some(mut stored) = stored else {
            return Ok(None);
        };
        let prepared = match (handed, stored.recorded.take()) {
            (Some(prepared), _) => prepared,
            (None, Some((document, rendered))) => Prepared::of_stored(document, &rendered)?,
            (None, None) => return Ok(None),
        };
        Ok(Some((stored, prepared)))
    }
}
