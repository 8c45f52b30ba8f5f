//! Clauses about restarts of what has not ended.

use serde_json::{Value, json};
use wf_model::{RestartMode, StopMode, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, task};
use super::restarting::{ended_run, inherited, of, restart};
use crate::asked::{By, Restart};
use crate::id::WorkflowId;

/// An unfinished workflow is ended first, without its exit handler, and runs again then.
pub async fn an_unfinished_workflow_ends_and_runs_again<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "again", "onExit": {"action": "true"},
        "parameters": [{"name": "seconds", "default": "60"}],
        "tasks": [
            {"name": "A", "action": "true"},
            {"name": "B", "action": "sleep", "dependsOn": ["A"], "parameters": [
                {"name": "seconds", "value": "{{workflow.parameters.seconds}}"}]},
            {"name": "C", "action": "true", "dependsOn": ["B"]},
        ]}))
        .await;
    bench.task_in(id, "B", TaskPhase::Running).await;
    let asked = Restart {
        parameters: [("seconds".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::FromFailed)
    };
    let asked = restart(bench, id, asked).await;
    let summary = &asked.summary;
    assert!(
        summary.run == 2
            || (summary.restarting && (summary.stopping.is_some() || summary.phase.is_finished())),
        "the wish shows at once: {summary:?}"
    );
    let ended = ended_run(bench, id, 2).await;
    assert!(!ended.summary.restarting);
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(inherited(&ended), [1, 0, 0]);
    assert_eq!(
        task(&ended, wf_model::EXIT_HANDLER).phase,
        TaskPhase::Succeeded
    );
    let first = bench.backend().run(&bench.scope(), id, 1).await;
    let first = first.expect("the first run is kept").status;
    assert_eq!(first.phase, WorkflowPhase::Stopped);
    let handler = first.exit_handler.expect("it has an exit handler");
    assert_eq!(handler.started_at, None, "it runs once, at the end");
    let named: Vec<_> = first.tasks.iter().map(|task| task.phase).collect();
    let expected = [TaskPhase::Succeeded, TaskPhase::Stopped, TaskPhase::Omitted];
    assert_eq!(named, expected);
}

/// Sleeps as long as the parameter says, and once more in the exit handler.
fn sleeper() -> Value {
    json!({"name": "again", "parameters": [{"name": "seconds", "default": "60"}],
        "onExit": {"action": "sleep"},
        "tasks": [{"name": "A", "action": "sleep", "parameters": [
            {"name": "seconds", "value": "{{workflow.parameters.seconds}}"}]}]})
}

fn at_once() -> Restart {
    Restart {
        parameters: [("seconds".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::All)
    }
}

/// Also one that waits for its mutex.
pub async fn a_pending_workflow_can_be_restarted<S: Subject>(bench: &mut Bench<S>) {
    let mut document = sleeper();
    document["mutex"] = json!("m");
    let holder = bench.run(document.clone()).await;
    bench.task_in(holder, "A", TaskPhase::Running).await;
    let id = bench.run(document).await;
    restart(bench, id, of(RestartMode::All)).await;
    bench
        .until(id, "the second run waits", |now| {
            now.summary.run == 2 && now.summary.phase == WorkflowPhase::Pending
        })
        .await;
    bench.stop(holder, StopMode::Now).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}

/// Also one that is suspended, and one of which the exit handler runs because it was stopped.
pub async fn what_is_suspended_or_stopping_can_be_restarted<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(sleeper()).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let suspended = bench.backend().suspend(&bench.scope(), id, &by()).await;
    suspended.expect("it is under way");
    restart(bench, id, of(RestartMode::All)).await;
    bench
        .until(id, "the second run has begun", |now| {
            now.summary.run == 2 && task(now, "A").phase == TaskPhase::Running
        })
        .await;
    let handler = wf_model::EXIT_HANDLER;
    bench.stop(id, StopMode::Graceful).await;
    bench.task_in(id, handler, TaskPhase::Running).await;
    restart(bench, id, at_once()).await;
    let third = bench
        .until(id, "the third run is there", |now| now.summary.run == 3)
        .await;
    assert_eq!(third.run.stop, None, "the wish was for the run before");
    bench.task_in(id, handler, TaskPhase::Running).await;
    assert_eq!(task(&bench.get(id).await, "A").phase, TaskPhase::Succeeded);
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}

/// A restart is not forgotten when the process ends before the old run has.
pub async fn a_restart_outlives_the_process<S: Subject>(bench: &mut Bench<S>) {
    let mut document = sleeper();
    document["onExit"] = json!(null);
    let id = bench.run(document).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    restart(bench, id, at_once()).await;
    bench.reopen().await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A workflow that runs, and takes a while to end when it is asked to.
pub(super) async fn stubborn<S: Subject>(bench: &Bench<S>) -> WorkflowId {
    let script = "trap 'sleep 0.7; exit' TERM; echo ready; while :; do sleep 0.05; done";
    bench.run_until_ready(script).await
}

/// A stop withdraws a restart that has not come to its run yet. Its words are those that count
/// then, and not what the restart said.
pub async fn a_stop_withdraws_a_restart<S: Subject>(bench: &mut Bench<S>) {
    let id = stubborn(bench).await;
    restart(bench, id, of(RestartMode::All)).await;
    let said = By {
        actor: Some("another".to_owned()),
        reason: Some("not again".to_owned()),
        ..by()
    };
    let (backend, scope) = (bench.backend(), bench.scope());
    let stopped = backend.stop(&scope, id, StopMode::Graceful, &said).await;
    let stopped = stopped.expect("it is under way").into_snapshot();
    if stopped.summary.run == 1 {
        assert!(!stopped.summary.restarting);
    }
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    let wish = ended.run.stop.as_ref().expect("who asked for it is told");
    assert_eq!(wish.actor, said.actor);
    assert_eq!(wish.reason, said.reason);
    let message = ended.summary.message.as_deref().unwrap_or_default();
    assert!(message.contains("not again"), "{message}");
    bench
        .run_to_end(json!({"name": "meanwhile", "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    assert_eq!(bench.get(id).await, ended);
}

/// What was stopped by itself before had ended, and does not run again with what had not.
pub async fn a_restart_leaves_alone_what_was_stopped_before<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "before", "tasks": [
            {"name": "A", "action": "true"},
            {"name": "S", "action": "sleep"},
            {"name": "T", "action": "sleep"},
        ]}))
        .await;
    bench.task_in(id, "S", TaskPhase::Running).await;
    bench.task_in(id, "T", TaskPhase::Running).await;
    let stopped = bench
        .backend()
        .stop_task(&bench.scope(), id, "T", &by())
        .await;
    stopped.expect("it runs");
    bench.task_in(id, "T", TaskPhase::Stopped).await;
    restart(bench, id, of(super::restarting::tasks(&["A"], false))).await;
    let second = bench
        .until(id, "the second run is there", |now| now.summary.run == 2)
        .await;
    assert_eq!(inherited(&second), [0, 0, 1]);
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}
