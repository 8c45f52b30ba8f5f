//! Simulation: a run in which nothing runs, with endings that are given.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultCode, Faults, Place};
use crate::machine::{Ended, Launch, Machine, RunFacts, TaskRef};
use crate::outputs::Outputs;
use crate::phase::WorkflowPhase;
use crate::reason::TaskReason;
use crate::status::{EXIT_HANDLER, RunStatus};
use crate::timestamp::Timestamp;
use crate::valid::ValidWorkflow;

/// How many attempts a simulation plays at most: retries of fan-outs multiply, and nobody reads
/// the millionth.
pub const MOST_ATTEMPTS: usize = 100_000;

/// How a task is to end in a simulation, at every attempt and with every item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimulatedOutcome {
    /// Its ending.
    #[serde(default)]
    pub ending: SimulatedEnding,
    /// What it produces.
    #[serde(default)]
    pub outputs: Outputs,
    /// How its process ends; 0 or 1 by its ending when absent.
    #[serde(default)]
    pub exit_code: Option<i32>,
}

/// How a task can be made to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SimulatedEnding {
    /// Well.
    #[default]
    Succeeded,
    /// Badly by its own doing.
    Failed,
    /// The platform fails it.
    Error,
}

/// What a simulation came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The run; its times count the steps from 1970, a millisecond each.
    pub run: RunStatus,
    /// The tasks in the order in which they began; a fan-out and a retried task once.
    pub order: Vec<String>,
}

/// Plays the workflow with endings by task name; a task without one succeeds.
///
/// Backoffs pass at once, and a task that refers to an output that is not given is in error, as
/// it would be when it ran.
///
/// # Errors
/// A `TOO_LARGE` fault for a simulation of more than [`MOST_ATTEMPTS`] attempts.
pub fn simulate(
    workflow: &Arc<ValidWorkflow>,
    parameters: BTreeMap<String, String>,
    outcomes: &BTreeMap<String, SimulatedOutcome>,
) -> Result<Simulated, Faults> {
    let document = workflow.document();
    let facts = RunFacts {
        name: document.name.clone(),
        namespace: "simulation".to_owned(),
        uid: "simulation".to_owned(),
        created_at: Timestamp::from_millis(0),
        parameters,
    };
    let fresh = RunStatus::fresh(document, 1, WorkflowPhase::Pending);
    let mut machine = Machine::new(Arc::clone(workflow), facts, fresh);
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    let mut now = Timestamp::from_millis(0);
    let mut attempts = 0;
    machine.begin(now);
    while !machine.is_finished() {
        let launches = machine.launches(now, usize::MAX);
        if launches.is_empty() {
            match machine.wake_at() {
                Some(due) if due > now && !machine.is_finished() => now = due,
                _ => break,
            }
        }
        attempts += launches.len();
        if attempts > MOST_ATTEMPTS {
            return Err(too_large());
        }
        for launch in launches {
            now = Timestamp::from_millis(now.as_millis() + 1);
            let name = name_of(workflow, &launch);
            machine.end(launch.unit, ending_of(outcomes.get(&name)), now);
            if seen.insert(launch.unit.task) {
                order.push(name);
            }
        }
    }
    Ok(Simulated {
        run: machine.status().clone(),
        order,
    })
}

fn too_large() -> Faults {
    let message = format!(
        "a simulation plays at most {MOST_ATTEMPTS} attempts; give fewer items or fewer retries"
    );
    Faults::one(Fault::new(&Place::root(), FaultCode::TooLarge, message))
}

fn name_of(workflow: &ValidWorkflow, launch: &Launch) -> String {
    match launch.unit.task {
        TaskRef::Task(task) => workflow.document().tasks[task].name.clone(),
        TaskRef::ExitHandler => EXIT_HANDLER.to_owned(),
    }
}

fn ending_of(outcome: Option<&SimulatedOutcome>) -> Ended {
    let outcome = outcome.cloned().unwrap_or_default();
    let message = || "simulated".to_owned();
    match outcome.ending {
        SimulatedEnding::Succeeded => Ended::Succeeded {
            outputs: outcome.outputs,
            exit_code: Some(outcome.exit_code.unwrap_or(0)),
        },
        SimulatedEnding::Failed => Ended::Failed {
            reason: TaskReason::ExitCode,
            message: message(),
            exit_code: Some(outcome.exit_code.unwrap_or(1)),
            outputs: outcome.outputs,
        },
        SimulatedEnding::Error => Ended::Error {
            reason: TaskReason::NotStarted,
            message: message(),
            exit_code: outcome.exit_code,
        },
    }
}
