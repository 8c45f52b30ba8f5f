//! Restarts of a workflow.

use serde_json::{Value, json};

use crate::harness::{Api, SEED, column, faults, text};

/// `b` fails after `a`, and `c` waits for `b`.
fn failing() -> Value {
    json!({"name": "failing", "tasks": [
        {"name": "a", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
        {"name": "b", "action": "fail", "dependsOn": ["a"],
         "parameters": [{"name": "code", "value": 3}]},
        {"name": "c", "action": "true", "dependsOn": ["b"]},
    ]})
}

fn path_of(workflow: &Value) -> String {
    format!("/v1/workflows/{}", text(&workflow["id"]))
}

#[tokio::test]
async fn what_failed_runs_again_and_the_rest_is_inherited() {
    let api = Api::open().await;
    let path = path_of(&api.run(failing()).await);
    let body = json!({"mode": "FROM_FAILED", "reason": "once more"});
    let told = api
        .post(format!("{path}/restart"), body)
        .send()
        .await
        .expect(200);
    assert_eq!(told.header("Idempotency-Replayed"), None);
    assert!(told.header("ETag").is_some());
    assert_eq!(told.json()["run"], 2);
    let ended = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(ended["phase"], "FAILED");
    assert_eq!(ended["restarting"], false);
    assert_eq!(
        column(&ended["tasks"], "inheritedFrom"),
        [json!(1), json!(null), json!(null)]
    );
    assert_eq!(
        ended["tasks"][0]["id"],
        format!("{}/2/a", text(&ended["id"]))
    );
    assert_eq!(text(&ended["tasks"][0]["outputs"][0]["value"]), "Hello");
    let lines = api
        .get(format!("{path}/tasks/a/logs"))
        .send()
        .await
        .expect(200);
    assert_eq!(lines.text(), "Hello\n", "of the run it comes from");
    api.close().await;
}

#[tokio::test]
async fn a_workflow_that_runs_is_stopped_first() {
    let api = Api::open().await;
    let waits = json!({"name": "waits", "tasks": [{"name": "a", "action": "approval"}]});
    let created = api
        .post("/v1/workflows", waits)
        .send()
        .await
        .expect(201)
        .json();
    let path = path_of(&created);
    api.task_in(&path, "a", "WAITING").await;
    let told = api
        .post(format!("{path}/restart"), "")
        .send()
        .await
        .expect(200)
        .json();
    assert!(told["restarting"] == true || told["run"] == 2, "{told}");
    let second = async {
        loop {
            let now = api.task_in(&path, "a", "WAITING").await;
            if now["run"] == 2 {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let patience = std::time::Duration::from_mins(1);
    let now = tokio::time::timeout(patience, second).await.unwrap();
    assert_eq!(now["restarting"], false);
    api.close().await;
}

#[tokio::test]
async fn a_repeated_restart_is_done_once() {
    let api = Api::open().await;
    let path = path_of(&api.run(SEED).await);
    let restart = || {
        api.post(format!("{path}/restart"), "{}")
            .header("Idempotency-Key", "k 1")
    };
    let first = restart().send().await.expect(200);
    assert_eq!(first.header("Idempotency-Replayed"), None);
    api.get(format!("{path}?wait=60")).send().await.expect(200);
    let second = restart().send().await.expect(200);
    assert_eq!(second.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(second.json()["run"], 2);
    let long = api.post(format!("{path}/restart"), "{}");
    let long = long
        .header("Idempotency-Key", &"k".repeat(256))
        .send()
        .await;
    assert_eq!(long.faults(400), faults([("idempotencyKey", "TOO_LONG")]));
    api.close().await;
}

#[tokio::test]
async fn what_contradicts_itself_is_told_by_place_and_changes_nothing() {
    let api = Api::open().await;
    let ended = api.run(failing()).await;
    let path = path_of(&ended);
    let cases = [
        (json!({"mode": "SOME"}), vec![("mode", "OUT_OF_RANGE")]),
        (json!({"mode": "TASKS"}), vec![("tasks", "MISSING")]),
        (json!({"tasks": []}), vec![("tasks", "MISSING")]),
        (
            json!({"tasks": ["a", "z", "a"]}),
            vec![
                ("tasks[1]", "UNKNOWN_REFERENCE"),
                ("tasks[2]", "DUPLICATE_NAME"),
            ],
        ),
        (
            json!({"tasks": ["a", "z"]}),
            vec![("tasks[1]", "UNKNOWN_REFERENCE")],
        ),
        (
            json!({"mode": "ALL", "tasks": ["a"], "downstream": false}),
            vec![("downstream", "OUT_OF_RANGE"), ("tasks", "OUT_OF_RANGE")],
        ),
        (
            json!({"tasks": [1], "downstream": "yes", "expectedRun": -1, "other": 1}),
            vec![
                ("downstream", "WRONG_TYPE"),
                ("expectedRun", "WRONG_TYPE"),
                ("other", "UNKNOWN_FIELD"),
                ("tasks[0]", "WRONG_TYPE"),
            ],
        ),
        (
            json!({"parameters": [{"name": "x", "value": "y"}]}),
            vec![("parameters.x", "UNDECLARED_PARAMETER")],
        ),
    ];
    for (body, expected) in cases {
        let answer = api.post(format!("{path}/restart"), &body).send().await;
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(path, code)| (path.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(answer.faults(400), expected, "{body}");
    }
    let late = api
        .post(format!("{path}/restart"), json!({"expectedRun": 7}))
        .send()
        .await;
    late.problem(409, "CONFLICT");
    let now = api.get(&path).send().await.expect(200).json();
    assert_eq!(now["revision"], ended["revision"]);
    api.close().await;
}
