//! The floor: all runs that are under way, and the places for their processes.
//!
//! Everything that happens is first told to the machines, then stored, and only then acted upon:
//! a process begins when it is stored that it may, and a run is let go when its end is stored.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;
use wf_model::{Timestamp, Unit};

use super::Surroundings;
use super::active::ActiveRun;
use super::pending::Pending;
use super::telling::{Telling, Told};
use super::turns::Turns;
use crate::embedded::clock;
use crate::embedded::process::Outcome;
use crate::embedded::store::{self, Key, Spawned, Transition};

/// How long to wait before the store is asked again after it could not answer.
pub(super) const RETRY: Duration = Duration::from_millis(200);
/// How many processes may wait to be written down; more are found by their mark alone.
const NOTES: usize = 4096;

/// All runs that are under way.
#[derive(Debug)]
pub(crate) struct Floor {
    pub(super) around: Surroundings,
    pub(super) pending: Pending,
    pub(super) runs: HashMap<Key, ActiveRun>,
    pub(super) jobs: JoinSet<(Place, Outcome)>,
    pub(super) transition: Transition,
    pub(super) draining: bool,
    pub(super) places: HashMap<Id, Place>,
    pub(super) processes: HashMap<Uuid, Telling>,
    pub(super) turns: Turns,
    pub(super) alarms: BTreeSet<(Timestamp, Key)>,
    pub(super) dirty: BTreeSet<Key>,
    /// Taken by the one suspect that runs.
    pub(super) suspects: Arc<Semaphore>,
    pub(super) notes: (mpsc::Sender<Note>, mpsc::Receiver<Note>),
    pub(super) notes_due: Option<Timestamp>,
    /// At most one look at what processes say of themselves.
    pub(super) looks: JoinSet<Vec<Told>>,
    pub(super) telling_due: Option<Timestamp>,
}

/// Whose process it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(super) key: Key,
    pub(super) unit: Unit,
    pub(super) uuid: Uuid,
}

type Note = (Uuid, Spawned);

impl Floor {
    /// An empty floor.
    pub(crate) fn new(around: Surroundings) -> Self {
        Self {
            around,
            pending: Pending::default(),
            runs: HashMap::new(),
            jobs: JoinSet::new(),
            transition: Transition::default(),
            draining: false,
            places: HashMap::new(),
            processes: HashMap::new(),
            turns: Turns::default(),
            alarms: BTreeSet::new(),
            dirty: BTreeSet::new(),
            suspects: Arc::new(Semaphore::new(1)),
            notes: mpsc::channel(NOTES),
            notes_due: None,
            looks: JoinSet::new(),
            telling_due: None,
        }
    }

    /// Begins what may begin, stores what has changed, starts what is stored; until all is quiet.
    pub(crate) async fn settle(&mut self) {
        loop {
            self.admit().await;
            let starts = self.launch();
            self.collect();
            if self.transition.is_empty() {
                return;
            }
            let Some(finished) = self.commit().await else {
                return;
            };
            self.start(starts);
            self.retire(&finished);
        }
    }

    /// The run may have changed, and may have something to start.
    pub(super) fn touch(&mut self, key: Key) {
        if let Some(run) = self.runs.get(&key) {
            self.turns.ask(key, run.priority);
            self.dirty.insert(key);
        }
    }

    /// Gathers what has changed of the runs that were touched.
    pub(super) fn collect(&mut self) {
        for key in std::mem::take(&mut self.dirty) {
            let Some(run) = self.runs.get_mut(&key) else {
                continue;
            };
            run.kill();
            match run.take_change(&self.around.options) {
                Ok(change) => self.transition.runs.extend(change),
                Err(error) => tracing::error!(%error, "a run's status cannot be written"),
            }
            let alarm = run.wake_at();
            if alarm != run.alarm {
                if let Some(before) = std::mem::replace(&mut run.alarm, alarm) {
                    self.alarms.remove(&(before, key));
                }
                self.alarms.extend(alarm.map(|alarm| (alarm, key)));
            }
        }
    }

    /// Stores what was gathered, however long that takes; gives the runs that have ended with it.
    /// Nothing, when this process ends before the store answers.
    pub(super) async fn commit(&mut self) -> Option<Vec<Key>> {
        let transition = Arc::new(std::mem::take(&mut self.transition));
        let mut warned = false;
        loop {
            let writing = Arc::clone(&transition);
            let written = self
                .around
                .store
                .transition("keeping what became of tasks", move |change| {
                    store::write_transition(change, &writing)
                })
                .await;
            match written {
                Ok(()) => {
                    let runs = transition.runs.iter();
                    let finished = runs.filter(|run| run.phase.is_finished());
                    return Some(finished.map(|run| run.key).collect());
                }
                Err(error) => {
                    if !std::mem::replace(&mut warned, true) {
                        tracing::error!(%error, "what became of tasks cannot be stored; trying on");
                    }
                    if self.around.stop.is_cancelled() && !self.draining {
                        return None;
                    }
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Lets the runs go whose end is stored.
    fn retire(&mut self, finished: &[Key]) {
        for &key in finished {
            self.pending.release(key);
            self.turns.rest(key);
            if let Some(run) = self.runs.remove(&key) {
                if let Some(alarm) = run.alarm {
                    self.alarms.remove(&(alarm, key));
                }
                if run.deleting {
                    self.transition.forgotten.push((run.scope, run.id));
                }
            }
        }
    }

    /// When something has to be looked at, if nothing happens before.
    pub(crate) fn next_alarm(&self) -> Option<Instant> {
        let first = self.alarms.first().map(|&(alarm, _)| alarm);
        let own = self.notes_due.into_iter().chain(self.telling_due);
        let alarm = first.into_iter().chain(own).min()?;
        // Looked at again before long, since the clock of the day may be set.
        let wait = alarm.since(clock::now()).min(Duration::from_secs(10));
        Some(Instant::now() + wait)
    }

    /// Looks at what is due.
    pub(crate) fn ring(&mut self) {
        let now = clock::now();
        while let Some(&(alarm, key)) = self.alarms.first()
            && alarm <= now
        {
            self.alarms.pop_first();
            if let Some(run) = self.runs.get_mut(&key) {
                run.alarm = None;
                run.end_waits(now);
                run.machine.tick(now);
            }
            self.touch(key);
        }
        self.listen_when_due();
        if self.notes_due.is_some_and(|due| due <= now) {
            self.notes_due = None;
            while let Ok((uuid, process)) = self.notes.1.try_recv() {
                if self.processes.contains_key(&uuid) {
                    self.transition.spawned.push((uuid, process));
                }
            }
        }
    }
}
