//! Restarting: the wish that a workflow runs again, and the run that comes of it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use wf_model::{MOST_RUNS, Misfit, RestartMode, StopMode, Timestamp, Verb, WorkflowPhase};

use super::error::{failed, unreadable};
use super::steering::{ask_executor, fits};
use super::submitting::json;
use super::transition;
use super::{Change, Key, audit, keys, snapshot, stopping, summary};
use crate::asked::{By, Repeatable, Restart};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// The wish that a workflow runs again, as it is kept until it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestartWish {
    /// What runs again.
    pub(crate) mode: RestartMode,
    /// Values of its parameters over those of the run before.
    pub(crate) parameters: BTreeMap<String, String>,
    /// What is rendered with the actions of now, as JSON; when absent, what was recorded stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rendered: Option<String>,
    /// Who asks.
    pub(crate) by: By,
    /// How somebody had wished before that the run ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stopped: Option<StopMode>,
}

/// A run that is to follow the latest, planned off the store's thread.
#[derive(Debug)]
pub(crate) struct NewRun {
    /// Its number.
    pub(crate) number: u32,
    /// What it comes of.
    pub(crate) wish: RestartWish,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// The values of its parameters, as JSON.
    pub(crate) parameters: String,
    /// Its status without the tasks, as JSON.
    pub(crate) status: String,
    /// How many tasks are in which phase, as JSON.
    pub(crate) task_counts: String,
    /// The tasks that are not fresh: number in the store, status without items as JSON.
    pub(crate) tasks: Vec<(i64, String)>,
    /// Their items: number of the task, of the item, status as JSON.
    pub(crate) items: Vec<(i64, u32, String)>,
    /// Whether the run before ends for this one.
    pub(crate) interrupts: bool,
}

/// What became of the wish to run a workflow again.
#[derive(Debug)]
pub(crate) enum Restarted {
    /// The run is there.
    Made(Key, Box<Repeatable>),
    /// It is noted, or was done before.
    Noted(Box<Repeatable>),
    /// The workflow is not any more as it was when the run was planned.
    Moved,
}

/// What follows the end of a run of which somebody wished that it runs again.
#[derive(Debug)]
pub(crate) struct Successor {
    /// The wish, as it was stored when it was taken.
    pub(crate) wish: String,
    /// The run, or why there can be none.
    pub(crate) run: Result<NewRun, Refused>,
}

/// Why a run that was wished cannot be made.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Why.
    pub(crate) why: String,
    /// What was to run again.
    pub(crate) mode: RestartMode,
    /// Who wished it.
    pub(crate) by: By,
}

/// Whether that request need not be planned: it was done before, or is refused.
///
/// # Errors
/// `Phase`, `Conflict`.
pub(crate) fn preview(
    connection: &Connection,
    key: Key,
    summary: &Summary,
    (restart, by): (&Restart, &By),
) -> Result<bool> {
    if keys::is_repetition(connection, key, by)? {
        return Ok(true);
    }
    if let Some(expected) = restart.expected_run
        && expected != summary.run
    {
        let latest = summary.run;
        return Err(Error::Conflict(format!(
            "the latest run is {latest}, not {expected}"
        )));
    }
    fits(Verb::Restart, summary)?;
    let phase = summary.phase;
    if phase == WorkflowPhase::Succeeded && restart.mode == RestartMode::FromFailed {
        return Err(Error::Phase {
            verb: Verb::Restart,
            phase,
            misfit: Misfit {
                fitting: &NOT_ALL_WELL,
                wish: None,
            },
        });
    }
    if summary.run >= MOST_RUNS {
        return Err(Error::Conflict(format!(
            "a workflow has at most {MOST_RUNS} runs; create another one of its document"
        )));
    }
    Ok(false)
}

/// The phases of a workflow of which something may be left to do.
const NOT_ALL_WELL: [WorkflowPhase; 6] = [
    WorkflowPhase::Pending,
    WorkflowPhase::Running,
    WorkflowPhase::Suspended,
    WorkflowPhase::Failed,
    WorkflowPhase::Error,
    WorkflowPhase::Stopped,
];

/// Somebody's wish that the workflow runs again, as text too.
pub(super) fn wish_of(connection: &Connection, key: Key) -> Result<Option<(String, RestartWish)>> {
    let doing = "reading the wish to run a workflow again";
    let text: Option<String> = connection
        .prepare_cached("SELECT restart FROM workflows WHERE key = ?")
        .and_then(|mut statement| statement.query_row([key.0], |row| row.get(0)).optional())
        .map_err(failed(doing))?
        .flatten();
    text.map(|text| {
        let wish = serde_json::from_str(&text).map_err(unreadable(doing))?;
        Ok((text, wish))
    })
    .transpose()
}

/// Makes the next run of a workflow that has ended; of another one, notes that it is to end, and to
/// run again then.
pub(crate) fn restart(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    (asked, planned): (&Restart, &NewRun),
) -> Result<Restarted> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    let by = &planned.wish.by;
    let replayed = preview(change.connection(), key, &summary, (asked, by))?;
    if !replayed {
        if summary.run + 1 != planned.number {
            return Ok(Restarted::Moved);
        }
        let ended = summary.phase.is_finished();
        let run = match (ended, planned.interrupts) {
            (true, true) => return Ok(Restarted::Moved),
            (true, false) => {
                make(change, (key, scope, id), planned)?;
                planned.number
            }
            (false, _) => {
                note_wish(change, key, &summary, &planned.wish)?;
                summary.run
            }
        };
        keys::note(change.connection(), key, by)?;
        audit::done(change, key, run, deed(&planned.wish.mode), by)?;
    }
    let snapshot = snapshot::get(change.connection(), scope, id)?;
    Ok(if replayed {
        Restarted::Noted(Box::new(Repeatable::Replayed(snapshot)))
    } else if summary.phase.is_finished() {
        Restarted::Made(key, Box::new(Repeatable::Done(snapshot)))
    } else {
        Restarted::Noted(Box::new(Repeatable::Done(snapshot)))
    })
}

/// What is noted of it: with the task that is to run again, when it is one.
fn deed(mode: &RestartMode) -> audit::Deed<'_> {
    let task = match mode {
        RestartMode::Tasks { names, .. } => match names.as_slice() {
            [name] => Some(name.as_str()),
            _ => None,
        },
        RestartMode::All | RestartMode::FromFailed => None,
    };
    audit::Deed {
        action: "restart",
        task,
        mode: Some(mode.as_str()),
    }
}

/// Notes that an unfinished workflow is to end at once, and to run again then.
fn note_wish(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    wish: &RestartWish,
) -> Result<()> {
    let doing = "noting the wish to run a workflow again";
    let mut stop = stopping::wish(StopMode::Now, &wish.by);
    stop.reason
        .get_or_insert_with(|| "it runs again from here".to_owned());
    stopping::note_wish(change, key, summary, &stop)?;
    let wish = RestartWish {
        stopped: summary.stopping,
        ..wish.clone()
    };
    let text = json(&wish).map_err(unreadable(doing))?;
    let now = format!("stopping = {}", summary::stop_number(StopMode::Now));
    ask_executor(change, key, summary, &now).map_err(failed(doing))?;
    change
        .connection()
        .prepare_cached("UPDATE workflows SET restart = ? WHERE key = ?")
        .and_then(|mut statement| statement.execute((text, key.0)))
        .map(|_| ())
        .map_err(failed(doing))
}

/// Makes the next run; its workflow waits to begin again.
pub(super) fn make(
    change: &mut Change<'_>,
    (key, scope, id): (Key, &Scope, WorkflowId),
    run: &NewRun,
) -> Result<()> {
    let revision = change.touch(scope, id).map_err(failed(MAKING))?;
    change.wake_executor();
    let connection = change.connection();
    write_row(connection, key, revision, run)
        .and_then(|()| write_rendered(connection, key, run))
        .and_then(|()| write_run(connection, key, run))
        .and_then(|()| {
            transition::write_tasks(connection, (key, run.number), &run.tasks, &run.items)
        })
        .map_err(failed(MAKING))
}

const MAKING: &str = "making the next run of a workflow";

fn write_row(
    connection: &Connection,
    key: Key,
    revision: i64,
    run: &NewRun,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE workflows SET run = ?, phase = 'PENDING', message = NULL, stopping = 0, \
             suspended = 0, restart = NULL, task_counts = ?, started_ms = NULL, \
             finished_ms = NULL, expires_ms = NULL, revision = ?, attention = 1 WHERE key = ?",
        )?
        .execute((run.number, &run.task_counts, revision, key.0))
        .map(|_| ())
}

fn write_rendered(connection: &Connection, key: Key, run: &NewRun) -> rusqlite::Result<()> {
    let Some(rendered) = &run.wish.rendered else {
        return Ok(());
    };
    connection
        .prepare_cached("UPDATE documents SET rendered = ? WHERE workflow = ?")?
        .execute((rendered, key.0))
        .map(|_| ())
}

fn write_run(connection: &Connection, key: Key, run: &NewRun) -> rusqlite::Result<()> {
    let wish = &run.wish;
    connection
        .prepare_cached(
            "INSERT INTO runs (workflow, number, created_ms, parameters, status, mode, reason, \
             actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            key.0,
            run.number,
            run.created_at.as_millis(),
            &run.parameters,
            &run.status,
            wish.mode.as_str(),
            &wish.by.reason,
            &wish.by.actor,
        ))
        .map(|_| ())
}

/// After the end of a run that is stored by now: makes the run that somebody wished, if they still
/// do, or says why there is none.
pub(super) fn succeed(
    change: &mut Change<'_>,
    (key, scope, id): (Key, &Scope, WorkflowId),
    successor: &Successor,
) -> Result<()> {
    let connection = change.connection();
    let wish = wish_of(connection, key)?;
    if wish.is_none_or(|(wish, _)| wish != successor.wish) {
        return Ok(());
    }
    match &successor.run {
        Ok(run) => make(change, (key, scope, id), run),
        Err(refused) => give_up(change, (key, scope, id), refused),
    }
}

/// Leaves a workflow as it ended, and says why it does not run again.
fn give_up(
    change: &mut Change<'_>,
    (key, scope, id): (Key, &Scope, WorkflowId),
    refused: &Refused,
) -> Result<()> {
    let doing = "noting why a workflow does not run again";
    let revision = change.touch(scope, id).map_err(failed(doing))?;
    let message = format!("it does not run again as was asked: {}", refused.why);
    let connection = change.connection();
    let run: u32 = connection
        .prepare_cached(
            "UPDATE workflows SET restart = NULL, attention = 0, message = ?, revision = ? \
             WHERE key = ? RETURNING run",
        )
        .and_then(|mut statement| statement.query_row((message, revision, key.0), |row| row.get(0)))
        .map_err(failed(doing))?;
    let note = audit::Note {
        deed: deed(&refused.mode),
        outcome: "INVALID",
        run,
        by: &refused.by,
    };
    keys::forget(connection, key, &refused.by)?;
    audit::write(connection, key, note).map_err(failed(doing))
}
