//! Recovery: taking up what the last executor had under way.

use std::collections::HashSet;

use wf_model::Unit;

use super::floor::Floor;
use super::pending::Waiting;
use crate::embedded::clock;
use crate::embedded::process;
use crate::embedded::store::{self, Attention, Key, LiveAttempt};
use crate::error::Result;

impl Floor {
    /// Ends what the last executor left running, and takes up every run where it stood.
    ///
    /// In this order, so that no task ever runs in two places.
    pub(crate) async fn recover(&mut self) {
        let Some((attempts, active)) = self.read_what_was().await else {
            return;
        };
        if !attempts.is_empty() {
            tracing::info!(
                attempts = attempts.len(),
                "taking up what another process left"
            );
        }
        self.transition
            .ended
            .extend(attempts.iter().map(|attempt| attempt.uuid));
        let held: HashSet<(Key, Unit)> = attempts
            .iter()
            .filter(|attempt| attempt.held)
            .map(|attempt| (attempt.workflow, attempt.unit))
            .collect();
        let layout = self.around.layout.clone();
        let ending = tokio::task::spawn_blocking(move || {
            process::end_all(&attempts);
            for attempt in &attempts {
                let run = layout.run(attempt.workflow, attempt.run);
                process::remove_directory(&run.work(attempt.uuid));
            }
        });
        if ending.await.is_err() {
            return;
        }
        for attention in active {
            self.take_up(attention, &held).await;
        }
        self.around.watchers.ask();
    }

    async fn read_what_was(&self) -> Option<(Vec<LiveAttempt>, Vec<Attention>)> {
        loop {
            let doing = "reading what was under way";
            let read: Result<_> = self
                .around
                .store
                .read(doing, |connection| {
                    Ok((
                        store::live_attempts(connection)?,
                        store::active(connection)?,
                    ))
                })
                .await;
            match read {
                Ok(read) => return Some(read),
                Err(error) => {
                    tracing::error!(%error, "what was under way cannot be read; trying again");
                    tokio::select! {
                        () = self.around.stop.cancelled() => return None,
                        () = tokio::time::sleep(super::floor::RETRY) => {}
                    }
                }
            }
        }
    }

    async fn take_up(&mut self, attention: Attention, held: &HashSet<(Key, Unit)>) {
        let waiting = Waiting::of(&attention);
        if !attention.begun && attention.stop.is_none() {
            if !attention.suspended {
                self.pending.add(waiting);
            }
            return;
        }
        if attention.begun {
            self.pending.hold_again(&attention);
        }
        if self.load(&waiting).await {
            self.resume(attention, held);
        }
    }

    fn resume(&mut self, attention: Attention, held: &HashSet<(Key, Unit)>) {
        let key = attention.key;
        let Some(run) = self.runs.get_mut(&key) else {
            return;
        };
        let now = clock::now();
        run.resume_waits();
        for (unit, _) in run.machine.live() {
            if held.contains(&(key, unit)) {
                run.machine.interrupt(unit, now);
            } else if !run.waits.contains_key(&unit) {
                run.machine.lose(unit, now);
            }
        }
        run.obey(attention, now);
        run.machine.tick(now);
        self.touch(key);
    }
}
