//! Errors: the only place where an error of the service becomes one of GraphQL.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, ServerError, Value};
use poem::Response;
use poem::http::{StatusCode, header};
use serde_json::json;
use wf_model::{Fault, Faults, Place};
use wf_runtime::Refusal;
use wf_service::{Code, Error};

use crate::nulls::{TakesItsObject, tell_nulls};

/// How many errors one answer tells at most.
const MOST_ERRORS: usize = 100;

/// An error of a resolver.
///
/// Deliberately not `Display`: async-graphql turns anything that displays into an error without a
/// code, and this type exists so that none loses its code.
#[derive(Debug, Clone)]
pub(crate) struct ApiError(Arc<Error>);

/// A `Result` of a resolver.
pub(crate) type ApiResult<T> = std::result::Result<T, ApiError>;

impl ApiError {
    /// An error with that code, in words for clients.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Error::new(code, message).into()
    }
}

/// An error of a field that may not be null: the object that has the field cannot be told at all.
#[derive(Debug)]
pub(crate) struct Essential(ApiError);

impl From<ApiError> for Essential {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl From<Essential> for async_graphql::Error {
    fn from(Essential(error): Essential) -> Self {
        Self {
            source: Some(Arc::new(TakesItsObject)),
            ..error.into()
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl From<Faults> for ApiError {
    fn from(faults: Faults) -> Self {
        Error::from(faults).into()
    }
}

impl From<(Place, wf_model::FaultCode, String)> for ApiError {
    fn from((place, code, message): (Place, wf_model::FaultCode, String)) -> Self {
        Faults::one(Fault::new(&place, code, message)).into()
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(ApiError(error): ApiError) -> Self {
        let mut wire = Self::new(error.to_string());
        wire.extensions = Some(extensions(&error));
        wire
    }
}

/// What stands beside the message of an error, for programs.
fn extensions(error: &Error) -> ErrorExtensionValues {
    let mut values = ErrorExtensionValues::default();
    set_code(&mut values, error.code());
    if !error.faults().is_empty() {
        let faults = serde_json::to_value(error.faults()).unwrap_or_default();
        values.set("faults", Value::from_json(faults).unwrap_or_default());
    }
    if let Some(misfit) = error.misfit() {
        let fitting = misfit.fitting.iter().map(|&phase| Value::from(phase));
        values.set("phase", misfit.phase);
        values.set("fitting", Value::List(fitting.collect()));
        if let Some(wish) = misfit.wish {
            values.set("wish", wish);
        }
    }
    values
}

fn set_code(values: &mut ErrorExtensionValues, code: Code) {
    values.set("code", code.as_str());
    values.set("status", u32::from(code.status()));
    values.set("retryable", code.is_retryable());
}

/// Gives every error of an answer its code and the request's id, and the data its nulls.
pub(crate) fn complete(response: &mut async_graphql::Response, request_id: &str) {
    tell_nulls(&mut response.data, &response.errors);
    let found = response.errors.len();
    response.errors.truncate(MOST_ERRORS);
    if found > MOST_ERRORS {
        let rest = found - MOST_ERRORS;
        let message = format!("there are {rest} more errors like these");
        response.errors.push(ServerError::new(message, None));
    }
    for error in &mut response.errors {
        let has_code = |values: &ErrorExtensionValues| values.get("code").is_some();
        if !error.extensions.as_ref().is_some_and(has_code) {
            give_code(error);
        }
        error
            .extensions
            .get_or_insert_default()
            .set("requestId", request_id);
    }
}

/// The code of an error that has none.
///
/// Without a source it was found by the library: the query cannot be parsed, does not fit the
/// schema, or goes beyond a bound. That is the client's to mend. With a source, a resolver let it
/// pass by the library's own conversion, which is a defect of ours.
fn give_code(error: &mut ServerError) {
    let values = if let Some(lost) = error.source::<Error>() {
        extensions(lost)
    } else {
        let code = if error.source.is_some() {
            Code::Internal
        } else {
            Code::Invalid
        };
        let mut values = error.extensions.take().unwrap_or_default();
        set_code(&mut values, code);
        values
    };
    if values.get("code") == Some(&Value::from(Code::Internal.as_str())) {
        tracing::error!(cause = %error.message, "an error without a code came out of a resolver");
        "the service failed; its log says why".clone_into(&mut error.message);
    }
    error.extensions = Some(values);
}

/// An answer to a request that never came to be executed, in the shape of one that was.
pub fn shape(refusal: &Refusal<'_>) -> Response {
    refuse(refusal.status, refusal.error, refusal.request_id)
}

/// The same for what this crate refuses.
pub(crate) fn refuse(status: StatusCode, error: &Error, request_id: &str) -> Response {
    let mut values = extensions(error);
    values.set("status", u32::from(status.as_u16()));
    values.set("requestId", request_id);
    let body = json!({"errors": [{"message": error.to_string(), "extensions": values}]});
    Response::builder()
        .status(status)
        .content_type("application/json; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(error: async_graphql::Error) -> (String, Value) {
        let error = error.into_server_error(async_graphql::Pos::default());
        let mut response = async_graphql::Response::from_errors(vec![error]);
        complete(&mut response, "r");
        let error = response.errors.remove(0);
        let values = error.extensions.unwrap_or_default();
        assert_eq!(values.get("requestId"), Some(&Value::from("r")));
        (
            error.message,
            values.get("code").cloned().unwrap_or_default(),
        )
    }

    #[test]
    fn an_error_that_lost_its_code_gets_it_back_and_tells_no_cause() {
        let (message, code) = completed(Error::new(Code::NotFound, "no such thing").into());
        assert_eq!(
            (message.as_str(), code),
            ("no such thing", Value::from("NOT_FOUND"))
        );
        let (message, code) = completed(std::io::Error::other("/secret/path").into());
        assert_eq!(code, Value::from("INTERNAL"));
        assert!(!message.contains("secret"), "{message}");
        let (_, code) = completed(async_graphql::Error::new("the query is odd"));
        assert_eq!(code, Value::from("INVALID"));
    }

    #[test]
    fn every_code_is_told_with_its_status() {
        for code in Code::ALL {
            let wire: async_graphql::Error = ApiError::new(code, "words").into();
            let values = wire.extensions.unwrap_or_default();
            assert_eq!(values.get("code"), Some(&Value::from(code.as_str())));
            assert_eq!(values.get("status"), Some(&Value::from(code.status())));
            assert_eq!(
                values.get("retryable"),
                Some(&Value::from(code.is_retryable()))
            );
        }
    }
}
