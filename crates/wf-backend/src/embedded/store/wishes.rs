//! Wishes for single tasks: that one is stopped, that one that waits is answered.
//!
//! A wish is kept until the executor has stored what came of it, in that same transaction.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use wf_model::{
    ItemStatus, Outputs, TaskPhase, TaskRef, TaskStatus, Timestamp, Unit, WorkflowPhase,
};

use super::attempts::task_ref;
use super::error::{failed, unreadable};
use super::steering::ask_executor;
use super::submitting::json;
use super::units::{self, Located};
use super::{Change, Key, audit, keys, summary, task_number};
use crate::asked::{By, Repeatable, answer_word};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::Summary;

/// What is wished for the tasks of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wishes {
    /// The tasks that are to be stopped.
    pub(crate) stops: Vec<TaskRef>,
    /// What is said to those that wait.
    pub(crate) answers: Vec<(Unit, GivenAnswer)>,
}

/// What is said to a unit that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GivenAnswer {
    /// To which attempt of it.
    pub(crate) attempt: u32,
    /// Whether it ends well.
    pub(crate) approve: bool,
    /// What is said to it.
    pub(crate) message: Option<String>,
    /// All outputs that it has with that.
    pub(crate) outputs: Outputs,
    /// When it was said.
    pub(crate) at: Timestamp,
}

/// The wishes that are seen to.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Of tasks to be stopped, their numbers.
    pub(crate) stops: Vec<i64>,
    /// Of those that were answered, the numbers of task and item.
    pub(crate) answers: Vec<(i64, i64)>,
}

impl Heard {
    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.stops.is_empty() && self.answers.is_empty()
    }
}

/// The number of an item in the store, where -1 is the task itself.
pub(crate) fn item_number(item: Option<u32>) -> i64 {
    item.map_or(-1, i64::from)
}

/// What is wished for the tasks of that run.
pub(crate) fn read(connection: &Connection, key: Key, run: u32) -> Result<Wishes> {
    let doing = "reading what is wished for tasks";
    let stops = stops(connection, key, run).map_err(failed(doing))?;
    let answers: Vec<(i64, i64, String)> = connection
        .prepare_cached("SELECT task, item, answer FROM answers WHERE workflow = ? AND run = ?")
        .and_then(|mut statement| {
            statement
                .query_map((key.0, run), |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?
                .collect()
        })
        .map_err(failed(doing))?;
    let answers = answers.into_iter().map(|(task, item, answer)| {
        let unit = Unit {
            task: task_ref(task),
            item: u32::try_from(item).ok(),
        };
        let answer = serde_json::from_str(&answer).map_err(unreadable(doing))?;
        Ok((unit, answer))
    });
    Ok(Wishes {
        stops: stops.into_iter().map(task_ref).collect(),
        answers: answers.collect::<Result<_>>()?,
    })
}

/// The numbers of the tasks of that run that are to be stopped.
pub(super) fn stops(connection: &Connection, key: Key, run: u32) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("SELECT task FROM task_stops WHERE workflow = ? AND run = ?")?
        .query_map((key.0, run), |row| row.get(0))?
        .collect()
}

/// Forgets wishes that are seen to.
pub(super) fn forget(
    connection: &Connection,
    (key, run): (Key, u32),
    heard: &Heard,
) -> rusqlite::Result<()> {
    for task in &heard.stops {
        connection
            .prepare_cached("DELETE FROM task_stops WHERE workflow = ? AND run = ? AND task = ?")?
            .execute((key.0, run, task))?;
    }
    for (task, item) in &heard.answers {
        connection
            .prepare_cached(
                "DELETE FROM answers WHERE workflow = ? AND run = ? AND task = ? AND item = ?",
            )?
            .execute((key.0, run, task, item))?;
    }
    Ok(())
}

/// Notes that a task is to be stopped. Nothing, when another run is the latest by now.
pub(crate) fn stop_task(
    change: &mut Change<'_>,
    (scope, id): (&Scope, WorkflowId),
    (located, name): (&Located, &str),
    by: &By,
) -> Result<Option<Repeatable>> {
    if is_of_another_run(change, (scope, id), located)? {
        return Ok(None);
    }
    keys::once(change, (scope, id), by, |change, _, summary| {
        if summary.phase == WorkflowPhase::Held {
            return Err(Error::NotBegun {
                asked: "stop",
                task: name.to_owned(),
            });
        }
        note_stop(change, summary, (located, name), by)
    })
    .map(Some)
}

fn is_of_another_run(
    change: &Change<'_>,
    (scope, id): (&Scope, WorkflowId),
    located: &Located,
) -> Result<bool> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    Ok(summary.run != located.run || key != located.key)
}

fn note_stop(
    change: &mut Change<'_>,
    summary: &Summary,
    (located, name): (&Located, &str),
    by: &By,
) -> Result<()> {
    const UNFINISHED: &[TaskPhase] = &[TaskPhase::Pending, TaskPhase::Running, TaskPhase::Waiting];
    let task = status(change.connection(), located)?;
    if task.phase == TaskPhase::Stopped || task.stopping {
        return Ok(());
    }
    if task.phase.is_finished() {
        return Err(unfit("stop", name, task.phase, UNFINISHED));
    }
    let doing = "noting that a task is to be stopped";
    let key = located.key;
    let noted = change
        .connection()
        .prepare_cached("INSERT OR IGNORE INTO task_stops (workflow, run, task) VALUES (?, ?, ?)")
        .and_then(|mut noting| noting.execute((key.0, summary.run, task_number(located.task))))
        .map_err(failed(doing))?;
    if noted > 0 {
        ask_executor(change, key, summary, "run = run").map_err(failed(doing))?;
        let deed = audit::Deed {
            task: Some(name),
            .."stop".into()
        };
        audit::done(change, key, summary.run, deed, by)?;
    }
    Ok(())
}

/// Notes what is said to a unit that waits. Nothing, when another run is the latest by now.
pub(crate) fn answer(
    change: &mut Change<'_>,
    (scope, id): (&Scope, WorkflowId),
    (located, name): (&Located, &str),
    (item, answer): (Option<u32>, &mut GivenAnswer),
    by: &By,
) -> Result<Option<Repeatable>> {
    if is_of_another_run(change, (scope, id), located)? {
        return Ok(None);
    }
    keys::once(change, (scope, id), by, |change, key, summary| {
        let (item, attempt) = waiting(change.connection(), located, name, item)?;
        answer.attempt = attempt;
        if !write_answer(change.connection(), located, item, answer)? {
            let message = format!("task `{name}` was answered already");
            return Err(Error::Conflict(message));
        }
        ask_executor(change, key, summary, "run = run").map_err(failed("noting an answer"))?;
        let deed = audit::Deed {
            action: "answer",
            task: Some(name),
            mode: Some(answer_word(answer.approve)),
        };
        audit::done(change, key, summary.run, deed, by)
    })
    .map(Some)
}

/// Whether there was none for that attempt before.
fn write_answer(
    connection: &Connection,
    located: &Located,
    item: Option<u32>,
    answer: &GivenAnswer,
) -> Result<bool> {
    let doing = "noting an answer";
    let text = json(answer).map_err(unreadable(doing))?;
    connection
        .prepare_cached(
            "INSERT INTO answers (workflow, run, task, item, attempt, answer) \
             VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET attempt = excluded.attempt, answer = excluded.answer \
             WHERE attempt < excluded.attempt",
        )
        .and_then(|mut noting| {
            noting.execute((
                located.key.0,
                located.run,
                task_number(located.task),
                item_number(item),
                answer.attempt,
                text,
            ))
        })
        .map(|noted| noted > 0)
        .map_err(failed(doing))
}

/// The item that waits, when the task has any, and its attempt.
///
/// # Errors
/// `TaskPhase` when it does not wait, `Conflict` when it is not clear which item is meant.
pub(crate) fn waiting(
    connection: &Connection,
    located: &Located,
    name: &str,
    item: Option<u32>,
) -> Result<(Option<u32>, u32)> {
    let task = status(connection, located)?;
    let attempt = |attempts: &[wf_model::Attempt]| attempts.last().map_or(0, |last| last.number);
    let Some(count) = located.items else {
        if item.is_some() {
            return Err(Error::Conflict(format!("task `{name}` has no items")));
        }
        refuse_unless_waiting(name, task.phase)?;
        return Ok((None, attempt(&task.attempts)));
    };
    let found = match item {
        Some(item) if item >= count => {
            return Err(Error::NotFound {
                what: "item",
                id: item.to_string(),
            });
        }
        Some(item) => units::item(connection, located, item)?,
        None => the_one_that_waits(connection, located, name)?,
    };
    match &found {
        Some(item) => refuse_unless_waiting(&format!("{name}[{}]", item.index), item.phase)?,
        None => refuse_unless_waiting(name, task.phase)?,
    }
    let found = found.unwrap_or_default();
    Ok((Some(found.index), attempt(&found.attempts)))
}

fn refuse_unless_waiting(name: &str, phase: TaskPhase) -> Result<()> {
    if phase == TaskPhase::Waiting {
        return Ok(());
    }
    Err(unfit("answer", name, phase, &[TaskPhase::Waiting]))
}

/// Of the items of a task, the only one that waits, if there is one.
fn the_one_that_waits(
    connection: &Connection,
    located: &Located,
    name: &str,
) -> Result<Option<ItemStatus>> {
    let mut waiting = units::items(connection, located)?;
    waiting.retain(|item| item.phase == TaskPhase::Waiting);
    if waiting.len() > 1 {
        let some: Vec<String> = waiting
            .iter()
            .take(10)
            .map(|item| item.index.to_string())
            .collect();
        return Err(Error::Conflict(format!(
            "{} items of task `{name}` wait; say which: {}",
            waiting.len(),
            some.join(", ")
        )));
    }
    Ok(waiting.pop())
}

fn status(connection: &Connection, located: &Located) -> Result<TaskStatus> {
    units::task(connection, located.key, located.run, located.task)
        .map(Option::unwrap_or_default)
        .map_err(failed("reading a task"))
}

fn unfit(
    asked: &'static str,
    task: &str,
    phase: TaskPhase,
    fitting: &'static [TaskPhase],
) -> Error {
    Error::TaskPhase {
        asked,
        task: task.to_owned(),
        phase,
        fitting,
    }
}
