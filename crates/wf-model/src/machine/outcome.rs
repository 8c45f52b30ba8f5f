//! Outcomes: the one truth table by which tasks amount to the phase of their run.
//!
//! A run's phase comes from the leaves of its DAG, as in Argo's `assessDAGPhase`: a task that
//! failed, but whose failure another one handled, does not fail the run. A leaf that was skipped
//! or omitted has no ending of its own and takes that of its branch: failed, when a branch that
//! leads to it failed. A task that was not reached, though nothing excludes it, fails its branch:
//! what was to be done there has not been done.

use super::Machine;
use crate::depends::Ending;
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reason::TaskReason;
use crate::status::{ItemStatus, RunStatus, TaskStatus};
use crate::valid::ValidWorkflow;

/// What a run came to.
pub(super) struct Verdict {
    pub(super) phase: WorkflowPhase,
    pub(super) message: Option<String>,
}

impl Machine {
    /// For each task what the branch that ends with it came to: `SUCCEEDED`, `FAILED` or `ERROR`.
    ///
    /// Only once all have ended: a task that inherits its result has ended before those that it
    /// depends on, when they run again.
    fn branches(&self) -> Vec<TaskPhase> {
        let mut branches = vec![TaskPhase::Succeeded; self.run.tasks.len()];
        for &task in self.workflow.dag().topological_order() {
            branches[task] = self.branch_of(task, &branches);
        }
        branches
    }

    fn branch_of(&self, task: usize, branches: &[TaskPhase]) -> TaskPhase {
        if is_unreached(&self.workflow, &self.run, task) {
            return TaskPhase::Failed;
        }
        match self.run.tasks[task].phase {
            TaskPhase::Failed | TaskPhase::Stopped => TaskPhase::Failed,
            TaskPhase::Error => TaskPhase::Error,
            TaskPhase::Skipped | TaskPhase::Omitted => self
                .workflow
                .dag()
                .dependencies_of(task)
                .iter()
                .map(|&before| branches[before])
                .find(|branch| branch.is_failure())
                .unwrap_or(TaskPhase::Succeeded),
            TaskPhase::Succeeded | TaskPhase::Pending | TaskPhase::Running | TaskPhase::Waiting => {
                TaskPhase::Succeeded
            }
        }
    }

    /// What the tasks came to, the exit handler left aside.
    pub(super) fn tasks_phase(&self) -> WorkflowPhase {
        if self.run.stop.is_some() {
            return WorkflowPhase::Stopped;
        }
        if self.run.timed_out {
            return WorkflowPhase::Failed;
        }
        let branches = self.branches();
        let leaves =
            (0..branches.len()).filter(|&task| self.workflow.dag().dependents_of(task).is_empty());
        leaves
            .map(|leaf| branches[leaf])
            .find_map(failed_run)
            .unwrap_or(WorkflowPhase::Succeeded)
    }

    /// What the whole run came to.
    pub(super) fn verdict(&self) -> Verdict {
        let tasks = self.tasks_phase();
        let handler = self.run.exit_handler.as_ref();
        let phase = match handler.and_then(|handler| failed_run(handler.phase)) {
            // A failing exit handler fails a run that had ended well, and no other.
            Some(failure) if tasks == WorkflowPhase::Succeeded => failure,
            _ => tasks,
        };
        Verdict {
            phase,
            message: self.verdict_message(phase),
        }
    }

    fn verdict_message(&self, phase: WorkflowPhase) -> Option<String> {
        match phase {
            WorkflowPhase::Stopped => {
                let stop = self.run.stop.as_ref()?;
                Some(match &stop.reason {
                    Some(reason) => format!("stopped: {reason}"),
                    None => "stopped".to_owned(),
                })
            }
            WorkflowPhase::Failed if self.run.timed_out => {
                let seconds = self.workflow.document().timeout_seconds?;
                Some(format!("the run took longer than {seconds} s"))
            }
            WorkflowPhase::Failed | WorkflowPhase::Error => {
                let mut tasks = self.run.tasks.iter().chain(&self.run.exit_handler);
                let failed = tasks.find(|task| task.phase.is_failure()).map(blame);
                failed.or_else(|| self.blame_unreached())
            }
            _ => None,
        }
    }
}

/// How a task ended, in the words of `depends`.
pub(crate) fn ending_of(status: &TaskStatus) -> Ending {
    let items = &status.items;
    Ending {
        phase: status.phase,
        any_succeeded: items.iter().any(|item| item.phase == TaskPhase::Succeeded),
        all_failed: !items.is_empty()
            && items
                .iter()
                .all(|item| matches!(item.phase, TaskPhase::Failed | TaskPhase::Stopped)),
    }
}

/// Whether a task of a run whose tasks have all ended was not reached, though nothing excludes it:
/// its run was ended before its turn, or it inherited that its dependencies excluded it, and those
/// have come to something else since.
pub(crate) fn is_unreached(workflow: &ValidWorkflow, run: &RunStatus, task: usize) -> bool {
    let status = &run.tasks[task];
    if status.phase != TaskPhase::Omitted {
        return false;
    }
    if status.reason != Some(TaskReason::Dependencies) {
        return true;
    }
    let depends = workflow.plan(task).depends.as_ref();
    let is_met = |depends: &crate::depends::Depends| {
        depends.is_met(&|other: usize| ending_of(&run.tasks[other]))
    };
    status.inherited_from.is_some() && depends.is_none_or(is_met)
}

/// What the items of a fan-out that have all ended make of it.
pub(super) struct ItemsVerdict {
    pub(super) phase: TaskPhase,
    pub(super) reason: Option<TaskReason>,
    pub(super) message: Option<String>,
}

/// What a fan-out whose items have all ended came to, and why.
///
/// An item that was skipped counts as one that ended well, as it does for Argo. Items are omitted
/// when the run is ended before their turn: all of them, and so is the task; some, and the task
/// has not been done.
pub(super) fn of_items(items: &[ItemStatus]) -> ItemsVerdict {
    let all = items.len();
    let worst = [TaskPhase::Stopped, TaskPhase::Error, TaskPhase::Failed];
    let counted = worst.map(|phase| (phase, items.iter().filter(|it| it.phase == phase).count()));
    if let Some((phase, count)) = counted.into_iter().find(|(_, count)| *count > 0) {
        return ItemsVerdict {
            phase,
            reason: Some(TaskReason::Items),
            message: Some(format!("{count} of {all} items are {phase}")),
        };
    }
    let mut omitted = items.iter().filter(|it| it.phase == TaskPhase::Omitted);
    let Some(first) = omitted.next() else {
        return ItemsVerdict {
            phase: TaskPhase::Succeeded,
            reason: None,
            message: None,
        };
    };
    let count = 1 + omitted.count();
    let (phase, message) = match first.reason {
        _ if count == all => (TaskPhase::Omitted, first.message.clone()),
        Some(TaskReason::WorkflowTimeout) => (TaskPhase::Failed, None),
        _ => (TaskPhase::Stopped, None),
    };
    ItemsVerdict {
        phase,
        reason: first.reason,
        message: message.or_else(|| Some(format!("{count} of {all} items had not begun"))),
    }
}

fn failed_run(phase: TaskPhase) -> Option<WorkflowPhase> {
    match phase {
        TaskPhase::Failed | TaskPhase::Stopped => Some(WorkflowPhase::Failed),
        TaskPhase::Error => Some(WorkflowPhase::Error),
        _ => None,
    }
}

impl Machine {
    fn blame_unreached(&self) -> Option<String> {
        let unreached = |&task: &usize| is_unreached(&self.workflow, &self.run, task);
        let task = (0..self.run.tasks.len()).find(unreached)?;
        let name = &self.run.tasks[task].name;
        Some(format!(
            "task {name} has not been done, and nothing excludes it any more; a restart with the mode FROM_FAILED does it"
        ))
    }
}

fn blame(task: &TaskStatus) -> String {
    match &task.message {
        Some(message) => format!("task {} is {}: {message}", task.name, task.phase),
        None => format!("task {} is {}", task.name, task.phase),
    }
}
