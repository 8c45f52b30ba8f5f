//! Clauses about the runs of a workflow.

use futures_util::StreamExt;
use serde_json::{Value, json};
use uuid::Uuid;
use wf_model::{Argument, RestartMode, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, log_of};
use super::restarting::{ended_run, of, restart, tasks};
use crate::asked::Restart;
use crate::history::Run;
use crate::id::WorkflowId;

fn told() -> Value {
    json!({"name": "history", "parameters": [{"name": "code", "default": "1"}], "tasks": [
        {"name": "A", "action": "echo", "parameters": [
            {"name": "message", "value": "said {{workflow.parameters.code}}"}]},
        {"name": "B", "action": "fail", "dependsOn": ["A"],
         "parameters": [{"name": "code", "value": "{{workflow.parameters.code}}"}]},
    ]})
}

async fn run<S: Subject>(bench: &Bench<S>, id: WorkflowId, number: u32) -> Run {
    let run = bench.backend().run(&bench.scope(), id, number).await;
    run.expect("the run is there")
}

/// Every run is told, newest first, with why it was made and what its tasks came to.
pub async fn every_run_is_told<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.run_to_end(told()).await;
    let id = first.summary.id;
    let asked = Restart {
        parameters: [("code".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, asked).await;
    ended_run(bench, id, 2).await;
    restart(bench, id, of(tasks(&["B"], false))).await;
    let third = ended_run(bench, id, 3).await;

    let (backend, scope) = (bench.backend(), bench.scope());
    let page = backend.runs(&scope, id, None, 2).await;
    let page = page.expect("runs can be read");
    assert!(page.has_more);
    let mut runs = page.items;
    let page = backend.runs(&scope, id, Some(2), 2).await;
    let page = page.expect("runs can be read");
    assert!(!page.has_more);
    runs.extend(page.items);
    let told: Vec<_> = runs
        .iter()
        .map(|run| (run.status.number, run.mode.as_str(), run.status.phase))
        .collect();
    assert_eq!(
        told,
        [
            (3, "TASKS", WorkflowPhase::Succeeded),
            (2, "FROM_FAILED", WorkflowPhase::Succeeded),
            (1, "FIRST", WorkflowPhase::Failed),
        ]
    );
    assert_eq!(runs[0].status, third.run);
    assert_eq!(runs[1].reason, by().reason);
    assert_eq!(runs[1].actor, by().actor);
    assert_eq!(runs[1].parameters, [Argument::new("code", "0")]);
    assert_eq!(runs[2].parameters, [Argument::new("code", "1")]);
    assert_eq!(runs[2].status.tasks[1].phase, TaskPhase::Failed);
    assert_eq!(runs[2].created_at, first.summary.created_at);
    assert!(runs[1].created_at >= first.summary.created_at);
    for told in &runs {
        assert_eq!(run(bench, id, told.status.number).await, *told);
    }
}

/// A run that is not the latest never changes, and its logs stay.
pub async fn an_old_run_never_changes<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.run_to_end(told()).await;
    let id = first.summary.id;
    let before = run(bench, id, 1).await;
    assert_eq!(before.status, first.run);
    let asked = Restart {
        parameters: [("code".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::All)
    };
    restart(bench, id, asked).await;
    ended_run(bench, id, 2).await;
    bench.reopen().await;
    assert_eq!(run(bench, id, 1).await, before);
    let mut query = log_of("A");
    assert_eq!(bench.lines(id, query.clone()).await, ["said 0"]);
    query.run = Some(1);
    assert_eq!(bench.lines(id, query).await, ["said 1"]);
}

/// The runs of many workflows are told at once; what is not there is told as such.
pub async fn the_runs_of_many_are_told_at_once<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let first = bench.run_to_end(told()).await.summary.id;
    let held = bench.hold(told()).await;
    restart(bench, first, of(RestartMode::All)).await;
    ended_run(bench, first, 2).await;
    let absent = WorkflowId::new(Uuid::now_v7());
    let many = backend.runs_of(&scope, &[held, absent, first], 1).await;
    let many = many.expect("many can be asked for");
    let told: Vec<_> = many
        .iter()
        .map(|(id, page)| (*id, page.items[0].status.number, page.has_more))
        .collect();
    assert_eq!(told, [(held, 1, false), (first, 2, true)]);
    assert_eq!(many[0].1.items[0].status.phase, WorkflowPhase::Held);
    assert!(is_not_found(&backend.run(&scope, first, 3).await));
    assert!(is_not_found(&backend.run(&scope, first, 0).await));
    assert!(is_not_found(&backend.runs(&scope, absent, None, 1).await));
    let other = bench.other_scope();
    assert!(is_not_found(&backend.run(&other, first, 1).await));
    let many = backend.runs_of(&other, &[first], 1).await;
    assert_eq!(many.expect("a scope can be asked"), []);
}

/// Who watches a workflow that runs again sees the new run to its end.
pub async fn a_watch_goes_on_into_the_next_run<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(
            json!({"name": "watched", "parameters": [{"name": "seconds", "default": "60"}],
            "tasks": [{"name": "A", "action": "sleep", "parameters": [
                {"name": "seconds", "value": "{{workflow.parameters.seconds}}"}]}]}),
        )
        .await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let watch = bench.backend().watch(&bench.scope(), id).await;
    let watch = watch.expect("what is there can be watched");
    let asked = Restart {
        parameters: [("seconds".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::All)
    };
    restart(bench, id, asked).await;
    let states = watch.map(|state| state.expect("a state can be read"));
    let all = tokio::time::timeout(bench.patience(), states.collect::<Vec<_>>());
    let all = all.await.expect("a watch ends with the last run");
    assert!(all.is_sorted_by_key(|state| state.summary.run));
    let last = all.last().expect("at least the present state");
    assert_eq!(*last, ended_run(bench, id, 2).await);
    assert_eq!(last.summary.phase, WorkflowPhase::Succeeded);
}
