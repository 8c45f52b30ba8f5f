//! Nodes: whatever has an id can be found by it.

use serde_json::{Value, json};

use crate::harness::{App, code, seed};

const NODE: &str = "query($id: ID!) { node(id: $id) {
  __typename id ... on Workflow { name } ... on Run { number mode } ... on Tasks { name action } } }";

#[tokio::test]
async fn a_node_is_found_by_its_id() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    let found = app.data(NODE, json!({"id": id})).await;
    assert_eq!(
        found["node"],
        json!({"__typename": "Workflow", "id": id, "name": "my-workflow"})
    );
    let task = format!("{id}/1/B");
    let found = app.data(NODE, json!({"id": task})).await;
    let expected = json!({"__typename": "Tasks", "id": task, "name": "B", "action": "echo"});
    assert_eq!(found["node"], expected);
    let run = format!("{id}/1");
    let found = app.data(NODE, json!({"id": run})).await;
    let expected = json!({"__typename": "Run", "id": run, "number": 1, "mode": "FIRST"});
    assert_eq!(found["node"], expected);
}

#[tokio::test]
async fn the_nodes_of_an_old_run_are_found_by_their_ids() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    app.finished(&id).await;
    let restart = "mutation($id: ID!) { restartWorkflow(id: $id, tasks: [\"B\"]) { run } }";
    app.data(restart, json!({"id": id})).await;
    app.finished(&id).await;
    for run in 1..=2 {
        let task = format!("{id}/{run}/B");
        let found = app.data(NODE, json!({"id": task})).await;
        assert_eq!(found["node"]["id"], task);
    }
}

#[tokio::test]
async fn a_node_that_is_not_there_is_null_without_an_error() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    let missing = [
        unknown.to_owned(),
        String::new(),
        "/".to_owned(),
        "nonsense".to_owned(),
        id.to_uppercase(),
        format!("{unknown}/1/A"),
        format!("{id}/1/C"),
        format!("{id}/01"),
        format!("{id}/2"),
        format!("{unknown}/1"),
        format!("{id}/2/A"),
        format!("{id}/01/A"),
        format!("{id}/1/A/"),
        format!("{id}/1/onExit"),
    ];
    for id in missing {
        let answer = app.ask(NODE, json!({"id": id})).await;
        assert_eq!(answer, json!({"data": {"node": null}}), "{id}");
    }
}

#[tokio::test]
async fn an_unknown_workflow_is_null_with_not_found() {
    let app = App::new().await;
    for id in ["01890a5d-ac96-774b-bcce-b302099a8057", "nonsense", ""] {
        let query = "query($id: ID!) { workflow(id: $id) { id } other: workflows { id } }";
        let answer = app.ask(query, json!({"id": id})).await;
        assert_eq!(code(&answer), "NOT_FOUND");
        assert_eq!(answer["errors"][0]["path"], json!(["workflow"]));
        assert_eq!(
            answer["data"],
            json!({"workflow": Value::Null, "other": []})
        );
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(&format!("`{id}`")), "{message}");
    }
}
