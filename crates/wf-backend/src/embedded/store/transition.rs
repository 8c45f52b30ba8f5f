//! Transitions: what became of runs and tasks, many in one transaction.

use rusqlite::Connection;
use uuid::Uuid;
use wf_model::{Timestamp, WorkflowPhase};

use super::attempts::{self, LiveAttempt, Spawned};
use super::error::failed;
use super::{Change, Key, retention, summary};
use crate::embedded::clock;
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
    pub(crate) broken: Vec<Explained>,
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
}

impl Transition {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
            && self.spawned.is_empty()
            && self.ended.is_empty()
            && self.explained.is_empty()
            && self.broken.is_empty()
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
    for (scope, id) in &transition.forgotten {
        if let Some((key, summary)) = summary::find(change.connection(), scope, *id)? {
            retention::forget(change, key, &summary)?;
        }
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
fn give_up(change: &mut Change<'_>, broken: &Explained) -> rusqlite::Result<()> {
    let revision = change.touch(&broken.scope, broken.id)?;
    change
        .connection()
        .prepare_cached(
            "UPDATE workflows SET phase = 'ERROR', message = ?, revision = ?, stopping = 0, \
             finished_ms = ? WHERE key = ?",
        )?
        .execute((
            &broken.message,
            revision,
            clock::now().as_millis(),
            broken.key.0,
        ))
        .map(|_| ())
}

/// Writes what became of one run.
pub(crate) fn write_run(change: &mut Change<'_>, run: &RunChange) -> Result<()> {
    let doing = "keeping what became of a run";
    let revision = change.touch(&run.scope, run.id).map_err(failed(doing))?;
    let connection = change.connection();
    write_row(connection, run, revision)
        .and_then(|()| write_tasks(connection, run))
        .map_err(failed(doing))
}

fn write_row(connection: &Connection, run: &RunChange, revision: i64) -> rusqlite::Result<()> {
    let millis = |moment: Option<Timestamp>| moment.map(Timestamp::as_millis);
    connection
        .prepare_cached(
            "UPDATE workflows SET phase = ?, message = ?, started_ms = ?, finished_ms = ?, \
             expires_ms = ?, task_counts = ?, revision = ?, \
             stopping = CASE WHEN ? THEN 0 ELSE stopping END WHERE key = ?",
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

fn write_tasks(connection: &Connection, run: &RunChange) -> rusqlite::Result<()> {
    let mut task = connection.prepare_cached(
        "INSERT INTO tasks (workflow, run, task, status) VALUES (?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET status = excluded.status",
    )?;
    for (number, status) in &run.tasks {
        task.execute((run.key.0, run.run, number, status))?;
    }
    let mut item = connection.prepare_cached(
        "INSERT INTO items (workflow, run, task, item, status) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT DO UPDATE SET status = excluded.status",
    )?;
    for (number, index, status) in &run.items {
        item.execute((run.key.0, run.run, number, index, status))?;
    }
    for attempt in &run.begun {
        attempts::insert(connection, attempt)?;
    }
    Ok(())
}
