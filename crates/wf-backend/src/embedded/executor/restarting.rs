//! Restarting: the next run of a workflow, as texts for the store.

use std::collections::{BTreeMap, BTreeSet};

use wf_model::{
    Fault, FaultCode, Faults, Place, Reference, RunStatus, TaskRef, TaskStatus, Timestamp,
    ValidWorkflow,
};

use crate::embedded::store::{NewRun, RestartWish, task_number};
use crate::error::{Error, Result};

/// Plans the run that follows the last one.
///
/// # Errors
/// `Invalid`, with the faults of the parameters or of the plan, and of artifacts that are to be
/// inherited and not kept any more.
pub(super) fn plan(
    (workflow, last): (&ValidWorkflow, &RunStatus),
    given: &BTreeMap<String, String>,
    wish: &RestartWish,
    (interrupts, now): (bool, Timestamp),
    is_kept: &dyn Fn(&str) -> bool,
) -> Result<NewRun> {
    let values = values(workflow, given, &wish.parameters)?;
    let changed: BTreeSet<String> = values
        .iter()
        .filter(|&(name, value)| given.get(name) != Some(value))
        .map(|(name, _)| name.clone())
        .collect();
    let next = wf_model::plan_restart(workflow, last, &wish.mode, interrupts, &changed)
        .map_err(Error::Invalid)?;
    if let Some(faults) = Faults::from_found(gone_artifacts(workflow, &next, is_kept)) {
        return Err(Error::Invalid(faults));
    }
    let (tasks, items) = texts(&next)?;
    Ok(NewRun {
        number: next.number,
        wish: wish.clone(),
        created_at: now,
        parameters: json(&values)?,
        status: json(&next.without_tasks())?,
        task_counts: json(&next.counts())?,
        tasks,
        items,
        interrupts,
    })
}

/// The artifacts that a task of the run takes from one that is inherited, and that somebody has
/// removed.
fn gone_artifacts(
    workflow: &ValidWorkflow,
    run: &RunStatus,
    is_kept: &dyn Fn(&str) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (task, status) in run.tasks.iter().enumerate() {
        if status.inherited_from.is_some() {
            continue;
        }
        for (position, (_, reference)) in workflow.plan(task).artifacts.iter().enumerate() {
            let Reference::TaskArtifact { task: from, name } = reference else {
                continue;
            };
            let from = run.task(from).filter(|from| from.inherited_from.is_some());
            let left = from.into_iter().flat_map(|from| &from.outputs.artifacts);
            let mut left = left.filter(|artifact| artifact.name == *name);
            if left.any(|artifact| !is_kept(&artifact.location)) {
                let place = Place::root().field("tasks").index(task).field("artifacts");
                faults.push(gone(reference, &place.index(position).field("from")));
            }
        }
    }
    faults
}

fn gone(reference: &Reference, place: &Place) -> Fault {
    let task = reference.task().unwrap_or_default();
    let message = format!("{{{{{reference}}}}} is not kept any more; restart `{task}` too");
    Fault::new(place, FaultCode::UnknownReference, message)
}

/// The values of the workflow's parameters: those now given, else those given before, else the
/// defaults.
fn values(
    workflow: &ValidWorkflow,
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut given = before.clone();
    given.extend(
        now.iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    wf_model::resolve_parameters(workflow, &given).map_err(Error::Invalid)
}

type Texts = (Vec<(i64, String)>, Vec<(i64, u32, String)>);

/// The tasks that are not fresh, and their items.
fn texts(run: &RunStatus) -> Result<Texts> {
    let mut tasks = Vec::new();
    let mut items = Vec::new();
    for (index, task) in run.tasks.iter().enumerate() {
        let is_fresh = task.inherited_from.is_none() && !task.forced;
        if is_fresh {
            continue;
        }
        let number = task_number(TaskRef::Task(index));
        tasks.push((number, task_json(task)?));
        for item in &task.items {
            items.push((number, item.index, json(item)?));
        }
    }
    Ok((tasks, items))
}

fn task_json(task: &TaskStatus) -> Result<String> {
    if task.items.is_empty() {
        json(task)
    } else {
        json(&task.without_items())
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|source| Error::Internal {
        doing: "writing a run as JSON",
        source: Box::new(source),
    })
}
