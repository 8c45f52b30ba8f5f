//! Admission: workflows that wait begin when nobody else is short of a place.

use super::active::ActiveRun;
use super::floor::{Floor, RETRY};
use super::handover::Handed;
use super::pending::{Next, Waiting};
use crate::embedded::clock;
use crate::embedded::store::{Broken, Explained};
use crate::error::{Error, Result};

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

    /// Takes a run up; false when that cannot be: when it never can be, the run ends with that.
    pub(super) async fn load(&mut self, waiting: &Waiting) -> bool {
        let key = waiting.key;
        let handed = self.around.handover.take(key);
        match self.read_on(waiting, handed).await {
            Some(Ok(Some(run))) => {
                self.runs.insert(key, run);
                self.touch(key);
                return true;
            }
            Some(Ok(None)) => self.pending.release(key),
            Some(Err(error)) => self.give_up(waiting, &error),
            None => {}
        }
        false
    }

    /// Reads a run, however long that takes. Nothing, when this process ends before the store
    /// answers.
    pub(super) async fn read_on(
        &self,
        waiting: &Waiting,
        handed: Option<Handed>,
    ) -> Option<Result<Option<ActiveRun>>> {
        loop {
            match self.read(waiting, handed.clone()).await {
                Err(error) if error.is_retryable() => {
                    if self.around.stop.is_cancelled() {
                        return None;
                    }
                    tracing::warn!(%error, "the store cannot be read; trying again");
                    tokio::time::sleep(RETRY).await;
                }
                read => return Some(read),
            }
        }
    }

    async fn read(&self, waiting: &Waiting, handed: Option<Handed>) -> Result<Option<ActiveRun>> {
        let layout = self.around.layout.clone();
        let waiting = waiting.clone();
        self.around
            .store
            .read("reading a run to go on with it", move |connection| {
                let place = (waiting.key, waiting.scope.clone(), waiting.id);
                ActiveRun::load(connection, &layout, place, waiting.priority(), handed)
            })
            .await
    }

    fn give_up(&mut self, waiting: &Waiting, error: &Error) {
        tracing::error!(workflow.id = %waiting.id, %error, "a workflow cannot be run");
        self.pending.release(waiting.key);
        let now = clock::now();
        let why = Explained {
            key: waiting.key,
            scope: waiting.scope.clone(),
            id: waiting.id,
            message: format!("its run cannot be taken up: {error}"),
        };
        self.transition.broken.push(Broken {
            why,
            at: now,
            expires_at: now.plus(self.around.options.retention),
        });
    }
}
