//! What a browser has to be told before it lets a trusted page use the API.

use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::headers::set;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PATCH, DELETE");
/// What a page may send. `Content-Type` is in it, so that a page can send JSON.
const SENT: HeaderValue = HeaderValue::from_static(
    "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, \
     X-Request-Id",
);
/// What a page may read.
const READ: HeaderValue = HeaderValue::from_static(
    "ETag, Location, Link, Retry-After, X-Request-Id, Idempotency-Replayed",
);
/// How many seconds a browser need not ask again.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Whether a browser asks if its page may send the real request.
pub(super) fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page may send.
pub(super) fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into();
    set(&mut response, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    set(&mut response, header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
    set(&mut response, header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    response
}

/// Lets the page of that origin read the answer.
pub(super) fn expose(response: &mut Response, origin: HeaderValue) {
    set(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    set(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
}
