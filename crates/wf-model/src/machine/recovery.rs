//! Recovery: a machine from a status, fresh or stored in the middle of a run.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Live, Machine, RunFacts, TaskRef, Unit};
use crate::phase::TaskPhase;
use crate::status::{Attempt, RunStatus};
use crate::valid::ValidWorkflow;

/// Builds the machine: every count and queue follows from the status and the workflow.
pub(super) fn recover(workflow: Arc<ValidWorkflow>, facts: RunFacts, run: RunStatus) -> Machine {
    let tasks = &workflow.document().tasks;
    let mut machine = Machine {
        index: tasks
            .iter()
            .enumerate()
            .map(|(index, task)| (task.name.clone(), index))
            .collect(),
        unmet: (0..tasks.len())
            .map(|task| workflow.dag().dependencies_of(task).len())
            .collect(),
        open: tasks.len(),
        passed: vec![false; tasks.len()],
        workflow,
        facts,
        run,
        reached: BTreeSet::new(),
        ready: BTreeSet::new(),
        backoffs: BTreeSet::new(),
        live: BTreeMap::new(),
        running: 0,
        open_items: HashMap::new(),
        kills_told: BTreeSet::new(),
        changed: BTreeSet::new(),
    };
    if !machine.run.phase.is_finished() {
        let order = machine.workflow.dag().topological_order().to_vec();
        for task in order {
            machine.recover_task(task);
        }
        machine.recover_exit_handler();
    }
    machine.changed.clear();
    machine
}

impl Machine {
    fn recover_task(&mut self, task: usize) {
        let status = &self.run.tasks[task];
        if status.phase.is_finished() {
            if self.unmet[task] == 0 {
                self.note_end(task);
            }
            return;
        }
        if status.items.is_empty() && status.attempts.is_empty() {
            if self.unmet[task] == 0 {
                self.reached.insert(task);
            }
            return;
        }
        // The ends of its dependencies, counted just now, have put it among the reached; it was
        // looked at before the status was stored.
        self.reached.remove(&task);
        if self.run.tasks[task].items.is_empty() {
            self.recover_unit(Unit {
                task: TaskRef::Task(task),
                item: None,
            });
        } else {
            self.recover_items(task);
        }
    }

    fn recover_items(&mut self, task: usize) {
        let open: Vec<u32> = self.run.tasks[task]
            .items
            .iter()
            .filter(|item| !item.phase.is_finished())
            .map(|item| item.index)
            .collect();
        self.open_items.insert(task, open.len());
        for item in open {
            self.recover_unit(Unit {
                task: TaskRef::Task(task),
                item: Some(item),
            });
        }
    }

    fn recover_exit_handler(&mut self) {
        let begun = |status: &crate::status::TaskStatus| !status.attempts.is_empty();
        let unfinished = self
            .run
            .exit_handler
            .as_ref()
            .is_some_and(|status| begun(status) && !status.phase.is_finished());
        if unfinished {
            self.recover_unit(Unit {
                task: TaskRef::ExitHandler,
                item: None,
            });
        }
    }

    /// Puts a unit that has not ended where it was: live, waiting for its next try, or ready.
    fn recover_unit(&mut self, unit: Unit) {
        match self.attempts_of(unit).last() {
            Some(attempt) if !attempt.phase.is_finished() => {
                let live = live_again(attempt);
                self.running += usize::from(!live.waits);
                self.live.insert(unit, live);
            }
            Some(_) => self.schedule_retry(unit),
            None => {
                self.ready.insert(unit);
            }
        }
    }
}

fn live_again(attempt: &Attempt) -> Live {
    Live {
        attempt: attempt.number,
        waits: attempt.phase == TaskPhase::Waiting,
    }
}
