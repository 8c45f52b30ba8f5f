//! Restarting: the next run of a workflow, as texts for the store.

use std::collections::{BTreeMap, BTreeSet};

use wf_model::{RunStatus, TaskRef, TaskStatus, Timestamp, ValidWorkflow};

use crate::embedded::store::{NewRun, RestartWish, task_number};
use crate::error::{Error, Result};

/// Plans the run that follows the last one.
///
/// # Errors
/// `Invalid`, with the faults of the parameters or of the plan.
pub(super) fn plan(
    (workflow, last): (&ValidWorkflow, &RunStatus),
    given: &BTreeMap<String, String>,
    wish: &RestartWish,
    (interrupts, now): (bool, Timestamp),
) -> Result<NewRun> {
    let values = values(workflow, given, &wish.parameters)?;
    let changed: BTreeSet<String> = values
        .iter()
        .filter(|&(name, value)| given.get(name) != Some(value))
        .map(|(name, _)| name.clone())
        .collect();
    let next = wf_model::plan_restart(workflow, last, &wish.mode, interrupts, &changed)
        .map_err(Error::Invalid)?;
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
