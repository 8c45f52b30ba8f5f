//! How fast the embedded backend is, each figure beside what it is measured against.
//!
//! `cargo bench -p wf-backend` prints: how long it takes until an empty store is open; a thousand
//! tasks of `true` in one workflow against `xargs -P` of the same width; a page of 50 out of
//! 10,000 and out of 100,000 workflows; the stop of a thousand running tasks; the plan of a restart
//! of 10,000 tasks; the stop of a thousand held workflows, all at once against one after the other.
//!
//! `cargo bench -p wf-backend -- stop bulk` prints only those: ready, tasks, pages, stop, restart,
//! bulk.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a bench prints, and may fail

mod lab;
mod life;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::{self, StreamExt};
use serde_json::json;
use uuid::Uuid;
use wf_backend::{Backend, EmbeddedBackend, EmbeddedOptions, Filter, Query, Start, WorkflowId};

use lab::{now, open, scope, submission};

const TASKS: usize = 1000;
const ROUNDS: usize = 5;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        if is_wanted("ready") {
            ready_after_start().await;
        }
        if is_wanted("tasks") {
            against_xargs().await;
        }
        if is_wanted("pages") {
            pages().await;
        }
        if is_wanted("stop") {
            life::stop_of_a_thousand().await;
        }
        if is_wanted("restart") {
            life::restart_of_ten_thousand().await;
        }
        if is_wanted("bulk") {
            life::bulk_stop().await;
        }
    });
}

async fn ready_after_start() {
    let mut times = Vec::new();
    for _ in 0..20 {
        let directory = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let backend = open(directory.path()).await;
        backend.check().await.unwrap();
        times.push(begun.elapsed());
        backend.shutdown().await;
    }
    times.sort();
    println!(
        "ready after start, empty store: {:?} (median of 20)",
        times[10]
    );
}

async fn against_xargs() {
    let directory = tempfile::tempdir().unwrap();
    let options = EmbeddedOptions::new(directory.path());
    let width = options.max_tasks;
    let backend = EmbeddedBackend::open(options).await.unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| json!({"name": format!("t{number}"), "action": "true"}))
        .collect();
    let document = json!({"name": "many", "tasks": tasks});
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let theirs = xargs(width);
        let submission = submission(document.clone(), Start::Now([].into()));
        let id = submission.id;
        let begun = Instant::now();
        backend.submit(submission).await.unwrap();
        let mut states = backend.watch(&scope(), id).await.unwrap();
        let mut last = None;
        while let Some(state) = states.next().await {
            last = Some(state.unwrap());
        }
        let ours = begun.elapsed();
        assert_eq!(last.unwrap().summary.task_counts.succeeded as usize, TASKS);
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        println!("{TASKS} x true, {width} wide: {ours:?}, xargs {theirs:?}, ratio {ratio:.2}");
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "{TASKS} x true against xargs: {:.2} (median of {ROUNDS})",
        ratios[ROUNDS / 2]
    );
    backend.shutdown().await;
}

fn xargs(width: usize) -> Duration {
    let begun = Instant::now();
    let mut numbers = Command::new("seq")
        .arg(TASKS.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let status = Command::new("xargs")
        .args(["-P", &width.to_string(), "-n", "1", "true"])
        .stdin(numbers.stdout.take().unwrap())
        .status()
        .unwrap();
    assert!(status.success() && numbers.wait().unwrap().success());
    begun.elapsed()
}

async fn pages() {
    let directory = tempfile::tempdir().unwrap();
    let backend = Arc::new(open(directory.path()).await);
    let mut stored = 0;
    for count in [10_000, 100_000] {
        fill(&backend, count - stored).await;
        stored = count;
        for (what, filter) in filters() {
            let (median, p99) = time_pages(&backend, &filter).await;
            println!("page of 50 of {count}, {what}: {median:?}, p99 {p99:?}");
        }
    }
    backend.shutdown().await;
}

fn filters() -> [(&'static str, Filter); 3] {
    let label = Filter {
        labels: [("team".to_owned(), "t7".to_owned())].into(),
        ..Filter::default()
    };
    let name = Filter {
        name: Some("listed".to_owned()),
        ..Filter::default()
    };
    [
        ("all", Filter::default()),
        ("by name", name),
        ("by label", label),
    ]
}

/// Walks through the list, page by page.
async fn time_pages(backend: &EmbeddedBackend, filter: &Filter) -> (Duration, Duration) {
    let mut times = Vec::new();
    let mut query = Query {
        filter: filter.clone(),
        first: 50,
        after: None,
    };
    for _ in 0..200 {
        let begun = Instant::now();
        let page = backend.list(&scope(), &query).await.unwrap();
        times.push(begun.elapsed());
        let last = page.items.last().filter(|_| page.has_more);
        query.after = last.map(wf_backend::Summary::position);
    }
    times.sort();
    (times[100], times[198])
}

async fn fill(backend: &Arc<EmbeddedBackend>, count: usize) {
    let begun = Instant::now();
    let submissions: Vec<_> = (0..10)
        .map(|team| {
            let document = json!({"name": "listed", "labels": {"team": format!("t{team}")},
                "tasks": [{"name": "A", "action": "true"}]});
            submission(document, Start::Hold)
        })
        .collect();
    stream::iter(0..count)
        .for_each_concurrent(64, |number| {
            let mut submission = submissions[number % 10].clone();
            submission.id = WorkflowId::new(Uuid::now_v7());
            submission.by.at = now();
            async move {
                backend.submit(submission).await.unwrap();
            }
        })
        .await;
    println!("{count} workflows made in {:?}", begun.elapsed());
}
