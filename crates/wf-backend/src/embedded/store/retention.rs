//! Retention: workflows whose time is over, and the files of those that are forgotten.

use rusqlite::Connection;
use wf_model::Timestamp;

use super::error::failed;
use super::summary::{self, id_bytes};
use super::{Change, Key};
use crate::embedded::layout::workflow_path;
use crate::error::Result;
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// How many workflows one transaction forgets at most, so that others get their turn.
const GROUP: u32 = 100;

/// Forgets a workflow, if it is there.
pub(crate) fn forget(change: &mut Change<'_>, scope: &Scope, id: WorkflowId) -> Result<()> {
    match summary::find(change.connection(), scope, id)? {
        Some((key, summary)) => forget_found(change, key, &summary),
        None => Ok(()),
    }
}

/// Forgets a workflow; its files become trash.
pub(crate) fn forget_found(change: &mut Change<'_>, key: Key, summary: &Summary) -> Result<()> {
    let doing = "forgetting a workflow";
    change
        .touch(&summary.scope, summary.id)
        .map_err(failed(doing))?;
    delete_rows(change.connection(), key, summary).map_err(failed(doing))
}

fn delete_rows(connection: &Connection, key: Key, summary: &Summary) -> rusqlite::Result<()> {
    const TABLES: [&str; 9] = [
        "documents",
        "runs",
        "tasks",
        "items",
        "attempts",
        "task_stops",
        "answers",
        "audit",
        "request_keys",
    ];
    delete_labels(connection, summary)?;
    for table in TABLES {
        let sql = format!("DELETE FROM {table} WHERE workflow = ?");
        connection.prepare_cached(&sql)?.execute([key.0])?;
    }
    connection
        .prepare_cached("DELETE FROM workflows WHERE key = ?")?
        .execute([key.0])?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO trash (path) VALUES (?)")?
        .execute([workflow_path(key)])
        .map(|_| ())
}

/// Makes a workflow not findable by its labels any more.
pub(super) fn delete_labels(connection: &Connection, summary: &Summary) -> rusqlite::Result<()> {
    let mut label = connection.prepare_cached(
        "DELETE FROM labels WHERE scope = ? AND label = ? AND value = ? AND created_ms = ? \
         AND id = ?",
    )?;
    for (name, value) in &summary.labels {
        label.execute((
            summary.scope.as_str(),
            name,
            value,
            summary.created_at.as_millis(),
            id_bytes(&summary.id),
        ))?;
    }
    Ok(())
}

/// Forgets some of the workflows whose time is over; whether there may be more.
pub(crate) fn expire(change: &mut Change<'_>, now: Timestamp) -> Result<bool> {
    let sql = format!(
        "SELECT {} FROM workflows AS w WHERE w.expires_ms <= ? LIMIT {GROUP}",
        summary::COLUMNS
    );
    let over: Vec<(Key, Summary)> = change
        .connection()
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_map([now.as_millis()], summary::of_row)?
                .collect()
        })
        .map_err(failed("looking for workflows whose time is over"))?;
    for (key, summary) in &over {
        forget_found(change, *key, summary)?;
    }
    Ok(over.len() == GROUP as usize)
}

/// Some of the directories that nobody needs any more, relative to the data directory: those that
/// come after that one.
pub(crate) fn trash(connection: &Connection, after: &str) -> Result<Vec<String>> {
    let sql = format!("SELECT path FROM trash WHERE path > ? ORDER BY path LIMIT {GROUP}");
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.query_map([after], |row| row.get(0))?.collect())
        .map_err(failed("reading which files are to be removed"))
}

/// Takes note that those directories are gone.
pub(crate) fn emptied(change: &mut Change<'_>, paths: &[String]) -> Result<()> {
    let doing = "noting which files are removed";
    let mut gone = change
        .connection()
        .prepare_cached("DELETE FROM trash WHERE path = ?")
        .map_err(failed(doing))?;
    for path in paths {
        gone.execute([path]).map_err(failed(doing))?;
    }
    Ok(())
}
