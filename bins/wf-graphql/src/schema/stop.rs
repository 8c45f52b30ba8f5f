//! Wishes to stop: who asked for it, and why.

use async_graphql::SimpleObject;
use time::OffsetDateTime;

use super::phase::StopMode;

/// Somebody's wish that a run should end.
#[derive(SimpleObject)]
pub(crate) struct StopWish {
    /// Whether the exit handler still runs.
    mode: StopMode,
    /// Why, in the words of who asked.
    reason: Option<String>,
    /// Who asked; `anonymous` when nobody knows.
    actor: String,
    /// When.
    at: OffsetDateTime,
}

impl From<&wf_model::StopWish> for StopWish {
    fn from(wish: &wf_model::StopWish) -> Self {
        Self {
            mode: wish.mode.into(),
            reason: wish.reason.clone(),
            actor: wf_service::actor_word(wish.actor.as_deref()).to_owned(),
            at: wish.at.to_offset_date_time(),
        }
    }
}
