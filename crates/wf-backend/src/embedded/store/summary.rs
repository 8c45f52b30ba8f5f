//! Summaries: a workflow's row, as a list tells it.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::de::DeserializeOwned;
use uuid::Uuid;
use wf_model::{StopMode, Timestamp, WorkflowPhase};

use super::Key;
use super::error::failed;
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// The columns that [`of_row`] reads, of the table `workflows` under the name `w`.
pub(crate) const COLUMNS: &str = "w.key, w.scope, w.id, w.created_ms, w.created_by, w.name, \
     w.description, w.labels, w.etag, w.run, w.phase, w.message, w.stopping, w.task_counts, \
     w.started_ms, w.finished_ms, w.expires_ms, w.revision, w.restart IS NOT NULL, w.deleting";

/// The workflow's key and summary.
pub(crate) fn of_row(row: &Row<'_>) -> rusqlite::Result<(Key, Summary)> {
    let scope: String = row.get(1)?;
    let phase: String = row.get(10)?;
    let revision: i64 = row.get(17)?;
    let summary = Summary {
        scope: Scope::new(scope).ok_or_else(|| odd(1, "no scope".into()))?,
        id: id(row, 2)?,
        name: row.get(5)?,
        description: row.get(6)?,
        labels: json(row, 7)?,
        phase: WorkflowPhase::parse(&phase).ok_or_else(|| odd(10, "no phase".into()))?,
        message: row.get(11)?,
        stopping: stop_mode(row.get(12)?),
        restarting: row.get(18)?,
        deleting: row.get(19)?,
        run: row.get(9)?,
        task_counts: json(row, 13)?,
        created_at: Timestamp::from_millis(row.get(3)?),
        created_by: row.get(4)?,
        started_at: moment(row, 14)?,
        finished_at: moment(row, 15)?,
        expires_at: moment(row, 16)?,
        etag: row.get(8)?,
        revision: revision.to_string(),
    };
    Ok((Key(row.get(0)?), summary))
}

/// The workflow of that id in that scope, if there is one.
pub(crate) fn find(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
) -> Result<Option<(Key, Summary)>> {
    let doing = "reading a workflow";
    let sql = format!("SELECT {COLUMNS} FROM workflows AS w WHERE w.scope = ? AND w.id = ?");
    connection
        .prepare_cached(&sql)
        .and_then(|mut statement| {
            statement
                .query_row((scope.as_str(), id_bytes(&id)), of_row)
                .optional()
        })
        .map_err(failed(doing))
}

/// The workflow of that id in that scope.
///
/// # Errors
/// `NotFound`.
pub(crate) fn existing(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
) -> Result<(Key, Summary)> {
    find(connection, scope, id)?.ok_or_else(|| Error::no_workflow(id))
}

/// The mode of a wished stop, as the store keeps it.
pub(crate) fn stop_mode(number: i64) -> Option<StopMode> {
    match number {
        0 => None,
        NOW => Some(StopMode::Now),
        _ => Some(StopMode::Graceful),
    }
}

/// The number that stands for that mode of a wished stop.
pub(crate) fn stop_number(mode: StopMode) -> i64 {
    match mode {
        StopMode::Graceful => 1,
        StopMode::Now => NOW,
    }
}

/// Stores that are older than the difference have a 1 for it too: it may be wished once more.
const NOW: i64 = 2;

/// An id as the store keeps it: in an order that is the ids' own.
pub(crate) fn id_bytes(id: &WorkflowId) -> [u8; 16] {
    *id.as_uuid().as_bytes()
}

/// The id in that column.
pub(crate) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<WorkflowId> {
    Ok(WorkflowId::new(Uuid::from_bytes(row.get(column)?)))
}

/// The moment in that column, if there is one.
pub(crate) fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(column)?;
    Ok(millis.map(Timestamp::from_millis))
}

/// What the JSON in that column says.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| odd(column, error.into()))
}

/// A value in that column that this service never wrote.
pub(crate) fn odd(column: usize, why: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why)
}
