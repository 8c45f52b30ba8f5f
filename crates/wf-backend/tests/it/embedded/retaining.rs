//! Retention: what is forgotten leaves nothing behind.

use std::time::Duration;

use wf_backend::{Backend, Error};
use wf_model::StopMode;

use super::lab;
use super::subject::options;

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_whose_time_is_over_is_forgotten_with_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let files = options.data_dir.join("workflows");
    let backend = lab::open(options.clone().retention(Duration::ZERO)).await;
    let ended = lab::run(&backend, lab::script("echo here")).await;
    let summary = &ended.summary;
    assert_eq!(summary.expires_at, summary.finished_at);
    assert!(!lab::files_below(&files).is_empty(), "there is a log");
    backend.shutdown().await;

    let backend = lab::open(options).await;
    let gone = async || backend.get(&lab::scope(), summary.id).await;
    let begun = std::time::Instant::now();
    while gone().await.is_ok() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it is still there"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(gone().await, Err(Error::NotFound { .. })));
    lab::eventually("its files are gone", || lab::files_below(&files).is_empty()).await;
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_removes_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let files = options.data_dir.join("workflows");
    let backend = lab::open(options).await;
    let kept = lab::run(&backend, lab::script("echo kept")).await;
    let ended = lab::run(&backend, lab::script("echo deleted")).await;
    backend
        .delete(&lab::scope(), ended.summary.id, false, &lab::by())
        .await
        .unwrap();
    let logs = || {
        let files = lab::files_below(&files);
        files.iter().filter(|file| file.contains("/logs/")).count()
    };
    lab::eventually("one log is left", || logs() == 1).await;
    assert_eq!(
        lab::lines(&backend, kept.summary.id, "A").await[0].text,
        "kept"
    );
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_gone_by_force_only_when_its_processes_are() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let flag = directory.path().join("alive");
    let script = format!(
        "trap 'sleep 0.3; rm {0}; exit' TERM; touch {0}; while :; do sleep 0.05; done",
        flag.display()
    );
    let id = lab::submit(&backend, lab::script(&script)).await;
    lab::eventually("the task runs", || flag.exists()).await;
    backend
        .delete(&lab::scope(), id, true, &lab::by())
        .await
        .unwrap();
    while let Ok(snapshot) = backend.get(&lab::scope(), id).await {
        assert!(snapshot.summary.stopping.is_some() || snapshot.summary.phase.is_finished());
        let wish = snapshot.run.stop.unwrap();
        assert_eq!(wish.mode, StopMode::Now);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!flag.exists(), "its process had ended before");
    backend.shutdown().await;
}

/// How many rows the tables of the store have, apart from the one that counts.
fn rows(options: &wf_backend::EmbeddedOptions) -> Vec<(String, u32)> {
    let store = rusqlite::Connection::open(options.data_dir.join("store.db")).unwrap();
    let mut tables = store
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('store', 'trash', 'sqlite_sequence')")
        .unwrap();
    let names: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(names.len() > 5);
    let count = |name: &String| {
        let sql = format!("SELECT COUNT(*) FROM {name}");
        store.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    names
        .iter()
        .map(|name| (name.clone(), count(name)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_leaves_no_row_of_any_run() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let (scope, by) = (lab::scope(), lab::by());
    let mut document = lab::script("exit {{item}}");
    document["labels"] = serde_json::json!({"team": "core"});
    document["tasks"][0]["withItems"] = serde_json::json!([0, 1]);
    let id = lab::run(&backend, document).await.summary.id;
    let restart = wf_backend::Restart {
        mode: wf_model::RestartMode::FromFailed,
        parameters: [].into(),
        expected_run: None,
        rendered: None,
    };
    backend.restart(&scope, id, restart, &by).await.unwrap();
    lab::until(&backend, id, |now| {
        now.summary.run == 2 && now.summary.phase.is_finished()
    })
    .await;
    assert!(
        rows(&options)
            .iter()
            .any(|(table, count)| table == "runs" && *count == 2)
    );
    backend.delete(&scope, id, false, &by).await.unwrap();
    let left: Vec<_> = rows(&options);
    assert!(left.iter().all(|(_, count)| *count == 0), "{left:?}");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_that_cannot_be_run_is_forgotten_like_any_other() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let mut held = lab::submission(lab::script("true"));
    held.start = wf_backend::Start::Hold;
    let id = held.id;
    backend.submit(held).await.unwrap();
    backend.shutdown().await;
    let store = rusqlite::Connection::open(options.data_dir.join("store.db")).unwrap();
    let spoilt = store.execute("UPDATE documents SET rendered = '[]'", []);
    assert_eq!(spoilt.unwrap(), 1);

    let backend = lab::open(options.clone()).await;
    let (scope, by) = (lab::scope(), lab::by());
    let start = backend.start(&scope, id, [].into(), None, &by);
    start.await.unwrap();
    let ended = lab::finished(&backend, id).await.summary;
    assert_eq!(ended.phase, wf_model::WorkflowPhase::Error);
    let expected = ended.finished_at.unwrap().plus(options.retention);
    assert_eq!(ended.expires_at, Some(expected));
    backend.delete(&scope, id, false, &by).await.unwrap();
    assert!(backend.get(&scope, id).await.is_err());
    backend.shutdown().await;
}
