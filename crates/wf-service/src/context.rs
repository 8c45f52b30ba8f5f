//! Who asks, for which tenant, and until when the answer is of use.

use std::time::Duration;

use wf_backend::Scope;

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
            timeout: None,
        }
    }
}
