//! The port: what every backend does, and what it promises.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use wf_model::{Limits, StopMode, Target, Waiting};

use crate::asked::{Answer, By, Repeatable, Restart, Update};
use crate::error::Result;
use crate::history::{AuditPage, Refusal, Run, RunPage};
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};
use crate::workflow::{Page, Query, Snapshot, Submission, Submitted};

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
/// 5. **Wish and fact.** A stop and a restart show at once as a wish; the phase changes when it is
///    so.
/// 6. **Finished is finished.** A finished run never changes again.
/// 7. **Once.** A change whose request has a key is made once: the same request again gives the
///    workflow as it is now and changes nothing; another request with that key is a `Conflict`. A
///    key of a request that was refused is not remembered. Of a workflow at least the newest
///    hundred keys are, as long as it exists.
/// 8. **Bounded.** Nothing is held in memory in proportion to what is stored.
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
    /// A slow reader may miss states between, never the last one. Ends after a finished state,
    /// unless a restart is wished, or when the workflow is deleted. After an `Err` the stream ends. Dropping it unsubscribes.
    ///
    /// # Errors
    /// `NotFound`.
    async fn watch(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>>;

    /// The workflow as it is now, if the same request has changed it before; nothing for a request
    /// that is new, or has no key.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when another request had that key.
    async fn replay(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Option<Snapshot>>;

    /// Begins a held workflow with these values of all its parameters, defaults included.
    ///
    /// The values were made out from the document with that etag.
    ///
    /// # Errors
    /// `NotFound`, `Phase`; `PreconditionFailed` when it has another etag by now.
    async fn start(
        &self,
        scope: &Scope,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
        etag: Option<String>,
        by: &By,
    ) -> Result<Repeatable>;

    /// Begins nothing new of a workflow; what runs goes on. It is `SUSPENDED` at once; a task that
    /// was about to begin at that moment may still begin.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn suspend(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Repeatable>;

    /// Goes on with a suspended workflow. Answers no task that waits.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn resume(&self, scope: &Scope, id: WorkflowId, by: &By) -> Result<Repeatable>;

    /// Stops a workflow. `NOW` after `GRACEFUL` escalates; the first reason and actor stay.
    ///
    /// A held workflow is `STOPPED` at once. Of one that runs, what had not begun becomes
    /// `OMITTED`, what waited or ran `STOPPED`, unless it had succeeded before it could be ended.
    /// A stop withdraws a restart that was wished and not made yet, and then its reason and actor
    /// stand instead of those of the restart.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn stop(
        &self,
        scope: &Scope,
        id: WorkflowId,
        mode: StopMode,
        by: &By,
    ) -> Result<Repeatable>;

    /// Runs a workflow again, as [`wf_model::plan_restart`] says: a new run, with the results that
    /// the others inherit. Old runs never change.
    ///
    /// When every task keeps its result, the new run has them all, and runs its exit handler alone,
    /// if there is one. The new run of a finished workflow is there when this returns. An unfinished one is stopped
    /// first, and shows `restarting` until the new run is made, which nothing but a stop or a
    /// deletion prevents. That stop is one of the mode `NOW`: the exit handler runs once, at the
    /// end of the last run. What was running then counts as not done. When it turns out then that
    /// the new run cannot be planned, the workflow stays as it ended, with a message that says why.
    ///
    /// # Errors
    /// `NotFound`; `Phase`, also for `FROM_FAILED` of a workflow that succeeded; `Conflict` when
    /// another run is the latest than was expected, or when there are
    /// [`MOST_RUNS`](wf_model::MOST_RUNS) already; `Invalid` with the faults of the plan, or of
    /// the parameters.
    async fn restart(
        &self,
        scope: &Scope,
        id: WorkflowId,
        restart: Restart,
        by: &By,
    ) -> Result<Repeatable>;

    /// Changes a workflow's labels and description, and, while it is held, its document. When its
    /// etag is the new one already, nothing changes.
    ///
    /// # Errors
    /// `NotFound`; `PreconditionFailed` when it has another etag than was demanded; `Phase` when a
    /// document is given and it is not held; `Conflict` for a document of another name;
    /// `Unsupported`, `TooLarge` as for a submission.
    async fn update(
        &self,
        scope: &Scope,
        id: WorkflowId,
        update: Update,
        by: &By,
    ) -> Result<Repeatable>;

    /// Forgets a workflow with its runs, audit, logs and artifacts.
    ///
    /// With `force` an unfinished one too: it is stopped first, and is gone when no process of it
    /// is left.
    ///
    /// # Errors
    /// `NotFound`, `Phase`.
    async fn delete(&self, scope: &Scope, id: WorkflowId, force: bool, by: &By) -> Result<()>;

    /// Stops one task of the latest run, or its exit handler. What of it has not begun does not
    /// begin, or is ended as soon as it does, what runs is ended; it is `STOPPED`, unless it had
    /// succeeded before it could be ended. One that is `STOPPED` already is left as it is.
    ///
    /// # Errors
    /// `NotFound` for the workflow or the task; `TaskPhase` when the task has ended otherwise;
    /// `NotBegun` when the workflow is held.
    async fn stop_task(
        &self,
        scope: &Scope,
        id: WorkflowId,
        task: &str,
        by: &By,
    ) -> Result<Repeatable>;

    /// Answers a task that waits for an answer: approved it has succeeded, with the outputs given,
    /// else it has failed. Of a fan-out, without an item, the only one that waits is answered.
    ///
    /// # Errors
    /// `NotFound` for the workflow, the task or the item; `TaskPhase` when it does not wait;
    /// `Conflict` when it was answered already, when several items wait and none is named, or when
    /// an item is named and the task has none; `Invalid` for an output that its action does not
    /// have supplied, for one that is missing, and for a value with `{{`, which a cluster would
    /// take for a reference.
    async fn answer(
        &self,
        scope: &Scope,
        id: WorkflowId,
        task: &str,
        answer: Answer,
        by: &By,
    ) -> Result<Repeatable>;

    /// One run of a workflow.
    ///
    /// # Errors
    /// `NotFound` for the workflow or the run.
    async fn run(&self, scope: &Scope, id: WorkflowId, number: u32) -> Result<Run>;

    /// The runs of a workflow, newest first: those before the run `before`, at most `first`
    /// (1 to 100), and at least one of those that there are. Since each comes with its tasks, a
    /// backend may tell fewer.
    ///
    /// # Errors
    /// `NotFound`.
    async fn runs(
        &self,
        scope: &Scope,
        id: WorkflowId,
        before: Option<u32>,
        first: u32,
    ) -> Result<RunPage>;

    /// The latest runs of those of the workflows that exist, in the order of `ids`.
    async fn runs_of(
        &self,
        scope: &Scope,
        ids: &[WorkflowId],
        first: u32,
    ) -> Result<Vec<(WorkflowId, RunPage)>>;

    /// What each task of the latest run that has neither begun nor ended, or waits for an answer,
    /// waits for; by its name, the exit handler included.
    ///
    /// # Errors
    /// `NotFound`.
    async fn waiting(
        &self,
        scope: &Scope,
        id: WorkflowId,
    ) -> Result<BTreeMap<String, Vec<Waiting>>>;

    /// Who did what to a workflow, newest first: the entries before the one of that sequence
    /// number, at most `first` (1 to 500).
    ///
    /// Every call that changes a workflow leaves an entry, with the change or not at all; one that
    /// changes nothing (a replay, what is already so) leaves none. At least the newest hundred are
    /// kept, and at most a thousand; refusals the shorter.
    ///
    /// # Errors
    /// `NotFound`.
    async fn audit(
        &self,
        scope: &Scope,
        id: WorkflowId,
        before: Option<u64>,
        first: u32,
    ) -> Result<AuditPage>;

    /// Notes in a workflow's audit that something was refused. Changes nothing else.
    ///
    /// # Errors
    /// `NotFound`.
    async fn record(&self, scope: &Scope, id: WorkflowId, refusal: Refusal) -> Result<()>;

    /// What a task printed, in order; of several items, by item.
    ///
    /// With `follow` it goes on until the task has ended in that run. A task that has printed
    /// nothing, or was never reached, has no lines. Of a task that inherited its result, they are
    /// those of the run it comes from.
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
    /// Whether a line of a log tells the stream that it was printed to; else all are of the one.
    pub tells_streams: bool,
}
