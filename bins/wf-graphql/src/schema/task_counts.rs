//! Task counts: a workflow's progress without its tasks.

use async_graphql::SimpleObject;

/// How many tasks are in which phase.
#[derive(SimpleObject)]
pub(crate) struct TaskCounts {
    /// All tasks.
    total: u32,
    /// Not reached, or reached and not yet begun.
    pending: u32,
    /// An attempt runs.
    running: u32,
    /// Wait for somebody's answer.
    waiting: u32,
    /// Ended well.
    succeeded: u32,
    /// Ended badly by their own doing.
    failed: u32,
    /// Failed by the platform.
    error: u32,
    /// Their `when` was false.
    skipped: u32,
    /// Excluded by the outcome of their dependencies.
    omitted: u32,
    /// Somebody asked for the end.
    stopped: u32,
}

impl From<wf_model::TaskCounts> for TaskCounts {
    fn from(counts: wf_model::TaskCounts) -> Self {
        Self {
            total: counts.total,
            pending: counts.pending,
            running: counts.running,
            waiting: counts.waiting,
            succeeded: counts.succeeded,
            failed: counts.failed,
            error: counts.error,
            skipped: counts.skipped,
            omitted: counts.omitted,
            stopped: counts.stopped,
        }
    }
}
