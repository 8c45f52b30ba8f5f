//! Draining: ending in good order, so that the next executor can go on.

use super::floor::Floor;

impl Floor {
    /// Starts nothing more, ends what runs within its grace, and stores what became of it.
    ///
    /// A task that is ended for this is tried again by the next executor; that counts neither
    /// against its retries nor as a loss.
    pub(crate) async fn drain(&mut self) {
        self.draining = true;
        for live in self.runs.values().flat_map(|run| run.live.values()) {
            live.stop.cancel();
        }
        while !self.jobs.is_empty() {
            self.until_something_ended().await;
        }
        self.collect();
        if self.transition.is_empty() {
            return;
        }
        let stored = tokio::time::timeout(PATIENCE, self.commit()).await;
        if stored.is_err() {
            tracing::error!("what became of the last tasks could not be stored; they are lost");
        }
    }
}

/// How long to try to store what became of the last tasks.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);
