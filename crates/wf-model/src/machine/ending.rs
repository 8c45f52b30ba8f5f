//! Endings: what becomes of a unit and its task when an attempt ends.

use super::{Ended, Machine, TaskRef, Unit};
use crate::outputs::Outputs;
use crate::phase::TaskPhase;
use crate::reason::TaskReason;
use crate::timestamp::Timestamp;

/// After so many losses a unit is in error: it may well be what kills the process that runs it.
const MAX_LOSSES: usize = 3;

impl Machine {
    /// Takes note of how the unit's attempt ended. A unit that is not live is left as it is, so
    /// that an ending told twice changes nothing.
    pub fn end(&mut self, unit: Unit, ended: Ended, now: Timestamp) {
        if !self.leave(unit) {
            return;
        }
        match ended {
            Ended::Succeeded { outputs, exit_code } => {
                self.close_attempt(unit, TaskPhase::Succeeded, None, None, exit_code, now);
                self.keep_outputs(unit, outputs, exit_code);
                self.finish_unit(unit, TaskPhase::Succeeded, None, None, now);
            }
            Ended::Failed {
                reason,
                message,
                exit_code,
                outputs,
            } => {
                self.keep_outputs(unit, outputs, exit_code);
                let how = (TaskPhase::Failed, reason, message);
                self.end_badly(unit, how, exit_code, now);
            }
            Ended::Error {
                reason,
                message,
                exit_code,
            } => {
                self.keep_outputs(unit, Outputs::default(), exit_code);
                let how = (TaskPhase::Error, reason, message);
                self.end_badly(unit, how, exit_code, now);
            }
            Ended::Stopped => self.end_stopped(unit, None, now),
        }
        self.tick(now);
    }

    /// The unit's process was lost with whoever ran it: it is tried again, and that does not
    /// count against its retries, until it was lost three times.
    pub fn lose(&mut self, unit: Unit, now: Timestamp) {
        if !self.leave(unit) {
            return;
        }
        let message = "the process that ran it was lost".to_owned();
        self.close_attempt(
            unit,
            TaskPhase::Error,
            Some(TaskReason::Lost),
            Some(message.clone()),
            None,
            now,
        );
        let losses = self
            .attempts_of(unit)
            .iter()
            .filter(|attempt| attempt.reason == Some(TaskReason::Lost))
            .count();
        if self.is_being_stopped(unit) {
            self.finish_stopped(unit, now);
        } else if losses >= MAX_LOSSES {
            let message = format!("{message} {losses} times, so it is not tried again");
            self.finish_unit(
                unit,
                TaskPhase::Error,
                Some(TaskReason::Lost),
                Some(message),
                now,
            );
        } else {
            self.set_unit_phase(unit, TaskPhase::Pending);
            self.ready.insert(unit);
        }
        self.tick(now);
    }

    /// Whoever runs the unit's process has ended it because it is ending itself, in good order:
    /// the unit is tried again, and that counts against nothing.
    pub fn interrupt(&mut self, unit: Unit, now: Timestamp) {
        if !self.leave(unit) {
            return;
        }
        self.close_attempt(
            unit,
            TaskPhase::Stopped,
            Some(TaskReason::Interrupted),
            Some("the service that ran it was shut down".to_owned()),
            None,
            now,
        );
        if self.is_being_stopped(unit) {
            self.finish_stopped(unit, now);
        } else {
            self.set_unit_phase(unit, TaskPhase::Pending);
            self.ready.insert(unit);
        }
        self.tick(now);
    }

    /// Takes the unit out of those that live; false when it was not among them.
    pub(super) fn leave(&mut self, unit: Unit) -> bool {
        let Some(live) = self.live.remove(&unit) else {
            return false;
        };
        self.running -= usize::from(!live.waits);
        self.kills_told.remove(&unit);
        true
    }

    pub(super) fn end_badly(
        &mut self,
        unit: Unit,
        (phase, reason, message): (TaskPhase, TaskReason, String),
        exit_code: Option<i32>,
        now: Timestamp,
    ) {
        if self.is_being_stopped(unit) {
            self.end_stopped(unit, exit_code, now);
            return;
        }
        self.close_attempt(
            unit,
            phase,
            Some(reason),
            Some(message.clone()),
            exit_code,
            now,
        );
        if self.may_retry(unit, phase, now) {
            self.set_unit_phase(unit, TaskPhase::Pending);
            self.explain_retry(unit, phase, &message);
            self.schedule_retry(unit);
        } else {
            self.finish_unit(unit, phase, Some(reason), Some(message), now);
        }
    }

    fn explain_retry(&mut self, unit: Unit, phase: TaskPhase, message: &str) {
        let number = self.attempts_of(unit).last().map_or(0, |last| last.number);
        let message = format!("attempt {number} is {phase}, another follows: {message}");
        let task = self.task_mut(unit.task);
        match unit.item {
            Some(item) => task.items[item as usize].message = Some(message),
            None => task.message = Some(message),
        }
    }

    pub(super) fn end_stopped(&mut self, unit: Unit, exit_code: Option<i32>, now: Timestamp) {
        let (phase, reason, message) = self.stopped_words(unit.task);
        self.close_attempt(
            unit,
            phase,
            Some(reason),
            Some(message.to_owned()),
            exit_code,
            now,
        );
        self.finish_stopped(unit, now);
    }

    /// Ends a unit that had begun because somebody, or the run's deadline, wants its end.
    pub(super) fn finish_stopped(&mut self, unit: Unit, now: Timestamp) {
        let (phase, reason, message) = self.stopped_words(unit.task);
        self.finish_unit(unit, phase, Some(reason), Some(message.to_owned()), now);
    }

    /// Why units are stopped: somebody asked, or the run's time is over, which it never is for the
    /// exit handler.
    pub(super) fn stopped_words(&self, task: TaskRef) -> (TaskPhase, TaskReason, &'static str) {
        let is_bound = task != TaskRef::ExitHandler;
        if is_bound && self.run.timed_out && self.run.stop.is_none() {
            let message = "the run took longer than it may";
            (TaskPhase::Failed, TaskReason::WorkflowTimeout, message)
        } else {
            let message = "its end was asked for";
            (TaskPhase::Stopped, TaskReason::StopRequested, message)
        }
    }

    /// Something that it needs is not there: it ends without an attempt. Whoever calls this sees
    /// to those that waited for it, by [`Machine::advance`] or from within it; they may be a chain
    /// of thousands, and this must not recurse along it.
    pub(super) fn fail_before_start(&mut self, unit: Unit, message: String, now: Timestamp) {
        self.finish_unit(
            unit,
            TaskPhase::Error,
            Some(TaskReason::InvalidInput),
            Some(message),
            now,
        );
    }

    pub(super) fn close_attempt(
        &mut self,
        unit: Unit,
        phase: TaskPhase,
        reason: Option<TaskReason>,
        message: Option<String>,
        exit_code: Option<i32>,
        now: Timestamp,
    ) {
        if let Some(attempt) = self.last_attempt(unit) {
            attempt.phase = phase;
            attempt.reason = reason;
            attempt.message = message;
            attempt.exit_code = exit_code;
            attempt.finished_at = Some(now);
        }
    }

    pub(super) fn keep_outputs(&mut self, unit: Unit, outputs: Outputs, exit_code: Option<i32>) {
        let task = self.task_mut(unit.task);
        if let Some(item) = unit.item {
            let item = &mut task.items[item as usize];
            item.outputs = outputs;
            item.exit_code = exit_code;
        } else {
            task.outputs = outputs;
            task.exit_code = exit_code;
        }
    }

    /// Ends a unit, and its task with it when that has no other units open.
    pub(super) fn finish_unit(
        &mut self,
        unit: Unit,
        phase: TaskPhase,
        reason: Option<TaskReason>,
        message: Option<String>,
        now: Timestamp,
    ) {
        self.changed.insert(unit.task);
        match (unit.task, unit.item) {
            (TaskRef::Task(task), Some(item)) => {
                let item = &mut self.run.tasks[task].items[item as usize];
                item.phase = phase;
                item.reason = reason;
                item.message = message;
                item.finished_at = Some(now);
                self.count_item(task, now);
            }
            (task, _) => {
                let status = self.task_mut(task);
                status.phase = phase;
                status.reason = reason;
                status.message = message;
                status.finished_at = Some(now);
                status.stopping = false;
                if let TaskRef::Task(task) = task {
                    self.settle(task);
                }
            }
        }
    }

    /// One more item has ended; with the last one the task ends.
    fn count_item(&mut self, task: usize, now: Timestamp) {
        let open = self.open_items.entry(task).or_insert(1);
        *open -= 1;
        if *open > 0 {
            self.run.tasks[task].phase = self.fan_out_phase(TaskRef::Task(task));
            return;
        }
        self.open_items.remove(&task);
        let outputs = super::values::gather(&self.run.tasks[task].items);
        let status = &mut self.run.tasks[task];
        let verdict = super::outcome::of_items(&status.items);
        status.phase = verdict.phase;
        status.reason = verdict.reason;
        status.message = verdict.message;
        status.finished_at = Some(now);
        status.outputs = outputs;
        self.settle(task);
    }
}
