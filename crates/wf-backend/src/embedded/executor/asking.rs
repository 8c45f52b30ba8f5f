//! Asking: what callers of any process asked, done by the executor.

use super::floor::{Floor, RETRY};
use super::pending::Waiting;
use crate::embedded::store::{self, Attention};

impl Floor {
    /// Does what was asked since the last call.
    pub(crate) async fn take_commands(&mut self) {
        let taken = self
            .around
            .store
            .transition("reading what was asked", |change| {
                store::take_attention(change)
            })
            .await;
        match taken {
            Ok(asked) => {
                for attention in asked {
                    self.take_command(attention).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what was asked cannot be read; trying again");
                tokio::time::sleep(RETRY).await;
                self.around.watchers.ask();
            }
        }
    }

    async fn take_command(&mut self, attention: Attention) {
        let key = attention.key;
        let waiting = Waiting::of(&attention);
        if !self.runs.contains_key(&key) && !attention.phase.is_finished() {
            if attention.stop.is_none() {
                if !self.pending.contains(key) {
                    self.pending.add(waiting);
                }
                return;
            }
            self.pending.remove(key);
            if !self.load(&waiting).await {
                return;
            }
        }
        if let Some(run) = self.runs.get_mut(&key) {
            run.deleting |= attention.deleting;
            if let Some(stop) = attention.stop {
                run.machine.stop(stop);
            }
            self.touch(key);
        }
    }
}
