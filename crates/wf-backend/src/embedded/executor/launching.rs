//! Launching: giving the places to the runs, and taking note of how their processes end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{Id, JoinError};
use tokio_util::sync::CancellationToken;
use wf_model::{Ended, Launch, TaskReason, Timestamp};

use super::active::Wait;
use super::floor::{Floor, Place};
use super::telling::Telling;
use crate::embedded::clock;
use crate::embedded::process::{self, Job, Outcome, Suspension, Work};
use crate::embedded::store::{self, Key, Store};

/// How long after a start the process is written down, if it is still there.
const NOTE_PROCESSES: Duration = Duration::from_millis(100);

/// What is to be started once that is stored.
pub(super) type Start = (Place, Arc<Job>, CancellationToken);

/// Waits until no other suspect runs, if it is one, and stores that it may have a process now.
async fn wait_for_turn(
    job: &Job,
    stop: &CancellationToken,
    suspects: Arc<Semaphore>,
    store: &Store,
) -> Result<Option<OwnedSemaphorePermit>, Ended> {
    if !job.held {
        return Ok(None);
    }
    let turn = tokio::select! {
        () = stop.cancelled() => return Err(Ended::Stopped),
        turn = suspects.acquire_owned() => turn.map_err(|_| Ended::Stopped)?,
    };
    let uuid = job.uuid;
    let noted = store.command("noting that an attempt begins", move |change| {
        store::let_go(change.connection(), uuid)
    });
    match noted.await {
        Ok(()) => Ok(Some(turn)),
        Err(error) => Err(Ended::Error {
            reason: TaskReason::NotStarted,
            message: error.to_string(),
            exit_code: None,
        }),
    }
}

impl Floor {
    /// Gives the free places to the runs, one after the other.
    pub(super) fn launch(&mut self) -> Vec<Start> {
        let mut starts = Vec::new();
        let now = clock::now();
        while !self.draining
            && self.processes.len() < self.around.options.max_tasks
            && let Some(key) = self.turns.first()
        {
            let Some(run) = self.runs.get_mut(&key) else {
                self.turns.rest(key);
                continue;
            };
            match run.machine.launches(now, 1).pop() {
                None => self.turns.rest(key),
                Some(launch) => {
                    starts.extend(self.prepare(key, launch, now));
                    self.turns.served(key);
                }
            }
            self.dirty.insert(key);
        }
        starts
    }

    /// Makes a launch ready to start; one that only waits does so at once.
    fn prepare(&mut self, key: Key, launch: Launch, now: Timestamp) -> Option<Start> {
        let run = self.runs.get_mut(&key)?;
        let unit = launch.unit;
        let program = Arc::clone(run.program(unit.task)?);
        if let Work::Suspend { duration } = &program.work {
            let facts = run.facts();
            match Suspension::new(&program, duration.as_ref(), &launch.arguments, facts) {
                Ok(suspension) => {
                    let wait = Wait::of(&launch, suspension.duration, now);
                    run.waits.insert(unit, wait);
                    run.machine.wait_for_answer(unit, now);
                }
                Err(ended) => run.machine.end(unit, ended, now),
            }
            return None;
        }
        let attempt = launch.attempt;
        let (job, stop) = run.job(launch, &self.around)?;
        let uuid = job.uuid;
        let place = Place { key, unit, uuid };
        let telling = Telling {
            place,
            attempt,
            work: job.work.clone(),
            seen: None,
        };
        self.processes.insert(uuid, telling);
        Some((place, job, stop))
    }

    /// Starts what is stored.
    pub(super) fn start(&mut self, starts: Vec<Start>) {
        if !starts.is_empty() && self.notes_due.is_none() {
            self.notes_due = Some(clock::now().plus(NOTE_PROCESSES));
        }
        if !starts.is_empty() {
            self.listen_later();
        }
        for (place, job, stop) in starts {
            let notes = self.notes.0.clone();
            let uuid = place.uuid;
            let turn = Arc::clone(&self.suspects);
            let store = Arc::clone(&self.around.store);
            let handle = self.jobs.spawn(async move {
                let note = move |process| {
                    // When there are too many, the process is found by its mark.
                    let _ = notes.try_send((uuid, process));
                };
                let turn = match wait_for_turn(&job, &stop, turn, &store).await {
                    Ok(turn) => turn,
                    Err(ended) => return (place, ended.into()),
                };
                let outcome = process::run(job, stop, note).await;
                drop(turn);
                (place, outcome)
            });
            self.places.insert(handle.id(), place);
        }
    }

    /// Waits until a process has ended, and takes note of all that have; or until it was looked at
    /// what they say.
    pub(crate) async fn until_something_ended(&mut self) {
        let ended = tokio::select! {
            biased;
            Some(ended) = self.jobs.join_next_with_id() => ended,
            Some(looked) = self.looks.join_next() => {
                return self.take_told(looked.unwrap_or_default());
            }
            else => return std::future::pending().await,
        };
        self.take_end(ended);
        while let Some(ended) = self.jobs.try_join_next_with_id() {
            self.take_end(ended);
        }
    }

    fn take_end(&mut self, ended: Result<(Id, (Place, Outcome)), JoinError>) {
        let (place, outcome) = match ended {
            Ok((id, (place, outcome))) => {
                self.places.remove(&id);
                (place, outcome)
            }
            Err(error) => {
                let Some(place) = self.places.remove(&error.id()) else {
                    return;
                };
                let ended = Ended::Error {
                    reason: TaskReason::Lost,
                    message: "what watched its process failed".to_owned(),
                    exit_code: None,
                };
                (place, ended.into())
            }
        };
        self.processes.remove(&place.uuid);
        self.transition.ended.push(place.uuid);
        let now = clock::now();
        if let Some(run) = self.runs.get_mut(&place.key) {
            let asked = run.live.remove(&place.unit).is_some_and(|live| live.asked);
            if self.draining && !asked && outcome.was_asked {
                run.machine.interrupt(place.unit, now);
            } else {
                run.machine.end(place.unit, outcome.ended, now);
            }
        }
        self.touch(place.key);
    }
}
