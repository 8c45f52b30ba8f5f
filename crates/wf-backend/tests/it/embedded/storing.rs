//! The store: its format, and what happens when it cannot be used.

use std::time::Duration;

use rusqlite::Connection;
use serde_json::json;
use wf_backend::{Backend, EmbeddedBackend, Error, Query};

use super::lab;
use super::subject::options;

#[tokio::test]
async fn a_newer_format_is_refused_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    lab::open(options.clone()).await.shutdown().await;
    let store = Connection::open(options.data_dir.join("store.db")).unwrap();
    store.pragma_update(None, "user_version", 99).unwrap();
    let refused = EmbeddedBackend::open(options.clone()).await;
    let message = refused.unwrap_err().to_string();
    assert!(
        message.contains("format 99") && message.contains("newer"),
        "{message}"
    );
    let format: u32 = store
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(format, 99, "it is left as it was");
}

#[tokio::test]
async fn a_directory_that_cannot_be_made_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = EmbeddedBackend::open(options(&file)).await;
    assert!(
        matches!(refused, Err(Error::Unavailable { .. })),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_be_the_first_to_open_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let opening: Vec<_> = (0..8)
        .map(|_| tokio::spawn(EmbeddedBackend::open(options(directory.path()))))
        .collect();
    for opened in opening {
        opened.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_store_is_an_error_to_the_caller_and_nothing_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let other = Connection::open(options.data_dir.join("store.db")).unwrap();
    other.busy_timeout(Duration::from_secs(5)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let submission = lab::submission(lab::script("true"));
    let refused = backend.submit(submission.clone()).await;
    assert!(
        refused.as_ref().is_err_and(Error::is_retryable),
        "{refused:?}"
    );
    let query = Query {
        first: 10,
        ..Query::default()
    };
    let page = backend.list(&lab::scope(), &query).await.unwrap();
    assert_eq!(page.items, []);

    other.execute_batch("ROLLBACK").unwrap();
    backend.submit(submission.clone()).await.unwrap();
    lab::finished(&backend, submission.id).await;
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_workflow_is_stored_and_told_whole() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let items: Vec<u32> = (0..200).collect();
    let document = json!({"name": "wide", "tasks": [
        {"name": "A", "action": "true", "withItems": items},
        {"name": "B", "action": "true", "dependsOn": ["A"]},
    ]});
    let ended = lab::run(&backend, document).await;
    assert_eq!(ended.summary.task_counts.succeeded, 2);
    assert_eq!(ended.run.tasks[0].items.len(), 200);
    for (index, item) in (0..).zip(&ended.run.tasks[0].items) {
        assert_eq!((item.index, item.attempts.len()), (index, 1));
        assert!(item.phase.is_finished() && item.attempts[0].phase.is_finished());
    }
    backend.shutdown().await;
}
