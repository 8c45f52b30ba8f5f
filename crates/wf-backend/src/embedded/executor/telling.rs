//! Telling: what running processes say of themselves, looked at now and then.

use std::path::PathBuf;
use std::time::Duration;

use uuid::Uuid;

use super::floor::{Floor, Place};
use crate::embedded::clock;
use crate::embedded::process::{self, Stamp};

/// How often it is looked at what processes say.
const LOOK: Duration = Duration::from_secs(1);

/// A process that may say something.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    pub(super) place: Place,
    pub(super) attempt: u32,
    pub(super) work: PathBuf,
    pub(super) seen: Option<Stamp>,
}

/// What a process said.
pub(super) type Told = (Uuid, Stamp, String);

impl Floor {
    /// Has it looked at what processes say, when it is time for that.
    pub(super) fn listen_when_due(&mut self) {
        let now = clock::now();
        if self.telling_due.is_none_or(|due| due > now) {
            return;
        }
        self.telling_due = None;
        if self.processes.is_empty() {
            return;
        }
        let processes: Vec<Telling> = self.processes.values().cloned().collect();
        self.looks.spawn_blocking(move || listen(&processes));
    }

    /// From now on it is looked at what processes say.
    pub(super) fn listen_later(&mut self) {
        if self.telling_due.is_none() && self.looks.is_empty() {
            self.telling_due = Some(clock::now().plus(LOOK));
        }
    }

    /// Tells what processes said to their runs.
    pub(super) fn take_told(&mut self, told: Vec<Told>) {
        for (uuid, stamp, message) in told {
            let Some(telling) = self.processes.get_mut(&uuid) else {
                continue;
            };
            telling.seen = Some(stamp);
            let (Place { key, unit, .. }, attempt) = (telling.place, telling.attempt);
            if let Some(run) = self.runs.get_mut(&key)
                && run.machine.note_progress(unit, attempt, message)
            {
                self.touch(key);
            }
        }
        if !self.processes.is_empty() {
            self.listen_later();
        }
    }
}

/// What processes say that they did not say before. Blocks.
fn listen(processes: &[Telling]) -> Vec<Told> {
    let told = processes.iter().filter_map(|telling| {
        // Most have nothing to say, and so no such file.
        let (stamp, message) = process::progress(&telling.work, telling.seen).ok()??;
        Some((telling.place.uuid, stamp, message))
    });
    told.collect()
}
