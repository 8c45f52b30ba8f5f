//! The name of a request: by which its caller, its answer and the log mean the same.

use poem::http::{HeaderMap, HeaderName};

/// The header that carries it, both ways.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest that is taken over from a caller.
const LONGEST: usize = 128;

/// The caller's name for the request, if it gave a bearable one; else a new one.
pub(super) fn of(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|text| is_bearable(text))
        .map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Whether it can stand in a log and in a header without harm.
fn is_bearable(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(given: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, given.parse().unwrap());
        of(&headers) == given
    }

    #[test]
    fn a_bearable_name_is_taken_over() {
        assert!(taken("build-17/step_2:3"));
        assert!(taken(&"x".repeat(128)));
    }

    #[test]
    fn any_other_is_replaced() {
        for odd in ["", "a b", "a\"b", "<script>", "a,b", &"x".repeat(129)] {
            assert!(!taken(odd), "{odd}");
        }
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}
