//! A backend that cannot answer, and says why to the log alone.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use wf_backend::{
    Backend, Description, Error, LogLine, LogQuery, Page, Query, Result, Scope, Snapshot, Stop,
    Submission, Submitted, WorkflowId,
};
use wf_model::{Limits, Target};

/// What clients must never see.
pub(crate) const CAUSE: &str = "the disk at /secret/place is full";

#[derive(Debug)]
pub(crate) struct Broken;

fn broken<T>() -> Result<T> {
    Err(Error::Unavailable {
        doing: "reading the store",
        source: CAUSE.into(),
    })
}

#[async_trait]
impl Backend for Broken {
    fn description(&self) -> Description {
        let target = Target::Embedded;
        Description {
            kind: "broken",
            target,
            limits: Limits::of(target),
        }
    }

    async fn check(&self) -> Result<()> {
        broken()
    }

    async fn submit(&self, _: Submission) -> Result<Submitted> {
        broken()
    }

    async fn get(&self, _: &Scope, _: WorkflowId) -> Result<Snapshot> {
        broken()
    }

    async fn get_many(&self, _: &Scope, _: &[WorkflowId]) -> Result<Vec<Snapshot>> {
        broken()
    }

    async fn list(&self, _: &Scope, _: &Query) -> Result<Page> {
        broken()
    }

    /// Breaks in the middle of the stream.
    async fn watch(
        &self,
        _: &Scope,
        _: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>> {
        Ok(stream::iter([broken()]).boxed())
    }

    async fn start(
        &self,
        _: &Scope,
        _: WorkflowId,
        _: BTreeMap<String, String>,
    ) -> Result<Snapshot> {
        broken()
    }

    async fn stop(&self, _: &Scope, _: WorkflowId, _: Stop) -> Result<Snapshot> {
        broken()
    }

    async fn delete(&self, _: &Scope, _: WorkflowId, _: bool) -> Result<()> {
        broken()
    }

    async fn logs(
        &self,
        _: &Scope,
        _: WorkflowId,
        _: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>> {
        broken()
    }
}
