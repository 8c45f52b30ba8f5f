//! Units: where the status of a task, an item and an attempt is found and changed.

use super::{Machine, TaskRef, Unit};
use crate::phase::TaskPhase;
use crate::status::{Attempt, TaskStatus};
use crate::timestamp::Timestamp;
use crate::valid::TaskPlan;

/// What the exit handler runs as.
pub(super) const EXIT_HANDLER_UNIT: Unit = Unit {
    task: TaskRef::ExitHandler,
    item: None,
};

impl Machine {
    pub(super) fn plan(&self, task: TaskRef) -> Option<&TaskPlan> {
        match task {
            TaskRef::Task(task) => Some(self.workflow.plan(task)),
            TaskRef::ExitHandler => self.workflow.exit_handler(),
        }
    }

    pub(super) fn task(&self, task: TaskRef) -> &TaskStatus {
        match task {
            TaskRef::Task(task) => &self.run.tasks[task],
            TaskRef::ExitHandler => self
                .run
                .exit_handler
                .as_ref()
                .expect("only a run with an exit handler refers to it"),
        }
    }

    pub(super) fn task_mut(&mut self, task: TaskRef) -> &mut TaskStatus {
        match task {
            TaskRef::Task(task) => &mut self.run.tasks[task],
            TaskRef::ExitHandler => self
                .run
                .exit_handler
                .as_mut()
                .expect("only a run with an exit handler refers to it"),
        }
    }

    /// The unit's attempts so far.
    pub(super) fn attempts_of(&self, unit: Unit) -> &[Attempt] {
        let task = self.task(unit.task);
        match unit.item {
            Some(item) => &task.items[item as usize].attempts,
            None => &task.attempts,
        }
    }

    pub(super) fn last_attempt(&mut self, unit: Unit) -> Option<&mut Attempt> {
        self.changed.insert(unit.task);
        let task = self.task_mut(unit.task);
        match unit.item {
            Some(item) => task.items[item as usize].attempts.last_mut(),
            None => task.attempts.last_mut(),
        }
    }

    /// Sets the phase of a unit that has not ended, and of its task with it.
    pub(super) fn set_unit_phase(&mut self, unit: Unit, phase: TaskPhase) {
        self.changed.insert(unit.task);
        if let Some(item) = unit.item {
            self.task_mut(unit.task).items[item as usize].phase = phase;
        }
        let phase = if unit.item.is_some() {
            self.fan_out_phase(unit.task)
        } else {
            phase
        };
        self.task_mut(unit.task).phase = phase;
    }

    /// The phase of a fan-out that has not ended: what its liveliest item does.
    pub(super) fn fan_out_phase(&self, task: TaskRef) -> TaskPhase {
        let of_task = Unit { task, item: None }..=Unit {
            task,
            item: Some(u32::MAX),
        };
        let mut live = self.live.range(of_task).map(|(_, live)| live.waits);
        match live.next() {
            None => TaskPhase::Pending,
            Some(waits) if waits && live.all(|waits| waits) => TaskPhase::Waiting,
            Some(_) => TaskPhase::Running,
        }
    }

    pub(super) fn open_attempt(&mut self, unit: Unit, now: Timestamp) -> u32 {
        self.changed.insert(unit.task);
        let task = self.task_mut(unit.task);
        task.started_at.get_or_insert(now);
        let attempts = if let Some(item) = unit.item {
            let item = &mut task.items[item as usize];
            item.started_at.get_or_insert(now);
            item.message = None;
            &mut item.attempts
        } else {
            task.message = None;
            &mut task.attempts
        };
        let number = attempts.last().map_or(1, |last| last.number + 1);
        attempts.push(Attempt {
            number,
            phase: TaskPhase::Running,
            started_at: Some(now),
            ..Attempt::default()
        });
        number
    }
}
