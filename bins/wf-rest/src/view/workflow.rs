//! A workflow's views: whole, and as lists tell it; and what is sent to change one.

use std::collections::BTreeMap;
use std::sync::Arc;

use poem_openapi::Object;
use time::OffsetDateTime;
use wf_service::{Listed, Listing, Snapshot};

use super::document::{DocumentView, Parameter};
use super::phase::{WorkflowPhase, WorkflowVerb};
use super::stop::StopWish;
use super::task::{RunOf, Task, moment};

/// A workflow with its document and its latest run.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Workflow {
    #[oai(flatten)]
    summary: WorkflowSummary,
    /// The document, canonical: what can be sent elsewhere.
    document: DocumentView,
    /// The values that its parameters have in the latest run; while it is held, the defaults.
    parameters: Vec<Parameter>,
    /// The workflow's own outputs, once it has ended well.
    outputs: Vec<Parameter>,
    /// Who wished that its latest run should end, and why; also when that is so by now.
    stop: Option<StopWish>,
    /// Its tasks, reached or not, in the document's order.
    tasks: Vec<Task>,
    /// Its exit handler, when the document has one.
    exit_handler: Option<Task>,
}

/// A workflow without its tasks.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct WorkflowSummary {
    /// Its id for life, a UUID.
    id: String,
    /// The document's name; many workflows may share it.
    name: String,
    /// The document's description.
    description: Option<String>,
    /// The document's labels.
    labels: BTreeMap<String, String>,
    /// The tenant it belongs to.
    scope: String,
    /// The phase of its latest run.
    phase: WorkflowPhase,
    /// Somebody wished its end, and it has not ended yet.
    stopping: bool,
    /// Somebody wished that it runs again, and the next run is not made yet.
    restarting: bool,
    /// Somebody wished that it is forgotten, which it is as soon as it has ended.
    deleting: bool,
    /// Why it is in that phase, for people.
    message: Option<String>,
    /// What can be asked of it as it is now, and would change something.
    can: Vec<WorkflowVerb>,
    /// When it was created.
    created_at: OffsetDateTime,
    /// Who created it.
    created_by: Option<String>,
    /// When its latest run began.
    started_at: Option<OffsetDateTime>,
    /// When its latest run ended.
    finished_at: Option<OffsetDateTime>,
    /// When it will be forgotten.
    expires_at: Option<OffsetDateTime>,
    /// Of the document, its labels and its description.
    etag: String,
    /// Opaque; moves with every visible change.
    revision: String,
    /// The number of its latest run: 1, 2 …
    run: u32,
    /// How many tasks of the latest run are in which phase.
    task_counts: TaskCounts,
}

/// How many tasks are in which phase.
#[derive(Debug, Object)]
pub(crate) struct TaskCounts {
    total: u32,
    pending: u32,
    running: u32,
    waiting: u32,
    succeeded: u32,
    failed: u32,
    error: u32,
    skipped: u32,
    omitted: u32,
    stopped: u32,
}

/// A part of the list of workflows, newest first.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct WorkflowPage {
    /// The workflows.
    items: Vec<ListedWorkflow>,
    /// Whether there are more behind the last one.
    has_more: bool,
    /// Given as `after`, it continues the list behind the last one; absent when there is none.
    end_cursor: Option<String>,
}

/// A workflow in a list.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct ListedWorkflow {
    #[oai(flatten)]
    summary: WorkflowSummary,
    /// Given as `after`, it continues the list behind this one.
    cursor: String,
}

impl From<&Snapshot> for Workflow {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            summary: (&snapshot.summary).into(),
            document: DocumentView(Arc::clone(&snapshot.document)),
            parameters: Parameter::all(&snapshot.parameters),
            outputs: Parameter::all(&snapshot.run.outputs),
            stop: snapshot.run.stop.as_ref().map(Into::into),
            tasks: Task::all(RunOf::from(snapshot)),
            exit_handler: Task::exit_handler(RunOf::from(snapshot)),
        }
    }
}

impl From<&wf_service::Summary> for WorkflowSummary {
    fn from(summary: &wf_service::Summary) -> Self {
        Self {
            id: summary.id.to_string(),
            name: summary.name.clone(),
            description: summary.description.clone(),
            labels: summary.labels.clone(),
            scope: summary.scope.to_string(),
            phase: summary.phase.into(),
            stopping: summary.stopping.is_some(),
            restarting: summary.restarting,
            deleting: summary.deleting,
            message: summary.message.clone(),
            can: summary.can().into_iter().map(Into::into).collect(),
            created_at: moment(summary.created_at),
            created_by: summary.created_by.clone(),
            started_at: summary.started_at.map(moment),
            finished_at: summary.finished_at.map(moment),
            expires_at: summary.expires_at.map(moment),
            etag: summary.etag.clone(),
            revision: summary.revision.clone(),
            run: summary.run,
            task_counts: summary.task_counts.into(),
        }
    }
}

impl From<wf_model::TaskCounts> for TaskCounts {
    fn from(counts: wf_model::TaskCounts) -> Self {
        Self {
            total: counts.total,
            pending: counts.pending,
            running: counts.running,
            waiting: counts.waiting,
            succeeded: counts.succeeded,
            failed: counts.failed,
            error: counts.error,
            skipped: counts.skipped,
            omitted: counts.omitted,
            stopped: counts.stopped,
        }
    }
}

impl From<&Listing> for WorkflowPage {
    fn from(listing: &Listing) -> Self {
        Self {
            items: listing.items.iter().map(ListedWorkflow::from).collect(),
            has_more: listing.has_more,
            end_cursor: listing.end_cursor.clone(),
        }
    }
}

impl From<&Listed> for ListedWorkflow {
    fn from(listed: &Listed) -> Self {
        Self {
            summary: (&listed.summary).into(),
            cursor: listed.cursor.clone(),
        }
    }
}
