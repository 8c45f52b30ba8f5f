//! Outcomes: the one truth table by which tasks amount to the phase of their run.
//!
//! A run's phase comes from the leaves of its DAG, as in Argo's `assessDAGPhase`: a task that
//! failed, but whose failure another one handled, does not fail the run. A leaf that was skipped
//! or omitted has no ending of its own and takes that of its branch: failed, when a branch that
//! leads to it failed.

use super::Machine;
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::status::{ItemStatus, TaskStatus};

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
                tasks.find(|task| task.phase.is_failure()).map(blame)
            }
            _ => None,
        }
    }
}

/// What a fan-out whose items have all ended came to, and why.
///
/// An item that was skipped counts as one that ended well, as it does for Argo.
pub(super) fn of_items(items: &[ItemStatus]) -> (TaskPhase, Option<String>) {
    let worst = [TaskPhase::Stopped, TaskPhase::Error, TaskPhase::Failed];
    for phase in worst {
        let count = items.iter().filter(|item| item.phase == phase).count();
        if count > 0 {
            let message = format!("{count} of {} items are {phase}", items.len());
            return (phase, Some(message));
        }
    }
    (TaskPhase::Succeeded, None)
}

fn failed_run(phase: TaskPhase) -> Option<WorkflowPhase> {
    match phase {
        TaskPhase::Failed | TaskPhase::Stopped => Some(WorkflowPhase::Failed),
        TaskPhase::Error => Some(WorkflowPhase::Error),
        _ => None,
    }
}

fn blame(task: &TaskStatus) -> String {
    match &task.message {
        Some(message) => format!("task {} is {}: {message}", task.name, task.phase),
        None => format!("task {} is {}", task.name, task.phase),
    }
}
