//! Clauses about items, retries and time.

use std::time::Duration;

use serde_json::{Value, json};
use wf_model::{TaskPhase, TaskReason, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, phases, result, task};

fn workflow(tasks: &Value) -> Value {
    json!({"name": "repeating", "tasks": tasks})
}

/// A fan-out runs once for each item; its result is the list of theirs.
pub async fn items_run_once_each<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "echo", "withItems": ["a", 2, {"k": "v"}],
             "parameters": [{"name": "message", "value": "<{{item}}>"}]},
            {"name": "K", "action": "echo", "withItems": [{"k": "v"}, {"k": "w"}],
             "parameters": [{"name": "message", "value": "{{item.k}}"}]},
            {"name": "odd", "action": "true", "withItems": [1, 2], "when": "{{item}} == 2"},
        ])))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let items = &task(&ended, "A").items;
    let values: Vec<_> = items.iter().map(|item| item.value.as_str()).collect();
    assert_eq!(values, ["a", "2", r#"{"k":"v"}"#]);
    assert!(items.iter().all(|item| item.attempts.len() == 1));
    let results = result(&ended, "A").and_then(|list| serde_json::from_str::<Value>(list).ok());
    assert_eq!(results, Some(json!(["<a>", "<2>", r#"<{"k":"v"}>"#])));
    assert_eq!(result(&ended, "K"), Some(r#"["v","w"]"#));
    let odd: Vec<_> = task(&ended, "odd")
        .items
        .iter()
        .map(|item| item.phase)
        .collect();
    assert_eq!(odd, [TaskPhase::Skipped, TaskPhase::Succeeded]);
}

/// A fan-out over nothing is skipped, which satisfies what depends on it.
pub async fn a_task_without_items_is_skipped<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "true", "withItems": []},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
        ])))
        .await;
    assert_eq!(phases(&ended), [TaskPhase::Skipped, TaskPhase::Succeeded]);
    assert_eq!(task(&ended, "A").reason, Some(TaskReason::NoItems));
}

/// A failed attempt is followed by another one, which may succeed.
pub async fn a_failed_task_is_tried_again<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            // Of two items that are alike but for their value, one never succeeds.
            {"name": "A", "action": "fail", "withItems": [0, 4], "retry": {"limit": 1},
             "parameters": [{"name": "code", "value": "{{item}}"}]},
            {"name": "B", "action": "true", "retry": {"limit": 3}},
        ])))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
    let items = &task(&ended, "A").items;
    let attempts: Vec<_> = items.iter().map(|item| item.attempts.len()).collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(items[0].phase, TaskPhase::Succeeded);
    assert_eq!(items[1].phase, TaskPhase::Failed);
    assert_eq!(task(&ended, "B").attempts.len(), 1);
}

/// Retries are as many as the document says, and only after endings that its policy covers.
pub async fn retries_end_with_their_limit<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "flaky", "retry": {"limit": 2}},
            {"name": "B", "action": "flaky", "retry": {"limit": 2, "policy": "OnError"}},
        ])))
        .await;
    let attempts = &task(&ended, "A").attempts;
    let numbers: Vec<_> = attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    for attempt in attempts {
        assert_eq!(attempt.phase, TaskPhase::Failed);
        assert_eq!(attempt.exit_code, Some(3));
        assert!(attempt.started_at <= attempt.finished_at);
    }
    assert_eq!(task(&ended, "A").exit_code, Some(3));
    assert_eq!(task(&ended, "B").attempts.len(), 1);
}

/// Before the next attempt there is the wait that the document asks for.
pub async fn a_retry_waits_for_its_time<S: Subject>(bench: &mut Bench<S>) {
    let retry = json!({"limit": 1, "backoffSeconds": 1});
    let tasks = json!([{"name": "A", "action": "flaky", "retry": retry}]);
    let ended = bench.run_to_end(workflow(&tasks)).await;
    let attempts = &task(&ended, "A").attempts;
    assert_eq!(attempts.len(), 2);
    let first_end = attempts[0].finished_at.expect("it has ended");
    let second_start = attempts[1].started_at.expect("it has begun");
    assert!(second_start >= first_end.plus(Duration::from_secs(1)));
}

/// An attempt may take as long as its task says, and no longer; then it has failed.
pub async fn an_attempt_that_takes_too_long_fails<S: Subject>(bench: &mut Bench<S>) {
    let tasks = json!([{"name": "A", "action": "sleep", "timeoutSeconds": 1}]);
    let ended = bench.run_to_end(workflow(&tasks)).await;
    let task = task(&ended, "A");
    assert_eq!(task.phase, TaskPhase::Failed);
    assert_eq!(task.reason, Some(TaskReason::Timeout));
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
}

/// A run may take as long as its document says, and no longer; then it has failed.
pub async fn a_run_that_takes_too_long_fails<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(json!({"name": "slow", "timeoutSeconds": 1, "tasks": [
            {"name": "A", "action": "sleep"},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
        ]}))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
    assert_eq!(phases(&ended), [TaskPhase::Failed, TaskPhase::Omitted]);
    assert_eq!(task(&ended, "A").reason, Some(TaskReason::WorkflowTimeout));
}

/// A task that waits for a time is seen to wait, and ends by itself.
pub async fn a_pause_ends_by_itself<S: Subject>(bench: &mut Bench<S>) {
    let pause = json!([{"name": "duration", "value": "1s"}]);
    let tasks = json!([{"name": "A", "action": "pause", "parameters": pause}]);
    let id = bench.run(workflow(&tasks)).await;
    let waiting = bench.task_in(id, "A", TaskPhase::Waiting).await;
    assert_eq!(waiting.summary.task_counts.waiting, 1);
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let task = task(&ended, "A");
    let (began, finished) = (task.started_at, task.finished_at);
    let began = began.expect("it has begun");
    assert!(finished >= Some(began.plus(Duration::from_secs(1))));
}
