//! The page: a way to try the API from a browser, all of it from this origin.

use poem::http::header;
use poem::{Response, handler};

/// Nothing from elsewhere, no script in the markup, no frame around it. Images may be blobs: that
/// is how the page shows a graph which it has read from the API.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' blob:; base-uri 'none'; \
                                       form-action 'none'; frame-ancestors 'none'";

#[handler]
pub(crate) fn index() -> Response {
    asset(
        "text/html; charset=utf-8",
        include_str!("../page/index.html"),
    )
}

#[handler]
pub(crate) fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("../page/page.css"))
}

#[handler]
pub(crate) fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../page/page.js"),
    )
}

#[handler]
pub(crate) fn icon() -> Response {
    asset("image/svg+xml", include_str!("../page/icon.svg"))
}

/// The schema, for people and for generators of clients.
#[handler]
pub(crate) fn schema() -> Response {
    asset("text/plain; charset=utf-8", crate::sdl())
}

fn asset(content_type: &'static str, body: impl Into<poem::Body>) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
        // A newer server may have a newer page at the same address.
        .header(header::CACHE_CONTROL, "no-cache")
        .body(body)
}
