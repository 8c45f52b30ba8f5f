//! Sharing: several server processes on one data directory.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::json;
use wf_backend::{Backend, Start, Submitted, WorkflowId};
use wf_model::{StopMode, TaskPhase, WorkflowPhase};

use super::lab::{self, only_task};
use super::server::Server;
use super::subject::options;

#[tokio::test(flavor = "multi_thread")]
async fn any_process_may_ask_and_is_told_soon() {
    let directory = tempfile::tempdir().unwrap();
    let _executor = Server::start_executor(directory.path());
    let backend = lab::open(options(directory.path())).await;
    let scope = lab::scope();

    let ended = lab::run(&backend, lab::script("echo $PPID")).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let lines = lab::lines(&backend, ended.summary.id, "A").await;
    assert_ne!(
        lines[0].text,
        std::process::id().to_string(),
        "the other one ran it"
    );

    let mut held = lab::submission(lab::script("sleep 60"));
    held.start = Start::Hold;
    let id = held.id;
    assert!(matches!(
        backend.submit(held).await,
        Ok(Submitted::Created(_))
    ));
    backend
        .start(&scope, id, [].into(), None, &lab::by())
        .await
        .unwrap();
    lab::until(&backend, id, |now| {
        only_task(now).phase == TaskPhase::Running
    })
    .await;
    let watch = backend.watch(&scope, id).await.unwrap();
    backend
        .stop(&scope, id, StopMode::Now, &lab::by())
        .await
        .unwrap();
    let asked = Instant::now();
    let last = watch
        .map(|state| state.unwrap())
        .collect::<Vec<_>>()
        .await
        .pop();
    assert_eq!(last.unwrap().summary.phase, WorkflowPhase::Stopped);
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );

    let unfinished = lab::submit(&backend, lab::script("sleep 60")).await;
    backend
        .delete(&scope, unfinished, true, &lab::by())
        .await
        .unwrap();
    let begun = Instant::now();
    while backend.get(&scope, unfinished).await.is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_takes_over_within_two_seconds() {
    let directory = tempfile::tempdir().unwrap();
    let mut executor = Server::start_executor(directory.path());
    let backend = lab::open(options(directory.path())).await;
    let items: Vec<u32> = (0..10_000).collect();
    let sleep = json!([{"name": "script", "value": "sleep 0.02"}]);
    let document = json!({"name": "long", "tasks": [
        {"name": "A", "action": "shell", "withItems": items, "parameters": sleep}]});
    let id: WorkflowId = executor.submit(&document).parse().unwrap();
    let done = |now: &wf_backend::Snapshot| {
        let items = only_task(now).items.iter();
        items
            .filter(|item| item.phase == TaskPhase::Succeeded)
            .count()
    };
    lab::until(&backend, id, |now| done(now) > 0).await;
    executor.kill();
    let killed = Instant::now();
    let before = done(&lab::get(&backend, id).await);
    lab::until(&backend, id, |now| done(now) > before).await;
    let gap = killed.elapsed();
    assert!(gap < Duration::from_secs(2), "{gap:?}");
    backend.shutdown().await;
}
