//! Answers: the statuses and headers with which workflows are told.

use poem_openapi::ApiResponse;
use wf_service::{Changed, Snapshot};

use crate::json::Json;
use crate::view::{AuditPage, RunPage, Workflow, WorkflowPage};

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

/// A workflow that was changed, now or before.
#[derive(ApiResponse)]
pub(super) enum ChangedAnswer {
    /// The workflow.
    #[oai(status = 200)]
    Changed(
        Json<Workflow>,
        /// Of its document.
        #[oai(header = "ETag")]
        String,
        /// `true` when an earlier request with the same key had done it, and nothing changed.
        #[oai(header = "Idempotency-Replayed")]
        Option<String>,
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

/// A workflow that was changed, now or before.
pub(super) fn changed(changed: &Changed) -> ChangedAnswer {
    let (body, etag) = answer(&changed.snapshot);
    ChangedAnswer::Changed(body, etag, changed.replayed.then(|| "true".to_owned()))
}

/// A page of runs.
#[derive(ApiResponse)]
pub(super) enum RunsAnswer {
    /// The page.
    #[oai(status = 200)]
    Page(
        Json<RunPage>,
        /// The next page, as `<path>; rel="next"`, when there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}

/// A page of an audit.
#[derive(ApiResponse)]
pub(super) enum AuditAnswer {
    /// The page.
    #[oai(status = 200)]
    Page(
        Json<AuditPage>,
        /// The next page, as `<path>; rel="next"`, when there is one.
        #[oai(header = "Link")]
        Option<String>,
    ),
}
