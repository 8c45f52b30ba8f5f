//! GraphQL over HTTP: only what no web page can send without being asked for permission first.
//!
//! A page of a foreign origin may send a `text/plain` body, a form or a `GET` to a loopback address
//! without a preflight. So an operation is executed only when it comes by `POST` as
//! `application/json`. Batches and uploads are not executed at all.

use async_graphql::{Request, Variables};
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Response};
use serde::Deserialize;
use wf_service::{Code, Context, Error};

use crate::api::Api;
use crate::error;

/// The endpoint of the API.
pub(crate) struct GraphqlEndpoint(pub(crate) Api);

/// The body of a request; what else it has is of other servers' making, and is ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
}

impl Endpoint for GraphqlEndpoint {
    type Output = Response;

    async fn call(&self, mut request: poem::Request) -> poem::Result<Response> {
        let context = wf_runtime::context(&request);
        if let Err((status, message)) = check_form(&request) {
            return Ok(refuse(status, message, &context));
        }
        let read = match request.take_body().into_vec().await {
            Ok(body) => read_envelope(&body),
            Err(_) => Err("the body broke off; send it again, whole".to_owned()),
        };
        match read {
            Ok(operation) => self.answer(context, operation).await,
            Err(message) => Ok(refuse(StatusCode::BAD_REQUEST, message, &context)),
        }
    }
}

impl GraphqlEndpoint {
    async fn answer(&self, context: Context, operation: Request) -> poem::Result<Response> {
        let answer = self.0.execute(context, operation).await;
        let body = serde_json::to_vec(&answer).map_err(poem::error::InternalServerError)?;
        let mut response = Response::builder()
            .content_type("application/json; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-store")
            .body(body);
        response.headers_mut().extend(answer.http_headers);
        Ok(response)
    }
}

/// Whether a web page would have had to ask before it sent this.
fn check_form(request: &poem::Request) -> Result<(), (StatusCode, &'static str)> {
    if request.method() != Method::POST {
        let message = "GraphQL is executed by POST alone; the page to try it from is at `/`";
        return Err((StatusCode::METHOD_NOT_ALLOWED, message));
    }
    if !is_json(request.header(header::CONTENT_TYPE).unwrap_or_default()) {
        let message = "the request has to say `Content-Type: application/json`, with a body like \
                       {\"query\": \"{ workflows { name } }\"}";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    Ok(())
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// The operation that the body asks for.
fn read_envelope(body: &[u8]) -> Result<Request, String> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err("batches are not executed; send one operation per request".to_owned());
    }
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|error| format!("the body is no GraphQL request in JSON: {error}"))?;
    let Some(query) = envelope.query else {
        return Err("the body has no `query`".to_owned());
    };
    let mut request = Request::new(query).variables(envelope.variables);
    request.operation_name = envelope.operation_name;
    Ok(request)
}

fn refuse(status: StatusCode, message: impl Into<String>, context: &Context) -> Response {
    let error = Error::new(Code::Invalid, message);
    let mut response = error::refuse(status, &error, &context.request_id);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response
            .headers_mut()
            .insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_json() {
        assert!(is_json("application/json"));
        assert!(is_json("Application/JSON; charset=utf-8"));
        for other in [
            "",
            "text/plain",
            "application/jsonp",
            "text/plain; a=application/json",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }

    #[test]
    fn a_body_is_one_operation() {
        let request = read_envelope(br#"{"query": "{a}", "variables": null, "id": 1}"#).unwrap();
        assert_eq!(request.query, "{a}");
        for body in [
            "[]",
            " [{\"query\": \"{a}\"}]",
            "{}",
            "{\"query\": 1}",
            "",
            "null",
            "{a}",
        ] {
            assert!(read_envelope(body.as_bytes()).is_err(), "{body}");
        }
    }
}
