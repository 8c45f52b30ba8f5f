//! Restarts: which tasks the next run of a workflow runs, and which results it inherits.
//!
//! A restart is a new run of the same document; nothing of the old run is changed. Tasks that are
//! not run again keep their result, with the number of the run that it comes from, and what
//! depends on them sees it as if they had just ended so.

mod remainder;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultCode, Faults, Place};
use crate::machine::is_unreached;
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reference::Reference;
use crate::status::{RunStatus, TaskStatus};
use crate::valid::ValidWorkflow;

pub use remainder::{InheritedArtifact, Remainder, remainder};

/// How many runs a workflow may have: the number is part of a name that a label of Kubernetes has
/// to take.
pub const MOST_RUNS: u32 = 999;

/// What a restart runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RestartMode {
    /// Everything, as the first run did.
    All,
    /// What failed, was stopped or was not reached, and all that waits for it.
    FromFailed,
    /// These tasks.
    Tasks {
        /// Their names; at least one.
        names: Vec<String>,
        /// Whether what waits for them runs again too.
        downstream: bool,
    },
}

impl RestartMode {
    /// The word of the wire, as in `FROM_FAILED`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::FromFailed => "FROM_FAILED",
            Self::Tasks { .. } => "TASKS",
        }
    }
}

/// Plans the next run of a workflow.
///
/// `last` is the run before, which has ended; `interrupted` says that it ended because of this
/// restart, so that what had not finished runs too. `changed` are the parameters of the workflow
/// that have another value than before: what refers to them runs again, with all that waits for
/// it.
///
/// # Errors
/// Faults at `tasks` for names that are not there, and at the place of each reference of a task
/// that runs to an inherited output that does not exist, with the way out.
pub fn plan_restart(
    workflow: &ValidWorkflow,
    last: &RunStatus,
    mode: &RestartMode,
    interrupted: bool,
    changed: &BTreeSet<String>,
) -> Result<RunStatus, Faults> {
    let index = tasks_by_name(workflow);
    let named = named_tasks(&index, mode)?;
    let runs = tasks_to_run(workflow, last, mode, interrupted, changed, &named);
    let missing = missing_outputs(workflow, last, &runs, &index);
    if let Some(faults) = Faults::from_found(missing) {
        return Err(faults);
    }
    let mut next = RunStatus::fresh(workflow.document(), last.number + 1, WorkflowPhase::Pending);
    for (task, status) in next.tasks.iter_mut().enumerate() {
        if runs[task] {
            status.forced = named.contains(&task);
        } else {
            *status = inherited(&last.tasks[task], last.number);
        }
    }
    Ok(next)
}

fn inherited(status: &TaskStatus, run: u32) -> TaskStatus {
    TaskStatus {
        inherited_from: status.inherited_from.or(Some(run)),
        forced: false,
        ..status.clone()
    }
}

fn tasks_by_name(workflow: &ValidWorkflow) -> HashMap<&str, usize> {
    let tasks = workflow.document().tasks.iter().enumerate();
    tasks
        .map(|(index, task)| (task.name.as_str(), index))
        .collect()
}

/// The indexes of the tasks that the mode names.
fn named_tasks(
    index: &HashMap<&str, usize>,
    mode: &RestartMode,
) -> Result<BTreeSet<usize>, Faults> {
    let RestartMode::Tasks { names, .. } = mode else {
        return Ok(BTreeSet::new());
    };
    let place = || Place::root().field("tasks");
    let mut faults = Vec::new();
    if names.is_empty() {
        let message = "name at least one task, or use the mode ALL or FROM_FAILED";
        faults.push(Fault::new(&place(), FaultCode::Missing, message));
    }
    let mut named = BTreeSet::new();
    for (position, name) in names.iter().enumerate() {
        if let Some(&task) = index.get(name.as_str()) {
            named.insert(task);
        } else {
            let message = format!("there is no task `{name}` in this workflow");
            let place = place().index(position);
            faults.push(Fault::new(&place, FaultCode::UnknownDependency, message));
        }
    }
    match Faults::from_found(faults) {
        Some(faults) => Err(faults),
        None => Ok(named),
    }
}

fn tasks_to_run(
    workflow: &ValidWorkflow,
    last: &RunStatus,
    mode: &RestartMode,
    interrupted: bool,
    changed: &BTreeSet<String>,
    named: &BTreeSet<usize>,
) -> Vec<bool> {
    let count = last.tasks.len();
    let mut runs = vec![false; count];
    // Whose dependents run as well.
    let mut spreads = vec![false; count];
    for task in 0..count {
        let status = &last.tasks[task];
        let (run, spread) = match mode {
            RestartMode::All => (true, true),
            RestartMode::FromFailed => {
                let undone = status.phase.is_failure() || is_unfinished(workflow, last, task);
                (undone, undone)
            }
            RestartMode::Tasks { downstream, .. } => {
                let named = named.contains(&task);
                let rest = interrupted && is_unfinished(workflow, last, task);
                (named || rest, named && *downstream)
            }
        };
        let refers = refers_to(workflow, task, changed);
        runs[task] = run || refers;
        spreads[task] = spread || refers;
    }
    for &task in workflow.dag().topological_order() {
        if spreads[task] {
            for &dependent in workflow.dag().dependents_of(task) {
                runs[dependent] = true;
                spreads[dependent] = true;
            }
        }
    }
    runs
}

/// Whether a task had not come to an end of its own when the end of its run was asked for. One that
/// was stopped by itself before had.
fn is_unfinished(workflow: &ValidWorkflow, last: &RunStatus, task: usize) -> bool {
    match last.tasks[task].phase {
        TaskPhase::Stopped => {
            let ended = last.tasks[task].finished_at;
            last.stop
                .as_ref()
                .is_some_and(|stop| ended >= Some(stop.at))
        }
        TaskPhase::Omitted => is_unreached(workflow, last, task),
        phase => !phase.is_finished(),
    }
}

fn refers_to(workflow: &ValidWorkflow, task: usize, changed: &BTreeSet<String>) -> bool {
    let plan = workflow.plan(task);
    let in_arguments = plan
        .arguments
        .iter()
        .flat_map(|(_, template)| template.references());
    let in_condition = plan
        .when
        .iter()
        .flat_map(crate::condition::Condition::references);
    !changed.is_empty()
        && in_arguments.chain(in_condition).any(
            |reference| matches!(reference, Reference::Parameter(name) if changed.contains(name)),
        )
}

/// The references of tasks that run to outputs that are inherited and do not exist.
fn missing_outputs(
    workflow: &ValidWorkflow,
    last: &RunStatus,
    runs: &[bool],
    index: &HashMap<&str, usize>,
) -> Vec<Fault> {
    let missing = |reference: &Reference, place: &Place| {
        let task = *index.get(reference.task()?)?;
        if runs[task] {
            return None;
        }
        let status = &last.tasks[task];
        missing_output(status, last.number, reference, place)
            .or_else(|| taken_for_a_reference(status, reference, place))
    };
    let mut faults = Vec::new();
    for task in (0..runs.len()).filter(|&task| runs[task]) {
        let here = || Place::root().field("tasks").index(task);
        let plan = workflow.plan(task);
        for (position, (_, template)) in plan.arguments.iter().enumerate() {
            for reference in template.references() {
                let place = here().field("parameters").index(position).field("value");
                faults.extend(missing(reference, &place));
            }
        }
        if let Some(when) = &plan.when {
            for reference in when.certain_references() {
                faults.extend(missing(reference, &here().field("when")));
            }
        }
        for (position, (_, reference)) in plan.artifacts.iter().enumerate() {
            let place = here().field("artifacts").index(position).field("from");
            faults.extend(missing(reference, &place));
        }
    }
    faults
}

/// A value that a cluster would scan for references once more, on its way into the next run.
fn taken_for_a_reference(task: &TaskStatus, reference: &Reference, place: &Place) -> Option<Fault> {
    let value = match reference {
        Reference::TaskResult(_) => task.outputs.result.as_deref(),
        Reference::TaskParameter { name, .. } => task.outputs.parameter(name),
        _ => None,
    }?;
    if !value.contains("{{") && !value.ends_with('{') {
        return None;
    }
    let name = &task.name;
    let message = format!(
        "what `{{{{{reference}}}}}` stands for has braces that would be taken for a reference; restart `{name}` too, so that it is not inherited"
    );
    Some(Fault::new(place, FaultCode::TemplateInjection, message))
}

fn missing_output(
    task: &TaskStatus,
    run: u32,
    reference: &Reference,
    place: &Place,
) -> Option<Fault> {
    let outputs = &task.outputs;
    let there = match reference {
        Reference::TaskParameter { name, .. } => outputs.parameter(name).is_some(),
        Reference::TaskResult(_) => outputs.result.is_some(),
        Reference::TaskExitCode(_) => task.exit_code.is_some(),
        Reference::TaskArtifact { name, .. } => outputs
            .artifacts
            .iter()
            .any(|artifact| artifact.name == *name),
        _ => true,
    };
    (!there).then(|| {
        let (name, phase) = (&task.name, task.phase);
        let message = format!(
            "{{{{{reference}}}}} is not there: task `{name}` is {phase} in run {run}; restart `{name}` too"
        );
        Fault::new(place, FaultCode::UnknownReference, message)
    })
}

#[cfg(test)]
mod tests;
