//! Tasks: the nodes of a workflow's DAG, as they stand in a run.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use time::OffsetDateTime;
use wf_model::{Argument, EXIT_HANDLER, RunStatus, TaskStatus};
use wf_service::Run;

use super::attempt::Attempt;
use super::item::Item;
use super::loaded::Loaded;
use super::parameter::{self, Parameters};
use super::phase::{TaskPhase, TaskReason};
use super::time::date_time;
use crate::error::Essential;

/// What it costs to ask why a task waits, measured in fields: each is asked for by itself.
const WHY_COST: usize = 50;

/// A task of a workflow in a run.
#[derive(Clone)]
pub(crate) struct Tasks {
    workflow: Arc<Loaded>,
    /// The run, unless it is the latest.
    run: Option<Arc<Run>>,
    place: Place,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// A node of the DAG, by its index in the document.
    Dag(usize),
    /// What runs when the tasks have ended.
    ExitHandler,
}

impl Tasks {
    /// The tasks of that workflow in its latest run, in the document's order.
    pub(crate) fn all(workflow: &Arc<Loaded>) -> Vec<Self> {
        Self::all_in(workflow, None)
    }

    /// The tasks of that workflow in that run, in the document's order.
    pub(crate) fn all_of_run(workflow: &Arc<Loaded>, run: &Arc<Run>) -> Vec<Self> {
        Self::all_in(workflow, Some(run))
    }

    /// The exit handler of that workflow in its latest run, when it has one.
    pub(crate) fn exit_handler(workflow: &Arc<Loaded>) -> Option<Self> {
        Self::exit_handler_in(workflow, None)
    }

    /// The exit handler of that workflow in that run, when it has one.
    pub(crate) fn exit_handler_of_run(workflow: &Arc<Loaded>, run: &Arc<Run>) -> Option<Self> {
        Self::exit_handler_in(workflow, Some(run))
    }

    /// The task of that name, the exit handler included.
    pub(crate) fn named(
        workflow: &Arc<Loaded>,
        run: Option<&Arc<Run>>,
        name: &str,
    ) -> Option<Self> {
        if name == EXIT_HANDLER {
            return Self::exit_handler_in(workflow, run);
        }
        Self::all_in(workflow, run)
            .into_iter()
            .find(|task| task.status().name == name)
    }

    fn all_in(workflow: &Arc<Loaded>, run: Option<&Arc<Run>>) -> Vec<Self> {
        let status = Self::run_of(workflow, run);
        let count = status
            .tasks
            .len()
            .min(workflow.snapshot.document.tasks.len());
        let task = |index| Self {
            workflow: Arc::clone(workflow),
            run: run.cloned(),
            place: Place::Dag(index),
        };
        (0..count).map(task).collect()
    }

    fn exit_handler_in(workflow: &Arc<Loaded>, run: Option<&Arc<Run>>) -> Option<Self> {
        let status = Self::run_of(workflow, run);
        let is_declared = workflow.snapshot.document.on_exit.is_some();
        (status.exit_handler.is_some() && is_declared).then(|| Self {
            workflow: Arc::clone(workflow),
            run: run.cloned(),
            place: Place::ExitHandler,
        })
    }

    fn run_of<'a>(workflow: &'a Loaded, run: Option<&'a Arc<Run>>) -> &'a RunStatus {
        run.map_or(&workflow.snapshot.run, |run| &run.status)
    }

    fn run(&self) -> &RunStatus {
        Self::run_of(&self.workflow, self.run.as_ref())
    }

    fn status(&self) -> &TaskStatus {
        let run = self.run();
        match self.place {
            Place::Dag(index) => &run.tasks[index],
            Place::ExitHandler => run
                .exit_handler
                .as_ref()
                .expect("it was there when this was made"),
        }
    }

    fn declared(&self) -> (&str, &[Argument]) {
        let document = &self.workflow.snapshot.document;
        match self.place {
            Place::Dag(index) => {
                let task = &document.tasks[index];
                (&task.action, &task.parameters)
            }
            Place::ExitHandler => {
                let handler = document
                    .on_exit
                    .as_ref()
                    .expect("it was there when this was made");
                (&handler.action, &handler.parameters)
            }
        }
    }
}

/// A task of a workflow in a run.
#[Object]
impl Tasks {
    /// `<workflow>/<run>/<name>`: unique, so that no client cache mixes workflows or runs.
    pub(crate) async fn id(&self) -> ID {
        let summary = &self.workflow.snapshot.summary;
        let run = self.run().number;
        ID(format!("{}/{run}/{}", summary.id, self.status().name))
    }

    /// The task's name, unique in its workflow.
    async fn name(&self) -> &str {
        &self.status().name
    }

    /// The action of the catalog that it uses.
    async fn action(&self) -> &str {
        self.declared().0
    }

    /// What it gives to the action, as the document says it.
    async fn parameters(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(self.declared().1)
    }

    /// The tasks that it waits for, whether they stand in `dependsOn` or in `depends`.
    async fn depends_on(&self) -> Vec<&str> {
        match self.place {
            Place::Dag(index) => self.workflow.depends_on(index),
            Place::ExitHandler => Vec::new(),
        }
    }

    /// The tasks that wait for it.
    async fn needed_by(&self) -> Vec<&str> {
        match self.place {
            Place::Dag(index) => self.workflow.needed_by(index),
            Place::ExitHandler => Vec::new(),
        }
    }

    /// What has become of it.
    async fn phase(&self) -> TaskPhase {
        self.status().phase.into()
    }

    /// Somebody wished its end, and it has not ended yet.
    async fn stopping(&self) -> bool {
        self.status().stopping
    }

    /// Why it is in that phase, for people.
    async fn message(&self) -> Option<&str> {
        self.status().message.as_deref()
    }

    /// Why it is in that phase, for programs.
    async fn reason(&self) -> Option<TaskReason> {
        self.status().reason.map(Into::into)
    }

    /// How its last process ended.
    async fn exit_code(&self) -> Option<i32> {
        self.status().exit_code
    }

    /// When its first attempt began.
    async fn started_at(&self) -> Option<OffsetDateTime> {
        date_time(self.status().started_at)
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<OffsetDateTime> {
        date_time(self.status().finished_at)
    }

    /// The run whose result this is, when it was not run again.
    async fn inherited_from(&self) -> Option<u32> {
        self.status().inherited_from
    }

    /// What its action was given when it last began, defaults included; of a task that fans out
    /// each item has its own.
    async fn inputs(&self) -> Vec<Parameters<'_>> {
        parameter::arguments(&self.status().inputs)
    }

    /// Its output parameters, and what it printed as `result`.
    async fn outputs(&self) -> Vec<Parameters<'_>> {
        parameter::outputs(&self.status().outputs)
    }

    /// The names of the artifacts that it left.
    async fn artifacts(&self) -> Vec<&str> {
        let artifacts = self.status().outputs.artifacts.iter();
        artifacts.map(|artifact| artifact.name.as_str()).collect()
    }

    /// What it waits for, for people; empty when it runs or has ended, and in old runs.
    #[graphql(complexity = "WHY_COST")]
    async fn why(&self, ctx: &Context<'_>) -> Result<Vec<String>, Essential> {
        let latest = self.workflow.snapshot.run.number;
        if self.status().phase.is_finished() || self.run().number != latest {
            return Ok(Vec::new());
        }
        let why = self.workflow.why(ctx, &self.status().name).await?;
        Ok(why.iter().map(ToString::to_string).collect())
    }

    /// Its items, when it fans out; empty before it is reached.
    async fn items(&self) -> Vec<Item<'_>> {
        self.status().items.iter().map(Item).collect()
    }

    /// Its attempts, when it does not fan out.
    async fn attempts(&self) -> Vec<Attempt<'_>> {
        self.status().attempts.iter().map(Attempt).collect()
    }
}
