//! Lists: the newest, page by page, filtered, and within bounds.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{App, HELD, code, seed};

const PAGE: &str = "query($filter: WorkflowFilter, $first: Int, $after: String) {
  workflowConnection(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id name } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}";

async fn held(app: &App, name: &str, count: usize) -> Vec<String> {
    let mut document = seed();
    document["name"] = json!(name);
    document["labels"] = json!({"team": name});
    let mut ids = Vec::new();
    for _ in 0..count {
        let created = app.data(HELD, json!({"d": document})).await;
        ids.push(
            created["createWorkflowFromDocument"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    ids
}

#[tokio::test]
async fn pages_tell_every_workflow_once() {
    let app = App::new().await;
    let mut expected = held(&app, "a", 7).await;
    expected.reverse();
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = app.data(PAGE, json!({"first": 3, "after": after})).await;
        let page = &page["workflowConnection"];
        let edges = page["edges"].as_array().unwrap();
        seen.extend(
            edges
                .iter()
                .map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()),
        );
        let info = &page["pageInfo"];
        assert_eq!(info["hasPreviousPage"], !after.is_null());
        assert_eq!(info["startCursor"], edges[0]["cursor"]);
        assert_eq!(info["endCursor"], edges.last().unwrap()["cursor"]);
        after = info["endCursor"].clone();
        if info["hasNextPage"] == false {
            break;
        }
        // Every edge's cursor goes on after it.
        let second = app
            .data(PAGE, json!({"first": 1, "after": edges[0]["cursor"]}))
            .await;
        assert_eq!(second["workflowConnection"]["edges"][0], edges[1]);
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_filter_lets_pass_what_fits_all_of_it() {
    let app = App::new().await;
    held(&app, "a", 2).await;
    let [b] = held(&app, "b", 1).await.try_into().unwrap();
    let stop = "mutation($id: ID!) { stopWorkflow(id: $id) { phase } }";
    app.data(stop, json!({"id": b})).await;
    for (filter, count) in [
        (json!({}), 3),
        (json!({"name": "a"}), 2),
        (json!({"phases": ["STOPPED"]}), 1),
        (json!({"phases": ["HELD", "STOPPED"], "name": "b"}), 1),
        (json!({"labels": {"team": "a"}}), 2),
        (json!({"labels": {"team": "a"}, "phases": ["STOPPED"]}), 0),
        (json!({"createdAfter": "2020-01-01T00:00:00Z"}), 3),
        (json!({"createdBefore": "2020-01-01T00:00:00+02:00"}), 0),
    ] {
        let page = app.data(PAGE, json!({"filter": filter})).await;
        let edges = page["workflowConnection"]["edges"].as_array().unwrap();
        assert_eq!(edges.len(), count, "{filter}");
    }
    let named = app
        .data("{ workflows(name: \"b\") { id } }", json!({}))
        .await;
    assert_eq!(named["workflows"], json!([{"id": b}]));
}

#[tokio::test]
async fn a_page_that_cannot_be_is_a_fault_with_its_place() {
    let app = App::new().await;
    held(&app, "a", 2).await;
    let page = app.data(PAGE, json!({"first": 1})).await;
    let cursor = page["workflowConnection"]["pageInfo"]["endCursor"]
        .as_str()
        .unwrap();
    let mut tampered = cursor.to_owned();
    let last = if tampered.ends_with('A') { 'B' } else { 'A' };
    tampered.replace_range(5..6, &last.to_string());
    for (variables, path) in [
        (json!({"first": 0}), "first"),
        (json!({"first": -5}), "first"),
        (json!({"first": 501}), "first"),
        (json!({"after": tampered}), "after"),
        (json!({"after": ""}), "after"),
        (json!({"after": cursor, "filter": {"name": "a"}}), "after"),
        (json!({"filter": {"labels": ["a"]}}), "filter.labels"),
        (json!({"filter": {"labels": {"a": 1}}}), "filter.labels"),
    ] {
        let refused = app.ask(PAGE, variables.clone()).await;
        assert_eq!(code(&refused), "INVALID", "{variables}");
        let fault = &refused["errors"][0]["extensions"]["faults"][0];
        assert_eq!(fault["path"], path, "{variables}: {refused}");
        if path == "first" {
            let told = fault["message"].as_str().unwrap();
            let given = variables["first"].to_string();
            assert!(told.starts_with(&given), "{variables}: {told}");
        }
    }
}

#[tokio::test]
async fn a_list_that_was_cut_says_so() {
    let app = App::new().await;
    held(&app, "a", 100).await;
    let query = "{ all: workflows { id } }";
    let (whole, _) = app.send(query, &json!({})).await;
    assert_eq!(whole["data"]["all"].as_array().unwrap().len(), 100);
    assert_eq!(whole["extensions"], Value::Null);

    held(&app, "a", 1).await;
    let (cut, _) = app.send(query, &json!({})).await;
    assert_eq!(cut["data"]["all"].as_array().unwrap().len(), 100);
    assert_eq!(cut["extensions"]["truncated"][0]["path"], json!(["all"]));
    let message = cut["extensions"]["truncated"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains("workflowConnection"), "{message}");
}

/// Everything that a page can tell of its workflows and their tasks.
const EVERYTHING: &str = "{ workflowConnection(first: 50) { edges { cursor node {
  id name description labels document scope phase stopping message can createdAt createdBy
  startedAt finishedAt expiresAt etag revision run
  taskCounts { total pending running waiting succeeded failed error skipped omitted stopped }
  parameters { name value } outputs { name value } exitHandler { name }
  tasks { id name action parameters { name value } dependsOn neededBy phase stopping message reason
    exitCode startedAt finishedAt inheritedFrom outputs { name value }
    items { index value phase message reason exitCode startedAt finishedAt outputs { name value }
      attempts { number phase message reason exitCode startedAt finishedAt } }
    attempts { number phase message reason exitCode startedAt finishedAt } }
} } pageInfo { hasNextPage endCursor } } }";

#[tokio::test]
async fn a_page_of_fifty_with_two_hundred_tasks_each_passes() {
    let app = App::new().await;
    let tasks: Vec<Value> = (0..200)
        .map(|n| {
            json!({"name": format!("T{n}"), "action": "echo",
                   "parameters": [{"name": "message", "value": "x"}],
                   "dependsOn": if n == 0 { vec![] } else { vec![format!("T{}", n - 1)] }})
        })
        .collect();
    let document = json!({"name": "wide", "tasks": tasks});
    for _ in 0..50 {
        app.data(HELD, json!({"d": document})).await;
    }
    let page = app.data(EVERYTHING, json!({})).await;
    let edges = page["workflowConnection"]["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 50);
    let ids: BTreeSet<&str> = edges
        .iter()
        .flat_map(|edge| edge["node"]["tasks"].as_array().unwrap())
        .map(|task| task["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 50 * 200, "no two tasks share an id");
    let last = &edges[7]["node"]["tasks"][199];
    assert_eq!(
        (&last["name"], &last["dependsOn"]),
        (&json!("T199"), &json!(["T198"]))
    );
}

#[tokio::test]
async fn a_request_for_too_many_tasks_is_told_what_to_ask_instead() {
    let app = App::new().await;
    let tasks: Vec<Value> = (0..20_000)
        .map(|n| {
            json!({"name": format!("T{n}"), "action": "echo",
                        "parameters": [{"name": "message", "value": "x"}]})
        })
        .collect();
    let document = json!({"name": "huge", "tasks": tasks});
    for _ in 0..3 {
        app.data(
            "mutation($d: JSON!) { createWorkflowFromDocument(document: $d, start: false) { id } }",
            json!({"d": document}),
        )
        .await;
    }
    let answer = app
        .ask("{ workflows { name tasks { name } } }", json!({}))
        .await;
    assert_eq!(code(&answer), "TOO_LARGE");
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("taskCounts")
    );
    assert_eq!(
        answer["data"]["workflows"][0]["name"], "huge",
        "the rest is answered"
    );
    let counts = app
        .data("{ workflows { taskCounts { total } } }", json!({}))
        .await;
    assert_eq!(counts["workflows"][2]["taskCounts"]["total"], 20_000);
}
