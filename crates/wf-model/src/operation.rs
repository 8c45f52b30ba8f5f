//! Which operation fits which phase: the one table that every surface and every backend reads.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::phase::WorkflowPhase;

/// What somebody can ask of a workflow that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verb {
    /// Begin a held workflow.
    Start,
    /// Begin nothing new.
    Suspend,
    /// Go on after a suspension.
    Resume,
    /// End what runs.
    Stop,
    /// Run it again.
    Restart,
    /// Change its tasks or parameters.
    Update,
    /// Forget it.
    Delete,
}

/// Whether an operation fits a workflow as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Do it.
    Fits,
    /// It is already so: success, and no change.
    AlreadySo,
    /// It does not fit; the phases in which it would.
    Conflict(&'static [WorkflowPhase]),
}

use Fit::{AlreadySo, Conflict, Fits};
use WorkflowPhase::{Error, Failed, Held, Pending, Running, Stopped, Succeeded, Suspended};

impl Verb {
    /// Every operation.
    pub const ALL: [Self; 7] = [
        Self::Start,
        Self::Suspend,
        Self::Resume,
        Self::Stop,
        Self::Restart,
        Self::Update,
        Self::Delete,
    ];

    /// The word of the wire, as in `STOP`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Suspend => "SUSPEND",
            Self::Resume => "RESUME",
            Self::Stop => "STOP",
            Self::Restart => "RESTART",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the operation fits a workflow in that phase.
    pub fn fit(self, phase: WorkflowPhase) -> Fit {
        const STARTED: &[WorkflowPhase] = &[
            Pending, Running, Suspended, Succeeded, Failed, Error, Stopped,
        ];
        match (self, phase) {
            (Self::Start | Self::Update, Held)
            | (Self::Suspend, Pending | Running)
            | (Self::Resume, Suspended)
            | (Self::Stop, Held | Pending | Running | Suspended)
            | (Self::Delete, Held | Succeeded | Failed | Error | Stopped) => Fits,
            (Self::Restart, phase) if phase != Held => Fits,
            (Self::Suspend, Suspended)
            | (Self::Resume, Pending | Running)
            | (Self::Stop, Stopped) => AlreadySo,
            (Self::Start | Self::Update, _) => Conflict(&[Held]),
            (Self::Suspend, _) => Conflict(&[Pending, Running]),
            (Self::Resume, _) => Conflict(&[Suspended]),
            (Self::Stop, _) => Conflict(&[Held, Pending, Running, Suspended]),
            (Self::Restart, _) => Conflict(STARTED),
            (Self::Delete, _) => Conflict(&[Held, Succeeded, Failed, Error, Stopped]),
        }
    }

    /// What can be asked of a workflow in that phase, and would change something.
    pub fn fitting(phase: WorkflowPhase) -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|verb| verb.fit(phase) == Fits)
            .collect()
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification, a row for each phase: `+` fits, `=` is already so, `-` does not fit.
    const MATRIX: [(WorkflowPhase, &str); 8] = [
        //          start suspend resume stop restart update delete
        (Held, "+ - - + - + +"),
        (Pending, "- + = + + - -"),
        (Running, "- + = + + - -"),
        (Suspended, "- = + + + - -"),
        (Succeeded, "- - - - + - +"),
        (Failed, "- - - - + - +"),
        (Error, "- - - - + - +"),
        (Stopped, "- - - = + - +"),
    ];

    #[test]
    fn every_operation_fits_the_phases_of_the_specification() {
        for (phase, row) in MATRIX {
            let actual: Vec<&str> = Verb::ALL
                .map(|verb| match verb.fit(phase) {
                    Fits => "+",
                    AlreadySo => "=",
                    Conflict(_) => "-",
                })
                .to_vec();
            assert_eq!(actual.join(" "), row, "{phase}");
        }
    }

    #[test]
    fn a_conflict_names_exactly_the_phases_that_would_do() {
        for verb in Verb::ALL {
            for phase in WorkflowPhase::ALL {
                if let Conflict(fitting) = verb.fit(phase) {
                    let all = WorkflowPhase::ALL.into_iter();
                    let would: Vec<_> = all.filter(|&other| verb.fit(other) == Fits).collect();
                    assert_eq!(fitting, would, "{verb} on {phase}");
                }
            }
        }
    }
}
