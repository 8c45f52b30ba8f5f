//! Steering: beginning, suspending, resuming and forgetting a workflow, each in one transaction.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wf_model::{Document, Fit, RunStatus, StopMode, StopWish, Verb, WorkflowPhase};

use super::error::{failed, unreadable};
use super::submitting::json;
use super::{Change, Key, audit, retention, snapshot, stopping, summary};
use crate::asked::{By, Repeatable};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Summary};

/// How a held workflow is to begin.
#[derive(Debug)]
pub(crate) struct StartAsked {
    /// The values of all its parameters.
    pub(crate) parameters: BTreeMap<String, String>,
    /// By which the request is told from others.
    pub(crate) key: Option<String>,
    /// Who asks.
    pub(crate) by: By,
}

/// Begins a held workflow.
pub(crate) fn start(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    asked: &StartAsked,
) -> Result<Repeatable> {
    let doing = "starting a workflow";
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if was_begun_with(change.connection(), key, asked.key.as_deref()).map_err(failed(doing))? {
        return snapshot::get(change.connection(), scope, id).map(Repeatable::Replayed);
    }
    fits(Verb::Start, summary.phase)?;
    let given = json(&asked.parameters).map_err(unreadable(doing))?;
    let status = RunStatus::fresh(&Document::default(), summary.run, WorkflowPhase::Pending);
    let status = json(&status).map_err(unreadable(doing))?;
    ask_executor(change, key, &summary, "phase = 'PENDING'").map_err(failed(doing))?;
    change
        .connection()
        .prepare_cached(
            "UPDATE runs SET parameters = ?, status = ?, reason = ?, actor = ?, asked_key = ? \
             WHERE workflow = ? AND number = ?",
        )
        .and_then(|mut statement| {
            statement.execute((
                given,
                status,
                &asked.by.reason,
                &asked.by.actor,
                &asked.key,
                key.0,
                summary.run,
            ))
        })
        .map_err(failed(doing))?;
    audit::done(change, key, summary.run, "start", None, &asked.by)?;
    snapshot::get(change.connection(), scope, id).map(Repeatable::Done)
}

/// Whether the first run was begun by a request with that key.
fn was_begun_with(
    connection: &Connection,
    key: Key,
    asked_key: Option<&str>,
) -> rusqlite::Result<bool> {
    let Some(asked_key) = asked_key else {
        return Ok(false);
    };
    connection
        .prepare_cached("SELECT 1 FROM runs WHERE workflow = ? AND number = 1 AND asked_key = ?")?
        .exists((key.0, asked_key))
}

/// Keeps a workflow from beginning anything.
pub(crate) fn suspend(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Snapshot> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if fits(Verb::Suspend, summary.phase)? {
        if summary.stopping {
            return Err(Error::Conflict(
                "a workflow that is being stopped cannot be suspended".to_owned(),
            ));
        }
        let now = "phase = 'SUSPENDED', suspended = 1, message = NULL";
        ask_executor(change, key, &summary, now).map_err(failed("suspending a workflow"))?;
        audit::done(change, key, summary.run, "suspend", None, by)?;
    }
    snapshot::get(change.connection(), scope, id)
}

/// Lets a suspended workflow go on.
pub(crate) fn resume(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Snapshot> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if fits(Verb::Resume, summary.phase)? {
        ask_executor(change, key, &summary, UNSUSPENDED).map_err(failed("resuming a workflow"))?;
        audit::done(change, key, summary.run, "resume", None, by)?;
    }
    snapshot::get(change.connection(), scope, id)
}

/// What is set of a suspended workflow that goes on.
pub(super) const UNSUSPENDED: &str = "suspended = 0, phase = CASE \
     WHEN phase <> 'SUSPENDED' THEN phase WHEN started_ms IS NULL THEN 'PENDING' ELSE 'RUNNING' END";

/// Sets that of a workflow, and has the executor look at it.
pub(super) fn ask_executor(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    what: &str,
) -> rusqlite::Result<()> {
    let revision = change.touch(&summary.scope, summary.id)?;
    change.wake_executor();
    let sql = format!("UPDATE workflows SET {what}, attention = 1, revision = ? WHERE key = ?");
    change
        .connection()
        .prepare_cached(&sql)?
        .execute((revision, key.0))
        .map(|_| ())
}

/// Forgets a workflow, or, forced, notes that it is to be forgotten when it has ended.
pub(crate) fn delete(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    force: bool,
    by: &By,
) -> Result<()> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    match fits(Verb::Delete, summary.phase) {
        Ok(_) => retention::forget_found(change, key, &summary),
        Err(_) if force => {
            let wish = StopWish {
                mode: StopMode::Now,
                reason: by
                    .reason
                    .clone()
                    .or_else(|| Some("it is being deleted".to_owned())),
                actor: by.actor.clone(),
                at: by.at,
            };
            stopping::note_wish(change, key, &summary, &wish)?;
            ask_executor(change, key, &summary, "deleting = 1, restart = NULL")
                .map_err(failed("noting that a workflow is to be forgotten"))?;
            audit::done(change, key, summary.run, "delete", None, by)
        }
        Err(error) => Err(error),
    }
}

/// Whether the operation changes anything; the refusal when it does not fit.
pub(super) fn fits(verb: Verb, phase: WorkflowPhase) -> Result<bool> {
    match verb.fit(phase) {
        Fit::Fits => Ok(true),
        Fit::AlreadySo => Ok(false),
        Fit::Conflict(fitting) => Err(Error::Phase {
            verb,
            phase,
            fitting,
        }),
    }
}
