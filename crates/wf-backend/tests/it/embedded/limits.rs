//! Limits: what the embedded backend cannot do, told before anything is stored.

use serde_json::json;
use wf_backend::{Backend, Error};
use wf_model::{TaskPhase, TaskReason};

use super::lab::{self, only_task};
use super::subject::options;

#[tokio::test]
async fn what_needs_a_cluster_is_refused_by_its_name() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    for (action, why) in [
        ("request", "`http`"),
        ("mounted", "`volumeMounts`"),
        ("plain", "`command`"),
        ("fixed", "/tmp/p"),
    ] {
        let document = json!({"name": "refused", "tasks": [{"name": "A", "action": action}]});
        let submission = lab::submission(document);
        let id = submission.id;
        let Err(Error::Unsupported(message)) = backend.submit(submission).await else {
            panic!("{action} was accepted");
        };
        assert!(
            message.contains(action) && message.contains(why),
            "{message}"
        );
        assert!(
            backend.get(&lab::scope(), id).await.is_err(),
            "nothing is stored"
        );
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_that_no_process_can_take_end_the_attempt() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let mut document = lab::script("true");
    document["tasks"][0]["parameters"][0]["value"] = json!(": ".to_owned() + &"x".repeat(200_000));
    let ended = lab::run(&backend, document).await;
    let task = only_task(&ended);
    assert_eq!(task.phase, TaskPhase::Error);
    assert_eq!(
        task.reason,
        Some(TaskReason::NotStarted),
        "{:?}",
        task.message
    );
    let told = task.message.as_deref().unwrap_or_default();
    assert!(
        told.contains("has 200002 bytes, larger than an argument may be (128 KiB)"),
        "{told}"
    );
    assert!(told.contains("use a `script` action"), "{told}");
    backend.shutdown().await;
}
