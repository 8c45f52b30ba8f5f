//! Answering: what is said to a task that waits, and what a task that runs says of itself.

use super::{Machine, Unit};
use crate::outputs::Outputs;
use crate::phase::TaskPhase;
use crate::reason::TaskReason;
use crate::timestamp::Timestamp;

impl Machine {
    /// Ends a unit that waits for an answer. Returns whether it did wait; else nothing changes.
    ///
    /// Approved it has succeeded, with these outputs; rejected it has failed, and is tried again if
    /// it may be. What is said to it is its message.
    pub fn answer(
        &mut self,
        unit: Unit,
        approve: bool,
        message: Option<String>,
        outputs: Outputs,
        now: Timestamp,
    ) -> bool {
        if !self.live.get(&unit).is_some_and(|live| live.waits) {
            return false;
        }
        self.leave(unit);
        if approve {
            let phase = TaskPhase::Succeeded;
            self.close_attempt(unit, phase, None, message.clone(), None, now);
            self.keep_outputs(unit, outputs, None);
            self.finish_unit(unit, phase, None, message, now);
        } else {
            let message = message.unwrap_or_else(|| "it was rejected".to_owned());
            let how = (TaskPhase::Failed, TaskReason::Rejected, message);
            self.end_badly(unit, how, None, now);
        }
        self.tick(now);
        true
    }

    /// What a unit that runs says of itself is its message until it has ended. Returns whether
    /// that attempt of it runs.
    pub fn note_progress(&mut self, unit: Unit, attempt: u32, message: String) -> bool {
        let live = self.live.get(&unit);
        if !live.is_some_and(|live| !live.waits && live.attempt == attempt) {
            return false;
        }
        let task = self.task_mut(unit.task);
        match unit.item {
            Some(item) => task.items[item as usize].message = Some(message),
            None => task.message = Some(message),
        }
        self.changed.insert(unit.task);
        true
    }
}
