//! Asking: what callers of any process asked, done by the executor.

use super::floor::{Floor, RETRY};
use super::pending::Waiting;
use super::wished::{place_of, succeed};
use crate::embedded::clock;
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
        if attention.phase.is_finished() {
            self.follow_up(attention, &waiting).await;
            return;
        }
        if !self.runs.contains_key(&key) {
            if attention.stop.is_none() {
                if attention.suspended {
                    self.pending.remove(key);
                } else if !self.pending.contains(key) {
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
            run.obey(attention, clock::now());
            self.touch(key);
        }
    }

    /// Plans the next run of a workflow that had ended before it was seen that it is to run again.
    async fn follow_up(&mut self, attention: Attention, waiting: &Waiting) {
        let (key, scope, id) = place_of(&attention);
        let Some((text, wish)) = attention.restart else {
            return;
        };
        let Some(read) = self.read_on(waiting, None).await else {
            return;
        };
        let planned = match read {
            Ok(None) => return,
            Ok(Some(run)) => run.plan_next(&wish, true, clock::now()).map(|(run, _)| run),
            Err(error) => Err(error),
        };
        let successor = succeed(&text, &wish, planned);
        self.transition.successors.push((key, scope, id, successor));
    }
}
