//! Runs, as the executor reads them: all that it needs to go on with one.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};
use wf_argo::Rendered;
use wf_model::{Document, RunStatus, StopWish, Timestamp, WorkflowPhase};

use super::error::{failed, unreadable};
use super::restarting::RestartWish;
use super::wishes::{self, Wishes};
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
    /// Its latest run.
    pub(crate) run: u32,
    /// Whether it is to begin nothing.
    pub(crate) suspended: bool,
    /// Somebody's wish that it runs again, as text too.
    pub(crate) restart: Option<(String, RestartWish)>,
    /// What is wished for its tasks.
    pub(crate) wishes: Wishes,
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
    /// Whether it is to begin nothing.
    pub(crate) suspended: bool,
    /// What is wished for its tasks.
    pub(crate) wishes: Wishes,
    /// Its workflow's etag.
    pub(crate) etag: String,
    /// The document, and what was rendered when it was accepted (a later catalog does not change
    /// that); absent when the reader had them.
    pub(crate) recorded: Option<(Document, Rendered)>,
}

const COLUMNS: &str = "w.key, w.scope, w.id, w.phase, w.created_ms, w.priority, w.mutex, \
     w.deleting, w.started_ms, r.stop, w.run, w.suspended, w.restart";

const ASKED: &str = "workflows AS w INDEXED BY workflows_attention \
     CROSS JOIN runs AS r ON r.workflow = w.key AND r.number = w.run WHERE w.attention = 1";

const ACTIVE: &str = "workflows AS w INDEXED BY workflows_active \
     CROSS JOIN runs AS r ON r.workflow = w.key AND r.number = w.run \
     WHERE w.phase IN ('PENDING', 'RUNNING', 'SUSPENDED')";

/// The workflows of which somebody asked something since the last call; takes note that the
/// executor has seen it. One that has ended and is to be forgotten is forgotten right here.
pub(crate) fn take_attention(change: &mut Change<'_>) -> Result<Vec<Attention>> {
    let doing = "reading what was asked";
    let mut asked = select(change.connection(), ASKED, doing)?;
    for attention in &asked {
        if attention.phase.is_finished() && attention.restart.is_some() {
            // Until it runs again, so that nobody forgets it.
            continue;
        }
        change
            .connection()
            .prepare_cached("UPDATE workflows SET attention = 0 WHERE key = ?")
            .and_then(|mut seen| seen.execute([attention.key.0]))
            .map_err(failed(doing))?;
        if is_over(attention) {
            retention::forget(change, &attention.scope, attention.id)?;
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

fn select(connection: &Connection, from: &str, doing: &'static str) -> Result<Vec<Attention>> {
    let mut found: Vec<Attention> = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {from}"))
        .and_then(|mut statement| statement.query_map([], of_row)?.collect())
        .map_err(failed(doing))?;
    for attention in &mut found {
        attention.wishes = wishes::read(connection, attention.key, attention.run)?;
    }
    Ok(found)
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
    let restart: Option<String> = row.get(12)?;
    let restart = restart
        .map(|text| serde_json::from_str(&text).map(|wish| (text, wish)))
        .transpose()
        .map_err(|error| summary::odd(12, error.into()))?;
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
        run: row.get(10)?,
        suspended: row.get(11)?,
        restart,
        wishes: Wishes::default(),
    })
}

/// What a workflow's row tells of its latest run.
struct Head {
    name: String,
    etag: String,
    suspended: bool,
    number: u32,
    created_at: Timestamp,
}

/// The latest run of that workflow, or nothing when the workflow is gone. A document that is known
/// is not read again, if it is the one of that etag.
pub(crate) fn load(
    connection: &Connection,
    key: Key,
    known: Option<(&str, &Document)>,
) -> Result<Option<StoredRun>> {
    let Some(head) = head(connection, key).map_err(failed(LOADING))? else {
        return Ok(None);
    };
    let known = known
        .filter(|(etag, _)| *etag == head.etag)
        .map(|(_, document)| document);
    let number = head.number;
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
        name: head.name,
        created_at: head.created_at,
        parameters: parameters.unwrap_or_default(),
        status,
        suspended: head.suspended,
        wishes: wishes::read(connection, key, number)?,
        etag: head.etag,
        recorded,
    }))
}

const LOADING: &str = "reading a run to go on with it";

fn head(connection: &Connection, key: Key) -> rusqlite::Result<Option<Head>> {
    connection
        .prepare_cached(
            "SELECT w.name, w.etag, w.suspended, w.run, r.created_ms FROM workflows AS w \
             JOIN runs AS r ON r.workflow = w.key AND r.number = w.run WHERE w.key = ?",
        )?
        .query_row([key.0], |row| {
            Ok(Head {
                name: row.get(0)?,
                etag: row.get(1)?,
                suspended: row.get(2)?,
                number: row.get(3)?,
                created_at: Timestamp::from_millis(row.get(4)?),
            })
        })
        .optional()
}

/// What was rendered of a workflow's document.
pub(crate) fn rendered(connection: &Connection, key: Key) -> Result<Rendered> {
    let doing = "reading a manifest";
    let text: String = connection
        .prepare_cached("SELECT rendered FROM documents WHERE workflow = ?")
        .and_then(|mut statement| statement.query_row([key.0], |row| row.get(0)))
        .map_err(failed(doing))?;
    serde_json::from_str(&text).map_err(unreadable(doing))
}
