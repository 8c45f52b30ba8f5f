//! History: the runs of a workflow, and what its tasks came to in each of them.

use rusqlite::{Connection, OptionalExtension, Row};
use wf_model::{Document, Timestamp};

use super::error::failed;
use super::{Key, snapshot, summary};
use crate::error::{Error, Result};
use crate::history::{Run, RunPage};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// The most that one page tells.
const MOST: u32 = 100;
/// How many tasks and items are read for one answer, before the next run is left for another one.
const MOST_UNITS: usize = 50_000;

/// What a run's row tells besides its status.
struct Head {
    number: u32,
    created_at: Timestamp,
    mode: String,
    reason: Option<String>,
    actor: Option<String>,
}

const HEAD: &str = "SELECT number, created_ms, mode, reason, actor FROM runs WHERE workflow = ?";

/// One run of a workflow.
pub(crate) fn run(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    number: u32,
) -> Result<Run> {
    let (key, summary) = summary::existing(connection, scope, id)?;
    let head = connection
        .prepare_cached(&format!("{HEAD} AND number = ?"))
        .and_then(|mut statement| statement.query_row((key.0, number), of_row).optional())
        .map_err(failed("reading a run"))?
        .ok_or_else(|| Error::NotFound {
            what: "run",
            id: number.to_string(),
        })?;
    let document = snapshot::document(connection, key)?;
    complete(connection, (key, &summary), &document, head)
}

/// A part of the runs of a workflow, newest first.
pub(crate) fn runs(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    before: Option<u32>,
    first: u32,
) -> Result<RunPage> {
    let mut left = MOST_UNITS;
    page(connection, (scope, id), (before, first), &mut left)
}

/// The same within what may still be read, but at least one run.
fn page(
    connection: &Connection,
    (scope, id): (&Scope, WorkflowId),
    (before, first): (Option<u32>, u32),
    left: &mut usize,
) -> Result<RunPage> {
    let (key, summary) = summary::existing(connection, scope, id)?;
    let document = snapshot::document(connection, key)?;
    let first = first.clamp(1, MOST);
    let mut heads: Vec<Head> = connection
        .prepare_cached(&format!(
            "{HEAD} AND number < ? ORDER BY number DESC LIMIT ?"
        ))
        .and_then(|mut statement| {
            let before = before.unwrap_or(u32::MAX);
            statement
                .query_map((key.0, before, first + 1), of_row)?
                .collect()
        })
        .map_err(failed("reading the runs of a workflow"))?;
    let mut has_more = heads.len() > first as usize;
    heads.truncate(first as usize);
    let mut items: Vec<Run> = Vec::with_capacity(heads.len());
    for head in heads {
        if *left == 0 && !items.is_empty() {
            has_more = true;
            break;
        }
        let run = complete(connection, (key, &summary), &document, head)?;
        *left = left.saturating_sub(units_of(&run));
        items.push(run);
    }
    Ok(RunPage { items, has_more })
}

/// How many tasks and items a run has.
fn units_of(run: &Run) -> usize {
    let tasks = run.status.tasks.iter();
    tasks.map(|task| 1 + task.items.len()).sum()
}

/// The latest runs of those of the workflows that exist.
pub(crate) fn runs_of(
    connection: &Connection,
    scope: &Scope,
    ids: &[WorkflowId],
    first: u32,
) -> Result<Vec<(WorkflowId, RunPage)>> {
    let mut found = Vec::with_capacity(ids.len());
    let mut left = MOST_UNITS;
    for &id in ids {
        match page(connection, (scope, id), (None, first), &mut left) {
            Ok(page) => found.push((id, page)),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        number: row.get(0)?,
        created_at: Timestamp::from_millis(row.get(1)?),
        mode: row.get(2)?,
        reason: row.get(3)?,
        actor: row.get(4)?,
    })
}

fn complete(
    connection: &Connection,
    (key, summary): (Key, &Summary),
    document: &Document,
    head: Head,
) -> Result<Run> {
    let (mut status, given) = snapshot::read_run(connection, key, head.number, document)?;
    if head.number == summary.run {
        snapshot::tell_as_summary(&mut status, summary);
    }
    Ok(Run {
        mode: head.mode,
        reason: head.reason,
        actor: head.actor,
        created_at: head.created_at,
        parameters: snapshot::parameters(document, given.as_ref()),
        status,
    })
}
