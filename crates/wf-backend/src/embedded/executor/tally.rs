//! The tally: how many tasks of a run are in which phase.

use wf_model::{Machine, TaskCounts, TaskPhase};

/// How many tasks are in which phase, kept as they change.
#[derive(Debug)]
pub(super) struct Tally {
    phases: Vec<TaskPhase>,
    pub(super) counts: TaskCounts,
}

impl Tally {
    /// Of a run as it is.
    pub(super) fn of(machine: &Machine) -> Self {
        let run = machine.status();
        Self {
            phases: run.tasks.iter().map(|task| task.phase).collect(),
            counts: run.counts(),
        }
    }

    /// A task is in another phase.
    pub(super) fn note(&mut self, task: usize, phase: TaskPhase) {
        let before = std::mem::replace(&mut self.phases[task], phase);
        *count(&mut self.counts, before) -= 1;
        *count(&mut self.counts, phase) += 1;
    }
}

fn count(counts: &mut TaskCounts, phase: TaskPhase) -> &mut u32 {
    match phase {
        TaskPhase::Pending => &mut counts.pending,
        TaskPhase::Running => &mut counts.running,
        TaskPhase::Waiting => &mut counts.waiting,
        TaskPhase::Succeeded => &mut counts.succeeded,
        TaskPhase::Failed => &mut counts.failed,
        TaskPhase::Error => &mut counts.error,
        TaskPhase::Skipped => &mut counts.skipped,
        TaskPhase::Omitted => &mut counts.omitted,
        TaskPhase::Stopped => &mut counts.stopped,
    }
}
