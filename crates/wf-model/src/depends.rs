//! Depends: over which outcomes of which tasks a task begins.

mod parser;
mod text;

#[cfg(test)]
mod tests;

use crate::phase::TaskPhase;

/// A `depends` (or a `dependsOn`), taken apart; tasks are indexes into the document's tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Depends {
    /// `a && b && …`; of none, true.
    All(Vec<Depends>),
    /// `a || b || …`
    Any(Vec<Depends>),
    /// `!a`
    Not(Box<Depends>),
    /// `A`, or `A.Failed`.
    Task {
        /// The task, as an index into the document's tasks.
        task: usize,
        /// The outcome that is asked for.
        outcome: Outcome,
    },
}

/// An outcome that `depends` can ask for. The words are Argo's
/// (`workflow/common/ancestry.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The bare name: succeeded, skipped or daemoned.
    Satisfied,
    /// `.Succeeded`
    Succeeded,
    /// `.Failed`; a stopped task counts as failed, as it does for Argo.
    Failed,
    /// `.Errored`
    Errored,
    /// `.Skipped`
    Skipped,
    /// `.Omitted`
    Omitted,
    /// `.Daemoned`; no action of ours is a daemon, so it never is.
    Daemoned,
    /// `.AnySucceeded`: of a fan-out, one item succeeded.
    AnySucceeded,
    /// `.AllFailed`: of a fan-out, there are items and all failed.
    AllFailed,
}

/// What `depends` looks at: how a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The task's phase.
    pub phase: TaskPhase,
    /// Of a fan-out, whether one item succeeded.
    pub any_succeeded: bool,
    /// Of a fan-out, whether there are items and all failed.
    pub all_failed: bool,
}

impl Depends {
    /// Whether the endings fit; every task it names has to have ended.
    pub fn is_met(&self, ending: &impl Fn(usize) -> Ending) -> bool {
        self.can_be_met(ending, &|_| false)
    }

    /// Whether the endings can fit when those of the tasks that `free` names are whatever fits
    /// best; every other task it names has to have ended.
    pub fn can_be_met(
        &self,
        ending: &impl Fn(usize) -> Ending,
        free: &impl Fn(usize) -> bool,
    ) -> bool {
        self.best_case(ending, free, true)
    }

    fn best_case(
        &self,
        ending: &impl Fn(usize) -> Ending,
        free: &impl Fn(usize) -> bool,
        wanted: bool,
    ) -> bool {
        match self {
            Self::All(parts) => parts
                .iter()
                .all(|part| part.best_case(ending, free, wanted)),
            Self::Any(parts) => parts
                .iter()
                .any(|part| part.best_case(ending, free, wanted)),
            Self::Not(part) => !part.best_case(ending, free, !wanted),
            Self::Task { task, .. } if free(*task) => wanted,
            Self::Task { task, outcome } => outcome.is_met(ending(*task)),
        }
    }
}

impl Outcome {
    pub(crate) fn is_met(self, ending: Ending) -> bool {
        use TaskPhase::{Error, Failed, Omitted, Skipped, Stopped, Succeeded};
        match self {
            Self::Satisfied => matches!(ending.phase, Succeeded | Skipped),
            Self::Succeeded => ending.phase == Succeeded,
            Self::Failed => matches!(ending.phase, Failed | Stopped),
            Self::Errored => ending.phase == Error,
            Self::Skipped => ending.phase == Skipped,
            Self::Omitted => ending.phase == Omitted,
            Self::Daemoned => false,
            Self::AnySucceeded => ending.any_succeeded,
            Self::AllFailed => ending.all_failed,
        }
    }
}

impl Depends {
    /// Calls `see` for each task that it names and the outcome it asks for, in the order in which
    /// they are written.
    pub fn visit(&self, see: &mut impl FnMut(usize, Outcome)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(see)),
            Self::Not(part) => part.visit(see),
            Self::Task { task, outcome } => see(*task, *outcome),
        }
    }
}
