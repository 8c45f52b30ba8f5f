//! Hold, start, stop, delete.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Api, SEED, faults, text};

fn slow() -> Value {
    json!({
        "name": "slow",
        "tasks": [
            {"name": "a", "action": "sleep", "parameters": [{"name": "seconds", "value": "300"}]},
            {"name": "b", "action": "true", "dependsOn": ["a"]},
        ],
    })
}

async fn created(api: &Api, query: &str, document: impl ToString) -> (String, Value) {
    let workflow = api
        .post(format!("/v1/workflows{query}"), document)
        .send()
        .await
        .expect(201)
        .json();
    (format!("/v1/workflows/{}", text(&workflow["id"])), workflow)
}

#[tokio::test]
async fn a_held_workflow_begins_when_it_is_started() {
    let api = Api::open().await;
    let document = json!({
        "name": "greets",
        "parameters": [{"name": "greeting", "default": "Hello"}, {"name": "to"}],
        "tasks": [{"name": "a", "action": "echo", "parameters": [
            {"name": "message", "value": "{{workflow.parameters.greeting}} {{workflow.parameters.to}}"}]}],
    });
    let at_once = api.post("/v1/workflows", &document).send().await;
    assert_eq!(
        at_once.faults(400),
        faults([("parameters.to", "MISSING_PARAMETER")])
    );
    let (path, held) = created(&api, "?start=false", &document).await;
    assert_eq!(held["phase"], "HELD");
    assert_eq!(held["can"], json!(["START", "STOP", "UPDATE", "DELETE"]));

    let missing = api.post(format!("{path}/start"), "").send().await;
    assert_eq!(missing.faults(400)[0].1, "MISSING_PARAMETER");
    let start = json!({"parameters": [{"name": "to", "value": "you"}], "reason": "it is time"});
    let started = api
        .post(format!("{path}/start"), start)
        .send()
        .await
        .expect(200)
        .json();
    assert_ne!(started["phase"], "HELD");
    let ended = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(ended["phase"], "SUCCEEDED");
    assert_eq!(ended["tasks"][0]["outputs"][0]["value"], "Hello you");

    let problem = api
        .post(format!("{path}/start"), "{}")
        .send()
        .await
        .problem(409, "CONFLICT");
    assert!(text(&problem["detail"]).contains("SUCCEEDED"), "{problem}");
    assert!(text(&problem["detail"]).contains("HELD"), "{problem}");
    assert_eq!(problem["phase"], "SUCCEEDED");
    assert_eq!(problem["fitting"], json!(["HELD"]));
    api.close().await;
}

#[tokio::test]
async fn values_are_given_at_the_creation_too() {
    let api = Api::open().await;
    let document = json!({
        "name": "greets",
        "parameters": [{"name": "to"}, {"name": "greeting", "default": "Hello"}],
        "tasks": [{"name": "a", "action": "echo", "parameters": [
            {"name": "message", "value": "{{workflow.parameters.greeting}} {{workflow.parameters.to}}"}]}],
    });
    let (_, ended) = created(
        &api,
        "?wait=60&parameter=to=a%3Db&reason=why+not",
        &document,
    )
    .await;
    assert_eq!(ended["tasks"][0]["outputs"][0]["value"], "Hello a=b");
    for (query, fault) in [
        ("parameter=to", ("parameter", "OUT_OF_RANGE")),
        (
            "parameter=to=a&parameter=to=b",
            ("parameter", "OUT_OF_RANGE"),
        ),
        (
            "parameter=to=a&parameter=of=b",
            ("parameters.of", "UNDECLARED_PARAMETER"),
        ),
        (
            "start=false&parameter=to=a",
            ("parameters", "UNDECLARED_PARAMETER"),
        ),
    ] {
        let answer = api
            .post(format!("/v1/workflows?{query}"), &document)
            .send()
            .await;
        assert_eq!(answer.faults(400), faults([fault]), "{query}");
    }
    api.close().await;
}

#[tokio::test]
async fn a_suspended_workflow_goes_on_when_it_is_resumed() {
    let api = Api::open().await;
    let document = json!({"name": "waits", "tasks": [
        {"name": "a", "action": "approval"},
        {"name": "b", "action": "true", "dependsOn": ["a"]},
    ]});
    let (path, _) = created(&api, "", document).await;
    api.task_in(&path, "a", "WAITING").await;
    let reason = json!({"reason": "lunch"});
    for _ in 0..2 {
        let told = api
            .post(format!("{path}/suspend"), &reason)
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(told["phase"], "SUSPENDED");
        assert_eq!(told["can"], json!(["RESUME", "STOP", "RESTART"]));
    }
    api.post(format!("{path}/tasks/a/answer"), json!({"approve": true}))
        .send()
        .await
        .expect(200);
    api.task_in(&path, "a", "SUCCEEDED").await;
    let waiting = api
        .get(format!("{path}/tasks/b"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(waiting["phase"], "PENDING");
    assert_eq!(waiting["why"], json!(["the workflow is SUSPENDED"]));
    api.post(format!("{path}/resume"), "")
        .send()
        .await
        .expect(200);
    let ended = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(ended["phase"], "SUCCEEDED");
    let problem = api
        .post(format!("{path}/suspend"), "")
        .send()
        .await
        .problem(409, "CONFLICT");
    assert_eq!(problem["fitting"], json!(["PENDING", "RUNNING"]));
    let odd = api
        .post(format!("{path}/resume"), r#"{"mode": "NOW"}"#)
        .send()
        .await;
    assert_eq!(odd.faults(400), faults([("mode", "UNKNOWN_FIELD")]));
    api.close().await;
}

#[tokio::test]
async fn a_running_workflow_is_stopped_with_a_reason() {
    let api = Api::open().await;
    let (path, _) = created(&api, "", slow()).await;
    let stop = json!({"mode": "NOW", "reason": "no longer needed"});
    api.post(format!("{path}/stop"), stop)
        .send()
        .await
        .expect(200);
    let ended = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(ended["phase"], "STOPPED");
    assert_eq!(ended["stopping"], false);
    assert!(
        text(&ended["message"]).contains("no longer needed"),
        "{ended}"
    );
    assert_eq!(ended["tasks"][1]["phase"], "OMITTED");

    let again = api
        .post(format!("{path}/stop"), "")
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(again["revision"], ended["revision"]);
    api.close().await;
}

#[tokio::test]
async fn a_finished_workflow_cannot_be_stopped_and_the_refusal_names_its_phase() {
    let api = Api::open().await;
    let (path, _) = created(&api, "?wait=60", SEED).await;
    let problem = api
        .post(format!("{path}/stop"), "{}")
        .send()
        .await
        .problem(409, "CONFLICT");
    assert!(text(&problem["detail"]).contains("SUCCEEDED"), "{problem}");
    assert_eq!(problem["retryable"], false);
    assert_eq!(problem["type"], "urn:medulla:workflows:error:conflict");
    api.close().await;
}

#[tokio::test]
async fn an_unfinished_workflow_is_deleted_only_with_force() {
    let api = Api::open().await;
    let (path, _) = created(&api, "", slow()).await;
    api.delete(&path).send().await.problem(409, "CONFLICT");
    let gone = api
        .delete(format!("{path}?force=true&reason=mistake"))
        .send()
        .await
        .expect(204);
    assert_eq!(gone.text(), "");
    // It is gone when no process of it is left.
    let gone = async {
        while api.get(&path).send().await.status != 404 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .unwrap();
    api.delete(&path).send().await.problem(404, "NOT_FOUND");

    let (path, _) = created(&api, "?start=false", SEED).await;
    api.delete(&path).send().await.expect(204);
    api.close().await;
}

#[tokio::test]
async fn what_is_sent_to_change_a_workflow_is_read_strictly() {
    let api = Api::open().await;
    let (path, held) = created(&api, "?start=false", SEED).await;
    let body = r#"{"mode": "SOON", "reason": 1, "force": true}"#;
    let answer = api.post(format!("{path}/stop"), body).send().await;
    assert_eq!(
        answer.faults(400),
        faults([
            ("force", "UNKNOWN_FIELD"),
            ("mode", "OUT_OF_RANGE"),
            ("reason", "WRONG_TYPE")
        ])
    );
    let unknown = json!({"parameters": [{"name": "nobody", "value": "x"}]});
    let answer = api.post(format!("{path}/start"), unknown).send().await;
    assert_eq!(answer.faults(400)[0].1, "UNDECLARED_PARAMETER");
    let broken = api.post(format!("{path}/start"), "{\n").send().await;
    assert_eq!(broken.faults(400), faults([("", "MALFORMED_JSON")]));
    let now = api.get(&path).send().await.expect(200).json();
    assert_eq!(now["revision"], held["revision"]);
    api.close().await;
}

#[tokio::test]
async fn an_unknown_id_is_not_found_however_it_is_spelled() {
    let api = Api::open().await;
    let unknown = "0190b6e0-0000-7000-8000-000000000000";
    for id in [
        unknown,
        "x",
        "0190B6E0-0000-7000-8000-000000000000",
        "%00",
        "a%2Fb",
    ] {
        let path = format!("/v1/workflows/{id}");
        api.get(&path).send().await.problem(404, "NOT_FOUND");
        for below in [
            "document",
            "tasks",
            "tasks/a",
            "tasks/a/logs",
            "runs",
            "runs/1",
            "runs/1/tasks/a",
            "audit",
        ] {
            api.get(format!("{path}/{below}"))
                .send()
                .await
                .problem(404, "NOT_FOUND");
        }
        for below in [
            "start",
            "suspend",
            "resume",
            "stop",
            "restart",
            "tasks/a/stop",
            "tasks/a/restart",
        ] {
            api.post(format!("{path}/{below}"), "{}")
                .send()
                .await
                .problem(404, "NOT_FOUND");
        }
        let answer = api.post(format!("{path}/tasks/a/answer"), r#"{"approve": true}"#);
        answer.send().await.problem(404, "NOT_FOUND");
        api.patch(&path, "{}")
            .send()
            .await
            .problem(404, "NOT_FOUND");
        api.delete(&path).send().await.problem(404, "NOT_FOUND");
    }
    api.close().await;
}
