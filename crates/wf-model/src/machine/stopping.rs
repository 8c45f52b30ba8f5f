//! Stopping: somebody's wish, or the run's deadline, that what runs should end.
//!
//! One rule says what becomes of what: what has a process ends by [`Machine::kills`] and is
//! `STOPPED` unless it succeeded first; what had begun and has no process (it waits for an answer
//! or for its next try) is `STOPPED` at once; what had not begun is `OMITTED`.

use super::units::EXIT_HANDLER_UNIT;
use super::{Machine, TaskRef, Unit};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::stop::{StopMode, StopWish};
use crate::timestamp::Timestamp;

impl Machine {
    /// Stops the run. A second wish can only escalate to `NOW`; the first one's words stay.
    pub fn stop(&mut self, wish: StopWish) {
        if self.is_finished() {
            return;
        }
        let now = wish.at;
        let mut mode = wish.mode;
        if self.run.started_at.is_none() {
            // Nothing has begun, so there is nothing for an exit handler to tidy up.
            mode = StopMode::Now;
        }
        let stop = self.run.stop.get_or_insert(wish);
        stop.mode = stop.mode.max(mode);
        // A suspended run ends like any other; what is left of it may no longer wait.
        self.run.phase = WorkflowPhase::Running;
        self.end_what_has_no_process(now);
        self.mark_stopping();
        self.advance(now);
    }

    /// Takes another wish to stop in the place of the one that is there: that of whoever stops the
    /// run instead of having it run again. If it is graceful and the tasks have not ended yet, the
    /// exit handler runs.
    pub fn replace_stop(&mut self, wish: StopWish) {
        let has_begun = self.run.started_at.is_some();
        let is_over = self.run.phase.is_finished();
        if let Some(stop) = self.run.stop.as_mut().filter(|_| !is_over) {
            let mode = if has_begun { wish.mode } else { stop.mode };
            *stop = StopWish { mode, ..wish };
        }
    }

    /// Stops one task, or the exit handler: what of it has not begun is not begun, what runs is
    /// ended. Returns whether there is such a task that has not ended.
    pub fn stop_task(&mut self, task: TaskRef, now: Timestamp) -> bool {
        let is_there = match task {
            TaskRef::Task(index) => index < self.run.tasks.len(),
            TaskRef::ExitHandler => self.run.exit_handler.is_some(),
        };
        if !is_there || self.task(task).phase.is_finished() {
            return false;
        }
        self.task_mut(task).stopping = true;
        self.changed.insert(task);
        match task {
            TaskRef::Task(index) => self.stop_units_without_process(index, now),
            // Before the tasks have ended it is stopped once its turn comes.
            TaskRef::ExitHandler if self.open > 0 => {}
            TaskRef::ExitHandler => self.stop_unit_without_process(EXIT_HANDLER_UNIT, now),
        }
        self.advance(now);
        true
    }

    /// The units whose process has to be ended now. Each is told once by a machine.
    pub fn kills(&mut self) -> Vec<Unit> {
        let due: Vec<Unit> = self
            .live
            .iter()
            .filter(|(unit, live)| !live.waits && self.is_being_stopped(**unit))
            .map(|(&unit, _)| unit)
            .filter(|unit| !self.kills_told.contains(unit))
            .collect();
        self.kills_told.extend(&due);
        due
    }

    /// Whether somebody, or the deadline, wants the end of the unit.
    pub(super) fn is_being_stopped(&self, unit: Unit) -> bool {
        let stop = self.run.stop.as_ref();
        match unit.task {
            TaskRef::ExitHandler => {
                let handler = self.run.exit_handler.as_ref();
                stop.is_some_and(|stop| stop.mode == StopMode::Now)
                    || handler.is_some_and(|handler| handler.stopping)
            }
            TaskRef::Task(task) => {
                stop.is_some() || self.run.timed_out || self.run.tasks[task].stopping
            }
        }
    }

    /// When the run has taken too long.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        let seconds = self.workflow.document().timeout_seconds?;
        let deadline = self
            .run
            .started_at?
            .plus(std::time::Duration::from_secs(seconds));
        (!self.is_finished()).then_some(deadline)
    }

    /// Ends the run's tasks when its time is over. The exit handler still runs, as it does in Argo.
    pub(super) fn check_deadline(&mut self, now: Timestamp) {
        let over = self.deadline().is_some_and(|deadline| deadline <= now);
        if over && !self.run.timed_out && self.open > 0 {
            self.run.timed_out = true;
            if self.run.phase == WorkflowPhase::Suspended {
                self.run.phase = WorkflowPhase::Running;
            }
            self.end_what_has_no_process(now);
            self.mark_stopping();
        }
    }

    fn mark_stopping(&mut self) {
        let live: Vec<TaskRef> = self.live.keys().map(|unit| unit.task).collect();
        for task in live {
            let unit = Unit { task, item: None };
            if self.is_being_stopped(unit) {
                self.task_mut(task).stopping = true;
                self.changed.insert(task);
            }
        }
    }

    fn end_what_has_no_process(&mut self, now: Timestamp) {
        self.backoffs.clear();
        for task in 0..self.run.tasks.len() {
            if !self.run.tasks[task].phase.is_finished() {
                self.stop_units_without_process(task, now);
            }
        }
        // Whether the handler runs is decided once the tasks have ended: the wish may change until then.
        let is_its_turn = self.open == 0 && self.run.exit_handler.is_some();
        if is_its_turn && self.is_being_stopped(EXIT_HANDLER_UNIT) {
            self.stop_unit_without_process(EXIT_HANDLER_UNIT, now);
        }
    }

    fn stop_units_without_process(&mut self, task: usize, now: Timestamp) {
        let status = &self.run.tasks[task];
        let reached = self.unmet[task] == 0;
        if status.items.is_empty() {
            let stopped_alone = self.run.stop.is_none() && !self.run.timed_out;
            if !reached && stopped_alone {
                return; // It is stopped once it is reached, so that `depends` sees it in order.
            }
            let unit = Unit {
                task: TaskRef::Task(task),
                item: None,
            };
            self.stop_unit_without_process(unit, now);
            return;
        }
        let open: Vec<u32> = status
            .items
            .iter()
            .filter(|item| !item.phase.is_finished())
            .map(|item| item.index)
            .collect();
        for item in open {
            let unit = Unit {
                task: TaskRef::Task(task),
                item: Some(item),
            };
            self.stop_unit_without_process(unit, now);
        }
    }

    pub(super) fn stop_unit_without_process(&mut self, unit: Unit, now: Timestamp) {
        if let Some(live) = self.live.get(&unit).copied() {
            if live.waits {
                self.live.remove(&unit);
                self.end_stopped(unit, None, now);
            }
            return;
        }
        self.ready.remove(&unit);
        self.backoffs.retain(|(_, waiting)| *waiting != unit);
        if let TaskRef::Task(task) = unit.task {
            self.reached.remove(&task);
        }
        let alone = self.task(unit.task).stopping;
        if alone || !self.attempts_of(unit).is_empty() {
            self.finish_stopped(unit, now);
        } else {
            let (_, reason, why) = self.stopped_words(unit.task);
            let message = format!("it had not begun when {why}");
            self.finish_unit(unit, TaskPhase::Omitted, Some(reason), Some(message), now);
        }
    }
}
