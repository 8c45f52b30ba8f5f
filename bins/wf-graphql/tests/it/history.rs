//! Runs and audit.

use serde_json::{Value, json};

use crate::harness::{App, HELD, code, seed};

fn column(connection: &Value, field: &str) -> Vec<Value> {
    let edges = connection["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"][field].clone()).collect()
}

#[tokio::test]
async fn runs_are_read_page_by_page_with_their_tasks() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    app.finished(&id).await;
    let restart = "mutation($id: ID!, $r: String) { restartWorkflow(id: $id, reason: $r) { run } }";
    for reason in ["second", "third"] {
        app.data(restart, json!({"id": id, "r": reason})).await;
        app.finished(&id).await;
    }
    let query = "query($id: ID!, $first: Int, $after: String) { workflow(id: $id) {
        runs(first: $first, after: $after) {
            edges { cursor node { id number mode reason actor phase createdAt startedAt finishedAt
                parameters { name } outputs { name } taskCounts { succeeded }
                tasks { id name dependsOn phase why } exitHandler { name } } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    let page = app.data(query, json!({"id": id, "first": 2})).await;
    let runs = &page["workflow"]["runs"];
    assert_eq!(column(runs, "number"), [3, 2]);
    assert_eq!(column(runs, "mode"), ["ALL", "ALL"]);
    assert_eq!(column(runs, "reason"), ["third", "second"]);
    assert_eq!(runs["pageInfo"]["hasNextPage"], true);
    let task = &runs["edges"][1]["node"]["tasks"][1];
    let expected = json!({"id": format!("{id}/2/B"), "name": "B", "dependsOn": ["A"],
                          "phase": "SUCCEEDED", "why": []});
    assert_eq!(*task, expected);
    let cursor = &runs["pageInfo"]["endCursor"];
    let rest = app
        .data(query, json!({"id": id, "first": 2, "after": cursor}))
        .await;
    let rest = &rest["workflow"]["runs"];
    assert_eq!(column(rest, "id"), [format!("{id}/1")]);
    assert_eq!(column(rest, "mode"), ["FIRST"]);
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    assert_eq!(rest["pageInfo"]["hasPreviousPage"], true);
    for odd in [
        json!({"id": id, "first": 0}),
        json!({"id": id, "first": 101}),
        json!({"id": id, "after": "x"}),
    ] {
        let answer = app.ask(query, odd.clone()).await;
        assert_eq!(code(&answer), "INVALID", "{odd}");
        assert_eq!(answer["data"]["workflow"], Value::Null);
    }
}

#[tokio::test]
async fn the_audit_tells_what_was_done_and_refused() {
    let app = App::new().await;
    let held = app.data(HELD, json!({"d": seed()})).await;
    let id = held["createWorkflowFromDocument"]["id"].as_str().unwrap();
    let suspend = "mutation($id: ID!) { suspendWorkflow(id: $id, reason: \"tea\") { id } }";
    assert_eq!(code(&app.ask(suspend, json!({"id": id})).await), "CONFLICT");
    let stop = "mutation($id: ID!) { stopWorkflow(id: $id) { id } }";
    app.data(stop, json!({"id": id})).await;
    let query = "query($id: ID!, $first: Int, $after: String) { workflow(id: $id) {
        audit(first: $first, after: $after) {
            edges { node { sequence at actor action task reason outcome run requestId } }
            pageInfo { hasNextPage endCursor } } } }";
    let audit = app.data(query, json!({"id": id})).await;
    let audit = &audit["workflow"]["audit"];
    assert_eq!(column(audit, "action"), ["stop", "suspend", "create"]);
    assert_eq!(column(audit, "outcome"), ["OK", "CONFLICT", "OK"]);
    assert_eq!(
        column(audit, "reason"),
        [json!(null), json!("tea"), json!(null)]
    );
    assert_eq!(column(audit, "actor"), ["anonymous"; 3]);
    assert_eq!(column(audit, "run"), [1; 3]);
    let page = app.data(query, json!({"id": id, "first": 1})).await;
    let cursor = &page["workflow"]["audit"]["pageInfo"]["endCursor"];
    let rest = app.data(query, json!({"id": id, "after": cursor})).await;
    assert_eq!(column(&rest["workflow"]["audit"], "sequence"), [2, 1]);
    let odd = app.ask(query, json!({"id": id, "first": -1})).await;
    assert_eq!(code(&odd), "INVALID");
}
