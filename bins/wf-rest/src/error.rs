//! Errors: the one place where a failure becomes a status and a problem (RFC 9457).

use std::fmt;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{ToJSON, Type};
use wf_service::{Code, Error};

use crate::view::{Problem, title};

/// The media type of every error.
const PROBLEM_JSON: &str = "application/problem+json";

/// A failure on its way to the client.
#[derive(Debug)]
pub(crate) struct ApiError {
    error: Error,
    status: StatusCode,
    /// The methods that the path has, when the method is what is wrong.
    allow: Option<String>,
}

impl ApiError {
    /// What was sent is wrong in a way that HTTP has its own status for.
    pub(crate) fn refused(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            error: Error::new(Code::Invalid, message),
            status,
            allow: None,
        }
    }

    /// The path does not have the method.
    pub(crate) fn method_not_allowed(message: impl Into<String>, allow: String) -> Self {
        Self {
            allow: Some(allow),
            ..Self::refused(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }

    /// What the framework raised, or a middleware that does not know us.
    pub(crate) fn foreign(error: &poem::Error) -> Self {
        let status = error.status();
        let code = match status {
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            status if status.is_client_error() => Code::Invalid,
            _ => return Error::new(Code::Internal, "the service failed; its log says why").into(),
        };
        Self {
            error: Error::new(code, error.to_string()),
            status,
            allow: None,
        }
    }

    /// The answer that tells it.
    pub(crate) fn into_answer(self, request_id: &str) -> Response {
        let mut response = answer(&self.error, self.status, request_id);
        if let Some(allow) = self.allow.and_then(|allow| allow.parse().ok()) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response
    }
}

/// What clients see of an error that came up before our own code.
pub(crate) fn shape(refusal: &wf_runtime::Refusal<'_>) -> Response {
    answer(refusal.error, refusal.status, refusal.request_id)
}

/// The answer that tells an error.
fn answer(error: &Error, status: StatusCode, request_id: &str) -> Response {
    let problem = Problem::new(error, status, request_id);
    let mut response = problem.to_json_string().into_response();
    response.set_status(status);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    if matches!(error.code(), Code::Unavailable | Code::RateLimited) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.code().status());
        Self {
            status: status.expect("every code has a status of HTTP"),
            error,
            allow: None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

/// The framework carries it as far as the answer is made, where the request's id is known.
impl From<ApiError> for poem::Error {
    fn from(error: ApiError) -> Self {
        let status = error.status;
        Self::new(Carried(error), status)
    }
}

/// An [`ApiError`] in the framework's hands.
#[derive(Debug)]
pub(crate) struct Carried(pub(crate) ApiError);

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Carried {}

/// Written by hand, so that the statuses are the codes' and none can be forgotten.
impl ApiResponse for ApiError {
    fn meta() -> MetaResponses {
        let mut declared = vec![
            (
                406,
                "None of the media types that `Accept` names is on offer (`INVALID`).",
            ),
            (
                409,
                "It does not fit what is so (`CONFLICT`), or there is one already (`ALREADY_EXISTS`).",
            ),
            (412, "It has changed meanwhile (`CONFLICT`)."),
            (415, "The body's media type is not taken (`INVALID`)."),
        ];
        for code in Code::ALL {
            if !declared.iter().any(|(status, _)| *status == code.status()) {
                declared.push((code.status(), title(code)));
            }
        }
        declared.sort_unstable();
        let response = |(status, description)| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: PROBLEM_JSON,
                schema: Problem::schema_ref(),
            }],
            headers: Vec::new(),
        };
        MetaResponses {
            responses: declared.into_iter().map(response).collect(),
        }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}
