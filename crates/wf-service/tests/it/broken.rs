//! A backend that cannot answer, and says why to the log alone.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use wf_backend::{
    Answer, AuditPage, Backend, By, Description, Error, LogLine, LogQuery, Page, Query, Refusal,
    Repeatable, Restart, Result, Run, RunPage, Scope, Snapshot, Submission, Submitted, Update,
    WorkflowId,
};
use wf_model::{Limits, StopMode, Target, Waiting};

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
            tells_streams: true,
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

    async fn replay(&self, _: &Scope, _: WorkflowId, _: &By) -> Result<Option<Snapshot>> {
        broken()
    }

    async fn start(
        &self,
        _: &Scope,
        _: WorkflowId,
        _: BTreeMap<String, String>,
        _: Option<String>,
        _: &By,
    ) -> Result<Repeatable> {
        broken()
    }

    async fn suspend(&self, _: &Scope, _: WorkflowId, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn resume(&self, _: &Scope, _: WorkflowId, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn stop(&self, _: &Scope, _: WorkflowId, _: StopMode, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn restart(&self, _: &Scope, _: WorkflowId, _: Restart, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn update(&self, _: &Scope, _: WorkflowId, _: Update, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn delete(&self, _: &Scope, _: WorkflowId, _: bool, _: &By) -> Result<()> {
        broken()
    }

    async fn stop_task(&self, _: &Scope, _: WorkflowId, _: &str, _: &By) -> Result<Repeatable> {
        broken()
    }

    async fn answer(
        &self,
        _: &Scope,
        _: WorkflowId,
        _: &str,
        _: Answer,
        _: &By,
    ) -> Result<Repeatable> {
        broken()
    }

    async fn run(&self, _: &Scope, _: WorkflowId, _: u32) -> Result<Run> {
        broken()
    }

    async fn runs(&self, _: &Scope, _: WorkflowId, _: Option<u32>, _: u32) -> Result<RunPage> {
        broken()
    }

    async fn runs_of(
        &self,
        _: &Scope,
        _: &[WorkflowId],
        _: u32,
    ) -> Result<Vec<(WorkflowId, RunPage)>> {
        broken()
    }

    async fn waiting(&self, _: &Scope, _: WorkflowId) -> Result<BTreeMap<String, Vec<Waiting>>> {
        broken()
    }

    async fn audit(&self, _: &Scope, _: WorkflowId, _: Option<u64>, _: u32) -> Result<AuditPage> {
        broken()
    }

    async fn record(&self, _: &Scope, _: WorkflowId, _: Refusal) -> Result<()> {
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
