//! Migrating: stores that earlier versions wrote, recorded, are read and go on.

use rusqlite::Connection;
use wf_backend::{Backend, By, EmbeddedOptions, Query, Repeatable, RequestKey, Restart};
use wf_model::{RestartMode, TaskPhase, WorkflowPhase};

use super::lab;
use super::subject::options;

/// Makes the recorded store of a format in a new directory.
fn recorded(options: &EmbeddedOptions, dump: &str) {
    std::fs::create_dir_all(&options.data_dir).unwrap();
    let store = Connection::open(options.data_dir.join("store.db")).unwrap();
    store.execute_batch(dump).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_format_1_is_read_and_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    recorded(&options, include_str!("store-1.sql"));
    let backend = lab::open(options.clone()).await;
    let (scope, by) = (lab::scope(), lab::by());
    let query = Query {
        first: 10,
        ..Query::default()
    };
    let page = backend.list(&scope, &query).await.unwrap();
    let [running, held, failed] = page.items.as_slice() else {
        panic!("three workflows, not {page:#?}");
    };
    assert_eq!(held.phase, WorkflowPhase::Held);
    assert_eq!(failed.phase, WorkflowPhase::Failed);
    assert!(!failed.restarting);
    let went_on = lab::finished(&backend, running.id).await;
    assert_eq!(went_on.summary.phase, WorkflowPhase::Succeeded);

    let first = backend.run(&scope, failed.id, 1).await.unwrap();
    assert_eq!(
        (first.mode.as_str(), first.actor.as_deref()),
        ("FIRST", Some("ann"))
    );
    assert_eq!(first.status.tasks[1].items[1].phase, TaskPhase::Failed);
    let audit = backend.audit(&scope, failed.id, None, 10).await.unwrap();
    assert_eq!(audit.items, [], "nobody knew to write it then");

    let restart = Restart {
        mode: RestartMode::FromFailed,
        parameters: [].into(),
        expected_run: Some(1),
        rendered: None,
    };
    let made = backend.restart(&scope, failed.id, restart, &by);
    made.await.unwrap();
    let again = lab::until(&backend, failed.id, |now| {
        now.summary.run == 2 && now.summary.phase.is_finished()
    })
    .await;
    assert_eq!(again.summary.phase, WorkflowPhase::Failed);
    assert_eq!(again.run.tasks[0].inherited_from, Some(1));
    let unchanged = backend.run(&scope, failed.id, 1).await.unwrap();
    assert_eq!(unchanged, first);
    let started = backend.start(&scope, held.id, [].into(), None, &by);
    started.await.unwrap();
    let ended = lab::finished(&backend, held.id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    backend.shutdown().await;

    let store = Connection::open(options.data_dir.join("store.db")).unwrap();
    let format: u32 = store
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(format, 3);
}

/// A store of format 2, as its migration made it of an older one, with a start that had a key.
const FORMAT_2: &str = concat!(
    include_str!("store-1.sql"),
    include_str!("../../../src/embedded/store/schema/2.sql"),
    "UPDATE runs SET asked_key = 'a hash' WHERE number = 1;",
    "PRAGMA user_version = 2;"
);

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_format_2_still_knows_the_keys_of_its_requests() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    recorded(&options, FORMAT_2);
    let backend = lab::open(options).await;
    let query = Query {
        first: 10,
        ..Query::default()
    };
    let page = backend.list(&lab::scope(), &query).await.unwrap();
    for workflow in page.items {
        let by = By {
            key: Some(RequestKey {
                key: "a hash".to_owned(),
                request: "of what is not known any more".to_owned(),
            }),
            ..lab::by()
        };
        let scope = lab::scope();
        let again = backend.start(&scope, workflow.id, [].into(), None, &by);
        let again = again.await.unwrap();
        assert!(matches!(again, Repeatable::Replayed(_)), "{again:?}");
    }
    backend.shutdown().await;
}

#[test]
fn the_key_of_a_restart_that_is_still_wished_goes_on_to_be_known() {
    let store = rusqlite::Connection::open_in_memory().unwrap();
    store.execute_batch(FORMAT_2).unwrap();
    let wish = r#"UPDATE workflows SET restart = '{"key": "a wish"}' WHERE phase = 'RUNNING'"#;
    assert!(store.execute(wish, []).unwrap() > 0);
    let other = r#"UPDATE workflows SET restart = '{"key": null}' WHERE phase = 'HELD'"#;
    store.execute(other, []).unwrap();
    let migration = include_str!("../../../src/embedded/store/schema/3.sql");
    store.execute_batch(migration).unwrap();
    let known = "SELECT count(*) FROM request_keys WHERE key = 'a wish' AND request IS NULL";
    let known: u32 = store.query_row(known, [], |row| row.get(0)).unwrap();
    assert!(known > 0);
}
