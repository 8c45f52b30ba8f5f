//! The audit of a workflow: who did what to it, and what was refused to whom.

use rusqlite::{Connection, Row};
use wf_model::Timestamp;

use super::error::failed;
use super::{Change, Key, summary};
use crate::asked::By;
use crate::error::Result;
use crate::history::{AuditEntry, AuditPage, Refusal};
use crate::id::{Scope, WorkflowId};

/// How many entries of a workflow are kept.
const KEPT: u32 = 1000;
/// The most that one page tells.
const MOST: u32 = 500;
/// The outcome of what was done.
const OK: &str = "OK";

/// What somebody asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// As in `stop`.
    pub(super) action: &'a str,
    /// The task, when it was one.
    pub(super) task: Option<&'a str>,
    /// In which of several ways.
    pub(super) mode: Option<&'a str>,
}

impl<'a> From<&'a str> for Deed<'a> {
    fn from(action: &'a str) -> Self {
        Self {
            action,
            task: None,
            mode: None,
        }
    }
}

/// What is to be noted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note<'a> {
    pub(super) deed: Deed<'a>,
    pub(super) outcome: &'a str,
    pub(super) run: u32,
    pub(super) by: &'a By,
}

/// Notes that something was done, in the transaction that does it.
pub(super) fn done<'a>(
    change: &Change<'_>,
    key: Key,
    run: u32,
    deed: impl Into<Deed<'a>>,
    by: &'a By,
) -> Result<()> {
    let note = Note {
        deed: deed.into(),
        outcome: OK,
        run,
        by,
    };
    write(change.connection(), key, note).map_err(failed("noting what was done"))
}

/// Notes that something was refused.
pub(crate) fn refused(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    refusal: &Refusal,
) -> Result<()> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    let note = Note {
        deed: Deed {
            action: &refusal.action,
            task: refusal.task.as_deref(),
            mode: refusal.mode.as_deref(),
        },
        outcome: &refusal.code,
        run: summary.run,
        by: &refusal.by,
    };
    write(change.connection(), key, note).map_err(failed("noting what was refused"))
}

/// Writes a note behind the others; when there are too many, the oldest refusal goes, else the
/// oldest of all.
pub(super) fn write(connection: &Connection, key: Key, note: Note<'_>) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO audit (workflow, sequence, at_ms, actor, action, task, reason, outcome, \
             run, request_id, mode) SELECT ?1, COALESCE(MAX(sequence), 0) + 1, ?2, ?3, ?4, ?5, \
             ?6, ?7, ?8, ?9, ?10 FROM audit WHERE workflow = ?1",
        )?
        .execute(rusqlite::params![
            key.0,
            note.by.at.as_millis(),
            note.by.actor,
            note.deed.action,
            note.deed.task,
            note.by.reason,
            note.outcome,
            note.run,
            note.by.request_id,
            note.deed.mode,
        ])?;
    let kept: u32 = connection
        .prepare_cached("SELECT COUNT(*) FROM audit WHERE workflow = ?")?
        .query_row([key.0], |row| row.get(0))?;
    if kept > KEPT {
        connection
            .prepare_cached(
                "DELETE FROM audit WHERE workflow = ?1 AND sequence = \
                 (SELECT sequence FROM audit WHERE workflow = ?1 \
                 ORDER BY outcome = 'OK', sequence LIMIT 1)",
            )?
            .execute([key.0])?;
    }
    Ok(())
}

/// A part of a workflow's audit, newest first.
pub(crate) fn page(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    before: Option<u64>,
    first: u32,
) -> Result<AuditPage> {
    let doing = "reading an audit";
    let (key, _) = summary::existing(connection, scope, id)?;
    let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let first = first.clamp(1, MOST);
    let mut items: Vec<AuditEntry> = connection
        .prepare_cached(
            "SELECT sequence, at_ms, actor, action, task, reason, outcome, run, request_id, mode \
             FROM audit WHERE workflow = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
        )
        .and_then(|mut statement| {
            statement
                .query_map((key.0, before, first + 1), of_row)?
                .collect()
        })
        .map_err(failed(doing))?;
    let has_more = items.len() > first as usize;
    items.truncate(first as usize);
    Ok(AuditPage { items, has_more })
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let sequence: i64 = row.get(0)?;
    Ok(AuditEntry {
        sequence: sequence.unsigned_abs(),
        at: Timestamp::from_millis(row.get(1)?),
        actor: row.get(2)?,
        action: row.get(3)?,
        task: row.get(4)?,
        reason: row.get(5)?,
        outcome: row.get(6)?,
        run: row.get(7)?,
        request_id: row.get(8)?,
        mode: row.get(9)?,
    })
}
