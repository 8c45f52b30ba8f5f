//! Items: the expansions of a fan-out task.

use async_graphql::Object;
use time::OffsetDateTime;

use super::attempt::Attempt;
use super::parameter::{self, Parameters};
use super::phase::{TaskPhase, TaskReason};
use super::time::date_time;

/// One expansion of a fan-out task.
pub(crate) struct Item<'a>(pub(crate) &'a wf_model::ItemStatus);

/// One expansion of a fan-out task.
#[Object]
impl Item<'_> {
    /// Its place in `withItems`, from 0.
    async fn index(&self) -> u32 {
        self.0.index
    }

    /// The item itself: a text as it is, anything else as compact JSON.
    async fn value(&self) -> &str {
        &self.0.value
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

    /// How its last process ended.
    async fn exit_code(&self) -> Option<i32> {
        self.0.exit_code
    }

    /// When its first attempt began.
    async fn started_at(&self) -> Option<OffsetDateTime> {
        date_time(self.0.started_at)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<OffsetDateTime> {
        date_time(self.0.finished_at)
    }

    /// What its action was given when it last began, defaults included.
    async fn inputs(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.0.inputs)
    }

    /// What it produced.
    async fn outputs(&self) -> Vec<Parameters<'_>> {
        parameter::outputs(&self.0.outputs)
    }

    /// Its attempts.
    async fn attempts(&self) -> Vec<Attempt<'_>> {
        self.0.attempts.iter().map(Attempt).collect()
    }
}
