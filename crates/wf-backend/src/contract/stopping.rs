//! Clauses about stopping workflows.

use serde_json::{Value, json};
use wf_model::{EXIT_HANDLER, StopMode, TaskPhase, TaskReason, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, phases, result, task};
use crate::asked::By;

/// A sleeps; B would run after it; D has ended when A runs.
fn under_way() -> Value {
    json!({
        "name": "stopping", "onExit": {"action": "true"},
        "tasks": [
            {"name": "A", "action": "sleep", "dependsOn": ["D"]},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
            {"name": "D", "action": "true"},
        ],
    })
}

/// What ran is stopped, what had not begun is omitted, what had ended stays as it was.
pub async fn a_stop_ends_what_runs_and_omits_the_rest<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(under_way()).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let stopping = bench.stop(id, StopMode::Now).await;
    let summary = &stopping.summary;
    assert!(
        summary.stopping.is_some() || summary.phase == WorkflowPhase::Stopped,
        "the wish shows at once"
    );
    let wish = stopping.run.stop.as_ref().expect("the wish is told");
    assert_eq!(wish.reason.as_deref(), Some("enough"));
    assert_eq!(wish.actor.as_deref(), Some("somebody"));

    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert!(
        ended.summary.stopping.is_none(),
        "the wish has become a fact"
    );
    assert_eq!(
        phases(&ended),
        [TaskPhase::Stopped, TaskPhase::Omitted, TaskPhase::Succeeded]
    );
    assert_eq!(task(&ended, "A").reason, Some(TaskReason::StopRequested));
    let message = ended.summary.message.unwrap_or_default();
    assert!(message.contains("enough"), "{message}");
    assert!(ended.summary.finished_at.is_some() && ended.summary.expires_at.is_some());
}

/// A graceful stop leaves the exit handler its turn.
pub async fn a_graceful_stop_runs_the_exit_handler<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(under_way()).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    bench.stop(id, StopMode::Graceful).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(task(&ended, EXIT_HANDLER).phase, TaskPhase::Succeeded);
}

/// A stop now does not.
pub async fn a_stop_now_does_not_run_the_exit_handler<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(under_way()).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(task(&ended, EXIT_HANDLER).started_at, None);
}

/// A stop now ends even the exit handler of a graceful stop; the first words stay. Once more
/// changes nothing.
pub async fn a_graceful_stop_escalates_to_now<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(
            json!({"name": "stubborn", "tasks": [{"name": "A", "action": "sleep"}],
            "onExit": {"action": "sleep"}}),
        )
        .await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let first = bench.stop(id, StopMode::Graceful).await;
    bench.task_in(id, EXIT_HANDLER, TaskPhase::Running).await;
    bench.stop(id, StopMode::Graceful).await;
    let scope = bench.scope();
    let another = By {
        reason: Some("at once".to_owned()),
        actor: Some("another".to_owned()),
        ..by()
    };
    let escalated = bench
        .backend()
        .stop(&scope, id, StopMode::Now, &another)
        .await;
    let escalated = escalated.expect("a graceful stop can be escalated");
    let escalated = escalated.into_snapshot();
    let wish = escalated.run.stop.expect("the wish is told");
    assert_eq!(wish.mode, StopMode::Now);
    assert_eq!(wish.reason.as_deref(), Some("enough"));
    assert_eq!(wish.actor.as_deref(), Some("somebody"));
    assert_eq!(
        first.run.stop.map(|wish| wish.mode),
        Some(StopMode::Graceful)
    );
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(task(&ended, EXIT_HANDLER).phase, TaskPhase::Stopped);
    let again = bench.stop(id, StopMode::Now).await;
    assert_eq!(again, ended);
}

/// What waits for an answer or for its next attempt is stopped without further ado.
pub async fn a_stop_ends_what_waits<S: Subject>(bench: &mut Bench<S>) {
    let retry = json!({"limit": 3, "backoffSeconds": 600});
    let id = bench
        .run(json!({"name": "waiting", "tasks": [
            {"name": "A", "action": "approval"},
            {"name": "B", "action": "flaky", "retry": retry},
        ]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench
        .until(id, "B waits for its next attempt", |snapshot| {
            let task = task(snapshot, "B");
            task.phase == TaskPhase::Pending && task.attempts.len() == 1
        })
        .await;
    bench.stop(id, StopMode::Graceful).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(phases(&ended), [TaskPhase::Stopped, TaskPhase::Stopped]);
}

/// A held workflow is stopped with the call itself.
pub async fn a_held_workflow_is_stopped_at_once<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(under_way()).await;
    let stopped = bench.stop(id, StopMode::Graceful).await;
    assert_eq!(stopped.summary.phase, WorkflowPhase::Stopped);
    assert!(stopped.summary.stopping.is_none());
    assert_eq!(phases(&stopped), [TaskPhase::Omitted; 3]);
    assert_eq!(stopped.summary.task_counts.omitted, 3);
    assert!(stopped.summary.expires_at.is_some());
    assert_eq!(bench.get(id).await, stopped);
}

/// A workflow that waits for its turn ends without having begun.
pub async fn a_pending_workflow_is_stopped_without_having_begun<S: Subject>(bench: &mut Bench<S>) {
    let exclusive = |action: &str| json!({"name": "pending", "mutex": "m", "tasks": [{"name": "A", "action": action}]});
    let holder = bench.run(exclusive("sleep")).await;
    bench.task_in(holder, "A", TaskPhase::Running).await;
    let id = bench.run(exclusive("true")).await;
    bench.stop(id, StopMode::Graceful).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(phases(&ended), [TaskPhase::Omitted]);
    assert_eq!(ended.summary.started_at, None);
    assert_eq!(
        bench.get(holder).await.summary.phase,
        WorkflowPhase::Running
    );
}

/// A task that ends well although its end was asked for has succeeded, with what it left; that
/// does not take the stop back.
pub async fn a_late_success_does_not_take_a_stop_back<S: Subject>(bench: &mut Bench<S>) {
    let script = "trap 'echo done; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    let script = json!([{"name": "script", "value": script}]);
    let id = bench
        .run(json!({"name": "late", "tasks": [
            {"name": "A", "action": "shell", "parameters": script},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
        ]}))
        .await;
    bench.ready(id).await;
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    assert_eq!(phases(&ended), [TaskPhase::Succeeded, TaskPhase::Omitted]);
    assert_eq!(task(&ended, "A").exit_code, Some(0));
    assert_eq!(result(&ended, "A"), Some("ready\ndone"));
}

/// What was asked to end and ended otherwise is stopped, with the code that it ended with.
pub async fn a_stopped_task_tells_how_its_process_ended<S: Subject>(bench: &mut Bench<S>) {
    let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    let id = bench.run_until_ready(script).await;
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    assert_eq!(task(&ended, "A").phase, TaskPhase::Stopped);
    assert_eq!(task(&ended, "A").exit_code, Some(7));
}
