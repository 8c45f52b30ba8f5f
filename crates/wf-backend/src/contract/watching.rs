//! Clauses about watching a workflow.

use std::time::Duration;

use futures_util::stream::{BoxStream, StreamExt};
use serde_json::json;
use wf_model::{StopMode, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, task};
use crate::error::Result;
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

async fn watch<S: Subject>(
    bench: &Bench<S>,
    id: WorkflowId,
) -> BoxStream<'static, Result<Snapshot>> {
    let watch = bench.backend().watch(&bench.scope(), id).await;
    watch.expect("what is there can be watched")
}

async fn next(watch: &mut BoxStream<'static, Result<Snapshot>>) -> Option<Snapshot> {
    let next = tokio::time::timeout(Duration::from_secs(30), watch.next()).await;
    let next = next.expect("a watch goes on or ends");
    next.map(|state| state.expect("a state can be read"))
}

/// A watch begins with the present state, tells every change in order, and ends with the last one.
pub async fn a_watch_goes_from_the_present_state_to_the_last<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .hold(json!({"name": "watched", "tasks": [
            {"name": "A", "action": "true"},
            {"name": "B", "action": "sleep", "dependsOn": ["A"]},
        ]}))
        .await;
    let mut early = watch(bench, id).await;
    let mut slow = watch(bench, id).await;
    let first = next(&mut early).await.expect("the present state");
    assert_eq!(first, bench.get(id).await);
    let started = bench
        .backend()
        .start(&bench.scope(), id, [].into(), None, &by())
        .await;
    started.expect("a held workflow can be started");

    let mut states = vec![first];
    while let Some(state) = next(&mut early).await {
        assert_ne!(
            state.summary.revision,
            states[states.len() - 1].summary.revision
        );
        if task(&state, "B").phase == TaskPhase::Running && state.summary.stopping.is_none() {
            bench.stop(id, StopMode::Now).await;
        }
        states.push(state);
    }
    let last = bench.finished(id).await;
    assert_eq!(states.last(), Some(&last));
    let done = |state: &Snapshot| {
        let tasks = state.run.tasks.iter();
        tasks.filter(|task| task.phase.is_finished()).count()
    };
    assert!(
        states.is_sorted_by_key(done),
        "nothing that was done is undone"
    );
    let finished = states
        .iter()
        .filter(|state| state.summary.phase.is_finished());
    assert_eq!(finished.count(), 1, "it ends with the finished state");

    let mut latest = None;
    while let Some(state) = next(&mut slow).await {
        latest = Some(state);
    }
    assert_eq!(latest, Some(last), "a slow reader misses no last state");
}

/// A watch of what has ended tells that, and ends.
pub async fn a_watch_of_a_finished_workflow_tells_it_once<S: Subject>(bench: &mut Bench<S>) {
    let tasks = json!([{"name": "A", "action": "true"}]);
    let ended = bench
        .run_to_end(json!({"name": "over", "tasks": tasks}))
        .await;
    let mut watch = watch(bench, ended.summary.id).await;
    assert_eq!(next(&mut watch).await, Some(ended));
    assert_eq!(next(&mut watch).await, None);
}

/// A watch ends when there is nothing to watch any more.
pub async fn a_watch_ends_when_the_workflow_is_deleted<S: Subject>(bench: &mut Bench<S>) {
    let tasks = json!([{"name": "A", "action": "true"}]);
    let id = bench.hold(json!({"name": "leaving", "tasks": tasks})).await;
    let mut watch = watch(bench, id).await;
    let held = next(&mut watch).await.expect("the present state");
    assert_eq!(held.summary.phase, WorkflowPhase::Held);
    let deleted = bench
        .backend()
        .delete(&bench.scope(), id, false, &by())
        .await;
    deleted.expect("a held workflow can be deleted");
    assert_eq!(next(&mut watch).await, None);
}
