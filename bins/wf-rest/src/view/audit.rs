//! The views of an audit: who did what to a workflow, or was refused.

use poem_openapi::Object;
use time::OffsetDateTime;
use wf_service::{AuditListing, ListedEntry};

use super::task::moment;

/// A part of who did what to a workflow, newest first.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct AuditPage {
    /// The entries.
    items: Vec<AuditEntry>,
    /// Whether there are older ones behind the last one.
    has_more: bool,
    /// Given as `after`, it continues the list behind the last one; absent when there is none.
    end_cursor: Option<String>,
}

/// One thing that somebody did to a workflow, or was refused.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct AuditEntry {
    /// Its place in the workflow's audit: 1, 2 …
    sequence: u64,
    /// When.
    at: OffsetDateTime,
    /// Who; `anonymous` when nobody knows.
    actor: String,
    /// What, as in `stop` or `restart`.
    action: String,
    /// To which task, when it was one.
    task: Option<String>,
    /// In which of several ways: the mode of a stop or a restart, `FORCE` of a deletion that stops
    /// first, `APPROVE` or `REJECT` of an answer, `DOCUMENT` or `LABELS` of an update.
    mode: Option<String>,
    /// Why, in their words.
    reason: Option<String>,
    /// `OK`, or the code of the refusal.
    outcome: String,
    /// The run that was the latest afterwards.
    run: u32,
    /// By which the request is found in the service's log.
    request_id: String,
    /// Given as `after`, it continues the list behind this one.
    cursor: String,
}

impl From<AuditListing> for AuditPage {
    fn from(listing: AuditListing) -> Self {
        Self {
            items: listing.items.into_iter().map(AuditEntry::from).collect(),
            has_more: listing.has_more,
            end_cursor: listing.end_cursor,
        }
    }
}

impl From<ListedEntry> for AuditEntry {
    fn from(ListedEntry { entry, cursor }: ListedEntry) -> Self {
        Self {
            sequence: entry.sequence,
            at: moment(entry.at),
            actor: wf_service::actor_word(entry.actor.as_deref()).to_owned(),
            action: entry.action,
            task: entry.task,
            mode: entry.mode,
            reason: entry.reason,
            outcome: entry.outcome,
            run: entry.run,
            request_id: entry.request_id,
            cursor,
        }
    }
}
