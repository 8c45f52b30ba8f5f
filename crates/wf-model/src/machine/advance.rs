//! Advancing: what the end of a task means for those that wait for it, and for the run.

use super::outcome::ending_of;
use super::units::EXIT_HANDLER_UNIT;
use super::{Machine, TaskRef, Unit};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reason::TaskReason;
use crate::status::ItemStatus;
use crate::stop::StopMode;
use crate::timestamp::Timestamp;

impl Machine {
    /// Looks at every task that was reached, and ends the run when there is nothing left.
    pub(super) fn advance(&mut self, now: Timestamp) {
        if self.run.phase != WorkflowPhase::Running {
            return;
        }
        while let Some(task) = self.reached.pop_first() {
            self.reach(task, now);
        }
        if self.open == 0 {
            self.conclude(now);
        }
    }

    /// Decides what becomes of a task all of whose dependencies have ended.
    fn reach(&mut self, task: usize, now: Timestamp) {
        let plan = self.workflow.plan(task);
        let ending = |other: usize| ending_of(&self.run.tasks[other]);
        let inherited = |other: usize| self.run.tasks[other].inherited_from.is_some();
        let met = match &plan.depends {
            None => true,
            Some(depends) if self.run.tasks[task].forced => depends.can_be_met(&ending, &inherited),
            Some(depends) => depends.is_met(&ending),
        };
        if !met {
            let message = "the outcome of its dependencies excludes it";
            self.finish_unbegun(
                task,
                TaskPhase::Omitted,
                TaskReason::Dependencies,
                message,
                now,
            );
        } else if self.run.tasks[task].stopping {
            let message = "its end was asked for before it could begin";
            let (phase, reason) = (TaskPhase::Stopped, TaskReason::StopRequested);
            self.finish_unbegun(task, phase, reason, message, now);
        } else if plan.items.is_some() {
            self.fan_out(task, now);
        } else {
            let unit = Unit {
                task: TaskRef::Task(task),
                item: None,
            };
            self.reach_unit(unit, now);
        }
    }

    /// Makes the items of a fan-out.
    fn fan_out(&mut self, task: usize, now: Timestamp) {
        let items = self.workflow.plan(task).items.clone().unwrap_or_default();
        if items.is_empty() {
            let message = "it has no items";
            self.finish_unbegun(task, TaskPhase::Skipped, TaskReason::NoItems, message, now);
            return;
        }
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        self.changed.insert(TaskRef::Task(task));
        self.run.tasks[task].items = (0..count)
            .zip(&items)
            .map(|(index, value)| ItemStatus {
                index,
                value: super::item_text(value),
                ..ItemStatus::default()
            })
            .collect();
        self.open_items.insert(task, items.len());
        for item in 0..count {
            let unit = Unit {
                task: TaskRef::Task(task),
                item: Some(item),
            };
            self.reach_unit(unit, now);
        }
    }

    /// Asks `when`, and makes the unit ready or ends it.
    fn reach_unit(&mut self, unit: Unit, now: Timestamp) {
        match self.condition_holds(unit) {
            Ok(true) => {
                self.ready.insert(unit);
            }
            Ok(false) => {
                let message = "its `when` is false".to_owned();
                self.finish_unit(
                    unit,
                    TaskPhase::Skipped,
                    Some(TaskReason::Condition),
                    Some(message),
                    now,
                );
            }
            Err(message) => self.fail_before_start(unit, message, now),
        }
    }

    /// Ends a task that never had an attempt.
    pub(super) fn finish_unbegun(
        &mut self,
        task: usize,
        phase: TaskPhase,
        reason: TaskReason,
        message: &str,
        now: Timestamp,
    ) {
        let status = &mut self.run.tasks[task];
        status.phase = phase;
        status.reason = Some(reason);
        status.message = Some(message.to_owned());
        status.finished_at = Some(now);
        self.settle(task);
    }

    /// A task has ended: those that waited for it alone are reached.
    pub(super) fn settle(&mut self, task: usize) {
        self.changed.insert(TaskRef::Task(task));
        self.run.tasks[task].stopping = false;
        self.note_end(task);
    }

    /// Counts the end of a task, and of those behind it that ended before their turn came, without
    /// changing a status.
    pub(super) fn note_end(&mut self, task: usize) {
        let mut ended = vec![task];
        while let Some(task) = ended.pop() {
            if std::mem::replace(&mut self.passed[task], true) {
                continue;
            }
            self.open -= 1;
            for &dependent in self.workflow.dag().dependents_of(task) {
                self.unmet[dependent] -= 1;
                if self.unmet[dependent] > 0 {
                    continue;
                }
                if self.run.tasks[dependent].phase.is_finished() {
                    ended.push(dependent);
                } else {
                    self.reached.insert(dependent);
                }
            }
        }
    }

    /// All tasks have ended: runs the exit handler, or ends the run.
    fn conclude(&mut self, now: Timestamp) {
        if self.exit_handler_is_due() {
            let unit = EXIT_HANDLER_UNIT;
            let idle = !self.live.contains_key(&unit) && self.attempts_of(unit).is_empty();
            if !(idle && self.task(unit.task).stopping) {
                if idle {
                    self.ready.insert(unit);
                }
                return;
            }
            self.finish_stopped(unit, now);
        } else if self.has_unfinished_exit_handler() {
            // Nobody wants it any more.
            self.stop_unit_without_process(EXIT_HANDLER_UNIT, now);
        }
        self.finish_run(now);
    }

    fn has_unfinished_exit_handler(&self) -> bool {
        let handler = self.run.exit_handler.as_ref();
        handler.is_some_and(|handler| !handler.phase.is_finished())
    }

    fn exit_handler_is_due(&self) -> bool {
        let unfinished = self.has_unfinished_exit_handler();
        let wanted = self
            .run
            .stop
            .as_ref()
            .is_none_or(|stop| stop.mode == StopMode::Graceful);
        unfinished
            && (wanted
                || self
                    .live
                    .keys()
                    .any(|unit| unit.task == TaskRef::ExitHandler))
    }

    /// Ends the run with the phase that its tasks amount to.
    pub(super) fn finish_run(&mut self, now: Timestamp) {
        let verdict = self.verdict();
        self.run.phase = verdict.phase;
        self.run.message = verdict.message;
        self.run.finished_at = Some(now);
        self.ready.clear();
        self.backoffs.clear();
        self.reached.clear();
        if verdict.phase == WorkflowPhase::Succeeded {
            self.run.outputs = self.workflow_outputs();
        }
    }
}
