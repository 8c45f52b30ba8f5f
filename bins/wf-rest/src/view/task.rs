//! A task's view: what the document says of it together with what it has done.

use poem_openapi::Object;
use time::OffsetDateTime;
use wf_model::Edges;
use wf_service::{RunDetails, Snapshot, TaskDetails, WorkflowId};

use super::document::Parameter;
use super::phase::{LogStream, TaskPhase, TaskReason};

/// A task of a run.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Task {
    /// `<workflow>/<run>/<name>`: unique among all tasks of all workflows.
    id: String,
    /// The task's name, the same in every run. The exit handler's is `onExit`.
    name: String,
    /// The action that it uses.
    action: String,
    /// What the document gives to the action.
    parameters: Vec<Parameter>,
    /// The tasks that it waits for.
    depends_on: Vec<String>,
    /// The tasks that wait for it.
    needed_by: Vec<String>,
    /// What has become of it.
    phase: TaskPhase,
    /// Somebody wished its end, and it has not ended yet.
    stopping: bool,
    /// Why it is in that phase, for people.
    message: Option<String>,
    /// Why it is in that phase, for programs.
    reason: Option<TaskReason>,
    /// How its last process ended.
    exit_code: Option<i32>,
    /// When its first attempt began.
    started_at: Option<OffsetDateTime>,
    /// When it ended.
    finished_at: Option<OffsetDateTime>,
    /// The run whose result this is, when it was not run again.
    inherited_from: Option<u32>,
    /// What its action was given when it last began, defaults included; of a task that fans out
    /// each item has its own.
    inputs: Vec<Parameter>,
    /// What it produced; what it printed is named `result`.
    outputs: Vec<Parameter>,
    /// The names of the artifacts that it left.
    artifacts: Vec<String>,
    /// Its items, when it fans out; empty before it is reached.
    items: Vec<Item>,
    /// Its attempts, when it does not fan out.
    attempts: Vec<Attempt>,
}

/// A task of the workflow's latest run, and what it waits for.
#[derive(Debug, Object)]
#[oai(rename = "TaskDetails")]
pub(crate) struct TaskView {
    #[oai(flatten)]
    task: Task,
    /// What it waits for, for people; empty when it runs or has ended.
    why: Vec<String>,
}

/// The tasks of a workflow's latest run.
#[derive(Debug, Object)]
pub(crate) struct TaskList {
    /// In the document's order.
    pub(crate) items: Vec<Task>,
}

/// One expansion of a task that fans out.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Item {
    /// Its place in `withItems`, from 0.
    index: u32,
    /// The item itself: a text as it is, anything else as compact JSON.
    value: String,
    /// What has become of it.
    phase: TaskPhase,
    /// Why it is in that phase, for people.
    message: Option<String>,
    /// Why it is in that phase, for programs.
    reason: Option<TaskReason>,
    /// How its last process ended.
    exit_code: Option<i32>,
    /// When its first attempt began.
    started_at: Option<OffsetDateTime>,
    /// When it ended.
    finished_at: Option<OffsetDateTime>,
    /// What its action was given when it last began, defaults included.
    inputs: Vec<Parameter>,
    /// What it produced; what it printed is named `result`.
    outputs: Vec<Parameter>,
    /// Its attempts.
    attempts: Vec<Attempt>,
}

/// One try of a task or of an item.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct Attempt {
    /// Which try it is: 1, 2 …
    number: u32,
    /// What has become of it.
    phase: TaskPhase,
    /// Why it is in that phase, for people.
    message: Option<String>,
    /// Why it is in that phase, for programs.
    reason: Option<TaskReason>,
    /// How its process ended.
    exit_code: Option<i32>,
    /// When it began.
    started_at: Option<OffsetDateTime>,
    /// When it ended.
    finished_at: Option<OffsetDateTime>,
}

/// One line that a task printed.
#[derive(Debug, Object)]
#[oai(rename = "LogLine", skip_serializing_if_is_none)]
pub(crate) struct LogLineView {
    /// When it was read.
    at: OffsetDateTime,
    /// The item that printed it, when the task fans out.
    item: Option<u32>,
    /// The attempt that printed it.
    attempt: u32,
    /// Where it was printed.
    stream: LogStream,
    /// The line without its end; bytes that are not UTF-8 are replaced.
    text: String,
}

/// A run, with the document that it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunOf<'a> {
    id: WorkflowId,
    document: &'a wf_model::Document,
    run: &'a wf_model::RunStatus,
}

impl<'a> From<&'a Snapshot> for RunOf<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            id: snapshot.summary.id,
            document: &snapshot.document,
            run: &snapshot.run,
        }
    }
}

impl<'a> From<&'a RunDetails> for RunOf<'a> {
    fn from(details: &'a RunDetails) -> Self {
        Self {
            id: details.id,
            document: &details.document,
            run: &details.run.status,
        }
    }
}

impl Task {
    /// Every task of that run, in the document's order.
    pub(crate) fn all(of: RunOf<'_>) -> Vec<Self> {
        let edges = Edges::of(of.document);
        (0..of.document.tasks.len())
            .filter_map(|index| Self::at(of, &edges, index))
            .collect()
    }

    /// The exit handler, when there is one.
    pub(crate) fn exit_handler(of: RunOf<'_>) -> Option<Self> {
        let handler = of.document.on_exit.as_ref()?;
        let status = of.run.exit_handler.as_ref()?;
        Some(Self {
            action: handler.action.clone(),
            parameters: Parameter::all(&handler.parameters),
            ..Self::bare(of, status)
        })
    }

    /// The task of that name, the exit handler included.
    pub(crate) fn named(of: RunOf<'_>, name: &str) -> Option<Self> {
        if name == wf_model::EXIT_HANDLER {
            return Self::exit_handler(of);
        }
        let index = of.document.tasks.iter().position(|task| task.name == name);
        Self::at(of, &Edges::of(of.document), index?)
    }

    fn at(of: RunOf<'_>, edges: &Edges, index: usize) -> Option<Self> {
        let names = |tasks: &[usize]| {
            let names = tasks
                .iter()
                .map(|&task| of.document.tasks[task].name.clone());
            names.collect()
        };
        let task = of.document.tasks.get(index)?;
        Some(Self {
            action: task.action.clone(),
            parameters: Parameter::all(&task.parameters),
            depends_on: names(edges.depends_on(index)),
            needed_by: names(edges.needed_by(index)),
            ..Self::bare(of, of.run.tasks.get(index)?)
        })
    }

    /// What the status alone tells.
    fn bare(of: RunOf<'_>, status: &wf_model::TaskStatus) -> Self {
        Self {
            id: format!("{}/{}/{}", of.id, of.run.number, status.name),
            name: status.name.clone(),
            action: String::new(),
            parameters: Vec::new(),
            depends_on: Vec::new(),
            needed_by: Vec::new(),
            phase: status.phase.into(),
            stopping: status.stopping,
            message: status.message.clone(),
            reason: status.reason.map(Into::into),
            exit_code: status.exit_code,
            started_at: status.started_at.map(moment),
            finished_at: status.finished_at.map(moment),
            inherited_from: status.inherited_from,
            inputs: Parameter::all(&status.inputs),
            outputs: outputs(&status.outputs),
            artifacts: artifacts(&status.outputs),
            items: status.items.iter().map(Item::from).collect(),
            attempts: status.attempts.iter().map(Attempt::from).collect(),
        }
    }
}

impl TaskView {
    /// The task of that name, which the details are of.
    pub(crate) fn named(details: &TaskDetails, name: &str) -> Option<Self> {
        Some(Self {
            task: Task::named(RunOf::from(&details.snapshot), name)?,
            why: details.why.iter().map(ToString::to_string).collect(),
        })
    }
}

impl From<&wf_model::ItemStatus> for Item {
    fn from(item: &wf_model::ItemStatus) -> Self {
        Self {
            index: item.index,
            value: item.value.clone(),
            phase: item.phase.into(),
            message: item.message.clone(),
            reason: item.reason.map(Into::into),
            exit_code: item.exit_code,
            started_at: item.started_at.map(moment),
            finished_at: item.finished_at.map(moment),
            inputs: Parameter::all(&item.inputs),
            outputs: outputs(&item.outputs),
            attempts: item.attempts.iter().map(Attempt::from).collect(),
        }
    }
}

impl From<&wf_model::Attempt> for Attempt {
    fn from(attempt: &wf_model::Attempt) -> Self {
        Self {
            number: attempt.number,
            phase: attempt.phase.into(),
            message: attempt.message.clone(),
            reason: attempt.reason.map(Into::into),
            exit_code: attempt.exit_code,
            started_at: attempt.started_at.map(moment),
            finished_at: attempt.finished_at.map(moment),
        }
    }
}

impl From<wf_service::LogLine> for LogLineView {
    fn from(line: wf_service::LogLine) -> Self {
        Self {
            at: moment(line.at),
            item: line.item,
            attempt: line.attempt,
            stream: line.stream.into(),
            text: line.text,
        }
    }
}

/// A moment as the wire's type.
pub(super) fn moment(timestamp: wf_model::Timestamp) -> OffsetDateTime {
    timestamp.to_offset_date_time()
}

/// What was produced, with what was printed as `result`, as references call it.
pub(super) fn outputs(outputs: &wf_model::Outputs) -> Vec<Parameter> {
    let mut views = Parameter::all(&outputs.parameters);
    views.extend(
        outputs
            .result
            .as_deref()
            .map(|result| Parameter::new("result", result)),
    );
    views
}

fn artifacts(outputs: &wf_model::Outputs) -> Vec<String> {
    outputs
        .artifacts
        .iter()
        .map(|artifact| artifact.name.clone())
        .collect()
}
