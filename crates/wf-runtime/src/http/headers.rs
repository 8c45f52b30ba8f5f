//! Headers that every answer bears.

use poem::Response;
use poem::http::{HeaderName, HeaderValue, header};

/// What an answer may do in a browser when the API does not say: nothing. A page says more.
const NOTHING: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Sets a header.
pub(super) fn set(response: &mut Response, name: HeaderName, value: HeaderValue) {
    response.headers_mut().insert(name, value);
}

/// Tells browsers to take the answer for what it says it is, to frame it nowhere, and to give it
/// to no foreign page.
pub(super) fn secure(response: &mut Response) {
    set(
        response,
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    set(
        response,
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    set(
        response,
        RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    // Whether a page may read an answer depends on whose it is; caches have to know.
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("Origin"));
    response
        .headers_mut()
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(NOTHING);
}
