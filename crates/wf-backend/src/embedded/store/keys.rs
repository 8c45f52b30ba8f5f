//! Keys of requests: by which a change that is asked for once more is known, and made once.

use rusqlite::{Connection, OptionalExtension};

use super::error::failed;
use super::{Change, Key, snapshot, summary};
use crate::asked::{By, Repeatable};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Summary};

/// How many keys of a workflow are remembered.
const KEPT: u32 = 1000;

/// Does what is asked of a workflow, unless the same request has done it before.
pub(super) fn once(
    change: &mut Change<'_>,
    (scope, id): (&Scope, WorkflowId),
    by: &By,
    work: impl FnOnce(&mut Change<'_>, Key, &Summary) -> Result<()>,
) -> Result<Repeatable> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if is_repetition(change.connection(), key, by)? {
        return snapshot::get(change.connection(), scope, id).map(Repeatable::Replayed);
    }
    work(change, key, &summary)?;
    note(change.connection(), key, by)?;
    snapshot::get(change.connection(), scope, id).map(Repeatable::Done)
}

/// The workflow as it is now, if the same request has changed it before.
pub(crate) fn replay(
    connection: &Connection,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Option<Snapshot>> {
    let (key, _) = summary::existing(connection, scope, id)?;
    if !is_repetition(connection, key, by)? {
        return Ok(None);
    }
    snapshot::get(connection, scope, id).map(Some)
}

/// Forgets the key of a request that was taken, and could not be done later.
pub(super) fn forget(connection: &Connection, key: Key, by: &By) -> Result<()> {
    let Some(asked) = &by.key else {
        return Ok(());
    };
    connection
        .prepare_cached("DELETE FROM request_keys WHERE workflow = ? AND key = ?")
        .and_then(|mut statement| statement.execute((key.0, &asked.key)))
        .map(|_| ())
        .map_err(failed("forgetting the key of a request"))
}

/// What is told of a change that makes no difference.
pub(crate) fn already_so(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Repeatable> {
    once(change, (scope, id), by, |_, _, _| Ok(()))
}

/// Whether the same request has changed the workflow before.
///
/// # Errors
/// `Conflict` when another request had that key.
pub(crate) fn is_repetition(connection: &Connection, key: Key, by: &By) -> Result<bool> {
    let Some(asked) = &by.key else {
        return Ok(false);
    };
    let known: Option<Option<String>> = connection
        .prepare_cached("SELECT request FROM request_keys WHERE workflow = ? AND key = ?")
        .and_then(|mut statement| {
            statement
                .query_row((key.0, &asked.key), |row| row.get(0))
                .optional()
        })
        .map_err(failed("looking for an earlier request"))?;
    match known {
        Some(Some(request)) if request != asked.request => Err(Error::Conflict(
            "this idempotency key was used before, for another request; repeat the request as it \
             was, or use a new key"
                .to_owned(),
        )),
        Some(_) => Ok(true),
        None => Ok(false),
    }
}

/// Remembers the key of a request that was done; when there are too many, the oldest goes.
pub(super) fn note(connection: &Connection, key: Key, by: &By) -> Result<()> {
    let Some(asked) = &by.key else {
        return Ok(());
    };
    let doing = "remembering the key of a request";
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO request_keys (workflow, key, request, at_ms) \
             VALUES (?, ?, ?, ?)",
        )
        .and_then(|mut noting| {
            noting.execute((key.0, &asked.key, &asked.request, by.at.as_millis()))
        })
        .map_err(failed(doing))?;
    forget_the_oldest(connection, key).map_err(failed(doing))
}

fn forget_the_oldest(connection: &Connection, key: Key) -> rusqlite::Result<()> {
    let kept: u32 = connection
        .prepare_cached("SELECT COUNT(*) FROM request_keys WHERE workflow = ?")?
        .query_row([key.0], |row| row.get(0))?;
    if kept > KEPT {
        connection
            .prepare_cached(
                "DELETE FROM request_keys WHERE workflow = ?1 AND key = \
                 (SELECT key FROM request_keys WHERE workflow = ?1 ORDER BY at_ms, key LIMIT 1)",
            )?
            .execute([key.0])?;
    }
    Ok(())
}
