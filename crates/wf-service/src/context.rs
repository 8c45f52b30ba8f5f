//! Who asks, for which tenant, and until when the answer is of use.

use std::time::Duration;

use time::OffsetDateTime;
use wf_backend::{By, Scope};

/// What every use case is told of its caller.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Context {
    /// The tenant.
    pub scope: Scope,
    /// Who asks; nobody knows before authentication comes.
    pub actor: Option<String>,
    /// By which the request is found in the log.
    pub request_id: String,
    /// By which a change that is asked for once more is known: 1 to 255 printable ASCII
    /// characters.
    pub idempotency_key: Option<String>,
    /// How long the answer may take; none when the caller bounds it.
    pub timeout: Option<Duration>,
}

impl Context {
    /// A caller of that scope, whom nobody knows.
    pub fn new(scope: Scope, request_id: impl Into<String>) -> Self {
        Self {
            scope,
            actor: None,
            request_id: request_id.into(),
            idempotency_key: None,
            timeout: None,
        }
    }

    /// The same caller, for a change that has this key.
    #[must_use]
    pub fn with_key(&self, key: Option<String>) -> Self {
        Self {
            idempotency_key: key,
            ..self.clone()
        }
    }

    /// Who asks now, and why, as a backend keeps it.
    pub(crate) fn by(&self, reason: Option<&str>) -> By {
        By {
            actor: self.actor.clone(),
            reason: reason.map(str::to_owned),
            request_id: self.request_id.clone(),
            at: OffsetDateTime::now_utc().into(),
            key: None,
        }
    }
}

/// Who it was, in a word: `anonymous` when nobody knows.
pub fn actor_word(actor: Option<&str>) -> &str {
    actor.unwrap_or("anonymous")
}
