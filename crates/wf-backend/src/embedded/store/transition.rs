//! Transitions: what became of runs and tasks, many in one transaction.

use rusqlite::Connection;
use uuid::Uuid;
use wf_model::{RunStatus, Timestamp, WorkflowPhase};

use super::attempts::{self, LiveAttempt, Spawned};
use super::error::failed;
use super::restarting::{self, Successor};
use super::wishes::{self, Heard};
use super::{Change, Key, retention, summary};
use crate::error::Result;
use crate::id::{Scope, WorkflowId};

/// What became of runs and tasks since the last one; all of it or nothing is told.
#[derive(Debug, Default)]
pub(crate) struct Transition {
    /// What became of which run.
    pub(crate) runs: Vec<RunChange>,
    /// Which processes there are now.
    pub(crate) spawned: Vec<(Uuid, Spawned)>,
    /// Attempts of which no process is left.
    pub(crate) ended: Vec<Uuid>,
    /// Workflows of which it is said why they have not begun.
    pub(crate) explained: Vec<Explained>,
    /// Workflows that cannot be run at all, and why.
    pub(crate) broken: Vec<Broken>,
    /// Workflows that have ended and were to run again all the same.
    pub(crate) successors: Vec<(Key, Scope, WorkflowId, Successor)>,
    /// Workflows that are gone with this.
    pub(crate) forgotten: Vec<(Scope, WorkflowId)>,
}

/// Something to say about a workflow's run.
#[derive(Debug)]
pub(crate) struct Explained {
    /// Which workflow.
    pub(crate) key: Key,
    /// Its scope.
    pub(crate) scope: Scope,
    /// Its id.
    pub(crate) id: WorkflowId,
    /// What is said.
    pub(crate) message: String,
}

/// A workflow that cannot be run at all.
#[derive(Debug)]
pub(crate) struct Broken {
    /// Which, and why.
    pub(crate) why: Explained,
    /// When that was found out.
    pub(crate) at: Timestamp,
    /// When it is forgotten.
    pub(crate) expires_at: Timestamp,
}

/// What became of one run, as texts.
#[derive(Debug)]
pub(crate) struct RunChange {
    /// Whose run it is.
    pub(crate) key: Key,
    /// Its scope.
    pub(crate) scope: Scope,
    /// Its id.
    pub(crate) id: WorkflowId,
    /// Which run.
    pub(crate) run: u32,
    /// Its phase.
    pub(crate) phase: WorkflowPhase,
    /// Why.
    pub(crate) message: Option<String>,
    /// When it began.
    pub(crate) started_at: Option<Timestamp>,
    /// When it ended.
    pub(crate) finished_at: Option<Timestamp>,
    /// When it is forgotten.
    pub(crate) expires_at: Option<Timestamp>,
    /// How many tasks are in which phase, as JSON.
    pub(crate) task_counts: String,
    /// Its status without the tasks, as JSON.
    pub(crate) status: String,
    /// The tasks that changed: number in the store, status without items as JSON.
    pub(crate) tasks: Vec<(i64, String)>,
    /// The items that changed: number of the task, of the item, status as JSON.
    pub(crate) items: Vec<(i64, u32, String)>,
    /// Attempts that will soon have a process.
    pub(crate) begun: Vec<LiveAttempt>,
    /// What was asked of its tasks, and is seen to with this.
    pub(crate) heard: Heard,
    /// What follows when it has ended, and somebody wished that it runs again.
    pub(crate) successor: Option<Successor>,
}

impl Transition {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
            && self.spawned.is_empty()
            && self.ended.is_empty()
            && self.explained.is_empty()
            && self.broken.is_empty()
            && self.successors.is_empty()
            && self.forgotten.is_empty()
    }
}

/// Writes it all.
pub(crate) fn write(change: &mut Change<'_>, transition: &Transition) -> Result<()> {
    let doing = "keeping what became of a task";
    for run in &transition.runs {
        write_run(change, run)?;
    }
    let connection = change.connection();
    for (uuid, process) in &transition.spawned {
        attempts::record(connection, *uuid, process).map_err(failed(doing))?;
    }
    for uuid in &transition.ended {
        attempts::remove(connection, *uuid).map_err(failed(doing))?;
    }
    for explained in &transition.explained {
        explain(change, explained).map_err(failed(doing))?;
    }
    for broken in &transition.broken {
        give_up(change, broken).map_err(failed(doing))?;
    }
    for (key, scope, id, successor) in &transition.successors {
        restarting::succeed(change, (*key, scope, *id), successor)?;
    }
    for (scope, id) in &transition.forgotten {
        retention::forget(change, scope, *id)?;
    }
    Ok(())
}

fn explain(change: &mut Change<'_>, explained: &Explained) -> rusqlite::Result<()> {
    let revision = change.touch(&explained.scope, explained.id)?;
    change
        .connection()
        .prepare_cached(
            "UPDATE workflows SET message = ?, revision = ? WHERE key = ? AND phase = 'PENDING'",
        )?
        .execute((&explained.message, revision, explained.key.0))
        .map(|_| ())
}

/// Ends a workflow that cannot be run; its tasks stay as they were.
fn give_up(change: &mut Change<'_>, broken: &Broken) -> rusqlite::Result<()> {
    let why = &broken.why;
    let revision = change.touch(&why.scope, why.id)?;
    // To be looked at once more: it may be that it was to be forgotten when it has ended.
    change.wake_executor();
    change
        .connection()
        .prepare_cached(
            "UPDATE workflows SET phase = 'ERROR', message = ?, revision = ?, stopping = 0, \
             attention = 1, suspended = 0, finished_ms = ?, expires_ms = ? WHERE key = ?",
        )?
        .execute((
            &why.message,
            revision,
            broken.at.as_millis(),
            broken.expires_at.as_millis(),
            why.key.0,
        ))?;
    end_run(change.connection(), broken)
}

/// The same for its run, which history tells when there is a later one.
fn end_run(connection: &Connection, broken: &Broken) -> rusqlite::Result<()> {
    let key = broken.why.key.0;
    let (number, status): (u32, Option<RunStatus>) = connection
        .prepare_cached(
            "SELECT number, status FROM runs WHERE workflow = ? ORDER BY number DESC LIMIT 1",
        )?
        .query_row([key], |row| Ok((row.get(0)?, summary::json(row, 1).ok())))?;
    // A status that cannot be read cannot be told either.
    let Some(mut status) = status else {
        return Ok(());
    };
    status.phase = WorkflowPhase::Error;
    status.message = Some(broken.why.message.clone());
    status.finished_at = Some(broken.at);
    let status = serde_json::to_string(&status)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached("UPDATE runs SET status = ? WHERE workflow = ? AND number = ?")?
        .execute((status, key, number))
        .map(|_| ())
}

/// Writes what became of one run.
pub(crate) fn write_run(change: &mut Change<'_>, run: &RunChange) -> Result<()> {
    let doing = "keeping what became of a run";
    let revision = change.touch(&run.scope, run.id).map_err(failed(doing))?;
    let connection = change.connection();
    write_row(connection, run, revision)
        .and_then(|()| write_tasks(connection, (run.key, run.run), &run.tasks, &run.items))
        .and_then(|()| wishes::forget(connection, (run.key, run.run), &run.heard))
        .map_err(failed(doing))?;
    for attempt in &run.begun {
        attempts::insert(connection, attempt).map_err(failed(doing))?;
    }
    if !run.phase.is_finished() {
        return Ok(());
    }
    if let Some(successor) = &run.successor {
        restarting::succeed(change, (run.key, &run.scope, run.id), successor)?;
    }
    look_again(change, run.key).map_err(failed(doing))
}

/// Has the executor look once more at a workflow that has ended and is to run again all the same
/// (somebody wished that after its end was told to the store), or is to be forgotten.
fn look_again(change: &mut Change<'_>, key: Key) -> rusqlite::Result<()> {
    let wished = change
        .connection()
        .prepare_cached(
            "UPDATE workflows SET attention = 1 \
             WHERE key = ? AND (restart IS NOT NULL OR deleting = 1)",
        )?
        .execute([key.0])?;
    if wished > 0 {
        change.wake_executor();
    }
    Ok(())
}

fn write_row(connection: &Connection, run: &RunChange, revision: i64) -> rusqlite::Result<()> {
    let millis = |moment: Option<Timestamp>| moment.map(Timestamp::as_millis);
    connection
        .prepare_cached(
            "UPDATE workflows SET phase = CASE WHEN ?8 THEN ?1 WHEN suspended = 1 THEN 'SUSPENDED' \
             WHEN ?3 IS NULL THEN 'PENDING' ELSE 'RUNNING' END, \
             message = ?2, started_ms = ?3, finished_ms = ?4, expires_ms = ?5, task_counts = ?6, \
             revision = ?7, stopping = CASE WHEN ?8 THEN 0 ELSE stopping END, \
             suspended = CASE WHEN ?8 THEN 0 ELSE suspended END WHERE key = ?9",
        )?
        .execute(rusqlite::params![
            run.phase.as_str(),
            run.message,
            millis(run.started_at),
            millis(run.finished_at),
            millis(run.expires_at),
            run.task_counts,
            revision,
            run.phase.is_finished(),
            run.key.0,
        ])?;
    connection
        .prepare_cached("UPDATE runs SET status = ? WHERE workflow = ? AND number = ?")?
        .execute((&run.status, run.key.0, run.run))
        .map(|_| ())
}

/// Writes the tasks that changed, and the items.
pub(super) fn write_tasks(
    connection: &Connection,
    (key, run): (Key, u32),
    tasks: &[(i64, String)],
    items: &[(i64, u32, String)],
) -> rusqlite::Result<()> {
    let mut task = connection.prepare_cached(
        "INSERT INTO tasks (workflow, run, task, status) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET status = excluded.status",
    )?;
    for (number, status) in tasks {
        task.execute((key.0, run, number, status))?;
    }
    let mut item = connection.prepare_cached(
        "INSERT INTO items (workflow, run, task, item, status) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET status = excluded.status",
    )?;
    for (number, index, status) in items {
        item.execute((key.0, run, number, index, status))?;
    }
    Ok(())
}
