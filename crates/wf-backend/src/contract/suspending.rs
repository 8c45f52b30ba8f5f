//! Clauses about suspending workflows, and going on with them.

use serde_json::{Value, json};
use wf_model::{StopMode, TaskPhase, Wish, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, phases, task, unmet};
use crate::asked::Answer;
use crate::error::Error;
use crate::id::WorkflowId;

/// Waits until somebody lets it go on.
fn two_steps() -> Value {
    json!({"name": "suspended", "tasks": [
        {"name": "A", "action": "approval"},
        {"name": "B", "action": "true", "dependsOn": ["A"]},
    ]})
}

/// Something that runs meanwhile, to show that there was time.
fn another() -> Value {
    json!({"name": "another", "tasks": [
        {"name": "A", "action": "true"},
        {"name": "B", "action": "true", "dependsOn": ["A"]},
    ]})
}

async fn approve<S: Subject>(bench: &Bench<S>, id: WorkflowId) {
    let yes = Answer {
        approve: true,
        ..Answer::default()
    };
    let (backend, scope, by) = (bench.backend(), bench.scope(), by());
    let answered = backend.answer(&scope, id, "A", yes, &by).await;
    answered.expect("it waits, suspended or not");
}

async fn suspend<S: Subject>(bench: &Bench<S>, id: WorkflowId) -> crate::Snapshot {
    let suspended = bench.backend().suspend(&bench.scope(), id, &by()).await;
    let suspended = suspended.expect("what is under way can be suspended");
    suspended.into_snapshot()
}

async fn resume<S: Subject>(bench: &Bench<S>, id: WorkflowId) -> crate::Snapshot {
    let resumed = bench.backend().resume(&bench.scope(), id, &by()).await;
    let resumed = resumed.expect("what is suspended can be resumed");
    resumed.into_snapshot()
}

/// What runs goes on, nothing new begins until the workflow is resumed.
pub async fn a_suspended_workflow_begins_nothing<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(two_steps()).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    let suspended = suspend(bench, id).await;
    assert_eq!(suspended.summary.phase, WorkflowPhase::Suspended);
    assert_eq!(suspended.run.phase, WorkflowPhase::Suspended);
    approve(bench, id).await;
    bench.task_in(id, "A", TaskPhase::Succeeded).await;
    bench.run_to_end(another()).await;
    let still = bench.get(id).await;
    assert_eq!(still.summary.phase, WorkflowPhase::Suspended);
    assert_eq!(phases(&still), [TaskPhase::Succeeded, TaskPhase::Pending]);

    let resumed = resume(bench, id).await;
    assert_ne!(resumed.summary.phase, WorkflowPhase::Suspended);
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// No task of a workflow that has not begun begins while it is suspended, though its mutex is
/// free. Whether it holds the mutex then is not said.
pub async fn a_pending_workflow_can_be_suspended<S: Subject>(bench: &mut Bench<S>) {
    let exclusive = |action: &str| json!({"name": "pending", "mutex": "m", "tasks": [{"name": "A", "action": action}]});
    let holder = bench.run(exclusive("sleep")).await;
    bench.task_in(holder, "A", TaskPhase::Running).await;
    let id = bench.run(exclusive("true")).await;
    let suspended = suspend(bench, id).await;
    assert_eq!(suspended.summary.phase, WorkflowPhase::Suspended);
    bench.stop(holder, StopMode::Now).await;
    bench.finished(holder).await;
    bench.run_to_end(another()).await;
    let still = bench.get(id).await;
    assert_eq!(still.summary.phase, WorkflowPhase::Suspended);
    assert_eq!(phases(&still), [TaskPhase::Pending]);
    resume(bench, id).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A task that waits for an answer goes on waiting when its workflow is resumed.
pub async fn to_resume_answers_no_task<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "waiting", "tasks": [
            {"name": "A", "action": "approval"}, {"name": "B", "action": "true", "dependsOn": ["A"]},
        ]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    suspend(bench, id).await;
    resume(bench, id).await;
    bench.in_phase(id, WorkflowPhase::Running).await;
    bench.run_to_end(another()).await;
    assert_eq!(task(&bench.get(id).await, "A").phase, TaskPhase::Waiting);
}

/// A suspension outlives the process.
pub async fn a_suspension_outlives_the_process<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(two_steps()).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    suspend(bench, id).await;
    bench.reopen().await;
    approve(bench, id).await;
    bench.run_to_end(another()).await;
    let still = bench.get(id).await;
    assert_eq!(still.summary.phase, WorkflowPhase::Suspended);
    assert_eq!(task(&still, "B").phase, TaskPhase::Pending);
    resume(bench, id).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A stop ends a suspended workflow, exit handler included; one that is being stopped cannot be
/// suspended.
pub async fn a_suspended_workflow_can_be_stopped<S: Subject>(bench: &mut Bench<S>) {
    let mut document = two_steps();
    document["onExit"] = json!({"action": "sleep"});
    let id = bench.run(document).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    suspend(bench, id).await;
    bench.stop(id, StopMode::Graceful).await;
    bench
        .task_in(id, wf_model::EXIT_HANDLER, TaskPhase::Running)
        .await;
    let refused = bench.backend().suspend(&bench.scope(), id, &by()).await;
    match refused {
        Err(Error::Phase { misfit, .. }) => assert_eq!(misfit.wish, Some(Wish::Stopping)),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(task(&ended, "B").phase, TaskPhase::Omitted);
}

/// A stop of a suspended workflow is one also when nothing of it is left to run.
pub async fn a_suspended_workflow_that_has_done_all_can_be_stopped<S: Subject>(
    bench: &mut Bench<S>,
) {
    let id = bench
        .run(json!({"name": "done", "tasks": [
            {"name": "A", "action": "approval"},
            {"name": "B", "action": "fail"},
        ]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench.task_in(id, "B", TaskPhase::Failed).await;
    suspend(bench, id).await;
    approve(bench, id).await;
    bench.task_in(id, "A", TaskPhase::Succeeded).await;
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    let wish = ended.run.stop.expect("who asked for it is told");
    assert_eq!(wish.reason.as_deref(), Some("enough"));
}
