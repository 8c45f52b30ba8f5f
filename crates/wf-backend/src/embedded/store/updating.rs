//! Updating: another document, labels or description for a workflow that exists.

use rusqlite::Connection;
use wf_model::{Document, Misfit, Verb, Wish, WorkflowPhase};

use super::error::{failed, unreadable};
use super::steering::fits;
use super::submitting::{insert_labels, json, untouched};
use super::{Change, Key, audit, keys, retention, snapshot, summary};
use crate::asked::{By, NewDocument, Update};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Summary};

/// A workflow as it is to be, with its texts made ready off the store's thread.
#[derive(Debug)]
pub(crate) struct Revised {
    /// The etag that it had when this was made ready.
    before: String,
    etag: String,
    document: Document,
    text: String,
    /// With another document: what was rendered of it, and its counts.
    replaced: Option<(String, String)>,
}

impl Revised {
    /// What an update makes of a workflow; nothing, when it is so already.
    ///
    /// # Errors
    /// `PreconditionFailed`, `Phase`, and `Conflict` for a document of another name.
    pub(crate) fn of(
        connection: &Connection,
        scope: &Scope,
        id: WorkflowId,
        (update, by): (&Update, &By),
    ) -> Result<Option<Self>> {
        let doing = "writing a workflow as JSON";
        let (key, summary) = summary::existing(connection, scope, id)?;
        if keys::is_repetition(connection, key, by)? {
            return Ok(None);
        }
        if update
            .if_match
            .as_ref()
            .is_some_and(|demanded| *demanded != summary.etag)
        {
            return Err(Error::PreconditionFailed { etag: summary.etag });
        }
        if summary.etag == update.etag {
            return Ok(None);
        }
        if update.document.is_some() {
            fits(Verb::Update, &summary)?;
        }
        refuse_while_deleting(&summary)?;
        let mut document = match &update.document {
            Some(new) => renamed(new, &summary)?,
            None => snapshot::document(connection, key)?,
        };
        if let Some(labels) = &update.labels {
            document.labels.clone_from(labels);
        }
        if let Some(description) = &update.description {
            document.description.clone_from(description);
        }
        let replaced = |new: &NewDocument| {
            let rendered = json(new.rendered.as_ref())?;
            Ok((rendered, json(&untouched(&document))?))
        };
        let replaced = update.document.as_ref().map(replaced).transpose();
        Ok(Some(Self {
            before: summary.etag,
            etag: update.etag.clone(),
            text: json(&document).map_err(unreadable(doing))?,
            replaced: replaced.map_err(unreadable(doing))?,
            document,
        }))
    }
}

/// What is to be forgotten takes no other labels either.
fn refuse_while_deleting(summary: &Summary) -> Result<()> {
    if !summary.deleting {
        return Ok(());
    }
    Err(Error::Phase {
        verb: Verb::Update,
        phase: summary.phase,
        misfit: Misfit {
            fitting: &WorkflowPhase::ALL,
            wish: Some(Wish::Deleting),
        },
    })
}

/// The new document, if it has the workflow's name.
fn renamed(new: &NewDocument, summary: &Summary) -> Result<Document> {
    let document = new.workflow.document();
    if document.name == summary.name {
        return Ok(document.clone());
    }
    Err(Error::Conflict(format!(
        "the workflow is called `{}`, and cannot be called `{}`; create another one",
        summary.name, document.name
    )))
}

/// Makes a workflow what it is to be. Nothing, when it has changed since that was made ready.
pub(crate) fn update(
    change: &mut Change<'_>,
    scope: &Scope,
    id: WorkflowId,
    (revised, by): (&Revised, &By),
) -> Result<Option<(Key, Snapshot)>> {
    let (key, summary) = summary::existing(change.connection(), scope, id)?;
    if summary.etag != revised.before {
        return Ok(None);
    }
    if revised.replaced.is_some() {
        fits(Verb::Update, &summary)?;
    }
    write(change, key, &summary, revised).map_err(failed("updating a workflow"))?;
    keys::note(change.connection(), key, by)?;
    let is_document = revised.replaced.is_some();
    let deed = audit::Deed {
        mode: Some(if is_document { "DOCUMENT" } else { "LABELS" }),
        .."update".into()
    };
    audit::done(change, key, summary.run, deed, by)?;
    let snapshot = snapshot::get(change.connection(), scope, id)?;
    Ok(Some((key, snapshot)))
}

fn write(
    change: &mut Change<'_>,
    key: Key,
    summary: &Summary,
    revised: &Revised,
) -> rusqlite::Result<()> {
    let revision = change.touch(&summary.scope, summary.id)?;
    let connection = change.connection();
    let document = &revised.document;
    let labels = serde_json::Value::from_iter(document.labels.clone()).to_string();
    connection
        .prepare_cached(
            "UPDATE workflows SET description = ?, labels = ?, etag = ?, revision = ?, \
             priority = ?, mutex = ?, task_counts = COALESCE(?, task_counts) WHERE key = ?",
        )?
        .execute((
            &document.description,
            labels,
            &revised.etag,
            revision,
            document.priority.unwrap_or(0),
            &document.mutex,
            revised.replaced.as_ref().map(|(_, counts)| counts),
            key.0,
        ))?;
    connection
        .prepare_cached(
            "UPDATE documents SET document = ?, rendered = COALESCE(?, rendered) \
             WHERE workflow = ?",
        )?
        .execute((
            &revised.text,
            revised.replaced.as_ref().map(|(rendered, _)| rendered),
            key.0,
        ))?;
    retention::delete_labels(connection, summary)?;
    let place = (&summary.scope, summary.id, summary.created_at.as_millis());
    insert_labels(connection, key, place, &document.labels)
}
