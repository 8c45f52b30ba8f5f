//! The audit: who did what to a workflow, or was refused.

use async_graphql::{Object, SimpleObject};
use time::OffsetDateTime;
use wf_service::{AuditEntry as Entry, AuditListing, ListedEntry};

use super::connection::PageInfo;

/// What it costs to read a workflow's audit, measured in fields: each is read by itself.
pub(crate) const COST: usize = 200;

/// A page of an audit, newest first.
#[derive(SimpleObject)]
pub(crate) struct AuditConnection {
    /// The entries with their places in the list.
    edges: Vec<AuditEdge>,
    /// How the list goes on.
    page_info: PageInfo,
}

/// An entry and its place in the list.
#[derive(SimpleObject)]
pub(crate) struct AuditEdge {
    /// By which the list goes on after it.
    cursor: String,
    /// The entry.
    node: AuditEntry,
}

/// One thing that somebody did to a workflow, or was refused.
pub(crate) struct AuditEntry(Entry);

/// One thing that somebody did to a workflow, or was refused.
#[Object]
impl AuditEntry {
    /// Its place in the workflow's audit: 1, 2 …
    async fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// When.
    async fn at(&self) -> OffsetDateTime {
        self.0.at.to_offset_date_time()
    }

    /// Who; `anonymous` when nobody knows.
    async fn actor(&self) -> &str {
        wf_service::actor_word(self.0.actor.as_deref())
    }

    /// What, as in `stop` or `restart`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// To which task, when it was one.
    async fn task(&self) -> Option<&str> {
        self.0.task.as_deref()
    }

    /// In which of several ways: the mode of a stop or a restart, `FORCE` of a deletion that stops
    /// first, `APPROVE` or `REJECT` of an answer, `DOCUMENT` or `LABELS` of an update.
    async fn mode(&self) -> Option<&str> {
        self.0.mode.as_deref()
    }

    /// Why, in their words.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// `OK`, or the code of the refusal.
    async fn outcome(&self) -> &str {
        &self.0.outcome
    }

    /// The run that was the latest afterwards.
    async fn run(&self) -> u32 {
        self.0.run
    }

    /// By which the request is found in the service's log.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

impl AuditConnection {
    /// The page that the service told.
    pub(crate) fn new(listing: AuditListing, has_previous_page: bool) -> Self {
        let edge = |ListedEntry { entry, cursor }| AuditEdge {
            cursor,
            node: AuditEntry(entry),
        };
        Self {
            page_info: PageInfo {
                has_next_page: listing.has_more,
                has_previous_page,
                start_cursor: listing.items.first().map(|first| first.cursor.clone()),
                end_cursor: listing.end_cursor,
            },
            edges: listing.items.into_iter().map(edge).collect(),
        }
    }
}

/// How many entries a query asks for, as its cost is estimated; the service checks the number.
pub(crate) fn page_size(first: Option<i32>) -> usize {
    usize::try_from(first.unwrap_or(50)).unwrap_or(0)
}
