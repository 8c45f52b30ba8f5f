//! Waits: tasks without a process, and when they no longer wait.

use std::time::Duration;

use wf_model::{Ended, Launch, Outputs, TaskPhase, TaskReason, TaskRef, Timestamp, Unit};

use super::active::{ActiveRun, Wait};
use crate::embedded::process::{Suspension, Work};

impl Wait {
    /// The wait that begins with that launch.
    pub(crate) fn of(launch: &Launch, duration: Option<Duration>, now: Timestamp) -> Self {
        Self::new(launch.attempt, now, duration, launch.timeout)
    }

    fn new(
        attempt: u32,
        began: Timestamp,
        duration: Option<Duration>,
        timeout: Option<Duration>,
    ) -> Self {
        let is_timeout = match (duration, timeout) {
            (Some(duration), Some(timeout)) => timeout < duration,
            (duration, timeout) => duration.is_none() && timeout.is_some(),
        };
        let wait = duration.into_iter().chain(timeout).min();
        Self {
            attempt,
            due: wait.map(|wait| began.plus(wait)),
            is_timeout,
        }
    }
}

impl ActiveRun {
    /// Ends the waits whose time is over.
    pub(crate) fn end_waits(&mut self, now: Timestamp) {
        let due: Vec<(Unit, Wait)> = self
            .waits
            .iter()
            .filter(|(_, wait)| wait.due.is_some_and(|due| due <= now))
            .map(|(&unit, &wait)| (unit, wait))
            .collect();
        for (unit, wait) in due {
            self.waits.remove(&unit);
            if !self.is_waiting(unit, wait.attempt) {
                continue;
            }
            let ended = match self.program(unit.task) {
                Some(program) if !wait.is_timeout => Suspension::elapsed(program),
                _ => Ended::Failed {
                    reason: TaskReason::Timeout,
                    message: "nobody answered within its time".to_owned(),
                    exit_code: None,
                    outputs: Outputs::default(),
                },
            };
            self.machine.end(unit, ended, now);
        }
    }

    /// Takes up the waits of a run that another process began.
    pub(crate) fn resume_waits(&mut self) {
        for (unit, attempt) in self.machine.live() {
            let Some(began) = self.began_waiting(unit, attempt) else {
                continue;
            };
            let (duration, timeout) = (self.duration_of(unit), self.timeout_of(unit));
            let wait = Wait::new(attempt, began, duration, timeout);
            self.waits.insert(unit, wait);
        }
    }

    fn duration_of(&self, unit: Unit) -> Option<Duration> {
        let program = self.program(unit.task)?;
        let Work::Suspend { duration } = &program.work else {
            return None;
        };
        let arguments = self.machine.arguments_of(unit)?;
        Suspension::new(program, duration.as_ref(), &arguments, self.facts())
            .ok()?
            .duration
    }

    fn timeout_of(&self, unit: Unit) -> Option<Duration> {
        let TaskRef::Task(task) = unit.task else {
            return None;
        };
        let document = self.machine.workflow().document();
        document.tasks[task]
            .timeout_seconds
            .map(Duration::from_secs)
    }

    pub(super) fn is_waiting(&self, unit: Unit, attempt: u32) -> bool {
        self.began_waiting(unit, attempt).is_some()
    }

    /// When the unit's attempt began, if it waits.
    fn began_waiting(&self, unit: Unit, attempt: u32) -> Option<Timestamp> {
        let last = self.attempts(unit)?.last()?;
        let waits = last.phase == TaskPhase::Waiting && last.number == attempt;
        last.started_at.filter(|_| waits)
    }
}
