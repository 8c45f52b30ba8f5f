//! Submitting: new workflows, each made once.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use wf_model::{Document, RunStatus, TaskCounts, WorkflowPhase};

use super::error::{failed, unreadable};
use super::summary::id_bytes;
use super::{Change, Key, audit, snapshot, summary};
use crate::asked::By;
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Start, Submission, Summary};

/// A new workflow, with its texts made ready off the store's thread.
#[derive(Debug)]
pub(crate) struct NewWorkflow {
    scope: Scope,
    id: WorkflowId,
    by: By,
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
    New(Key, Box<Summary>),
    /// It was there, and the same was asked for then.
    Replayed(Box<Snapshot>),
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
            by: submission.by.clone(),
            fingerprint: submission.fingerprint.clone(),
            etag: submission.etag.clone(),
            name: document.name.clone(),
            description: document.description.clone(),
            labels: document.labels.clone(),
            priority: document.priority.unwrap_or(0),
            mutex: document.mutex.clone(),
            phase,
            parameters: parameters
                .map(json)
                .transpose()
                .map_err(unreadable(doing))?,
            status: json(&status).map_err(unreadable(doing))?,
            task_counts: json(&untouched(document)).map_err(unreadable(doing))?,
            document: json(document).map_err(unreadable(doing))?,
            rendered: json(submission.rendered.as_ref()).map_err(unreadable(doing))?,
        })
    }
}

pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

/// The counts of a document of which nothing has begun.
pub(super) fn untouched(document: &Document) -> TaskCounts {
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
            let (key, summary) = made.ok_or_else(|| Error::no_workflow(new.id))?;
            audit::done(change, key, 1, "create", &new.by)?;
            Ok(Inserted::New(key, Box::new(summary)))
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
            "INSERT INTO runs (workflow, number, created_ms, parameters, status, reason, actor) \
             VALUES (?, 1, ?, ?, ?, ?, ?)",
        )?
        .execute((
            key,
            new.by.at.as_millis(),
            &new.parameters,
            &new.status,
            &new.by.reason,
            &new.by.actor,
        ))?;
    let place = (&new.scope, new.id, new.by.at.as_millis());
    insert_labels(connection, Key(key), place, &new.labels)
}

/// Makes a workflow findable by its labels.
pub(super) fn insert_labels(
    connection: &Connection,
    key: Key,
    (scope, id, created_ms): (&Scope, WorkflowId, i64),
    labels: &BTreeMap<String, String>,
) -> rusqlite::Result<()> {
    let mut label = connection.prepare_cached(
        "INSERT INTO labels (scope, label, value, created_ms, id, workflow) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )?;
    for (name, value) in labels {
        let id = id_bytes(&id);
        label.execute((scope.as_str(), name, value, created_ms, id, key.0))?;
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
                new.by.at.as_millis(),
                new.by.actor,
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
