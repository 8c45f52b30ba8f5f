//! The story of a workflow: made, run, seen, stopped, forgotten.

use serde_json::{Value, json};

use crate::harness::{App, HELD, code, seed};

const CREATE: &str = "mutation($workflow: WorkflowInput!, $start: Boolean!, $key: String) {
  createWorkflow(workflow: $workflow, start: $start, idempotencyKey: $key) { id name phase run can }
}";

#[tokio::test]
async fn the_seeds_body_runs_to_its_end() {
    let app = App::new().await;
    let body: Value = seed();
    let query = "mutation($w: WorkflowInput!) { createWorkflow(workflow: $w) {
        name tasks { name action parameters { name value } } id } }";
    let created = app.data(query, json!({"w": body})).await;
    let created = &created["createWorkflow"];
    assert_eq!(created["name"], "my-workflow");
    assert_eq!(
        created["tasks"][1]["parameters"],
        json!([{"name": "message", "value": "World"}])
    );

    let id = created["id"].as_str().unwrap();
    app.finished(id).await;
    let seen = app
        .data(
            "query($id: ID!) { workflow(id: $id) {
                phase stopping message run startedAt finishedAt expiresAt scope
                taskCounts { total succeeded }
                tasks { id name phase dependsOn neededBy exitCode startedAt finishedAt
                        attempts { number phase exitCode } items { index } } } }",
            json!({"id": id}),
        )
        .await;
    let seen = &seen["workflow"];
    assert_eq!(seen["phase"], "SUCCEEDED");
    assert_eq!(seen["run"], 1);
    assert_eq!(seen["taskCounts"], json!({"total": 2, "succeeded": 2}));
    for time in ["startedAt", "finishedAt", "expiresAt"] {
        assert!(
            seen[time].as_str().unwrap().ends_with('Z'),
            "{time}: {}",
            seen[time]
        );
    }
    let [first, second] = seen["tasks"].as_array().unwrap().as_slice() else {
        panic!("two tasks: {seen}");
    };
    assert_eq!(first["id"], format!("{id}/1/A"));
    assert_eq!(
        (&first["dependsOn"], &first["neededBy"]),
        (&json!([]), &json!(["B"]))
    );
    assert_eq!(
        (&second["dependsOn"], &second["neededBy"]),
        (&json!(["A"]), &json!([]))
    );
    assert_eq!(
        second["attempts"],
        json!([{"number": 1, "phase": "SUCCEEDED", "exitCode": 0}])
    );
    assert!(first["finishedAt"].as_str() <= second["startedAt"].as_str());

    for (task, text) in [("A", "Hello"), ("B", "World")] {
        let query = "query($id: ID!, $task: String!) {
            logs(workflow: $id, task: $task) { truncated lines { text stream attempt item } } }";
        let logs = app.data(query, json!({"id": id, "task": task})).await;
        let line = json!({"text": text, "stream": "STDOUT", "attempt": 1, "item": null});
        assert_eq!(logs["logs"], json!({"truncated": false, "lines": [line]}));
    }
}

#[tokio::test]
async fn a_held_workflow_waits_for_its_start() {
    let app = App::new().await;
    let held = app
        .data(CREATE, json!({"workflow": seed(), "start": false}))
        .await;
    let held = &held["createWorkflow"];
    assert_eq!(held["phase"], "HELD");
    assert!(
        held["can"].as_array().unwrap().contains(&json!("START")),
        "{held}"
    );
    let id = held["id"].as_str().unwrap();

    let query = "mutation($id: ID!) { startWorkflow(id: $id, reason: \"now\") { id phase } }";
    let started = app.data(query, json!({"id": id})).await;
    assert_ne!(started["startWorkflow"]["phase"], "HELD");
    app.finished(id).await;

    let again = app.ask(query, json!({"id": id})).await;
    assert_eq!(code(&again), "CONFLICT");
    let message = again["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("SUCCEEDED") && message.contains("HELD"),
        "{message}"
    );
}

#[tokio::test]
async fn a_held_workflow_can_be_stopped_and_forgotten() {
    let app = App::new().await;
    let held = app
        .data(CREATE, json!({"workflow": seed(), "start": false}))
        .await;
    let id = held["createWorkflow"]["id"].as_str().unwrap().to_owned();

    let query =
        "mutation($id: ID!) { stopWorkflow(id: $id, mode: NOW, reason: \"typo\") { phase can } }";
    for _ in 0..2 {
        let stopped = app.data(query, json!({"id": id})).await;
        assert_eq!(stopped["stopWorkflow"]["phase"], "STOPPED", "{stopped}");
    }

    let query = "mutation($id: ID!) { deleteWorkflow(id: $id) { id } }";
    let deleted = app.data(query, json!({"id": id})).await;
    assert_eq!(deleted["deleteWorkflow"]["id"], id);
    let gone = app
        .ask(
            "query($id: ID!) { workflow(id: $id) { id } }",
            json!({"id": id}),
        )
        .await;
    assert_eq!(
        (code(&gone), &gone["data"]["workflow"]),
        ("NOT_FOUND", &Value::Null)
    );
    assert_eq!(code(&app.ask(query, json!({"id": id})).await), "NOT_FOUND");
}

#[tokio::test]
async fn the_same_key_makes_one_workflow() {
    let app = App::new().await;
    let variables = json!({"workflow": seed(), "start": false, "key": "build-17"});
    let (first, headers) = app.send(CREATE, &variables).await;
    assert!(!headers.contains_key("idempotency-replayed"));
    let (second, headers) = app.send(CREATE, &variables).await;
    assert_eq!(headers["idempotency-replayed"], "true");
    let id = &first["data"]["createWorkflow"]["id"];
    assert_eq!(id, &second["data"]["createWorkflow"]["id"]);

    let mut other = variables.clone();
    other["workflow"]["description"] = json!("another");
    let contradiction = app.ask(CREATE, other).await;
    assert_eq!(code(&contradiction), "CONFLICT");
    let all = app.data("{ workflows { id } }", json!({})).await;
    assert_eq!(all["workflows"], json!([{"id": id}]));
}

#[tokio::test]
async fn values_are_given_at_the_start() {
    let app = App::new().await;
    let document = json!({
        "name": "greet",
        "parameters": [{"name": "greeting", "enum": ["Hello", "Hi"], "default": "Hello"}],
        "tasks": [{"name": "A", "action": "echo", "parameters": [
            {"name": "message", "value": "{{workflow.parameters.greeting}}"}]}],
    });
    let query = "mutation($d: JSON!, $p: [ParametersInput!]) {
        createWorkflowFromDocument(document: $d, parameters: $p) { id parameters { name value } } }";
    let given = json!([{"name": "greeting", "value": "Hi"}]);
    let created = app.data(query, json!({"d": document, "p": given})).await;
    let created = &created["createWorkflowFromDocument"];
    assert_eq!(created["parameters"], given);
    let id = created["id"].as_str().unwrap();
    app.finished(id).await;
    let logs = "query($id: ID!) { logs(workflow: $id, task: \"A\") { lines { text } } }";
    let logs = app.data(logs, json!({"id": id})).await;
    assert_eq!(logs["logs"]["lines"], json!([{"text": "Hi"}]));

    let refused = app
        .ask(
            query,
            json!({"d": document, "p": [{"name": "greeting", "value": "Yo"}]}),
        )
        .await;
    assert_eq!(code(&refused), "INVALID");
    assert_eq!(
        refused["errors"][0]["extensions"]["faults"][0]["code"],
        "NOT_IN_ENUM"
    );
    for odd in [
        json!([{"value": "Hi"}]),
        json!([{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]),
    ] {
        assert_eq!(
            code(&app.ask(query, json!({"d": document, "p": odd})).await),
            "INVALID"
        );
    }
}

#[tokio::test]
async fn an_exit_handler_is_seen_beside_the_tasks() {
    let app = App::new().await;
    let mut document = seed();
    document["onExit"] =
        json!({"action": "echo", "parameters": [{"name": "message", "value": "Bye"}]});
    let id = app.create(&document).await;
    app.finished(&id).await;
    let query = "query($id: ID!) { workflow(id: $id) {
        exitHandler { id name action phase parameters { value } dependsOn neededBy } } }";
    let seen = app.data(query, json!({"id": id})).await;
    let expected = json!({
        "id": format!("{id}/1/onExit"), "name": "onExit", "action": "echo", "phase": "SUCCEEDED",
        "parameters": [{"value": "Bye"}], "dependsOn": [], "neededBy": [],
    });
    assert_eq!(seen["workflow"]["exitHandler"], expected);
}

#[tokio::test]
async fn logs_are_told_from_their_beginning_and_cut() {
    let app = App::new().await;
    let mut document = seed();
    document["tasks"][0]["parameters"][0]["value"] = json!("one\ntwo\nthree");
    let id = app.create(&document).await;
    app.finished(&id).await;
    let query = "query($id: ID!, $first: Int!, $task: String!) {
        logs(workflow: $id, task: $task, first: $first) { truncated lines { text } } }";
    let cut = app
        .data(query, json!({"id": id, "task": "A", "first": 2}))
        .await;
    let lines = json!([{"text": "one"}, {"text": "two"}]);
    assert_eq!(cut["logs"], json!({"truncated": true, "lines": lines}));
    let whole = app
        .data(query, json!({"id": id, "task": "A", "first": 3}))
        .await;
    assert_eq!(whole["logs"]["truncated"], false);

    for first in [0, -1, 10_001] {
        let refused = app
            .ask(query, json!({"id": id, "task": "A", "first": first}))
            .await;
        assert_eq!(
            refused["errors"][0]["extensions"]["faults"][0]["path"],
            "first"
        );
    }
    let unknown = app
        .ask(query, json!({"id": id, "task": "Z", "first": 1}))
        .await;
    assert_eq!(code(&unknown), "NOT_FOUND");
    let unknown = app
        .ask(query, json!({"id": "x", "task": "A", "first": 1}))
        .await;
    assert_eq!(code(&unknown), "NOT_FOUND");
}

#[tokio::test]
async fn a_reader_sees_held_tasks_as_pending() {
    let app = App::new().await;
    let created = app.data(HELD, json!({"d": seed()})).await;
    let tasks = &created["createWorkflowFromDocument"]["tasks"];
    assert_eq!(
        tasks,
        &json!([{"name": "A", "phase": "PENDING"}, {"name": "B", "phase": "PENDING"}])
    );
}
