//! What an API's clients see of an error that came up before its own code.

use poem::Response;
use poem::http::StatusCode;
use wf_service::{Code, Error};

/// An error that came up before an API's own code, or that its code did not shape.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// What is wrong.
    pub error: &'a Error,
    /// The status of the answer; not always that of the error's code, as with 405.
    pub status: StatusCode,
    /// By which the request is found in the log.
    pub request_id: &'a str,
}

/// Makes the answer that an API's clients expect of a refusal. The status is set afterwards.
pub type Shape = fn(&Refusal<'_>) -> Response;

/// An error with the status that it is told by.
#[derive(Debug)]
pub(super) struct Refused {
    error: Error,
    status: StatusCode,
}

impl Refused {
    /// The answer in the API's own shape.
    pub(super) fn answer(&self, shape: Shape, request_id: &str) -> Response {
        let mut response = shape(&Refusal {
            error: &self.error,
            status: self.status,
            request_id,
        });
        response.set_status(self.status);
        response
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.code().status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { error, status }
    }
}

/// What the HTTP library found wrong, as when there is no such path, in our words.
impl From<poem::Error> for Refused {
    fn from(error: poem::Error) -> Self {
        let status = error.status();
        let code = match status {
            StatusCode::NOT_FOUND => Code::NotFound,
            StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
            status if status.is_client_error() => Code::Invalid,
            _ => Code::Internal,
        };
        let error = if code == Code::Internal {
            tracing::error!(cause = %error, "a request failed");
            Error::new(code, "the service failed; its log says why")
        } else {
            Error::new(code, error.to_string())
        };
        Self { error, status }
    }
}
