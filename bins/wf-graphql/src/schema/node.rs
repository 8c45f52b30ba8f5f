//! Nodes: whatever has an id that is unique among all of them.

use std::sync::Arc;

use async_graphql::{ID, Interface};
use wf_service::{Code, Snapshot, WorkflowId};

use super::loaded::Loaded;
use super::task::Tasks;
use super::workflow::Workflow;
use crate::caller::Caller;
use crate::error::ApiResult;

/// Whatever has an id that is unique among all of them.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id, unique among all nodes."))]
pub(crate) enum Node {
    Workflow(Box<Workflow>),
    Tasks(Tasks),
}

impl Node {
    /// The node of that id, when there is one.
    pub(crate) async fn find(caller: &Caller, id: &str) -> ApiResult<Option<Self>> {
        let mut parts = id.splitn(3, '/');
        let workflow = parts.next().unwrap_or_default();
        let task = parts
            .next()
            .map(|run| (run, parts.next().unwrap_or_default()));
        let Ok(workflow) = workflow.parse::<WorkflowId>() else {
            return Ok(None);
        };
        let snapshot = match caller.service.get(&caller.context, workflow).await {
            Ok(snapshot) => snapshot,
            Err(error) if error.code() == Code::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(match task {
            None => Some(Self::Workflow(Box::new(snapshot.into()))),
            Some((run, name)) => find_task(snapshot, run, name).map(Self::Tasks),
        })
    }
}

fn find_task(snapshot: Snapshot, run: &str, name: &str) -> Option<Tasks> {
    if snapshot.run.number.to_string() != run {
        return None;
    }
    Tasks::named(&Arc::new(Loaded::new(snapshot)), name)
}
