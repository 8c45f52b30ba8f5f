//! Retries: whether an attempt that ended badly is followed by another, and when.

use std::time::Duration;

use super::{Machine, TaskRef, Unit};
use crate::document::{Retry, RetryPolicy};
use crate::phase::TaskPhase;
use crate::reason::TaskReason;
use crate::status::Attempt;
use crate::timestamp::Timestamp;

impl Machine {
    /// Whether the unit, whose last attempt just ended in that phase, is tried again.
    pub(super) fn may_retry(&self, unit: Unit, phase: TaskPhase, now: Timestamp) -> bool {
        let Some(retry) = self.retry_of(unit) else {
            return false;
        };
        let attempts = self.attempts_of(unit);
        let counted = counted(attempts);
        let in_time = match (
            retry.max_seconds,
            attempts.first().and_then(|a| a.started_at),
        ) {
            (Some(most), Some(first)) => {
                now.plus(wait_before(retry, counted)).since(first) <= Duration::from_secs(most)
            }
            _ => true,
        };
        covers(retry.policy.unwrap_or_default(), phase) && counted <= retry.limit && in_time
    }

    /// Puts a unit that is to be tried again where it waits for its time.
    pub(super) fn schedule_retry(&mut self, unit: Unit) {
        let attempts = self.attempts_of(unit);
        let last = attempts.last();
        let free = last.is_some_and(|attempt| !counts(attempt));
        let ended = last.and_then(|attempt| attempt.finished_at);
        let wait = self.retry_of(unit).map_or(Duration::ZERO, |retry| {
            wait_before(retry, counted(attempts))
        });
        match ended {
            Some(ended) if !free && !wait.is_zero() => {
                self.backoffs.insert((ended.plus(wait), unit));
            }
            _ => {
                self.ready.insert(unit);
            }
        }
    }

    fn retry_of(&self, unit: Unit) -> Option<&Retry> {
        match unit.task {
            TaskRef::Task(task) => self.workflow.document().tasks[task].retry.as_ref(),
            TaskRef::ExitHandler => None,
        }
    }
}

/// How many attempts count against the limit.
fn counted(attempts: &[Attempt]) -> u32 {
    let counted = attempts.iter().filter(|attempt| counts(attempt)).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}

/// Whether the attempt counts against the limit: not when it was lost or interrupted.
fn counts(attempt: &Attempt) -> bool {
    !matches!(
        attempt.reason,
        Some(TaskReason::Lost | TaskReason::Interrupted)
    )
}

/// How long to wait after that many attempts: the first wait grows by the factor each time.
fn wait_before(retry: &Retry, attempts: u32) -> Duration {
    let first = retry.backoff_seconds.unwrap_or(0);
    let factor = u64::from(retry.factor.unwrap_or(1));
    let growth = factor.saturating_pow(attempts.saturating_sub(1));
    Duration::from_secs(first.saturating_mul(growth))
}

fn covers(policy: RetryPolicy, phase: TaskPhase) -> bool {
    match policy {
        RetryPolicy::Always => matches!(phase, TaskPhase::Failed | TaskPhase::Error),
        RetryPolicy::OnFailure => phase == TaskPhase::Failed,
        RetryPolicy::OnError | RetryPolicy::OnTransientError => phase == TaskPhase::Error,
    }
}
