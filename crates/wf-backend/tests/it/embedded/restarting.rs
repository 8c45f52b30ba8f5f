//! Restarts over crashes: what was asked comes to be, once, whenever its server is killed.
#![cfg(target_os = "linux")]

use std::time::Duration;

use serde_json::{Value, json};
use wf_backend::{
    Answer, Backend, By, EmbeddedBackend, EmbeddedOptions, Error, Repeatable, RequestKey, Restart,
    WorkflowId,
};
use wf_model::{RestartMode, StopMode, TaskPhase, WorkflowPhase};

use super::lab;
use super::server::Server;
use super::subject::options;

/// How often a server is killed at each kind of moment.
const ROUNDS: u64 = 12;

/// A runs once, B until it is told to end; it takes its time with that.
fn document() -> Value {
    let stubborn = "trap 'sleep 0.05; exit 1' TERM; while [ {{workflow.parameters.go}} = no ]; \
                    do sleep 0.01; done";
    let mut document = json!({"name": "again", "parameters": [{"name": "go", "default": "no"}],
        "tasks": [lab::task("A", "echo once"), lab::task("B", stubborn)]});
    document["tasks"][1]["dependsOn"] = json!(["A"]);
    document
}

fn restart() -> Restart {
    Restart {
        mode: RestartMode::FromFailed,
        parameters: [("go".to_owned(), "yes".to_owned())].into(),
        expected_run: Some(1),
        rendered: None,
    }
}

/// Asks for the restart, however often the store does not answer for a moment.
async fn ask(backend: &EmbeddedBackend, id: WorkflowId) -> Repeatable {
    let scope = lab::scope();
    let by = By {
        key: Some(RequestKey {
            key: "one".to_owned(),
            request: "the restart".to_owned(),
        }),
        ..lab::by()
    };
    loop {
        match backend.restart(&scope, id, restart(), &by).await {
            Ok(told) => return told,
            Err(Error::Unavailable { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("the restart was refused: {error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_survives_the_death_of_whoever_ends_the_run() {
    let directory = tempfile::tempdir().unwrap();
    // Of two processes the one that is killed runs the tasks; the other asks, and takes over.
    let mut ids = Vec::new();
    let mut between = 0;
    for round in 0..ROUNDS {
        let mut server = Server::start(directory.path());
        let id: WorkflowId = server.submit(&document()).parse().unwrap();
        let backend = lab::open(options(directory.path())).await;
        lab::until(&backend, id, |now| {
            now.run.tasks[1].phase == TaskPhase::Running
        })
        .await;
        ask(&backend, id).await;
        // From before the old run has been asked to end until after the new one is made.
        tokio::time::sleep(Duration::from_millis(round * 15)).await;
        server.kill();
        let left = lab::get(&backend, id).await;
        between += usize::from(left.summary.restarting);
        ids.push(id);
        if round % 2 == 0 {
            let told = ask(&backend, id).await;
            assert!(matches!(told, Repeatable::Replayed(_)), "{told:?}");
        }
        backend.shutdown().await;
    }
    assert!(between > 0, "some died between the wish and the run");
    let backend = lab::open(options(directory.path())).await;
    for id in ids {
        let ended = lab::until(&backend, id, |now| {
            now.summary.run == 2 && now.summary.phase.is_finished()
        })
        .await;
        assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
        assert!(!ended.summary.restarting && ended.summary.stopping.is_none());
        assert_eq!(ended.run.tasks[0].inherited_from, Some(1));
        let runs = backend.runs(&lab::scope(), id, None, 10).await.unwrap();
        let phases: Vec<_> = runs.items.iter().map(|run| run.status.phase).collect();
        let expected = [WorkflowPhase::Succeeded, WorkflowPhase::Stopped];
        assert_eq!(phases, expected, "one run came of it");
        let audit = backend.audit(&lab::scope(), id, None, 10).await.unwrap();
        let asked = audit.items.iter().filter(|entry| entry.action == "restart");
        assert_eq!(asked.count(), 1);
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_and_stops_of_tasks_survive_the_death_of_the_executor() {
    let directory = tempfile::tempdir().unwrap();
    let mut asked = Vec::new();
    for round in 0..ROUNDS {
        let mut server = Server::start(directory.path());
        let document = json!({"name": "asked", "tasks": [
            {"name": "A", "action": "approval"},
            {"name": "B", "action": "approval"},
            {"name": "C", "action": "true", "dependsOn": ["A"]},
            {"name": "D", "action": "true", "dependsOn": ["A"]},
        ]});
        let id: WorkflowId = server.submit(&document).parse().unwrap();
        let backend = lab::open(options(directory.path())).await;
        lab::until(&backend, id, |now| now.summary.task_counts.waiting == 2).await;
        let (scope, by) = (lab::scope(), lab::by());
        let yes = Answer {
            approve: true,
            message: Some("go on".to_owned()),
            ..Answer::default()
        };
        backend.stop_task(&scope, id, "D", &by).await.unwrap();
        backend.answer(&scope, id, "A", yes, &by).await.unwrap();
        backend.stop_task(&scope, id, "B", &by).await.unwrap();
        tokio::time::sleep(Duration::from_millis(round * 8)).await;
        server.kill();
        asked.push(id);
        backend.shutdown().await;
    }
    let backend = lab::open(options(directory.path())).await;
    for id in asked {
        let ended = lab::finished(&backend, id).await;
        let told: Vec<_> = ended.run.tasks.iter().map(|task| task.phase).collect();
        let (done, stopped) = (TaskPhase::Succeeded, TaskPhase::Stopped);
        assert_eq!(told, [done, stopped, done, stopped], "{ended:#?}");
        assert_eq!(ended.run.tasks[0].message.as_deref(), Some("go on"));
    }
    backend.shutdown().await;
}

/// Writes the wish to run a finished workflow again, as one that came just after its end.
fn wish_late(options: &EmbeddedOptions, id: WorkflowId, mode: &Value) {
    let store = rusqlite::Connection::open(options.data_dir.join("store.db")).unwrap();
    let wish = json!({"mode": mode, "parameters": {}, "key": null, "by": {
        "actor": "ann", "reason": "again", "requestId": "r", "at": "2025-01-01T00:00:00Z"}});
    let changed = store
        .execute(
            "UPDATE workflows SET restart = ?, attention = 1, revision = revision + 1 WHERE id = ?",
            (wish.to_string(), *id.as_uuid().as_bytes()),
        )
        .unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_comes_just_after_the_end_is_made_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let id = lab::run(&backend, lab::script("true")).await.summary.id;
    wish_late(&options, id, &json!({"mode": "ALL"}));
    let again = lab::until(&backend, id, |now| {
        now.summary.run == 2 && now.summary.phase.is_finished()
    })
    .await;
    assert_eq!(again.summary.phase, WorkflowPhase::Succeeded);
    assert!(!again.summary.restarting);

    // Also when nobody is there to see it.
    backend.shutdown().await;
    wish_late(&options, id, &json!({"mode": "ALL"}));
    let backend = lab::open(options).await;
    lab::until(&backend, id, |now| {
        now.summary.run == 3 && now.summary.phase.is_finished()
    })
    .await;
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_turns_out_to_be_impossible_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let id = lab::run(&backend, lab::script("true")).await.summary.id;
    let impossible = json!({"mode": "TASKS", "names": ["nobody"], "downstream": false});
    wish_late(&options, id, &impossible);
    let told = lab::until(&backend, id, |now| {
        !now.summary.restarting && now.summary.message.is_some()
    })
    .await;
    let message = told.summary.message.unwrap();
    assert!(message.contains("no task `nobody`"), "{message}");
    assert_eq!(told.summary.run, 1);
    assert_eq!(told.summary.phase, WorkflowPhase::Succeeded);
    let scope = lab::scope();
    let audit = backend.audit(&scope, id, None, 10).await.unwrap();
    let entry = &audit.items[0];
    let told = (entry.action.as_str(), entry.outcome.as_str());
    assert_eq!(told, ("restart", "INVALID"));
    assert_eq!(entry.actor.as_deref(), Some("ann"));
    // It can be asked for something else.
    assert!(matches!(
        restart_all(&backend, id).await,
        Ok(Repeatable::Done(_))
    ));
    backend.shutdown().await;
}

async fn restart_all(backend: &EmbeddedBackend, id: WorkflowId) -> wf_backend::Result<Repeatable> {
    again(backend, id, RestartMode::All).await
}

async fn again(
    backend: &EmbeddedBackend,
    id: WorkflowId,
    mode: RestartMode,
) -> wf_backend::Result<Repeatable> {
    let restart = Restart {
        mode,
        parameters: [].into(),
        expected_run: None,
        rendered: None,
    };
    backend
        .restart(&lab::scope(), id, restart, &lab::by())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn many_running_tasks_end_with_their_workflow_and_leave_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path()).max_tasks(200)).await;
    let items: Vec<u32> = (0..200).collect();
    let mut document = lab::script("sleep 300 & sleep 300; wait");
    document["tasks"][0]["withItems"] = json!(items);
    let id = lab::submit(&backend, document).await;
    lab::until(&backend, id, |now| {
        let items = now.run.tasks[0].items.iter();
        items
            .filter(|item| item.phase == TaskPhase::Running)
            .count()
            == 200
    })
    .await;
    let (scope, by) = (lab::scope(), lab::by());
    backend.stop(&scope, id, StopMode::Now, &by).await.unwrap();
    let ended = lab::finished(&backend, id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    let left = super::crashing::processes_in(directory.path());
    assert_eq!(left, Vec::<String>::new(), "the phase tells the fact");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_that_was_removed_cannot_be_inherited() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path());
    let backend = lab::open(options.clone()).await;
    let take = json!([{"name": "in", "from": "{{tasks.A.outputs.artifacts.a}}"}]);
    let mut document = json!({"name": "removed", "tasks": [
        {"name": "A", "action": "left", "parameters": [
            {"name": "script", "value": "echo x > \"$0\"; echo x > \"$1\""}]},
        {"name": "B", "action": "take", "dependsOn": ["A"]},
    ]});
    document["tasks"][1]["artifacts"] = take;
    let ended = lab::run(&backend, document).await;
    let id = ended.summary.id;
    let named = || RestartMode::Tasks {
        names: vec!["B".to_owned()],
        downstream: false,
    };
    let location = &ended.run.tasks[0].outputs.artifacts[0].location;
    std::fs::remove_file(options.data_dir.join(location)).unwrap();
    match again(&backend, id, named()).await {
        Err(Error::Invalid(faults)) => {
            let fault = &faults.as_slice()[0];
            assert_eq!(fault.path, "tasks[1].artifacts[0].from");
            assert!(fault.message.contains("restart `A` too"), "{fault:?}");
        }
        other => panic!("a refusal, not {other:?}"),
    }
    again(&backend, id, RestartMode::All).await.unwrap();
    let ended = lab::until(&backend, id, |now| {
        now.summary.run == 2 && now.summary.phase.is_finished()
    })
    .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_runs_are_told_a_few_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let items: Vec<u32> = (0..9_000).collect();
    let tasks: Vec<_> = (0..3)
        .map(|task| json!({"name": format!("t{task}"), "action": "true", "when": "1 == 2", "withItems": items}))
        .collect();
    let id = lab::run(&backend, json!({"name": "large", "tasks": tasks})).await;
    let id = id.summary.id;
    for number in 2..=4 {
        restart_all(&backend, id).await.unwrap();
        lab::until(&backend, id, |now| {
            now.summary.run == number && now.summary.phase.is_finished()
        })
        .await;
    }
    let scope = lab::scope();
    let mut told = Vec::new();
    let mut before = None;
    loop {
        let page = backend.runs(&scope, id, before, 100).await.unwrap();
        assert!(!page.items.is_empty() && page.items.len() < 4);
        told.extend(page.items.iter().map(|run| run.status.number));
        before = told.last().copied();
        if !page.has_more {
            break;
        }
    }
    assert_eq!(told, [4, 3, 2, 1]);
    backend.shutdown().await;
}
