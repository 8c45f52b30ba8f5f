//! Steering: beginning, suspending, resuming and forgetting a workflow, each in one transaction.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wf_model::{Document, Fit, RunStatus, StopMode, Verb, WorkflowPhase};

use super::error::{failed, unreadable};
use super::submitting::json;
use super::{Change, Key, audit, keys, retention, stopping, summary};
use crate::asked::{By, Repeatable};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// How a held workflow is to begin.
#[derive(Debug)]
pub(crate) struct StartAsked {
    /// The values of all its parameters.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The etag of the document that the values are of.
    pub(crate) etag: Option<String>,
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
    keys::once(change, (scope, id), &asked.by, |change, key, summary| {
        fits(Verb::Start, summary)?;
        refuse_other_etag(summary, asked.etag.as_deref())?;
        ask_executor(change, key, summary, "phase = 'PENDING'").map_err(failed(doing))?;
        write_start(change.connection(), key, summary.run, asked)?;
        audit::done(change, key, summary.run, "start", &asked.by)
    })
}

fn refuse_other_etag(summary: &Summary, demanded: Option<&str>) -> Result<()> {
    match demanded {
        Some(demanded) if demanded != summary.etag => Err(Error::PreconditionFailed {
            etag: summary.etag.clone(),
        }),
        _ => Ok(()),
    }
}

fn write_start(connection: &Connection, key: Key, run: u32, asked: &StartAsked) -> Result<()> {
    let doing = "starting a workflow";
    let given = json(&asked.parameters).map_err(unreadable(doing))?;
    let status = RunStatus::fresh(&Document::default(), run, WorkflowPhase::Pending);
    let status = json(&status).map_err(unreadable(doing))?;
    let by = &asked.by;
    connection
        .prepare_cached(
            "UPDATE runs SET parameters = ?, status = ?, reason = ?, actor = ? \
             WHERE workflow = ? AND number = ?",
        )
        .and_then(|mut statement| {
            statement.execute((given, status, &by.reason, &by.actor, key.0, run))
        })
        .map(|_| ())
        .map_err(failed(doing))
}

/// Keeps a workflow from beginning anything.
pub(crate) fn suspend(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Repeatable> {
    keys::once(change, (scope, id), by, |change, key, summary| {
        if !fits(Verb::Suspend, summary)? {
            return Ok(());
        }
        let now = "phase = 'SUSPENDED', suspended = 1, message = NULL";
        ask_executor(change, key, summary, now).map_err(failed("suspending a workflow"))?;
        audit::done(change, key, summary.run, "suspend", by)
    })
}

/// Lets a suspended workflow go on.
pub(crate) fn resume(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    by: &By,
) -> Result<Repeatable> {
    keys::once(change, (scope, id), by, |change, key, summary| {
        if !fits(Verb::Resume, summary)? {
            return Ok(());
        }
        ask_executor(change, key, summary, UNSUSPENDED).map_err(failed("resuming a workflow"))?;
        audit::done(change, key, summary.run, "resume", by)
    })
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
    if keys::is_repetition(change.connection(), key, by)? {
        return Ok(());
    }
    match fits(Verb::Delete, &summary) {
        Ok(true) => retention::forget_found(change, key, &summary),
        Ok(false) => Ok(()),
        Err(_) if force => note_deletion(change, key, &summary, by),
        Err(error) => Err(error),
    }
}

/// Notes that a workflow is to end at once, and to be forgotten then.
fn note_deletion(change: &mut Change<'_>, key: Key, summary: &Summary, by: &By) -> Result<()> {
    let mut wish = stopping::wish(StopMode::Now, by);
    wish.reason
        .get_or_insert_with(|| "it is being deleted".to_owned());
    stopping::note_wish(change, key, summary, &wish)?;
    ask_executor(change, key, summary, "deleting = 1, restart = NULL")
        .map_err(failed("noting that a workflow is to be forgotten"))?;
    keys::note(change.connection(), key, by)?;
    let deed = audit::Deed {
        mode: Some("FORCE"),
        .."delete".into()
    };
    audit::done(change, key, summary.run, deed, by)
}

/// Whether the operation changes anything; the refusal when it does not fit.
pub(super) fn fits(verb: Verb, summary: &Summary) -> Result<bool> {
    match verb.fit(summary.standing()) {
        Fit::Fits => Ok(true),
        Fit::AlreadySo => Ok(false),
        Fit::Conflict(misfit) => Err(Error::Phase {
            verb,
            phase: summary.phase,
            misfit,
        }),
    }
}
