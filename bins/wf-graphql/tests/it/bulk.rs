//! The same for many workflows.

use serde_json::{Value, json};

use crate::harness::{App, HELD, code, seed};

async fn held(app: &App) -> String {
    let held = app.data(HELD, json!({"d": seed()})).await;
    let id = held["createWorkflowFromDocument"]["id"].as_str().unwrap();
    id.to_owned()
}

fn column(report: &Value, field: &str) -> Vec<Value> {
    let items = report["items"].as_array().unwrap().iter();
    items.map(|item| item[field].clone()).collect()
}

#[tokio::test]
async fn each_tells_what_became_of_it() {
    let app = App::new().await;
    let (held, ended) = (held(&app).await, app.create(&seed()).await);
    app.finished(&ended).await;
    let stop = "mutation($ids: [ID!]) { bulkStop(ids: $ids, mode: NOW, reason: \"tidy\") {
        preview count hasMore endCursor
        items { id ok workflow { phase } problem { code status message phase fitting faults } } } }";
    let report = app.data(stop, json!({"ids": [held, "no-id", ended]})).await;
    let report = &report["bulkStop"];
    assert_eq!(
        (&report["count"], &report["preview"]),
        (&json!(3), &json!(false))
    );
    assert_eq!(column(report, "ok"), [true, false, false]);
    assert_eq!(report["items"][0]["workflow"]["phase"], "STOPPED");
    assert_eq!(report["items"][1]["problem"]["status"], 404);
    let problem = &report["items"][2]["problem"];
    assert_eq!(
        (&problem["code"], &problem["phase"]),
        (&json!("CONFLICT"), &json!("SUCCEEDED"))
    );

    let restart = "mutation($ids: [ID!]) { bulkRestart(ids: $ids) { items { workflow { run } } } }";
    let report = app.data(restart, json!({"ids": [ended]})).await;
    assert_eq!(report["bulkRestart"]["items"][0]["workflow"]["run"], 2);
    app.finished(&ended).await;
    let delete =
        "mutation($f: WorkflowFilter, $p: Boolean!) { bulkDelete(filter: $f, preview: $p) {
        preview count items { ok workflow { id } } } }";
    let filter = json!({"name": "my-workflow"});
    let preview = app.data(delete, json!({"f": filter, "p": true})).await;
    let counted = json!({"preview": true, "count": 2, "items": []});
    assert_eq!(preview["bulkDelete"], counted);
    let report = app.data(delete, json!({"f": filter, "p": false})).await;
    let gone = json!({"ok": true, "workflow": null});
    assert_eq!(report["bulkDelete"]["items"], json!([gone, gone]));
}

#[tokio::test]
async fn what_is_not_said_or_said_twice_is_refused() {
    let app = App::new().await;
    let one = held(&app).await;
    let restart = "mutation($ids: [ID!], $f: WorkflowFilter, $m: RestartMode!) {
        bulkRestart(ids: $ids, filter: $f, mode: $m) { count } }";
    for (variables, place) in [
        (json!({"m": "ALL"}), "ids"),
        (json!({"m": "ALL", "f": {}}), "filter"),
        (
            json!({"m": "ALL", "ids": [one], "f": {"name": "x"}}),
            "filter",
        ),
        (json!({"m": "ALL", "ids": [one, one]}), "ids[1]"),
        (json!({"m": "TASKS", "ids": [one]}), "mode"),
    ] {
        let answer = app.ask(restart, variables.clone()).await;
        assert_eq!(code(&answer), "INVALID");
        let faults = &answer["errors"][0]["extensions"]["faults"];
        assert_eq!(faults[0]["path"], place, "{variables}");
    }
}
