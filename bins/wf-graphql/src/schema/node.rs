//! Nodes: whatever has an id that is unique among all of them.

use std::sync::Arc;

use async_graphql::{ID, Interface};
use wf_service::{Code, Snapshot, WorkflowId};

use super::loaded::{Loaded, Whole};
use super::run::Run;
use super::task::Tasks;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// Whatever has an id that is unique among all of them.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id, unique among all nodes."))]
pub(crate) enum Node {
    Workflow(Box<Workflow>),
    Run(Box<Run>),
    Tasks(Tasks),
}

/// What an id says.
struct NodeId<'a> {
    workflow: WorkflowId,
    run: Option<u32>,
    task: Option<&'a str>,
}

impl<'a> NodeId<'a> {
    /// `<workflow>`, `<workflow>/<run>` or `<workflow>/<run>/<task>`, each spelled in one way.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let workflow = parts.next()?.parse().ok()?;
        let number = |text: &str| {
            let number: u32 = text.parse().ok()?;
            (number.to_string() == text).then_some(number)
        };
        let run = match parts.next() {
            Some(run) => Some(number(run)?),
            None => None,
        };
        Some(Self {
            workflow,
            run,
            task: parts.next(),
        })
    }
}

impl Node {
    /// The node of that id, when there is one.
    pub(crate) async fn find(caller: &Caller, id: &str) -> ApiResult<Option<Self>> {
        let Some(id) = NodeId::read(id) else {
            return Ok(None);
        };
        let snapshot = caller.service.get(&caller.context, id.workflow).await;
        let Some(snapshot) = unless_missing(snapshot)? else {
            return Ok(None);
        };
        match (id.run, id.task) {
            (None, _) => Ok(Some(Self::Workflow(Box::new(snapshot.into())))),
            (Some(run), Some(task)) if run == snapshot.run.number => {
                let workflow = Arc::new(Loaded::new(snapshot));
                Ok(Tasks::named(&workflow, None, task).map(Self::Tasks))
            }
            (Some(run), task) => Self::find_in_run(caller, snapshot, run, task).await,
        }
    }

    async fn find_in_run(
        caller: &Caller,
        snapshot: Snapshot,
        run: u32,
        task: Option<&str>,
    ) -> ApiResult<Option<Self>> {
        let id = snapshot.summary.id;
        let workflow = Arc::new(Loaded::new(snapshot));
        let details = caller.service.run(&caller.context, id, run).await;
        let Some(details) = unless_missing(details)? else {
            return Ok(None);
        };
        if let Some(task) = task {
            let run = Arc::new(details.run);
            return Ok(Tasks::named(&workflow, Some(&run), task).map(Self::Tasks));
        }
        let whole = Arc::new(Whole::read(workflow));
        Ok(Some(Self::Run(Box::new(Run::new(id, whole, details.run)))))
    }
}

/// What was found; none when there is no such thing.
fn unless_missing<T>(found: wf_service::Result<T>) -> ApiResult<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
