//! The same for many workflows: what is sent, and what became of each.

use std::collections::BTreeMap;

use poem::http::StatusCode;
use poem_openapi::Object;
use time::OffsetDateTime;
use wf_service::{BulkItem, BulkOutcome, BulkPreview};

use super::phase::{BulkMode, BulkOperation, WorkflowPhase};
use super::problem::Problem;

/// What is to be done to many workflows.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct BulkRequest {
    /// What is done to each.
    operation: BulkOperation,
    /// The workflows, at most 1,000, each once; or else a `filter`.
    #[oai(validator(max_items = "1000"))]
    ids: Option<Vec<String>>,
    /// A filter that asks for something; of the workflows that pass it, the newest 1,000.
    filter: Option<BulkFilter>,
    /// With a filter: those after this cursor, which an earlier report has told.
    after: Option<String>,
    /// Whether only to count the workflows, and to do nothing.
    preview: Option<bool>,
    /// How it is done; `GRACEFUL` for `STOP` and `ALL` for `RESTART` when absent.
    mode: Option<BulkMode>,
    /// With `DELETE`: also workflows that have not ended, which are stopped first.
    force: Option<bool>,
    /// Why, for the audit of each.
    reason: Option<String>,
}

/// Which workflows are meant; what is left out lets all pass.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct BulkFilter {
    /// Those with exactly this name.
    name: Option<String>,
    /// Those in one of these phases.
    phases: Option<Vec<WorkflowPhase>>,
    /// Those with all of these labels.
    labels: Option<BTreeMap<String, String>>,
    /// Those created at or after this.
    created_after: Option<OffsetDateTime>,
    /// Those created before this.
    created_before: Option<OffsetDateTime>,
}

/// What became of many workflows, each for itself.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct BulkReport {
    /// Whether nothing was done.
    preview: bool,
    /// How many workflows were worked on; of a preview, how many would be, at most 10,000.
    count: u32,
    /// Whether there are more than that.
    has_more: bool,
    /// Given as `after` with the same filter, the work goes on behind the last one.
    end_cursor: Option<String>,
    /// What became of each; of a preview, none.
    items: Vec<BulkItemView>,
}

/// What became of one of many workflows.
#[derive(Debug, Object)]
#[oai(rename = "BulkItem", skip_serializing_if_is_none)]
pub(crate) struct BulkItemView {
    /// The id, as it was given.
    id: String,
    /// Whether it was done, or was so already.
    ok: bool,
    /// Its phase by now, unless it was deleted.
    phase: Option<WorkflowPhase>,
    /// Why it was not done.
    problem: Option<Problem>,
}

impl From<BulkPreview> for BulkReport {
    fn from(preview: BulkPreview) -> Self {
        Self {
            preview: true,
            count: preview.count,
            has_more: preview.has_more,
            end_cursor: None,
            items: Vec::new(),
        }
    }
}

impl BulkReport {
    /// What became of them, for the request of that id.
    pub(crate) fn of(outcome: BulkOutcome, request_id: &str) -> Self {
        let items = outcome.items.into_iter();
        let items: Vec<_> = items
            .map(|item| BulkItemView::of(item, request_id))
            .collect();
        Self {
            preview: false,
            count: u32::try_from(items.len()).unwrap_or(u32::MAX),
            has_more: outcome.has_more,
            end_cursor: outcome.end_cursor,
            items,
        }
    }
}

impl BulkItemView {
    fn of(BulkItem { id, result }: BulkItem, request_id: &str) -> Self {
        match result {
            Ok(snapshot) => Self {
                id,
                ok: true,
                phase: snapshot.map(|snapshot| snapshot.summary.phase.into()),
                problem: None,
            },
            Err(error) => {
                let status = StatusCode::from_u16(error.code().status());
                let status = status.expect("every code has a status of HTTP");
                Self {
                    id,
                    ok: false,
                    phase: None,
                    problem: Some(Problem::new(&error, status, request_id)),
                }
            }
        }
    }
}
