//! Runs, as the executor reads them: all that it needs to go on with one.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};
use wf_argo::Rendered;
use wf_model::{Document, RunStatus, StopWish, Timestamp, WorkflowPhase};

use super::error::{failed, unreadable};
use super::{Change, Key, retention, snapshot, summary};
use crate::error::Result;
use crate::id::{Scope, WorkflowId};

/// A workflow that the executor has to look at, and what it needs to decide when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attention {
    /// Its key.
    pub(crate) key: Key,
    /// Whose it is.
    pub(crate) scope: Scope,
    /// Its id.
    pub(crate) id: WorkflowId,
    /// Its phase.
    pub(crate) phase: WorkflowPhase,
    /// When it was created.
    pub(crate) created_at: Timestamp,
    /// Among workflows that wait, the higher goes first.
    pub(crate) priority: i32,
    /// The name of which it has to have the mutex.
    pub(crate) mutex: Option<String>,
    /// Somebody's wish that it should end.
    pub(crate) stop: Option<StopWish>,
    /// It is to be forgotten when it has ended.
    pub(crate) deleting: bool,
    /// Whether its run has begun.
    pub(crate) begun: bool,
}

/// A run with all that it takes to go on with it.
#[derive(Debug)]
pub(crate) struct StoredRun {
    /// Its workflow's name.
    pub(crate) name: String,
    /// When the run was made.
    pub(crate) created_at: Timestamp,
    /// The values it was started with.
    pub(crate) parameters: BTreeMap<String, String>,
    /// What it has done so far.
    pub(crate) status: RunStatus,
    /// The document, and what was rendered when it was accepted (a later catalog does not change
    /// that); absent when the reader had them.
    pub(crate) recorded: Option<(Document, Rendered)>,
}

const ASKED: &str = "SELECT w.key, w.scope, w.id, w.phase, w.created_ms, w.priority, w.mutex, \
     w.deleting, w.started_ms, r.stop FROM workflows AS w INDEXED BY workflows_attention \
     CROSS JOIN runs AS r ON r.workflow = w.key AND r.number = w.run WHERE w.attention = 1";

const ACTIVE: &str = "SELECT w.key, w.scope, w.id, w.phase, w.created_ms, w.priority, w.mutex, \
     w.deleting, w.started_ms, r.stop FROM workflows AS w INDEXED BY workflows_active \
     CROSS JOIN runs AS r ON r.workflow = w.key AND r.number = w.run \
     WHERE w.phase IN ('PENDING', 'RUNNING', 'SUSPENDED')";

/// The workflows of which somebody asked something since the last call; takes note that the
/// executor has seen it. One that has ended and is to be forgotten is forgotten right here.
pub(crate) fn take_attention(change: &mut Change<'_>) -> Result<Vec<Attention>> {
    let doing = "reading what was asked";
    let mut asked = select(change.connection(), ASKED, doing)?;
    for attention in &asked {
        change
            .connection()
            .prepare_cached("UPDATE workflows SET attention = 0 WHERE key = ?")
            .and_then(|mut seen| seen.execute([attention.key.0]))
            .map_err(failed(doing))?;
        if is_over(attention)
            && let Some((key, summary)) =
                summary::find(change.connection(), &attention.scope, attention.id)?
        {
            retention::forget(change, key, &summary)?;
        }
    }
    asked.retain(|attention| !is_over(attention));
    Ok(asked)
}

fn is_over(attention: &Attention) -> bool {
    attention.deleting && attention.phase.is_finished()
}

/// Whether somebody asked something that the executor has not seen.
pub(crate) fn is_asked(connection: &Connection) -> Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM workflows WHERE attention = 1 LIMIT 1")
        .and_then(|mut statement| statement.exists([]))
        .map_err(failed("reading whether something was asked"))
}

/// The workflows that have not ended and were started.
pub(crate) fn active(connection: &Connection) -> Result<Vec<Attention>> {
    select(connection, ACTIVE, "reading what is under way")
}

fn select(connection: &Connection, sql: &str, doing: &'static str) -> Result<Vec<Attention>> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_map([], of_row)?.collect())
        .map_err(failed(doing))
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Attention> {
    let scope: String = row.get(1)?;
    let phase: String = row.get(3)?;
    let begun: Option<i64> = row.get(8)?;
    let stop: Option<String> = row.get(9)?;
    let stop = stop
        .map(|stop| serde_json::from_str(&stop))
        .transpose()
        .map_err(|error| summary::odd(9, error.into()))?;
    Ok(Attention {
        key: Key(row.get(0)?),
        scope: Scope::new(scope).ok_or_else(|| summary::odd(1, "no scope".into()))?,
        id: summary::id(row, 2)?,
        phase: WorkflowPhase::parse(&phase).ok_or_else(|| summary::odd(3, "no phase".into()))?,
        created_at: Timestamp::from_millis(row.get(4)?),
        priority: row.get(5)?,
        mutex: row.get(6)?,
        stop,
        deleting: row.get(7)?,
        begun: begun.is_some(),
    })
}

/// The latest run of that workflow, or nothing when the workflow is gone. What is known already
/// is not read.
pub(crate) fn load(
    connection: &Connection,
    key: Key,
    known: Option<&Document>,
) -> Result<Option<StoredRun>> {
    let doing = "reading a run to go on with it";
    let head = connection
        .prepare_cached(
            "SELECT w.name, w.run, r.created_ms FROM workflows AS w \
             JOIN runs AS r ON r.workflow = w.key AND r.number = w.run WHERE w.key = ?",
        )
        .and_then(|mut statement| {
            statement
                .query_row([key.0], |row| {
                    let created_at = Timestamp::from_millis(row.get(2)?);
                    Ok((row.get(0)?, row.get(1)?, created_at))
                })
                .optional()
        })
        .map_err(failed(doing))?;
    let Some((name, number, created_at)) = head else {
        return Ok(None);
    };
    let (recorded, (mut status, parameters)) = if let Some(document) = known {
        (None, snapshot::read_run(connection, key, number, document)?)
    } else {
        let document = snapshot::document(connection, key)?;
        let run = snapshot::read_run(connection, key, number, &document)?;
        (Some((document, rendered(connection, key)?)), run)
    };
    if status.phase == WorkflowPhase::Pending {
        // Why it waited was so then.
        status.message = None;
    }
    Ok(Some(StoredRun {
        name,
        created_at,
        parameters: parameters.unwrap_or_default(),
        status,
        recorded,
    }))
}

fn rendered(connection: &Connection, key: Key) -> Result<Rendered> {
    let doing = "reading a manifest";
    let text: String = connection
        .prepare_cached("SELECT rendered FROM documents WHERE workflow = ?")
        .and_then(|mut statement| statement.query_row([key.0], |row| row.get(0)))
        .map_err(failed(doing))?;
    serde_json::from_str(&text).map_err(unreadable(doing))
}
