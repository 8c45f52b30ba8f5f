//! Problems: what clients see of a failure (RFC 9457).

use poem::http::StatusCode;
use poem_openapi::{Enum, Object};
use wf_service::{Code, Error};

use super::phase::FaultCode;

/// What the `type` of every problem begins with; the code's word in small letters follows.
const TYPE_PREFIX: &str = "urn:medulla:workflows:error:";

/// Why a request was refused, or could not be answered.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Problem {
    /// Names the kind of problem, as in `urn:medulla:workflows:error:not-found`.
    #[oai(rename = "type")]
    kind: String,
    /// The kind of problem in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened this time, and what would help.
    detail: String,
    /// The kind of problem, for programs; the same on every API of the service.
    code: ErrorCode,
    /// By which the request is found in the service's log.
    request_id: String,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// All that is wrong with what was sent; empty when that is not the matter.
    faults: Vec<Fault>,
    /// The phase that is in the way, when one is: the workflow's, or the task's.
    phase: Option<String>,
    /// The phases that would do.
    fitting: Option<Vec<String>>,
    /// The wish that is in the way, when the phase would do: `STOPPING`, `RESTARTING`, `DELETING`.
    wish: Option<String>,
}

/// The kinds of problems. Codes are never renamed; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ErrorCode {
    Invalid,
    Unauthenticated,
    Forbidden,
    NotFound,
    AlreadyExists,
    Conflict,
    Gone,
    TooLarge,
    Unsupported,
    RateLimited,
    Internal,
    Unavailable,
    Timeout,
}

/// One thing that is wrong with what was sent.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct Fault {
    /// What kind of fault it is.
    code: FaultCode,
    /// Where, for people: `tasks[1].dependsOn[0]`, or a query parameter's name; empty for the
    /// whole.
    path: String,
    /// The same as a JSON pointer (RFC 6901).
    pointer: String,
    /// What is wrong and what would be right.
    message: String,
    /// What was probably meant.
    suggestion: Option<String>,
}

impl Problem {
    /// The problem that tells that failure.
    pub(crate) fn new(error: &Error, status: StatusCode, request_id: &str) -> Self {
        let code = error.code();
        Self {
            kind: format!(
                "{TYPE_PREFIX}{}",
                code.as_str().to_ascii_lowercase().replace('_', "-")
            ),
            title: title(code).to_owned(),
            status: status.as_u16(),
            detail: error.to_string(),
            code: code.into(),
            request_id: request_id.to_owned(),
            retryable: code.is_retryable(),
            faults: error.faults().iter().map(Fault::from).collect(),
            phase: error.misfit().map(|misfit| misfit.phase.to_owned()),
            fitting: error.misfit().map(|misfit| owned(&misfit.fitting)),
            wish: error.misfit().and_then(|it| it.wish.map(str::to_owned)),
        }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// What a code means, in words.
pub(crate) fn title(code: Code) -> &'static str {
    match code {
        Code::Invalid => "The request is faulty",
        Code::Unauthenticated => "It is not known who asks",
        Code::Forbidden => "Who asks may not do this",
        Code::NotFound => "There is no such thing",
        Code::AlreadyExists => "There is one already",
        Code::Conflict => "It does not fit what is so",
        Code::PreconditionFailed => "It has changed meanwhile",
        Code::Gone => "It is no more",
        Code::TooLarge => "It is over a limit",
        Code::Unsupported => "The backend cannot do this",
        Code::RateLimited => "Too many requests",
        Code::Internal => "The service failed",
        Code::Unavailable => "It cannot be answered now",
        Code::Timeout => "It took too long",
    }
}

impl From<Code> for ErrorCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Invalid => Self::Invalid,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::Forbidden => Self::Forbidden,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::Conflict | Code::PreconditionFailed => Self::Conflict,
            Code::Gone => Self::Gone,
            Code::TooLarge => Self::TooLarge,
            Code::Unsupported => Self::Unsupported,
            Code::RateLimited => Self::RateLimited,
            Code::Internal => Self::Internal,
            Code::Unavailable => Self::Unavailable,
            Code::Timeout => Self::Timeout,
        }
    }
}

impl From<&wf_model::Fault> for Fault {
    fn from(fault: &wf_model::Fault) -> Self {
        Self {
            code: fault.code.into(),
            path: fault.path.clone(),
            pointer: fault.pointer.clone(),
            message: fault.message.clone(),
            suggestion: fault.suggestion.clone(),
        }
    }
}
