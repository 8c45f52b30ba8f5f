//! Simulations: how the tasks are told to end.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_graphql::{Enum, InputObject};
use wf_model::{Argument, Fault, FaultCode, Faults, Outputs, Place, SimulatedOutcome};

use super::input::{self, ParametersInput};
use crate::error::ApiResult;

/// How a task is to end in a simulation, at every attempt and with every item.
#[derive(InputObject)]
pub(crate) struct TaskOutcomeInput {
    /// The task's name.
    task: String,
    /// Its ending.
    #[graphql(default_with = "SimulatedEnding::Succeeded")]
    ending: SimulatedEnding,
    /// Its output parameters.
    outputs: Option<Vec<ParametersInput>>,
    /// What it prints, for `{{tasks.A.outputs.result}}`.
    result: Option<String>,
    /// How its process ends; 0 or 1 by its ending when left out.
    exit_code: Option<i32>,
}

/// How a task can be made to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_model::SimulatedEnding")]
pub(crate) enum SimulatedEnding {
    /// Well.
    Succeeded,
    /// Badly by its own doing.
    Failed,
    /// The platform fails it.
    Error,
}

/// The endings by the names of the tasks.
pub(crate) fn outcomes(
    given: Option<Vec<TaskOutcomeInput>>,
) -> ApiResult<BTreeMap<String, SimulatedOutcome>> {
    let mut outcomes = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, outcome) in given.into_iter().flatten().enumerate() {
        match outcomes.entry(outcome.task.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(simulated(outcome)?);
            }
            Entry::Occupied(entry) => {
                let place = Place::root().field("outcomes").index(index).field("task");
                let message = format!("`{}` is told to end twice; tell it once", entry.key());
                faults.push(Fault::new(&place, FaultCode::DuplicateName, message));
            }
        }
    }
    Faults::from_found(faults).map_or(Ok(outcomes), |faults| Err(faults.into()))
}

fn simulated(outcome: TaskOutcomeInput) -> ApiResult<SimulatedOutcome> {
    let parameters = input::values(outcome.outputs)?.into_iter();
    Ok(SimulatedOutcome {
        ending: outcome.ending.into(),
        outputs: Outputs {
            parameters: parameters
                .map(|(name, value)| Argument::new(name, value))
                .collect(),
            result: outcome.result,
            ..Outputs::default()
        },
        exit_code: outcome.exit_code,
    })
}
