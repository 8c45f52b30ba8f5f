//! Telling: what a task says of itself while it runs.

use serde_json::json;
use wf_backend::{Backend, Snapshot};
use wf_model::{StopMode, TaskPhase};

use super::lab::{self, only_task};
use super::subject::options;

fn message(now: &Snapshot) -> Option<&str> {
    only_task(now).message.as_deref()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_s_last_word_is_its_message_while_it_runs() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let go = directory.path().join("go");
    let script = format!(
        "echo a quarter > \"$WF_PROGRESS_FILE\"; echo half >> \"$WF_PROGRESS_FILE\"; \
         while ! [ -e {0} ]; do sleep 0.05; done; \
         printf 'nearly done' > \"$WF_PROGRESS_FILE\"; \
         while [ -e {0} ]; do sleep 0.05; done",
        go.display()
    );
    let id = lab::submit(&backend, lab::script(&script)).await;
    lab::until(&backend, id, |now| message(now) == Some("half")).await;
    std::fs::write(&go, "").unwrap();
    let now = lab::until(&backend, id, |now| message(now) == Some("nearly done")).await;
    assert_eq!(only_task(&now).phase, TaskPhase::Running);
    std::fs::remove_file(&go).unwrap();
    let ended = lab::finished(&backend, id).await;
    assert_eq!(message(&ended), None);
    assert_eq!(only_task(&ended).phase, TaskPhase::Succeeded);
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_has_a_word_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let script = "echo at {{item}} > \"$WF_PROGRESS_FILE\"; sleep 60";
    let mut document = lab::script(script);
    document["tasks"][0]["withItems"] = json!(["x", "y"]);
    let id = lab::submit(&backend, document).await;
    lab::until(&backend, id, |now| {
        let items = only_task(now).items.iter();
        let told: Vec<_> = items.map(|item| item.message.as_deref()).collect();
        told == [Some("at x"), Some("at y")]
    })
    .await;
    let (scope, by) = (lab::scope(), lab::by());
    backend.stop(&scope, id, StopMode::Now, &by).await.unwrap();
    lab::finished(&backend, id).await;
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_keeps_nobody_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let mute = lab::script("mkfifo \"$WF_PROGRESS_FILE\"; sleep 60");
    let mute = lab::submit(&backend, mute).await;
    let speaking = lab::script("echo here > \"$WF_PROGRESS_FILE\"; sleep 60");
    let speaking = lab::submit(&backend, speaking).await;
    lab::until(&backend, speaking, |now| message(now) == Some("here")).await;
    assert_eq!(message(&lab::get(&backend, mute).await), None);
    backend.shutdown().await;
}
