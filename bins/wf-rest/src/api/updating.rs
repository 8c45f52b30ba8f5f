//! Updating: a merge patch of a workflow's document.

use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use wf_model::{Fault, FaultCode, Place};
use wf_service::{Error, Service, UpdateWorkflow, workflow_id};

use super::Tag;
use super::answers::{WorkflowAnswer, found};
use crate::error::ApiError;
use crate::fields::{json, one};
use crate::json::Patch;
use crate::view::Document;

pub(crate) struct UpdatingApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Workflows")]
impl UpdatingApi {
    /// Update a workflow
    ///
    /// The body is a merge patch (RFC 7396) of the document: what is left out stays, `null`
    /// removes. Labels and description can always be changed, anything else while the workflow is
    /// held; its name never.
    #[oai(
        path = "/workflows/:id",
        method = "patch",
        operation_id = "updateWorkflow"
    )]
    async fn update(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Patch<Document>,
        /// The `ETag` that it has to have, or `*`; with another one nothing changes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// Why, for the audit.
        reason: Query<Option<String>>,
    ) -> Result<WorkflowAnswer, ApiError> {
        // All of them, and not the first alone.
        drop(if_match);
        let context = wf_runtime::context(request);
        let update = UpdateWorkflow {
            if_match: etags(request)?,
            patch: json(&body.bytes)?,
            reason: reason.0,
        };
        let updated = self.0.update(&context, workflow_id(&id)?, update);
        Ok(found(&updated.await?))
    }
}

/// The etags that `If-Match` names; none when it is absent, or lets every one pass.
fn etags(request: &Request) -> Result<Option<Vec<String>>, Error> {
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
        etags(&request.finish())
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
