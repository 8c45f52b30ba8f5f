//! The life of a workflow and of its tasks: suspended, answered, restarted, updated.

use serde_json::{Value, json};

use crate::harness::{App, HELD, code, seed};

/// `A` waits for somebody, `B` for `A`.
fn approval() -> Value {
    json!({"name": "approval", "tasks": [
        {"name": "A", "action": "approval"},
        {"name": "B", "action": "echo", "dependsOn": ["A"], "parameters": [
            {"name": "message", "value": "{{tasks.A.outputs.parameters.decision}}"}]},
    ]})
}

fn places(answer: &Value) -> Vec<&str> {
    let faults = answer["errors"][0]["extensions"]["faults"].as_array();
    let faults = faults.unwrap_or_else(|| panic!("no faults: {answer}"));
    faults
        .iter()
        .map(|fault| fault["path"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn an_approval_is_given_while_the_workflow_is_suspended() {
    let app = App::with_actions().await;
    let id = app.create(&approval()).await;
    app.task_in(&id, "A", "WAITING").await;
    let query = "query($id: ID!) { workflow(id: $id) { tasks { why artifacts } } }";
    let why = app.data(query, json!({"id": id})).await;
    let waiting = json!([
        {"why": ["an answer"], "artifacts": []},
        {"why": ["A is WAITING"], "artifacts": []},
    ]);
    assert_eq!(why["workflow"]["tasks"], waiting);

    let suspend =
        "mutation($id: ID!) { suspendWorkflow(id: $id, reason: \"lunch\") { phase can } }";
    let told = app.data(suspend, json!({"id": id})).await;
    let expected = json!({"phase": "SUSPENDED", "can": ["RESUME", "STOP", "RESTART"]});
    assert_eq!(told["suspendWorkflow"], expected);
    let answer = "mutation($id: ID!, $o: [ParametersInput!]) {
        answerTask(workflow: $id, task: \"A\", approve: true, message: \"fine\", outputs: $o,
                   reason: \"I looked\") { phase } }";
    let odd = json!([{"name": "decision"}]);
    let odd = app.ask(answer, json!({"id": id, "o": odd})).await;
    assert_eq!(places(&odd), ["outputs[0].value"]);
    let yes = json!([{"name": "decision", "value": "yes"}]);
    app.data(answer, json!({"id": id, "o": yes})).await;
    app.task_in(&id, "A", "SUCCEEDED").await;
    let resume = "mutation($id: ID!) { resumeWorkflow(id: $id) { phase } }";
    app.data(resume, json!({"id": id})).await;
    app.finished(&id).await;
    let query = "query($id: ID!) { workflow(id: $id) { tasks { message why outputs { value } } } }";
    let ended = app.data(query, json!({"id": id})).await;
    let tasks = &ended["workflow"]["tasks"];
    assert_eq!(tasks[0]["message"], "fine");
    assert_eq!(tasks[1]["outputs"], json!([{"value": "yes"}]));
    assert_eq!(tasks[1]["why"], json!([]));

    let late = app.ask(answer, json!({"id": id, "o": yes})).await;
    assert_eq!(code(&late), "CONFLICT");
    let told = &late["errors"][0]["extensions"];
    assert_eq!(
        (&told["phase"], &told["fitting"]),
        (&json!("SUCCEEDED"), &json!(["WAITING"]))
    );
    let late = app.ask(suspend, json!({"id": id})).await;
    let told = &late["errors"][0]["extensions"];
    assert_eq!(told["fitting"], json!(["PENDING", "RUNNING"]));
}

#[tokio::test]
async fn a_restart_inherits_what_does_not_run_again() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    app.finished(&id).await;
    let restart = "mutation($id: ID!, $m: RestartMode, $t: [String!], $d: Boolean, $e: Int,
                            $k: String) {
        restartWorkflow(id: $id, mode: $m, tasks: $t, downstream: $d, expectedRun: $e,
                        idempotencyKey: $k, reason: \"again\") { run } }";
    let one = json!({"id": id, "t": ["B"], "e": 1, "k": "k"});
    let (told, headers) = app.send(restart, &one).await;
    assert_eq!(told["data"]["restartWorkflow"]["run"], 2);
    assert!(!headers.contains_key("idempotency-replayed"));
    app.finished(&id).await;
    let (_, headers) = app.send(restart, &one).await;
    assert_eq!(headers["idempotency-replayed"], "true");
    let query = "query($id: ID!) { workflow(id: $id) {
        run restarting tasks { id inheritedFrom } } }";
    let now = app.data(query, json!({"id": id})).await;
    let tasks = json!([
        {"id": format!("{id}/2/A"), "inheritedFrom": 1},
        {"id": format!("{id}/2/B"), "inheritedFrom": null},
    ]);
    let expected = json!({"run": 2, "restarting": false, "tasks": tasks});
    assert_eq!(now["workflow"], expected);

    let cases: [(Value, &[&str]); 5] = [
        (json!({"id": id, "t": []}), &["tasks"]),
        (json!({"id": id, "m": "TASKS"}), &["tasks"]),
        (
            json!({"id": id, "m": "TASKS", "t": ["A", "Z"]}),
            &["tasks[1]"],
        ),
        (
            json!({"id": id, "m": "TASKS", "t": ["A", "A"]}),
            &["tasks[1]"],
        ),
        (
            json!({"id": id, "m": "ALL", "t": ["A"], "d": true}),
            &["downstream", "tasks"],
        ),
    ];
    for (variables, expected) in cases {
        let answer = app.ask(restart, variables.clone()).await;
        assert_eq!(places(&answer), expected, "{variables}");
    }
    let late = app.ask(restart, json!({"id": id, "e": 1})).await;
    assert_eq!(code(&late), "CONFLICT");
}

#[tokio::test]
async fn one_task_is_stopped_and_restarted() {
    let app = App::with_actions().await;
    let id = app.create(&approval()).await;
    app.task_in(&id, "A", "WAITING").await;
    let stop = "mutation($id: ID!, $t: String!) {
        stopTask(workflow: $id, task: $t, reason: \"no answer\") { id } }";
    for _ in 0..2 {
        app.data(stop, json!({"id": id, "t": "A"})).await;
        app.task_in(&id, "A", "STOPPED").await;
    }
    app.finished(&id).await;
    let restart = "mutation($id: ID!, $t: String!, $d: Boolean!) {
        restartTask(workflow: $id, task: $t, downstream: $d, expectedRun: 1) { run } }";
    let variables = json!({"id": id, "t": "A", "d": false});
    let told = app.data(restart, variables.clone()).await;
    assert_eq!(told["restartTask"]["run"], 2);
    app.task_in(&id, "A", "WAITING").await;
    assert_eq!(code(&app.ask(restart, variables).await), "CONFLICT");
    for query in [stop, restart] {
        let unknown = app
            .ask(query, json!({"id": id, "t": "Z", "d": false}))
            .await;
        assert_eq!(code(&unknown), "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_update_is_guarded_by_its_etag() {
    let app = App::new().await;
    let held = app.data(HELD, json!({"d": seed()})).await;
    let id = held["createWorkflowFromDocument"]["id"].as_str().unwrap();
    let query = "query($id: ID!) { workflow(id: $id) { etag } }";
    let etag = app.data(query, json!({"id": id})).await["workflow"]["etag"].clone();
    let update = "mutation($id: ID!, $p: JSON!, $e: String) {
        updateWorkflow(id: $id, patch: $p, ifMatch: $e, reason: \"better\") {
            description labels etag document } }";
    let patch = json!({"description": "mine", "labels": {"team": "core"}, "parallelism": 1});
    let told = app
        .data(update, json!({"id": id, "p": patch, "e": etag}))
        .await;
    let told = &told["updateWorkflow"];
    assert_eq!(told["description"], "mine");
    assert_eq!(told["labels"], json!({"team": "core"}));
    assert_eq!(told["document"]["parallelism"], 1);
    let late = app
        .ask(update, json!({"id": id, "p": patch, "e": etag}))
        .await;
    assert_eq!(code(&late), "CONFLICT");
    assert_eq!(late["errors"][0]["extensions"]["status"], 412);
    let faulty = json!({"tasks": [{"name": "A"}], "labels": {"team": null}});
    let faulty = app.ask(update, json!({"id": id, "p": faulty})).await;
    assert_eq!(places(&faulty), ["tasks[0].action"]);
    let removed = json!({"labels": {"team": null}, "description": null});
    let told = app.data(update, json!({"id": id, "p": removed})).await;
    assert_eq!(told["updateWorkflow"]["labels"], json!({}));
    assert_eq!(told["updateWorkflow"]["description"], Value::Null);
}
