//! Attempts: single tries of a task or an item.

use async_graphql::Object;
use time::OffsetDateTime;

use super::phase::{TaskPhase, TaskReason};
use super::time::date_time;

/// One try of a task, or of one of its items.
pub(crate) struct Attempt<'a>(pub(crate) &'a wf_model::Attempt);

/// One try of a task, or of one of its items.
#[Object]
impl Attempt<'_> {
    /// Which try it is: 1, 2 …
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// What has become of it.
    async fn phase(&self) -> TaskPhase {
        self.0.phase.into()
    }

    /// Why it is in that phase, for people.
    async fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Why it is in that phase, for programs.
    async fn reason(&self) -> Option<TaskReason> {
        self.0.reason.map(Into::into)
    }

    /// How its process ended.
    async fn exit_code(&self) -> Option<i32> {
        self.0.exit_code
    }

    /// When it began.
    async fn started_at(&self) -> Option<OffsetDateTime> {
        date_time(self.0.started_at)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<OffsetDateTime> {
        date_time(self.0.finished_at)
    }
}
