//! The views of a run: whole, and as lists tell it.

use poem_openapi::Object;
use time::OffsetDateTime;
use wf_service::{ListedRun, Run, RunDetails, RunListing, WorkflowId};

use super::document::Parameter;
use super::phase::WorkflowPhase;
use super::stop::StopWish;
use super::task::{RunOf, Task, moment};
use super::workflow::TaskCounts;

/// One execution of a workflow, with its tasks.
#[derive(Debug, Object)]
#[oai(rename = "Run", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct RunView {
    #[oai(flatten)]
    summary: RunSummary,
    /// Its tasks, reached or not, in the document's order.
    tasks: Vec<Task>,
    /// Its exit handler, when the document has one.
    exit_handler: Option<Task>,
}

/// One execution of a workflow, without its tasks.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct RunSummary {
    /// `<workflow>/<number>`: unique among all runs of all workflows.
    id: String,
    /// Which execution of the workflow it is: 1, 2 …
    number: u32,
    /// Why it was made: `FIRST`, or the mode of the restart, as in `FROM_FAILED`.
    mode: String,
    /// What has become of it.
    phase: WorkflowPhase,
    /// Why it is in that phase, for people.
    message: Option<String>,
    /// Why it was asked for.
    reason: Option<String>,
    /// Who asked for it, when that is known.
    actor: Option<String>,
    /// Who wished that it should end, and why; also when that is so by now.
    stop: Option<StopWish>,
    /// When it was made.
    created_at: OffsetDateTime,
    /// When it began.
    started_at: Option<OffsetDateTime>,
    /// When it ended.
    finished_at: Option<OffsetDateTime>,
    /// The values that the workflow's parameters have in it.
    parameters: Vec<Parameter>,
    /// The workflow's own outputs, once it has ended well.
    outputs: Vec<Parameter>,
    /// How many of its tasks are in which phase, those that it inherited included.
    task_counts: TaskCounts,
}

/// A part of the runs of a workflow, newest first.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct RunPage {
    /// The runs.
    items: Vec<ListedRunView>,
    /// Whether there are older ones behind the last one.
    has_more: bool,
    /// Given as `after`, it continues the list behind the last one; absent when there is none.
    end_cursor: Option<String>,
}

/// A run in a list.
#[derive(Debug, Object)]
#[oai(
    rename = "ListedRun",
    rename_all = "camelCase",
    skip_serializing_if_is_none
)]
pub(crate) struct ListedRunView {
    #[oai(flatten)]
    summary: RunSummary,
    /// Given as `after`, it continues the list behind this one.
    cursor: String,
}

impl RunPage {
    /// The page of that workflow's runs.
    pub(crate) fn of(id: WorkflowId, listing: &RunListing) -> Self {
        let listed = |ListedRun { run, cursor }: &ListedRun| ListedRunView {
            summary: RunSummary::of(id, run),
            cursor: cursor.clone(),
        };
        Self {
            items: listing.items.iter().map(listed).collect(),
            has_more: listing.has_more,
            end_cursor: listing.end_cursor.clone(),
        }
    }
}

impl From<&RunDetails> for RunView {
    fn from(details: &RunDetails) -> Self {
        Self {
            summary: RunSummary::of(details.id, &details.run),
            tasks: Task::all(RunOf::from(details)),
            exit_handler: Task::exit_handler(RunOf::from(details)),
        }
    }
}

impl RunSummary {
    fn of(id: WorkflowId, run: &Run) -> Self {
        let status = &run.status;
        Self {
            id: format!("{id}/{}", status.number),
            number: status.number,
            mode: run.mode.clone(),
            phase: status.phase.into(),
            message: status.message.clone(),
            reason: run.reason.clone(),
            actor: run.actor.clone(),
            stop: status.stop.as_ref().map(Into::into),
            created_at: moment(run.created_at),
            started_at: status.started_at.map(moment),
            finished_at: status.finished_at.map(moment),
            parameters: Parameter::all(&run.parameters),
            outputs: Parameter::all(&status.outputs),
            task_counts: status.counts().into(),
        }
    }
}
