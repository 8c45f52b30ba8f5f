//! The whole life: stops and restarts of much at once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::stream::StreamExt;
use serde_json::{Value, json};
use uuid::Uuid;
use wf_backend::{
    Backend, By, EmbeddedBackend, EmbeddedOptions, Restart, Snapshot, Start, WorkflowId,
};
use wf_model::{RestartMode, RunStatus, StopMode, WorkflowPhase};

use super::lab::{now, open, scope, submission};

fn by() -> By {
    By::somebody("bench", now())
}

fn tasks(count: usize, action: &str) -> Value {
    let tasks: Vec<_> = (0..count)
        .map(|number| json!({"name": format!("t{number}"), "action": action}))
        .collect();
    json!({"name": "many", "tasks": tasks})
}

async fn until(
    backend: &EmbeddedBackend,
    id: WorkflowId,
    holds: impl Fn(&Snapshot) -> bool,
) -> Snapshot {
    let mut states = backend.watch(&scope(), id).await.unwrap();
    while let Some(state) = states.next().await {
        let state = state.unwrap();
        if holds(&state) {
            return state;
        }
    }
    unreachable!("the workflow ended otherwise");
}

/// A workflow with a thousand processes that run, until it is told that it is stopped.
pub(crate) async fn stop_of_a_thousand() {
    let directory = tempfile::tempdir().unwrap();
    let mut options = EmbeddedOptions::new(directory.path());
    options.max_tasks = 1000;
    let backend = EmbeddedBackend::open(options).await.unwrap();
    let submission = submission(tasks(1000, "sleep"), Start::Now([].into()));
    let id = submission.id;
    backend.submit(submission).await.unwrap();
    until(&backend, id, |now| now.summary.task_counts.running == 1000).await;
    // Until the last of them has really begun.
    while marked(directory.path()) < 1000 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let begun = Instant::now();
    let (scope, by) = (scope(), by());
    backend.stop(&scope, id, StopMode::Now, &by).await.unwrap();
    until(&backend, id, |now| now.summary.phase.is_finished()).await;
    let took = begun.elapsed();
    let left = marked(directory.path());
    println!("stop of 1000 running tasks: {took:?}, {left} processes left");
    backend.shutdown().await;
}

/// How many processes there are of that data directory.
fn marked(directory: &std::path::Path) -> usize {
    let home = format!("HOME={}", directory.display());
    let processes = std::fs::read_dir("/proc").unwrap();
    processes
        .filter(|process| {
            let path = process.as_ref().unwrap().path().join("environ");
            let environment = std::fs::read(path).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&home)
        })
        .count()
}

/// The pure plan, and the whole call with all that it reads and stores.
pub(crate) async fn restart_of_ten_thousand() {
    const COUNT: usize = 10_000;
    let mut document = tasks(COUNT, "true");
    for number in 1..COUNT {
        document["tasks"][number]["dependsOn"] = json!([format!("t{}", (number - 1) / 2)]);
    }
    let directory = tempfile::tempdir().unwrap();
    let backend = open(directory.path()).await;
    let submission = submission(document, Start::Hold);
    let (id, workflow) = (submission.id, submission.workflow.clone());
    backend.submit(submission).await.unwrap();
    let (scope, by) = (scope(), by());
    backend.stop(&scope, id, StopMode::Now, &by).await.unwrap();

    let fresh = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Succeeded);
    let mode = RestartMode::Tasks {
        names: vec!["t1".to_owned()],
        downstream: true,
    };
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let begun = Instant::now();
            wf_model::plan_restart(&workflow, &fresh, &mode, false, &BTreeSet::new()).unwrap();
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!("plan of a restart of {COUNT} tasks: {:?}", times[10]);

    let restart = Restart {
        mode,
        parameters: [].into(),
        expected_run: None,
        rendered: None,
    };
    let begun = Instant::now();
    backend.restart(&scope, id, restart, &by).await.unwrap();
    println!("the whole restart: {:?}", begun.elapsed());
    backend.shutdown().await;
}

/// A thousand held workflows, stopped one after the other, and all at once.
pub(crate) async fn bulk_stop() {
    let directory = tempfile::tempdir().unwrap();
    let backend = open(directory.path()).await;
    let mut times = Vec::new();
    for at_once in [false, true] {
        let submission = submission(tasks(3, "true"), Start::Hold);
        let mut ids = Vec::new();
        for _ in 0..1000 {
            let mut submission = submission.clone();
            submission.id = WorkflowId::new(Uuid::now_v7());
            ids.push(submission.id);
            backend.submit(submission).await.unwrap();
        }
        let (scope, by) = (scope(), by());
        let stop = async |id| backend.stop(&scope, id, StopMode::Now, &by).await.unwrap();
        let begun = Instant::now();
        if at_once {
            join_all(ids.into_iter().map(stop)).await;
        } else {
            for id in ids {
                stop(id).await;
            }
        }
        times.push(begun.elapsed());
    }
    let (single, bulk) = (times[0], times[1]);
    let ratio = bulk.as_secs_f64() / single.as_secs_f64();
    println!("1000 held stopped: {single:?} one by one, {bulk:?} at once, ratio {ratio:.2}");
    backend.shutdown().await;
}
