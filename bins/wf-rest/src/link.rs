//! Links: where the next page of a list is.

use std::fmt::Write as _;

use poem::Request;

/// The `Link` to the page behind that cursor: the same path and filters, another `after`.
pub(crate) fn next(request: &Request, cursor: &str) -> String {
    let given: Vec<(String, String)> = request.params().unwrap_or_default();
    let kept = given.iter().filter(|(name, _)| name != "after");
    let mut query = String::new();
    for (name, value) in kept {
        let _ = write!(query, "{}={}&", encoded(name), encoded(value));
    }
    let path = request.uri().path();
    format!("<{path}?{query}after={}>; rel=\"next\"", encoded(cursor))
}

/// A text as it can stand in a query (RFC 3986 §2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters_and_moves_the_cursor() {
        let request = Request::builder()
            .uri_str("/v1/workflows?label=a%2Fb%3Dc%26d&after=old&first=2")
            .finish();
        assert_eq!(
            next(&request, "new=="),
            "</v1/workflows?label=a%2Fb%3Dc%26d&first=2&after=new%3D%3D>; rel=\"next\""
        );
    }
}
