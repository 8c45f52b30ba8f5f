//! Clauses about who waits for whom.

use serde_json::{Value, json};
use wf_model::{StopMode, TaskPhase, Timestamp, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, task};

/// At no moment do more tasks run than the document allows, items counted singly.
pub async fn no_more_tasks_run_than_the_document_allows<S: Subject>(bench: &mut Bench<S>) {
    let sleep = json!([{"name": "seconds", "value": "0.05"}]);
    let ended = bench
        .run_to_end(json!({"name": "narrow", "parallelism": 2, "tasks": [
            {"name": "A", "action": "sleep", "withItems": [1, 2, 3, 4], "parameters": sleep},
            {"name": "B", "action": "sleep", "parameters": sleep},
        ]}))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let of_items = task(&ended, "A")
        .items
        .iter()
        .flat_map(|item| &item.attempts);
    let attempts = of_items.chain(&task(&ended, "B").attempts);
    let spans: Vec<(Option<Timestamp>, Option<Timestamp>)> = attempts
        .map(|attempt| (attempt.started_at, attempt.finished_at))
        .collect();
    assert_eq!(spans.len(), 5);
    for (moment, _) in &spans {
        let running = spans
            .iter()
            .filter(|(started, finished)| started <= moment && moment < finished);
        assert!(running.count() <= 2, "{spans:?}");
    }
}

fn exclusive(name: &str, action: &str, priority: i32) -> Value {
    json!({"name": name, "mutex": "nightly", "priority": priority,
           "tasks": [{"name": "A", "action": action}]})
}

/// Of the workflows that name one mutex, one runs at a time; the others say what they wait for.
pub async fn workflows_of_one_mutex_run_one_at_a_time<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.run(exclusive("first", "sleep", 0)).await;
    bench.task_in(first, "A", TaskPhase::Running).await;
    let second = bench.run(exclusive("second", "true", 0)).await;
    let other =
        json!({"name": "other", "mutex": "other", "tasks": [{"name": "A", "action": "true"}]});
    bench.run_to_end(other).await;
    let waiting = bench
        .until(second, "it says what it waits for", |snapshot| {
            let message = snapshot.summary.message.as_deref();
            message.is_some_and(|message| message.contains("nightly"))
        })
        .await;
    assert_eq!(waiting.summary.phase, WorkflowPhase::Pending);
    assert_eq!(waiting.summary.started_at, None);
    bench.stop(first, StopMode::Now).await;
    let first = bench.finished(first).await;
    let second = bench.finished(second).await;
    assert_eq!(second.summary.phase, WorkflowPhase::Succeeded);
    assert!(first.summary.finished_at <= second.summary.started_at);
}

/// Among those that wait for a mutex the higher priority goes first, then the older.
pub async fn the_higher_priority_gets_the_mutex_first<S: Subject>(bench: &mut Bench<S>) {
    let holder = bench.run(exclusive("holder", "sleep", 0)).await;
    bench.task_in(holder, "A", TaskPhase::Running).await;
    let mut waiting = Vec::new();
    for (name, priority) in [("low", -1), ("older", 5), ("younger", 5)] {
        let id = bench.run(exclusive(name, "true", priority)).await;
        let waits = |snapshot: &crate::workflow::Snapshot| snapshot.summary.message.is_some();
        bench.until(id, "it waits", waits).await;
        waiting.push(id);
    }
    bench.stop(holder, StopMode::Now).await;
    let mut began = Vec::new();
    for id in waiting {
        let ended = bench.finished(id).await;
        began.push((ended.summary.started_at, ended.summary.name));
    }
    began.sort();
    let names: Vec<_> = began.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["older", "younger", "low"]);
}
