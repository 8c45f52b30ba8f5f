//! Snapshots: a workflow with its document and its latest run.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use wf_model::{Argument, Document, ItemStatus, RunStatus, StopWish, TaskStatus};

use super::error::{failed, unreadable};
use super::{Key, summary, wishes};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Summary};

/// What a reader has of a workflow already; it need not be read again while it is the same.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    etag: String,
    document: Arc<Document>,
}

impl Known {
    /// What that snapshot tells.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        Self {
            etag: snapshot.summary.etag.clone(),
            document: Arc::clone(&snapshot.document),
        }
    }
}

/// The workflow of that id in that scope, if there is one.
pub(crate) fn find(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    known: Option<&Known>,
) -> Result<Option<Snapshot>> {
    summary::find(connection, scope, id)?
        .map(|(key, summary)| complete(connection, key, summary, known))
        .transpose()
}

/// The workflow of that id in that scope.
///
/// # Errors
/// `NotFound`.
pub(crate) fn get(connection: &Connection, scope: &Scope, id: WorkflowId) -> Result<Snapshot> {
    find(connection, scope, id, None)?.ok_or_else(|| Error::no_workflow(id))
}

/// Reads what a summary does not tell.
pub(crate) fn complete(
    connection: &Connection,
    key: Key,
    summary: Summary,
    known: Option<&Known>,
) -> Result<Snapshot> {
    let document = match known {
        Some(known) if known.etag == summary.etag => Arc::clone(&known.document),
        _ => Arc::new(document(connection, key)?),
    };
    let (mut run, given) = read_run(connection, key, summary.run, &document)?;
    tell_as_summary(&mut run, &summary);
    Ok(Snapshot {
        parameters: parameters(&document, given.as_ref()),
        summary,
        document,
        run,
    })
}

/// Tells of the latest run what the workflow's row alone says: why it waits, that it is suspended,
/// that it cannot be run at all.
pub(super) fn tell_as_summary(run: &mut RunStatus, summary: &Summary) {
    run.phase = summary.phase;
    run.message.clone_from(&summary.message);
    run.finished_at = summary.finished_at;
}

/// The document of a workflow.
pub(crate) fn document(connection: &Connection, key: Key) -> Result<Document> {
    let doing = "reading a document";
    let text: String = connection
        .prepare_cached("SELECT document FROM documents WHERE workflow = ?")
        .and_then(|mut statement| statement.query_row([key.0], |row| row.get(0)))
        .map_err(failed(doing))?;
    serde_json::from_str(&text).map_err(unreadable(doing))
}

/// The values of the document's parameters, in its order: those given, else the defaults.
pub(crate) fn parameters(
    document: &Document,
    given: Option<&BTreeMap<String, String>>,
) -> Vec<Argument> {
    document
        .parameters
        .iter()
        .filter_map(|declared| {
            let given = given.and_then(|given| given.get(&declared.name));
            let value = given.or(declared.default.as_ref())?;
            Some(Argument::new(&declared.name, value))
        })
        .collect()
}

/// A run with its tasks, and the values it was started with.
pub(crate) fn read_run(
    connection: &Connection,
    key: Key,
    number: u32,
    document: &Document,
) -> Result<(RunStatus, Option<BTreeMap<String, String>>)> {
    let doing = "reading a run";
    let (status, stop, given) = connection
        .prepare_cached(
            "SELECT status, stop, parameters FROM runs WHERE workflow = ? AND number = ?",
        )
        .and_then(|mut statement| {
            statement.query_row((key.0, number), |row| {
                let stop: Option<StopWish> = optional_json(row, 1)?;
                let given: Option<BTreeMap<String, String>> = optional_json(row, 2)?;
                Ok((summary::json::<RunStatus>(row, 0)?, stop, given))
            })
        })
        .optional()
        .map_err(failed(doing))?
        .ok_or_else(|| Error::NotFound {
            what: "run",
            id: number.to_string(),
        })?;
    let fresh = RunStatus::fresh(document, number, status.phase);
    let mut run = status;
    run.stop = stop;
    run.tasks = fresh.tasks;
    run.exit_handler = fresh.exit_handler;
    read_tasks(connection, key, &mut run).map_err(failed(doing))?;
    read_items(connection, key, &mut run).map_err(failed(doing))?;
    read_wishes(connection, key, &mut run).map_err(failed(doing))?;
    Ok((run, given))
}

fn optional_json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => summary::json(row, column).map(Some),
    }
}

fn read_tasks(connection: &Connection, key: Key, run: &mut RunStatus) -> rusqlite::Result<()> {
    let mut statement = connection
        .prepare_cached("SELECT task, status FROM tasks WHERE workflow = ? AND run = ?")?;
    let mut rows = statement.query((key.0, run.number))?;
    while let Some(row) = rows.next()? {
        let status: TaskStatus = summary::json(row, 1)?;
        if let Some(task) = task_mut(run, row.get(0)?) {
            *task = status;
        }
    }
    Ok(())
}

fn read_items(connection: &Connection, key: Key, run: &mut RunStatus) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT task, status FROM items WHERE workflow = ? AND run = ? ORDER BY task, item",
    )?;
    let mut rows = statement.query((key.0, run.number))?;
    while let Some(row) = rows.next()? {
        let status: ItemStatus = summary::json(row, 1)?;
        if let Some(task) = task_mut(run, row.get(0)?) {
            task.items.push(status);
        }
    }
    Ok(())
}

/// Tasks that are to be stopped, of which the executor has not taken note yet.
fn read_wishes(connection: &Connection, key: Key, run: &mut RunStatus) -> rusqlite::Result<()> {
    for task in wishes::stops(connection, key, run.number)? {
        if let Some(task) = task_mut(run, task) {
            task.stopping = !task.phase.is_finished();
        }
    }
    Ok(())
}

/// The task of that number in the store, where the exit handler is -1.
fn task_mut(run: &mut RunStatus, task: i64) -> Option<&mut TaskStatus> {
    match usize::try_from(task) {
        Ok(task) => run.tasks.get_mut(task),
        Err(_) => run.exit_handler.as_mut(),
    }
}
