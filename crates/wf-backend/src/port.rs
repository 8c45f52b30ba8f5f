//! The port: what every backend does, and what it promises.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use wf_model::{Limits, Target};

use crate::error::Result;
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};
use crate::workflow::{Page, Query, Snapshot, Stop, Submission, Submitted};

/// What runs workflows.
///
/// # Contract
///
/// 1. **Scope.** A workflow of one scope does not exist for another: `NotFound`, never a hint.
/// 2. **Durability.** When a call that changes something returns, the change outlives the process.
/// 3. **Own writes.** What a call has changed, the next call of the same process sees. Lists of
///    other processes may lag by two seconds.
/// 4. **Phases.** An operation fits a phase, is already so, or is refused as
///    [`wf_model::Verb::fit`] says; refused or already so, nothing changes.
/// 5. **Wish and fact.** A stop shows at once as a wish; the phase changes when it is so.
/// 6. **Finished is finished.** A finished run never changes again.
/// 7. **Bounded.** Nothing is held in memory in proportion to what is stored.
///
/// Each clause, and each promise of a method below, is a function of the contract suite.
///
/// Every method is cancel safe in this sense: a dropped call has changed all that it would have
/// changed, or nothing.
#[async_trait]
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// What this backend is and can do. Does no I/O.
    fn description(&self) -> Description;

    /// Whether calls can succeed now.
    ///
    /// # Errors
    /// `Unavailable`, with the reason.
    async fn check(&self) -> Result<()>;

    /// Makes a workflow.
    ///
    /// The same id with the same fingerprint in the same scope is a replay: the workflow as it is
    /// now, and no change.
    ///
    /// # Errors
    /// `AlreadyExists` when the id is there with another fingerprint; `Unsupported` when this
    /// backend cannot run what was rendered; `TooLarge`.
    async fn submit(&self, submission: Submission) -> Result<Submitted>;

    /// The workflow as it is now.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, scope: &Scope, id: WorkflowId) -> Result<Snapshot>;

    /// Those of the workflows that exist, in the order of `ids`.
    async fn get_many(&self, scope: &Scope, ids: &[WorkflowId]) -> Result<Vec<Snapshot>>;

    /// A part of the list of workflows, newest first.
    ///
    /// A list that is read page by page tells every workflow that exists all the while exactly
    /// once, whatever is created and deleted meanwhile.
    async fn list(&self, scope: &Scope, query: &Query) -> Result<Page>;

    /// The workflow as it is now, then each time it has changed, in order.
    ///
    /// A slow reader may miss states between, never the last one. Ends after a finished state, or
    /// when the workflow is deleted. After an `Err` the stream ends. Dropping it unsubscribes.
    ///
    /// # Errors
    /// `NotFound`.
    async fn watch(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>>;

    /// Begins a held workflow with these values of all its parameters, defaults included.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn start(
        &self,
        scope: &Scope,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
    ) -> Result<Snapshot>;

    /// Stops a workflow. `NOW` after `GRACEFUL` escalates; the first reason and actor stay.
    ///
    /// A held workflow is `STOPPED` at once. Of one that runs, what had not begun becomes
    /// `OMITTED` and what ran `STOPPED`, unless it had succeeded before it could be ended.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn stop(&self, scope: &Scope, id: WorkflowId, stop: Stop) -> Result<Snapshot>;

    /// Forgets a workflow with its runs, logs and artifacts.
    ///
    /// With `force` an unfinished one too: it is stopped first, and is gone when no process of it
    /// is left.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn delete(&self, scope: &Scope, id: WorkflowId, force: bool) -> Result<()>;

    /// What a task printed, in order; of several items, by item.
    ///
    /// With `follow` it goes on until the task has ended in that run. A task that has printed
    /// nothing, or was never reached, has no lines.
    ///
    /// # Errors
    /// `NotFound` for the workflow, the run, the task, the item or the attempt.
    async fn logs(
        &self,
        scope: &Scope,
        id: WorkflowId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>>;
}

/// What a backend is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name, as in `--backend`.
    pub kind: &'static str,
    /// What documents are validated for.
    pub target: Target,
    /// How large a document may be.
    pub limits: Limits,
}
