//! Counts: how many tasks of a run are in which phase.

use serde::{Deserialize, Serialize};

use crate::phase::TaskPhase;

/// How many tasks are in which phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // each field is the count of the phase it is named for
pub struct TaskCounts {
    pub total: u32,
    pub pending: u32,
    pub running: u32,
    pub waiting: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub error: u32,
    pub skipped: u32,
    pub omitted: u32,
    pub stopped: u32,
}

impl TaskCounts {
    /// Counts one more task.
    pub fn add(&mut self, phase: TaskPhase) {
        self.total += 1;
        *match phase {
            TaskPhase::Pending => &mut self.pending,
            TaskPhase::Running => &mut self.running,
            TaskPhase::Waiting => &mut self.waiting,
            TaskPhase::Succeeded => &mut self.succeeded,
            TaskPhase::Failed => &mut self.failed,
            TaskPhase::Error => &mut self.error,
            TaskPhase::Skipped => &mut self.skipped,
            TaskPhase::Omitted => &mut self.omitted,
            TaskPhase::Stopped => &mut self.stopped,
        } += 1;
    }
}
