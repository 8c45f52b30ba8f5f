//! The same for many workflows in one request.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::Header;
use wf_model::{StopMode, Timestamp, WorkflowPhase};
use wf_service::{Bulk, Error, Filter, RestartKind, Selection, Service};

use super::{Tag, key};
use crate::error::ApiError;
use crate::fields::Fields;
use crate::json::{Bytes, Json};
use crate::view::{BulkMode, BulkOperation, BulkReport, BulkRequest};

pub(crate) struct BulkApi(pub(super) Service);

/// What a body asks for.
struct Asked {
    bulk: Bulk,
    preview: bool,
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Workflows")]
impl BulkApi {
    /// Stop, restart or delete many workflows
    ///
    /// Each for itself: one that refuses fails alone, with its own problem. With `preview` they
    /// are only counted.
    #[oai(
        path = "/workflows/bulk",
        method = "post",
        operation_id = "bulkWorkflows"
    )]
    async fn bulk(
        &self,
        request: &Request,
        body: Bytes<BulkRequest>,
        /// By which a repeated request is told from a new one, for each workflow: 1 to 255
        /// printable ASCII characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<Json<BulkReport>, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let Asked { bulk, preview } = read(&body.bytes)?;
        if preview {
            let count = self.0.bulk_preview(&context, bulk.selection).await?;
            return Ok(Json(count.into()));
        }
        let outcome = self.0.bulk(&context, bulk).await?;
        Ok(Json(BulkReport::of(outcome, &context.request_id)))
    }
}

fn read(body: &[u8]) -> Result<Asked, Error> {
    let mut fields = Fields::of(body)?;
    let operation = read_operation(&mut fields);
    let selection = Selection {
        ids: fields.texts("ids"),
        filter: fields.object("filter", read_filter),
        after: fields.text("after"),
    };
    let preview = fields.flag("preview").unwrap_or_default();
    let reason = fields.text("reason");
    fields.finish()?;
    let bulk = Bulk {
        operation,
        selection,
        reason,
    };
    Ok(Asked { bulk, preview })
}

/// What is to be done. When that is faulty, the fault is noted and nothing will be done.
fn read_operation(fields: &mut Fields) -> wf_service::BulkOperation {
    let operation = fields.required_word(
        "operation",
        &[
            ("STOP", BulkOperation::Stop),
            ("RESTART", BulkOperation::Restart),
            ("DELETE", BulkOperation::Delete),
        ],
    );
    let mode = fields.word(
        "mode",
        &[
            ("GRACEFUL", BulkMode::Graceful),
            ("NOW", BulkMode::Now),
            ("ALL", BulkMode::All),
            ("FROM_FAILED", BulkMode::FromFailed),
        ],
    );
    let force = fields.flag("force");
    let operation = operation.unwrap_or(BulkOperation::Stop);
    if force.is_some() && operation != BulkOperation::Delete {
        fields.refuse("force", "this goes with DELETE alone; leave it out");
    }
    match (operation, mode) {
        (BulkOperation::Stop, None | Some(BulkMode::Graceful)) => {
            wf_service::BulkOperation::Stop(StopMode::Graceful)
        }
        (BulkOperation::Stop, Some(BulkMode::Now)) => {
            wf_service::BulkOperation::Stop(StopMode::Now)
        }
        (BulkOperation::Restart, None | Some(BulkMode::All)) => {
            wf_service::BulkOperation::Restart(RestartKind::All)
        }
        (BulkOperation::Restart, Some(BulkMode::FromFailed)) => {
            wf_service::BulkOperation::Restart(RestartKind::FromFailed)
        }
        (operation, mode) => {
            if mode.is_some() {
                let message = "this mode does not go with this operation: GRACEFUL and NOW are \
                               for STOP, ALL and FROM_FAILED for RESTART";
                fields.refuse("mode", message);
            }
            let force = operation == BulkOperation::Delete && force.unwrap_or_default();
            wf_service::BulkOperation::Delete { force }
        }
    }
}

fn read_filter(fields: &mut Fields) -> Filter {
    const MOMENT: &str = "a moment of RFC 3339, as in `2026-01-31T12:00:00Z`";
    let phases = WorkflowPhase::ALL.map(|phase| (phase.as_str(), phase));
    let created_after: Option<Timestamp> = fields.read("createdAfter", MOMENT);
    let created_before: Option<Timestamp> = fields.read("createdBefore", MOMENT);
    Filter {
        name: fields.text("name"),
        phases: fields.words("phases", &phases),
        labels: fields.labels("labels"),
        created_after,
        created_before,
    }
}
