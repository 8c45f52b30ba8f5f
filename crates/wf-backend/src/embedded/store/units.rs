//! Units: one task or item of a run, found without reading the others.

use rusqlite::{Connection, OptionalExtension};
use wf_model::{Attempt, EXIT_HANDLER, ItemStatus, TaskRef, TaskStatus, Unit, WorkflowPhase};

use super::error::failed;
use super::{Key, snapshot, summary, task_number};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};

/// A task of a run that exists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located {
    /// The workflow.
    pub(crate) key: Key,
    /// Its run.
    pub(crate) run: u32,
    /// The task.
    pub(crate) task: TaskRef,
    /// How many items it has, when it fans out.
    pub(crate) items: Option<u32>,
}

/// What a unit has done so far.
#[derive(Debug, Default)]
pub(crate) struct UnitState {
    /// Its attempts.
    pub(crate) attempts: Vec<Attempt>,
    /// Whether it has ended.
    pub(crate) ended: bool,
}

/// Finds a task by its name.
///
/// # Errors
/// `NotFound`.
pub(crate) fn locate(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    run: Option<u32>,
    task: &str,
) -> Result<Located> {
    let found = summary::find(connection, scope, id)?;
    let (key, summary) = found.ok_or_else(|| Error::no_workflow(id))?;
    let run = match run {
        Some(run) if run == 0 || run > summary.run => {
            return Err(Error::NotFound {
                what: "run",
                id: run.to_string(),
            });
        }
        run => run.unwrap_or(summary.run),
    };
    let document = snapshot::document(connection, key)?;
    let index = document.tasks.iter().position(|other| other.name == task);
    let items = index.and_then(|index| document.tasks[index].with_items.as_ref());
    let task = match index {
        Some(index) => TaskRef::Task(index),
        None if task == EXIT_HANDLER && document.on_exit.is_some() => TaskRef::ExitHandler,
        None => {
            return Err(Error::NotFound {
                what: "task",
                id: task.to_owned(),
            });
        }
    };
    let items = items.map(|items| u32::try_from(items.len()).unwrap_or(u32::MAX));
    Ok(Located {
        key,
        run,
        task,
        items,
    })
}

/// What a unit has done so far; nothing, when it was never reached.
pub(crate) fn state(connection: &Connection, key: Key, run: u32, unit: Unit) -> Result<UnitState> {
    let doing = "reading a task";
    let over = is_over(connection, key, run).map_err(failed(doing))?;
    let task = task(connection, key, run, unit.task).map_err(failed(doing))?;
    let task_ended = over || task.as_ref().is_some_and(|task| task.phase.is_finished());
    let found = match unit.item {
        None => task.map(|task| (task.attempts, task_ended)),
        Some(item) => item_status(connection, key, run, (unit, item))
            .map_err(failed(doing))?
            .map(|item| (item.attempts, task_ended || item.phase.is_finished())),
    };
    let (attempts, ended) = found.unwrap_or((Vec::new(), task_ended));
    Ok(UnitState { attempts, ended })
}

/// Whether nothing of the run changes any more.
fn is_over(connection: &Connection, key: Key, run: u32) -> rusqlite::Result<bool> {
    let latest: Option<(u32, String)> = connection
        .prepare_cached("SELECT run, phase FROM workflows WHERE key = ?")?
        .query_row([key.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(latest.is_none_or(|(latest, phase)| {
        latest != run || WorkflowPhase::parse(&phase).is_some_and(WorkflowPhase::is_finished)
    }))
}

/// In which run a task printed what it printed: that of which it inherited its result, or its own.
pub(crate) fn printed_in(connection: &Connection, located: &Located) -> Result<u32> {
    let task = task(connection, located.key, located.run, located.task)
        .map_err(failed("reading a task"))?;
    let inherited = task.and_then(|task| task.inherited_from);
    Ok(inherited.unwrap_or(located.run))
}

/// A task of that run, if something has happened to it.
pub(super) fn task(
    connection: &Connection,
    key: Key,
    run: u32,
    task: TaskRef,
) -> rusqlite::Result<Option<TaskStatus>> {
    connection
        .prepare_cached("SELECT status FROM tasks WHERE workflow = ? AND run = ? AND task = ?")?
        .query_row((key.0, run, task_number(task)), |row| summary::json(row, 0))
        .optional()
}

/// One item of a task, if something has happened to it.
pub(super) fn item(
    connection: &Connection,
    located: &Located,
    item: u32,
) -> Result<Option<ItemStatus>> {
    let unit = Unit {
        task: located.task,
        item: Some(item),
    };
    item_status(connection, located.key, located.run, (unit, item))
        .map_err(failed("reading an item"))
}

/// All items of a task to which something has happened.
pub(super) fn items(connection: &Connection, located: &Located) -> Result<Vec<ItemStatus>> {
    connection
        .prepare_cached(
            "SELECT status FROM items WHERE workflow = ? AND run = ? AND task = ? ORDER BY item",
        )
        .and_then(|mut statement| {
            let task = task_number(located.task);
            statement
                .query_map((located.key.0, located.run, task), |row| {
                    summary::json(row, 0)
                })?
                .collect()
        })
        .map_err(failed("reading the items of a task"))
}

fn item_status(
    connection: &Connection,
    key: Key,
    run: u32,
    (unit, item): (Unit, u32),
) -> rusqlite::Result<Option<ItemStatus>> {
    connection
        .prepare_cached(
            "SELECT status FROM items WHERE workflow = ? AND run = ? AND task = ? AND item = ?",
        )?
        .query_row((key.0, run, task_number(unit.task), item), |row| {
            summary::json(row, 0)
        })
        .optional()
}
