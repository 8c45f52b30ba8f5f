//! Live attempts: which processes there may be, told before they are there.

use rusqlite::{Connection, Row};
use uuid::Uuid;
use wf_model::{TaskRef, Unit};

use super::Key;
use super::error::failed;
use crate::error::Result;

/// An attempt that may have a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveAttempt {
    /// What the process has in its environment.
    pub(crate) uuid: Uuid,
    /// Whose attempt it is.
    pub(crate) workflow: Key,
    /// Of which run.
    pub(crate) run: u32,
    /// Of which task or item.
    pub(crate) unit: Unit,
    /// Which try.
    pub(crate) number: u32,
    /// Whether it is certain that it has no process yet.
    pub(crate) held: bool,
    /// Its process, when that was told in time.
    pub(crate) process: Option<Spawned>,
}

/// A process, told apart from all others that ever had its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spawned {
    /// Its number, and that of its process group.
    pub(crate) pid: i32,
    /// When it began, in ticks since the machine did.
    pub(crate) started: i64,
    /// Which start of the machine that was.
    pub(crate) boot: String,
}

/// The number of a task in the store: its index, or -1 for the exit handler.
pub(crate) fn task_number(task: TaskRef) -> i64 {
    match task {
        TaskRef::Task(index) => i64::try_from(index).unwrap_or(i64::MAX),
        TaskRef::ExitHandler => -1,
    }
}

/// The task of that number in the store.
pub(crate) fn task_ref(number: i64) -> TaskRef {
    usize::try_from(number).map_or(TaskRef::ExitHandler, TaskRef::Task)
}

/// All attempts that may have a process.
pub(crate) fn all(connection: &Connection) -> Result<Vec<LiveAttempt>> {
    connection
        .prepare_cached(
            "SELECT uuid, workflow, run, task, item, number, pid, started, boot, held \
             FROM attempts",
        )
        .and_then(|mut statement| statement.query_map([], of_row)?.collect())
        .map_err(failed("reading the live attempts"))
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<LiveAttempt> {
    let pid: Option<i32> = row.get(6)?;
    let started: Option<i64> = row.get(7)?;
    let boot: Option<String> = row.get(8)?;
    let process = pid.zip(started).zip(boot);
    Ok(LiveAttempt {
        uuid: Uuid::from_bytes(row.get(0)?),
        workflow: Key(row.get(1)?),
        run: row.get(2)?,
        unit: Unit {
            task: task_ref(row.get(3)?),
            item: row.get(4)?,
        },
        number: row.get(5)?,
        held: row.get(9)?,
        process: process.map(|((pid, started), boot)| Spawned { pid, started, boot }),
    })
}

/// Tells that there may soon be a process of that attempt.
pub(crate) fn insert(connection: &Connection, attempt: &LiveAttempt) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO attempts (uuid, workflow, run, task, item, number, held) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            attempt.uuid.as_bytes(),
            attempt.workflow.0,
            attempt.run,
            task_number(attempt.unit.task),
            attempt.unit.item,
            attempt.number,
            attempt.held,
        ))
        .map(|_| ())
}

/// Tells that an attempt that was held back may have a process from now on.
pub(crate) fn let_go(connection: &Connection, uuid: Uuid) -> Result<()> {
    connection
        .prepare_cached("UPDATE attempts SET held = 0 WHERE uuid = ?")
        .and_then(|mut statement| statement.execute([uuid.as_bytes()]))
        .map(|_| ())
        .map_err(failed("noting that an attempt begins"))
}

/// Tells which process it is.
pub(crate) fn record(
    connection: &Connection,
    uuid: Uuid,
    process: &Spawned,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE attempts SET pid = ?, started = ?, boot = ? WHERE uuid = ?")?
        .execute((process.pid, process.started, &process.boot, uuid.as_bytes()))
        .map(|_| ())
}

/// Tells that there is no process of that attempt any more.
pub(crate) fn remove(connection: &Connection, uuid: Uuid) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM attempts WHERE uuid = ?")?
        .execute([uuid.as_bytes()])
        .map(|_| ())
}
