//! Etags: which state of a workflow a request is meant for.

use poem::Request;
use poem::http::header;
use wf_model::{Fault, FaultCode, Place};
use wf_service::Error;

use crate::fields::one;

/// The etags that `If-Match` names; none when it is absent, or lets every one pass.
pub(super) fn expected(request: &Request) -> Result<Option<Vec<String>>, Error> {
    let mut etags = None;
    for value in request.headers().get_all(header::IF_MATCH) {
        for tag in value.to_str().map_err(|_| no_etag())?.split(',') {
            let tag = tag.trim();
            if tag == "*" {
                return Ok(None);
            }
            // A weak etag is no promise of sameness, and matches nothing here (RFC 9110 §13.1.1).
            let strong = tag.strip_prefix("W/").unwrap_or(tag);
            let quoted = strong
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let text = quoted.ok_or_else(no_etag)?;
            let known = etags.get_or_insert_with(Vec::new);
            if strong == tag {
                known.push(text.to_owned());
            }
        }
    }
    Ok(etags)
}

fn no_etag() -> Error {
    let message = "this is no etag; give what the `ETag` header of the workflow says, quotes \
                   included";
    let place = Place::root().field("If-Match");
    one(Fault::new(&place, FaultCode::OutOfRange, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<Vec<String>>, Error> {
        let mut request = Request::builder();
        for value in values {
            request = request.header(header::IF_MATCH, *value);
        }
        expected(&request.finish())
    }

    #[test]
    fn etags_are_read_from_every_header() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["*"]).unwrap(), None);
        let two = Some(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(read(&["\"a\", \"b\""]).unwrap(), two);
        assert_eq!(read(&["\"a\"", "\"b\""]).unwrap(), two);
        assert_eq!(read(&["W/\"a\""]).unwrap(), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_etag_is_told() {
        for odd in ["a", "", "\"a", "'a'", "\"a\" \"b"] {
            assert_eq!(
                read(&[odd]).unwrap_err().faults()[0].path,
                "If-Match",
                "{odd}"
            );
        }
    }
}
