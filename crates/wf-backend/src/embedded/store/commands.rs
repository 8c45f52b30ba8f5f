//! Commands: what callers ask of the store, each in one transaction.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use wf_model::{
    Document, Fit, RunStatus, StopMode, StopWish, TaskCounts, Timestamp, Verb, WorkflowPhase,
};

use super::error::{failed, unreadable};
use super::summary::id_bytes;
use super::transition::{self, RunChange};
use super::{Change, Key, retention, snapshot, summary};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Start, Submission, Summary};

/// A new workflow, with its texts made ready off the store's thread.
#[derive(Debug)]
pub(crate) struct NewWorkflow {
    scope: Scope,
    id: WorkflowId,
    created_at: Timestamp,
    created_by: Option<String>,
    fingerprint: String,
    etag: String,
    name: String,
    description: Option<String>,
    labels: BTreeMap<String, String>,
    priority: i32,
    mutex: Option<String>,
    phase: WorkflowPhase,
    parameters: Option<String>,
    status: String,
    task_counts: String,
    document: String,
    rendered: String,
}

/// What became of a new workflow.
#[derive(Debug)]
pub(crate) enum Inserted {
    /// It was made.
    New(Box<Summary>),
    /// It was there, and the same was asked for then.
    Replayed(Box<Snapshot>),
}

/// What became of a wish to stop.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// It is noted, or was so already.
    Noted(Box<Snapshot>),
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
}

impl NewWorkflow {
    /// What is to be stored of a submission.
    pub(crate) fn of(submission: &Submission) -> Result<Self> {
        let doing = "writing a submission as JSON";
        let document = submission.workflow.document();
        let (phase, parameters) = match &submission.start {
            Start::Hold => (WorkflowPhase::Held, None),
            Start::Now(parameters) => (WorkflowPhase::Pending, Some(parameters)),
        };
        let status = RunStatus::fresh(&Document::default(), 1, phase);
        Ok(Self {
            scope: submission.scope.clone(),
            id: submission.id,
            created_at: submission.created_at,
            created_by: submission.created_by.clone(),
            fingerprint: submission.fingerprint.clone(),
            etag: submission.etag.clone(),
            name: document.name.clone(),
            description: document.description.clone(),
            labels: document.labels.clone(),
            priority: document.priority.unwrap_or(0),
            mutex: document.mutex.clone(),
            phase,
            parameters: parameters.map(json).transpose().map_err(unreadable(doing))?,
            status: json(&status).map_err(unreadable(doing))?,
            task_counts: json(&untouched(document)).map_err(unreadable(doing))?,
            document: json(document).map_err(unreadable(doing))?,
            rendered: json(submission.rendered.as_ref()).map_err(unreadable(doing))?,
        })
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

fn untouched(document: &Document) -> TaskCounts {
    let total = u32::try_from(document.tasks.len()).unwrap_or(u32::MAX);
    TaskCounts {
        total,
        pending: total,
        ..TaskCounts::default()
    }
}

/// Makes a workflow, or finds the one that the same submission made before.
pub(crate) fn submit(change: &mut Change<'_>, new: &NewWorkflow) -> Result<Inserted> {
    let doing = "making a workflow";
    let there: Option<String> = change
        .connection()
        .prepare_cached("SELECT fingerprint FROM workflows WHERE scope = ? AND id = ?")
        .and_then(|mut statement| {
            statement
                .query_row((new.scope.as_str(), id_bytes(&new.id)), |row| row.get(0))
                .optional()
        })
        .map_err(failed(doing))?;
    match there {
        Some(fingerprint) if fingerprint == new.fingerprint => {
            let snapshot = snapshot::get(change.connection(), &new.scope, new.id)?;
            Ok(Inserted::Replayed(Box::new(snapshot)))
        }
        Some(_) => Err(Error::AlreadyExists {
            id: new.id.to_string(),
        }),
        None => {
            insert(change, new).map_err(failed(doing))?;
            let made = summary::find(change.connection(), &new.scope, new.id)?;
            let (_, summary) = made.ok_or_else(|| Error::no_workflow(new.id))?;
            Ok(Inserted::New(Box::new(summary)))
        }
    }
}

fn insert(change: &mut Change<'_>, new: &NewWorkflow) -> rusqlite::Result<()> {
    let revision = change.touch(&new.scope, new.id)?;
    let starts = new.phase == WorkflowPhase::Pending;
    if starts {
        change.wake_executor();
    }
    let key = insert_row(change, new, revision)?;
    let connection = change.connection();
    connection
        .prepare_cached("INSERT INTO documents (workflow, document, rendered) VALUES (?, ?, ?)")?
        .execute((key, &new.document, &new.rendered))?;
    connection
        .prepare_cached(
            "INSERT INTO runs (workflow, number, created_ms, parameters, status) \
             VALUES (?, 1, ?, ?, ?)",
        )?
        .execute((
            key,
            new.created_at.as_millis(),
            &new.parameters,
            &new.status,
        ))?;
    let mut label = connection.prepare_cached(
        "INSERT INTO labels (scope, label, value, created_ms, id, workflow) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    for (name, value) in &new.labels {
        label.execute((
            new.scope.as_str(),
            name,
            value,
            new.created_at.as_millis(),
            id_bytes(&new.id),
            key,
        ))?;
    }
    Ok(())
}

fn insert_row(change: &Change<'_>, new: &NewWorkflow, revision: i64) -> rusqlite::Result<i64> {
    let labels = serde_json::Value::from_iter(new.labels.clone()).to_string();
    change
        .connection()
        .prepare_cached(
            "INSERT INTO workflows (scope, id, created_ms, created_by, name, description, labels, \
             fingerprint, etag, priority, mutex, run, phase, stopping, task_counts, revision, \
             attention, deleting) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?, ?, 0) RETURNING key",
        )?
        .query_row(
            rusqlite::params![
                new.scope.as_str(),
                id_bytes(&new.id),
                new.created_at.as_millis(),
                new.created_by,
                new.name,
                new.description,
                labels,
                new.fingerprint,
                new.etag,
                new.priority,
                new.mutex,
                new.phase.as_str(),
                new.task_counts,
                revision,
                new.phase == WorkflowPhase::Pending,
            ],
            |row| row.get(0),
        )
}

/// Begins a held workflow.
pub(crate) fn start(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    parameters: &BTreeMap<String, String>,
) -> Result<Snapshot> {
    let doing = "starting a workflow";
    let (key, summary) = existing(change, scope, id)?;
    if fits(Verb::Start, summary.phase)? {
        let given = json(parameters).map_err(unreadable(doing))?;
        let status = RunStatus::fresh(&Document::default(), summary.run, WorkflowPhase::Pending);
        let status = json(&status).map_err(unreadable(doing))?;
        let revision = change.touch(scope, id).map_err(failed(doing))?;
        change.wake_executor();
        let connection = change.connection();
        connection
            .prepare_cached(
                "UPDATE workflows SET phase = 'PENDING', attention = 1, revision = ? \
                 WHERE key = ?",
            )
            .and_then(|mut statement| statement.execute((revision, key.0)))
            .map_err(failed(doing))?;
        connection
            .prepare_cached(
                "UPDATE runs SET parameters = ?, status = ? WHERE workflow = ? AND number = ?",
            )
            .and_then(|mut statement| statement.execute((given, status, key.0, summary.run)))
            .map_err(failed(doing))?;
    }
    snapshot::get(change.connection(), scope, id)
}

/// Notes somebody's wish that a workflow should end.
pub(crate) fn stop(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    wish: &StopWish,
) -> Result<Stopped> {
    let (key, summary) = existing(change, scope, id)?;
    if fits(Verb::Stop, summary.phase)? {
        if summary.phase == WorkflowPhase::Held {
            return Ok(Stopped::Held(key));
        }
        note_wish(change, key, &summary, wish)?;
    }
    snapshot::get(change.connection(), scope, id).map(|now| Stopped::Noted(Box::new(now)))
}

/// Ends a held workflow, if it is still held.
pub(crate) fn stop_held(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    stop: &HeldStop,
) -> Result<Option<Snapshot>> {
    let (key, summary) = existing(change, scope, id)?;
    if summary.phase != WorkflowPhase::Held {
        return Ok(None);
    }
    write_wish(change, key, summary.run, &stop.wish)?;
    transition::write_run(change, &stop.change)?;
    snapshot::get(change.connection(), scope, id).map(Some)
}

/// Keeps the first wish; a later one can only make it more urgent.
fn note_wish(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    wish: &StopWish,
) -> Result<()> {
    let doing = "noting the wish to stop a workflow";
    let mut kept = read_wish(change, key, summary.run)?.unwrap_or_else(|| wish.clone());
    let escalates = kept.mode < wish.mode;
    if summary.stopping && !escalates {
        return Ok(());
    }
    kept.mode = kept.mode.max(wish.mode);
    write_wish(change, key, summary.run, &kept)?;
    let revision = change
        .touch(&summary.scope, summary.id)
        .map_err(failed(doing))?;
    change.wake_executor();
    change
        .connection()
        .prepare_cached(
            "UPDATE workflows SET stopping = 1, attention = 1, revision = ? WHERE key = ?",
        )
        .and_then(|mut statement| statement.execute((revision, key.0)))
        .map(|_| ())
        .map_err(failed(doing))
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

/// Forgets a workflow, or, forced, notes that it is to be forgotten when it has ended.
pub(crate) fn delete(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    force: bool,
    now: Timestamp,
) -> Result<()> {
    let (key, summary) = existing(change, scope, id)?;
    match fits(Verb::Delete, summary.phase) {
        Ok(_) => retention::forget(change, key, &summary),
        Err(_) if force => {
            let wish = StopWish {
                mode: StopMode::Now,
                reason: Some("it is being deleted".to_owned()),
                actor: None,
                at: now,
            };
            note_wish(change, key, &summary, &wish)?;
            change.wake_executor();
            change
                .connection()
                .prepare_cached("UPDATE workflows SET deleting = 1, attention = 1 WHERE key = ?")
                .and_then(|mut statement| statement.execute([key.0]))
                .map(|_| ())
                .map_err(failed("noting that a workflow is to be forgotten"))
        }
        Err(error) => Err(error),
    }
}

fn existing(change: &Change<'_>, scope: &Scope, id: WorkflowId) -> Result<(Key, Summary)> {
    summary::find(change.connection(), scope, id)?.ok_or_else(|| Error::no_workflow(id))
}

/// Whether the operation changes anything; the refusal when it does not fit.
fn fits(verb: Verb, phase: WorkflowPhase) -> Result<bool> {
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
