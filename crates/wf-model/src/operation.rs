//! Which operation fits a workflow as it stands: the one table that every surface and every backend
//! reads.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::phase::WorkflowPhase;
use crate::stop::StopMode;

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

/// How a workflow stands: what is so, and what is wished and not so yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its phase.
    pub phase: WorkflowPhase,
    /// Somebody wished its end, and how.
    pub stopping: Option<StopMode>,
    /// Somebody wished that it runs again.
    pub restarting: bool,
    /// Somebody wished that it is forgotten as soon as it has ended.
    pub deleting: bool,
}

/// A wish that keeps an operation from fitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wish {
    /// It is to end.
    Stopping,
    /// It is to run again.
    Restarting,
    /// It is to be forgotten.
    Deleting,
}

/// Whether an operation fits a workflow as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Do it.
    Fits,
    /// It is already so: success, and no change.
    AlreadySo,
    /// It does not fit.
    Conflict(Misfit),
}

/// Why an operation does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit {
    /// The phases in which it would.
    pub fitting: &'static [WorkflowPhase],
    /// What is wished, when the phase would do and that is in the way.
    pub wish: Option<Wish>,
}

impl Standing {
    /// A workflow in that phase of which nothing is wished.
    pub fn at(phase: WorkflowPhase) -> Self {
        Self {
            phase,
            stopping: None,
            restarting: false,
            deleting: false,
        }
    }
}

impl Wish {
    /// The word of the wire, as in `STOPPING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stopping => "STOPPING",
            Self::Restarting => "RESTARTING",
            Self::Deleting => "DELETING",
        }
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stopping => "is being stopped",
            Self::Restarting => "is about to run again",
            Self::Deleting => "is being deleted",
        })
    }
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

    /// Whether the operation fits a workflow as it stands.
    pub fn fit(self, standing: Standing) -> Fit {
        let by_phase = self.fit_phase(standing.phase);
        let Standing {
            phase: _,
            stopping,
            restarting,
            deleting,
        } = standing;
        match (self, by_phase) {
            (Self::Stop | Self::Delete, _) if deleting => AlreadySo,
            // A stop takes the wish to run again back.
            (Self::Stop, _) if restarting => Fits,
            (Self::Stop, Fits) if stopping == Some(StopMode::Now) => AlreadySo,
            (Self::Restart | Self::Suspend | Self::Update, Fits) if deleting => {
                self.hindered_by(Wish::Deleting)
            }
            (Self::Restart, Fits) if restarting => self.hindered_by(Wish::Restarting),
            (Self::Suspend, Fits) if stopping.is_some() => self.hindered_by(Wish::Stopping),
            _ => by_phase,
        }
    }

    fn fit_phase(self, phase: WorkflowPhase) -> Fit {
        match (self, phase) {
            (Self::Suspend, Suspended)
            | (Self::Resume, Pending | Running)
            | (Self::Stop, Stopped) => AlreadySo,
            (_, phase) if self.fitting_phases().contains(&phase) => Fits,
            _ => Conflict(Misfit {
                fitting: self.fitting_phases(),
                wish: None,
            }),
        }
    }

    fn hindered_by(self, wish: Wish) -> Fit {
        Conflict(Misfit {
            fitting: self.fitting_phases(),
            wish: Some(wish),
        })
    }

    /// The phases that the operation fits, when nothing is wished.
    pub fn fitting_phases(self) -> &'static [WorkflowPhase] {
        match self {
            Self::Start | Self::Update => &[Held],
            Self::Suspend => &[Pending, Running],
            Self::Resume => &[Suspended],
            Self::Stop => &[Held, Pending, Running, Suspended],
            Self::Restart => &[
                Pending, Running, Suspended, Succeeded, Failed, Error, Stopped,
            ],
            Self::Delete => &[Held, Succeeded, Failed, Error, Stopped],
        }
    }

    /// The operation that was probably meant by one that does not fit that phase.
    pub fn instead(self, phase: WorkflowPhase) -> Option<Self> {
        match (self, phase) {
            (Self::Resume | Self::Restart, Held) => Some(Self::Start),
            (Self::Start, Suspended) => Some(Self::Resume),
            (Self::Start, Succeeded | Failed | Error | Stopped) => Some(Self::Restart),
            _ => None,
        }
    }

    /// What can be asked of a workflow as it stands, and would change something.
    pub fn fitting(standing: Standing) -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|verb| verb.fit(standing) == Fits)
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

    /// What is wished of one that runs, or of one that has ended and is about to run again.
    const WISHES: [(WorkflowPhase, Option<StopMode>, bool, bool, &str); 7] = [
        //  stopping, restarting, deleting   start suspend resume stop restart update delete
        (Running, GRACEFUL, false, false, "- - = + + - -"),
        (Running, NOW, false, false, "- - = = + - -"),
        (Pending, GRACEFUL, false, false, "- - = + + - -"),
        (Running, NOW, true, false, "- - = + - - -"),
        (Failed, None, true, false, "- - - + - - +"),
        (Running, NOW, false, true, "- - = = - - ="),
        (Running, NOW, true, true, "- - = = - - ="),
    ];
    const GRACEFUL: Option<StopMode> = Some(StopMode::Graceful);
    const NOW: Option<StopMode> = Some(StopMode::Now);

    fn row(standing: Standing) -> String {
        let word = |verb: Verb| match verb.fit(standing) {
            Fits => "+",
            AlreadySo => "=",
            Conflict(_) => "-",
        };
        Verb::ALL.map(word).join(" ")
    }

    #[test]
    fn every_operation_fits_the_phases_of_the_specification() {
        for (phase, expected) in MATRIX {
            assert_eq!(row(Standing::at(phase)), expected, "{phase}");
        }
    }

    #[test]
    fn what_is_wished_is_in_the_way_of_what_contradicts_it() {
        for (phase, stopping, restarting, deleting, expected) in WISHES {
            let standing = Standing {
                phase,
                stopping,
                restarting,
                deleting,
            };
            assert_eq!(row(standing), expected, "{standing:?}");
            let would = Verb::ALL
                .into_iter()
                .filter(|verb| verb.fit(standing) == Fits);
            assert_eq!(Verb::fitting(standing), would.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_conflict_names_the_phases_that_would_do_and_the_wish_that_hinders() {
        for verb in Verb::ALL {
            for phase in WorkflowPhase::ALL {
                if let Conflict(misfit) = verb.fit(Standing::at(phase)) {
                    let would = |&other: &_| verb.fit(Standing::at(other)) == Fits;
                    let would: Vec<_> = WorkflowPhase::ALL.into_iter().filter(would).collect();
                    assert_eq!(misfit.fitting, would, "{verb} on {phase}");
                    assert_eq!(misfit.wish, None);
                }
            }
        }
        let hindered = |verb: Verb, standing| match verb.fit(standing) {
            Conflict(misfit) => misfit.wish,
            _ => None,
        };
        let stopping = Standing {
            stopping: GRACEFUL,
            ..Standing::at(Running)
        };
        assert_eq!(hindered(Verb::Suspend, stopping), Some(Wish::Stopping));
        let restarting = Standing {
            restarting: true,
            ..stopping
        };
        assert_eq!(hindered(Verb::Restart, restarting), Some(Wish::Restarting));
        let deleting = Standing {
            deleting: true,
            ..restarting
        };
        assert_eq!(hindered(Verb::Restart, deleting), Some(Wish::Deleting));
        assert_eq!(hindered(Verb::Suspend, deleting), Some(Wish::Deleting));
    }

    #[test]
    fn what_was_probably_meant_fits() {
        for verb in Verb::ALL {
            for phase in WorkflowPhase::ALL {
                if let Some(other) = verb.instead(phase) {
                    assert!(matches!(verb.fit(Standing::at(phase)), Conflict(_)));
                    assert_eq!(other.fit(Standing::at(phase)), Fits, "{verb} on {phase}");
                }
            }
        }
    }
}
