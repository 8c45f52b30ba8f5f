//! Stopping: the wish that a workflow ends, and the end of one that is held.

use wf_model::{StopMode, StopWish, Verb, WorkflowPhase};

use super::error::{failed, unreadable};
use super::steering::{UNSUSPENDED, ask_executor, fits};
use super::submitting::json;
use super::transition::{self, RunChange};
use super::{Change, Key, audit, keys, restarting, snapshot, summary};
use crate::asked::{By, Repeatable};
use crate::error::Result;
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Summary};

/// What became of a wish to stop.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// It is noted, or was so already.
    Noted(Box<Repeatable>),
    /// The workflow is held: it has to be stopped as a whole, at once.
    Held(Key),
}

/// A held workflow after its stop.
#[derive(Debug)]
pub(crate) struct HeldStop {
    /// The wish.
    pub(crate) wish: StopWish,
    /// What it makes of the run.
    pub(crate) change: RunChange,
    /// The etag of the workflow of which it is made.
    pub(crate) etag: String,
}

/// Notes somebody's wish that a workflow should end; with it goes the wish that it runs again.
pub(crate) fn stop(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    (mode, by): (StopMode, &By),
) -> Result<Stopped> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    let is_new = !keys::is_repetition(change.connection(), key, by)?;
    if is_new && fits(Verb::Stop, &summary)? && summary.phase == WorkflowPhase::Held {
        return Ok(Stopped::Held(key));
    }
    let stopped = keys::once(change, (scope, id), by, |change, key, summary| {
        if fits(Verb::Stop, summary)? {
            note(change, key, summary, (mode, by))?;
        }
        Ok(())
    });
    stopped.map(|stopped| Stopped::Noted(Box::new(stopped)))
}

/// Notes the wish, as far as it makes a difference.
fn note(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    (mode, by): (StopMode, &By),
) -> Result<()> {
    let withdraws = summary.restarting;
    if withdraws {
        withdraw_restart(change, key, summary, &wish(mode, by))?;
    }
    let is_over = summary.phase.is_finished();
    let noted = !is_over && !withdraws && note_wish(change, key, summary, &wish(mode, by))?;
    if noted || withdraws {
        audit::done(change, key, summary.run, deed(mode), by)?;
    }
    Ok(())
}

fn deed(mode: StopMode) -> audit::Deed<'static> {
    audit::Deed {
        mode: Some(mode.as_str()),
        .."stop".into()
    }
}

/// Takes back that the workflow runs again. It was stopped for that, and ends for this now, in the
/// way that is asked for; unless somebody had stopped it before, whose words stay.
fn withdraw_restart(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    stop: &StopWish,
) -> Result<()> {
    let restart = restarting::wish_of(change.connection(), key)?;
    let before = restart.and_then(|(_, restart)| restart.stopped);
    let mode = before.map_or(stop.mode, |before| before.max(stop.mode));
    if let Some(kept) = read_wish(change, key, summary.run)? {
        let words = match before {
            Some(_) => kept,
            None => stop.clone(),
        };
        write_wish(change, key, summary.run, &StopWish { mode, ..words })?;
    }
    let now = if summary.phase.is_finished() {
        "restart = NULL".to_owned()
    } else {
        format!("restart = NULL, stopping = {}", summary::stop_number(mode))
    };
    ask_executor(change, key, summary, &now).map_err(failed("withdrawing a restart"))
}

/// The wish that a run ends.
pub(crate) fn wish(mode: StopMode, by: &By) -> StopWish {
    StopWish {
        mode,
        reason: by.reason.clone(),
        actor: by.actor.clone(),
        at: by.at,
    }
}

/// Ends a held workflow, if it is still held, and as it was.
pub(crate) fn stop_held(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    (stop, by): (&HeldStop, &By),
) -> Result<Option<Snapshot>> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if summary.phase != WorkflowPhase::Held || summary.etag != stop.etag {
        return Ok(None);
    }
    write_wish(change, key, summary.run, &stop.wish)?;
    transition::write_run(change, &stop.change)?;
    keys::note(change.connection(), key, by)?;
    audit::done(change, key, summary.run, deed(stop.wish.mode), by)?;
    snapshot::get(change.connection(), scope, id).map(Some)
}

/// Keeps the first wish; a later one can only make it more urgent.
/// Whether it makes a difference.
pub(super) fn note_wish(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    wish: &StopWish,
) -> Result<bool> {
    let mut kept = read_wish(change, key, summary.run)?.unwrap_or_else(|| wish.clone());
    let escalates = kept.mode < wish.mode;
    if summary.stopping.is_some() && !escalates {
        return Ok(false);
    }
    kept.mode = kept.mode.max(wish.mode);
    write_wish(change, key, summary.run, &kept)?;
    let mode = summary::stop_number(kept.mode);
    let now = format!("stopping = {mode}, {UNSUSPENDED}");
    ask_executor(change, key, summary, &now)
        .map_err(failed("noting the wish to stop a workflow"))?;
    Ok(true)
}

fn read_wish(change: &Change<'_>, key: Key, run: u32) -> Result<Option<StopWish>> {
    let doing = "reading the wish to stop a workflow";
    let wish: Option<String> = change
        .connection()
        .prepare_cached("SELECT stop FROM runs WHERE workflow = ? AND number = ?")
        .and_then(|mut statement| statement.query_row((key.0, run), |row| row.get(0)))
        .map_err(failed(doing))?;
    wish.map(|wish| serde_json::from_str(&wish))
        .transpose()
        .map_err(unreadable(doing))
}

fn write_wish(change: &Change<'_>, key: Key, run: u32, wish: &StopWish) -> Result<()> {
    let doing = "noting the wish to stop a workflow";
    let wish = json(wish).map_err(unreadable(doing))?;
    change
        .connection()
        .prepare_cached("UPDATE runs SET stop = ? WHERE workflow = ? AND number = ?")
        .and_then(|mut statement| statement.execute((wish, key.0, run)))
        .map(|_| ())
        .map_err(failed(doing))
}
