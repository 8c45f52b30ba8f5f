//! The main story: a document goes in, runs, and tells its output.

use serde_json::{Value, json};

use crate::harness::{Api, SEED, column, text};

#[tokio::test]
async fn the_seed_runs_to_its_end_and_tells_what_it_printed() {
    let api = Api::open().await;
    let answer = api
        .post("/v1/workflows?wait=60", SEED)
        .send()
        .await
        .expect(201);
    let workflow = answer.json();
    let id = text(&workflow["id"]);

    assert_eq!(
        answer.header("Location"),
        Some(format!("/v1/workflows/{id}").as_str())
    );
    assert_eq!(
        answer.header("ETag"),
        Some(format!("\"{}\"", text(&workflow["etag"])).as_str())
    );
    assert_eq!(answer.header("Idempotency-Replayed"), None);
    assert_eq!(workflow["phase"], "SUCCEEDED");
    assert_eq!(workflow["name"], "my-workflow");
    assert_eq!(workflow["run"], 1);
    assert_eq!(workflow["stopping"], false);
    assert_eq!(workflow["can"], json!(["RESTART", "DELETE"]));
    assert_eq!(workflow["taskCounts"]["total"], 2);
    assert_eq!(workflow["taskCounts"]["succeeded"], 2);
    for moment in ["createdAt", "startedAt", "finishedAt", "expiresAt"] {
        assert!(
            text(&workflow[moment]).ends_with('Z'),
            "{moment}: {workflow}"
        );
    }
    let seed: Value = serde_json::from_str(SEED).unwrap();
    assert_eq!(workflow["document"], seed);

    let tasks = &workflow["tasks"];
    assert_eq!(column(tasks, "name"), ["A", "B"]);
    assert_eq!(column(tasks, "phase"), ["SUCCEEDED", "SUCCEEDED"]);
    assert_eq!(column(tasks, "dependsOn"), [json!([]), json!(["A"])]);
    assert_eq!(column(tasks, "neededBy"), [json!(["B"]), json!([])]);
    assert_eq!(tasks[0]["id"], format!("{id}/1/A"));
    assert_eq!(
        tasks[1]["outputs"],
        json!([{"name": "result", "value": "World"}])
    );
    assert_eq!(tasks[1]["attempts"][0]["exitCode"], 0);
    api.close().await;
}

#[tokio::test]
async fn what_is_absent_is_left_out_and_nothing_is_null() {
    fn check(value: &Value, path: &str) {
        match value {
            Value::Null => panic!("{path} is null"),
            Value::Array(list) => list.iter().for_each(|element| check(element, path)),
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(name, value)| check(value, &format!("{path}.{name}")));
            }
            _ => {}
        }
    }
    let api = Api::open().await;
    let held = api
        .post("/v1/workflows?start=false", SEED)
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(held.get("startedAt"), None);
    assert_eq!(held.get("description"), None);
    let id = text(&held["id"]);
    for path in [
        "/v1/workflows",
        &format!("/v1/workflows/{id}"),
        "/v1/actions",
        "/v1/service",
    ] {
        check(&api.get(path).send().await.expect(200).json(), path);
    }
    api.close().await;
}

#[tokio::test]
async fn the_document_comes_back_as_it_can_be_sent_elsewhere() {
    let api = Api::open().await;
    let document = json!({
        "name": "full", "description": "Everything.", "labels": {"team": "core"},
        "parameters": [{"name": "greeting", "default": "Hello", "enum": ["Hello", "Hi"]}],
        "timeoutSeconds": 60, "parallelism": 2, "priority": 1,
        "onExit": {"action": "echo", "parameters": [{"name": "message", "value": "bye"}]},
        "outputs": [{"name": "said", "value": "{{tasks.a.outputs.result}}"}],
        "tasks": [
            {"name": "a", "action": "echo",
             "parameters": [{"name": "message", "value": "{{workflow.parameters.greeting}}"}],
             "retry": {"limit": 1, "policy": "Always", "backoffSeconds": 1}, "timeoutSeconds": 30},
            {"name": "b", "action": "echo", "withItems": ["x", 2, {"k": "v"}],
             "parameters": [{"name": "message", "value": "item"}], "dependsOn": ["a"]},
        ],
    });
    let created = api.run(&document).await;
    let id = text(&created["id"]);
    assert_eq!(created["phase"], "SUCCEEDED", "{created}");
    assert_eq!(
        created["outputs"],
        json!([{"name": "said", "value": "Hello"}])
    );
    assert_eq!(
        created["parameters"],
        json!([{"name": "greeting", "value": "Hello"}])
    );
    assert_eq!(created["exitHandler"]["phase"], "SUCCEEDED");
    assert_eq!(
        column(&created["tasks"][1]["items"], "value"),
        ["x", "2", r#"{"k":"v"}"#]
    );

    let back = api
        .get(format!("/v1/workflows/{id}/document"))
        .send()
        .await
        .expect(200);
    assert_eq!(back.json(), document);
    let again = api
        .post("/v1/workflows?start=false", back.text())
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(again["document"], document);
    assert_eq!(again["etag"], created["etag"]);
    api.close().await;
}

#[tokio::test]
async fn a_task_is_found_by_its_name_and_the_exit_handler_too() {
    let api = Api::open().await;
    let document = json!({
        "name": "one", "onExit": {"action": "true"},
        "tasks": [{"name": "a", "action": "fail", "parameters": [{"name": "code", "value": 3}]},
                  {"name": "b", "action": "true", "dependsOn": ["a"]}],
    });
    let workflow = api.run(&document).await;
    let tasks = format!("/v1/workflows/{}/tasks", text(&workflow["id"]));
    let all = api.get(&tasks).send().await.expect(200).json();
    assert_eq!(all["items"], workflow["tasks"]);
    let failed = api
        .get(format!("{tasks}/a"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(failed["phase"], "FAILED");
    assert_eq!(failed["reason"], "EXIT_CODE");
    assert_eq!(failed["exitCode"], 3);
    let omitted = api
        .get(format!("{tasks}/b"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (omitted["phase"].clone(), omitted["reason"].clone()),
        (json!("OMITTED"), json!("DEPENDENCIES"))
    );
    let handler = api
        .get(format!("{tasks}/onExit"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(handler["action"], "true");
    api.get(format!("{tasks}/c"))
        .send()
        .await
        .problem(404, "NOT_FOUND");
    api.close().await;
}

#[tokio::test]
async fn waiting_ends_with_the_time_and_with_a_change() {
    let api = Api::open().await;
    let document = json!({"name": "slow", "tasks": [{"name": "a", "action": "sleep", "parameters": [{"name": "seconds", "value": "300"}]}]});
    let workflow = api
        .post("/v1/workflows", &document)
        .send()
        .await
        .expect(201)
        .json();
    let path = format!("/v1/workflows/{}", text(&workflow["id"]));

    let unfinished = api
        .get(format!("{path}?wait=1"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(unfinished["phase"], "RUNNING");

    let revision = text(&unfinished["revision"]);
    let changed = async {
        let wait = format!("{path}?wait=60&until=changed&revision={revision}");
        api.get(wait).send().await.expect(200).json()
    };
    let stop = async {
        api.post(format!("{path}/stop"), json!({"mode": "NOW"}))
            .send()
            .await
            .expect(200)
    };
    let (changed, _) = tokio::join!(changed, stop);
    assert_ne!(changed["revision"], unfinished["revision"]);

    let long_ago = api.get(format!("{path}?wait=60&until=changed&revision={revision}"));
    assert_ne!(
        long_ago.send().await.expect(200).json()["revision"],
        revision
    );
    api.close().await;
}

#[tokio::test]
async fn a_wait_ends_when_the_service_does() {
    let api = Api::open().await;
    let document = json!({"name": "slow", "tasks": [{"name": "a", "action": "sleep", "parameters": [{"name": "seconds", "value": "300"}]}]});
    let waiting = api.post("/v1/workflows?wait=300", &document).send();
    let close = async {
        while api.get("/v1/workflows?phase=RUNNING").send().await.json()["items"] == json!([]) {
            tokio::task::yield_now().await;
        }
        api.begin_to_close();
    };
    let (answer, ()) = tokio::join!(waiting, close);
    assert_eq!(answer.expect(201).json()["phase"], "RUNNING");
    api.close().await;
}
