//! Connections: lists that are read page by page.

use std::collections::BTreeMap;

use async_graphql::{ID, InputObject, Json, SimpleObject};
use serde_json::Value;
use time::OffsetDateTime;
use wf_model::{FaultCode, Place, Timestamp};
use wf_service::{Filter, Listed, Listing};

use super::phase::WorkflowPhase;
use super::workflow::Workflow;
use crate::error::{ApiError, ApiResult};

/// Which workflows are listed; what is left out lets all pass.
#[derive(InputObject, Default)]
pub(crate) struct WorkflowFilter {
    /// Its name is this.
    name: Option<String>,
    /// Its phase is one of these.
    phases: Option<Vec<WorkflowPhase>>,
    /// It has all of these labels: an object of texts.
    labels: Option<Json<Value>>,
    /// It was created at or after this.
    created_after: Option<OffsetDateTime>,
    /// It was created before this.
    created_before: Option<OffsetDateTime>,
}

impl TryFrom<WorkflowFilter> for Filter {
    type Error = ApiError;

    fn try_from(filter: WorkflowFilter) -> ApiResult<Self> {
        Ok(Self {
            name: filter.name,
            phases: filter
                .phases
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            labels: filter
                .labels
                .map(|Json(labels)| read_labels(labels))
                .transpose()?
                .unwrap_or_default(),
            created_after: filter.created_after.map(Timestamp::from),
            created_before: filter.created_before.map(Timestamp::from),
        })
    }
}

fn read_labels(labels: Value) -> ApiResult<BTreeMap<String, String>> {
    serde_json::from_value(labels).map_err(|error| {
        let message =
            format!("has to be an object of texts, as in {{\"team\": \"core\"}}: {error}");
        let place = Place::root().field("filter").field("labels");
        (place, FaultCode::WrongType, message).into()
    })
}

/// A page of workflows, newest first.
#[derive(SimpleObject)]
pub(crate) struct WorkflowConnection {
    /// The workflows with their places in the list.
    edges: Vec<WorkflowEdge>,
    /// How the list goes on.
    page_info: PageInfo,
}

/// A workflow and its place in the list.
#[derive(SimpleObject)]
pub(crate) struct WorkflowEdge {
    /// By which the list goes on after it.
    cursor: String,
    /// The workflow; null when it could not be read.
    node: Option<Workflow>,
}

/// How a list goes on.
#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    /// Whether there are more behind the last one.
    pub(crate) has_next_page: bool,
    /// Whether the page began after a cursor.
    pub(crate) has_previous_page: bool,
    /// The cursor of the first one.
    pub(crate) start_cursor: Option<String>,
    /// The cursor of the last one.
    pub(crate) end_cursor: Option<String>,
}

impl WorkflowConnection {
    /// The page that the service told.
    pub(crate) fn new(listing: Listing, has_previous_page: bool) -> Self {
        let edge = |Listed { summary, cursor }| WorkflowEdge {
            cursor,
            node: Some(summary.into()),
        };
        Self {
            page_info: PageInfo {
                has_next_page: listing.has_more,
                has_previous_page,
                start_cursor: listing.items.first().map(|first| first.cursor.clone()),
                end_cursor: listing.end_cursor,
            },
            edges: listing.items.into_iter().map(edge).collect(),
        }
    }
}

/// The id of something that was deleted.
#[derive(SimpleObject)]
pub(crate) struct DeletedWorkflow {
    /// The id that the workflow had.
    pub(crate) id: ID,
}

/// How many workflows a query asks for, as its cost is estimated; the service checks the number.
pub(crate) fn page_size(first: Option<i32>) -> usize {
    usize::try_from(first.unwrap_or(50)).unwrap_or(0)
}

/// The number as the service takes it, which checks it further.
pub(crate) fn first(first: Option<i32>) -> ApiResult<Option<u32>> {
    let read = |first| {
        u32::try_from(first).map_err(|_| {
            let message = format!("{first} is out of range; ask for 1 or more");
            (Place::root().field("first"), FaultCode::OutOfRange, message).into()
        })
    };
    first.map(read).transpose()
}
