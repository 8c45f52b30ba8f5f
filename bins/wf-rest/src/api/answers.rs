//! Answers: the statuses and headers with which workflows are told.

use poem_openapi::ApiResponse;
use wf_service::Snapshot;

use crate::json::Json;
use crate::view::{Workflow, WorkflowPage};

/// A workflow was created, now or before.
#[derive(ApiResponse)]
pub(super) enum CreateAnswer {
    /// The same request had created it before; nothing changed.
    #[oai(status = 200)]
    Replayed(
        Json<Workflow>,
        /// Where the workflow is.
        #[oai(header = "Location")]
        String,
        /// Of its document.
        #[oai(header = "ETag")]
        String,
        /// `true`.
        #[oai(header = "Idempotency-Replayed")]
        String,
    ),
    /// It was created.
    #[oai(status = 201)]
    Created(
        Json<Workflow>,
        /// Where the workflow is.
        #[oai(header = "Location")]
        String,
        /// Of its document.
        #[oai(header = "ETag")]
        String,
    ),
}

/// A workflow as it is now.
#[derive(ApiResponse)]
pub(super) enum WorkflowAnswer {
    /// The workflow.
    #[oai(status = 200)]
    Found(
        Json<Workflow>,
        /// Of its document.
        #[oai(header = "ETag")]
        String,
    ),
}

/// A page of workflows.
#[derive(ApiResponse)]
pub(super) enum ListAnswer {
    /// The page.
    #[oai(status = 200)]
    Page(
        Json<WorkflowPage>,
        /// The next page, as `<path>; rel="next"`, when there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// A workflow is gone.
#[derive(ApiResponse)]
pub(super) enum DeleteAnswer {
    /// It is deleted.
    #[oai(status = 204)]
    Deleted,
}

/// A workflow's body and its `ETag`.
pub(super) fn answer(snapshot: &Snapshot) -> (Json<Workflow>, String) {
    (
        Json(snapshot.into()),
        format!("\"{}\"", snapshot.summary.etag),
    )
}

/// A workflow as it is now.
pub(super) fn found(snapshot: &Snapshot) -> WorkflowAnswer {
    let (body, etag) = answer(snapshot);
    WorkflowAnswer::Found(body, etag)
}
