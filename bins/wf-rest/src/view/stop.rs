//! The view of a wish to stop: who asked for it, and why.

use poem_openapi::Object;
use time::OffsetDateTime;

use super::phase::StopMode;
use super::task::moment;

/// Somebody's wish that a run should end.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
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
            at: moment(wish.at),
        }
    }
}
