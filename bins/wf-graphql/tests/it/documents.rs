//! Documents: every fault at once, on every way in; and what else is done with them.

use serde_json::{Value, json};

use crate::harness::{App, code, seed};

const INPUT: &str = "mutation($w: WorkflowInput!) { createWorkflow(workflow: $w) { id } }";
const DOCUMENT: &str = "mutation($w: JSON!) { createWorkflowFromDocument(document: $w) { id } }";

fn faults(answer: &Value) -> Vec<(String, String)> {
    let faults = answer["errors"][0]["extensions"]["faults"].as_array();
    let faults = faults.unwrap_or_else(|| panic!("no faults: {answer}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    faults
        .iter()
        .map(|fault| (text(&fault["code"]), text(&fault["path"])))
        .collect()
}

#[tokio::test]
async fn an_omission_is_a_fault_with_its_path() {
    let app = App::new().await;
    for query in [INPUT, DOCUMENT] {
        let answer = app.ask(query, json!({"w": {}})).await;
        assert_eq!(code(&answer), "INVALID");
        let found = faults(&answer);
        for path in ["name", "tasks"] {
            assert!(
                found.contains(&("MISSING".to_owned(), path.to_owned())),
                "{found:?}"
            );
        }
    }
}

#[tokio::test]
async fn both_ways_in_find_the_same_faults() {
    let app = App::new().await;
    let document = json!({
        "name": "My_Workflow",
        "timeoutSeconds": 0,
        "tasks": [
            {"name": "A", "action": "ecko"},
            {"action": "echo", "parameters": [{"name": "message", "value": "x"}]},
            {"name": "B", "action": "echo", "dependsOn": ["C"],
             "parameters": [{"name": "message"}, {"value": "x"}], "retry": {"limit": -1, "policy": "Never"}},
            {"name": "D", "action": "echo", "dependsOn": ["D"],
             "parameters": [{"name": "message", "value": "{{=1+1}}"}]},
        ],
    });
    let through_input = app.ask(INPUT, json!({"w": document})).await;
    let through_document = app.ask(DOCUMENT, json!({"w": document})).await;
    let found = faults(&through_input);
    assert_eq!(found, faults(&through_document));
    for (code, path) in [
        ("INVALID_NAME", "name"),
        ("OUT_OF_RANGE", "timeoutSeconds"),
        ("MISSING", "tasks[1].name"),
        ("UNKNOWN_ACTION", "tasks[0].action"),
        ("MISSING", "tasks[2].parameters[0].value"),
        ("SELF_DEPENDENCY", "tasks[3].dependsOn[0]"),
        ("TEMPLATE_INJECTION", "tasks[3].parameters[0].value"),
    ] {
        assert!(
            found.contains(&(code.to_owned(), path.to_owned())),
            "{code} {path}: {found:?}"
        );
    }
    let stored = app.data("{ workflows { id } }", json!({})).await;
    assert_eq!(stored["workflows"], json!([]), "nothing faulty is stored");
}

#[tokio::test]
async fn nulls_are_omissions_and_null_tasks_are_faults() {
    let app = App::new().await;
    let mut nulls = seed();
    for field in [
        "description",
        "labels",
        "onExit",
        "outputs",
        "parallelism",
        "mutex",
    ] {
        nulls[field] = Value::Null;
    }
    app.data(INPUT, json!({"w": nulls})).await;
    let answer = app
        .ask(INPUT, json!({"w": {"name": "w", "tasks": [null]}}))
        .await;
    assert_eq!(code(&answer), "INVALID");
    assert!(
        faults(&answer)
            .iter()
            .all(|(_, path)| path.starts_with("tasks[0]")),
        "{answer}"
    );
}

#[tokio::test]
async fn every_field_of_a_document_can_be_given_as_input() {
    let app = App::new().await;
    let document = json!({
        "name": "full", "description": "all of it", "labels": {"team": "core"},
        "parameters": [{"name": "greeting", "default": "Hello", "description": "d", "enum": ["Hello", "Hi"]}],
        "timeoutSeconds": 3600, "parallelism": 4, "priority": 1, "mutex": "nightly",
        "onExit": {"action": "echo", "parameters": [{"name": "message", "value": "bye"}]},
        "tasks": [
            {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "{{item}}"}],
             "withItems": ["x", "y"], "timeoutSeconds": 60,
             "retry": {"limit": 3, "policy": "OnFailure", "backoffSeconds": 10, "factor": 2, "maxSeconds": 600}},
            {"name": "B", "action": "echo", "parameters": [{"name": "message", "value": "World"}],
             "depends": "A.Succeeded", "when": "'a' == 'a'"},
        ],
    });
    let query = "mutation($w: WorkflowInput!) {
        createWorkflow(workflow: $w, start: false) { document description labels } }";
    let created = app.data(query, json!({"w": document})).await;
    let created = &created["createWorkflow"];
    assert_eq!(created["document"], document);
    assert_eq!(created["labels"], json!({"team": "core"}));
}

#[tokio::test]
async fn the_document_comes_back_as_it_can_be_sent_again() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    let query = "query($id: ID!) { workflow(id: $id) { document } }";
    let seen = app.data(query, json!({"id": id})).await;
    assert_eq!(seen["workflow"]["document"], seed());
    app.create(&seen["workflow"]["document"]).await;
}

#[tokio::test]
async fn a_check_tells_faults_as_data() {
    let app = App::new().await;
    let query = "query($d: JSON!, $t: String) { validateWorkflow(document: $d, target: $t) {
        valid target faults { code path pointer message suggestion } document order } }";
    let valid = app.data(query, json!({"d": seed()})).await;
    let expected = json!({"valid": true, "target": "embedded", "faults": [], "document": seed(),
                          "order": ["A", "B"]});
    assert_eq!(valid["validateWorkflow"], expected);

    let mut faulty = seed();
    faulty["tasks"][1]["action"] = json!("ecko");
    let found = app
        .data(query, json!({"d": faulty, "t": "argo-4.1-full"}))
        .await;
    let found = &found["validateWorkflow"];
    assert_eq!(
        (&found["valid"], &found["document"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(found["target"], "argo-4.1-full");
    let fault = &found["faults"][0];
    assert_eq!(fault["code"], "UNKNOWN_ACTION");
    assert_eq!(fault["path"], "tasks[1].action");
    assert_eq!(fault["pointer"], "/tasks/1/action");
    assert_eq!(fault["suggestion"], "echo");

    for odd in [json!(null), json!([]), json!("x"), json!(1)] {
        let answer = app.ask(query, json!({"d": odd})).await;
        let valid = &answer["data"]["validateWorkflow"]["valid"];
        // A null is no `JSON!`, which GraphQL finds before us.
        assert!(
            valid == &json!(false) || code(&answer) == "INVALID",
            "{odd}: {answer}"
        );
    }
    let unknown = app.ask(query, json!({"d": seed(), "t": "argo-9"})).await;
    assert_eq!(
        faults(&unknown),
        [("OUT_OF_RANGE".to_owned(), "target".to_owned())]
    );
}

#[tokio::test]
async fn a_document_is_rendered_as_the_seed_says() {
    let app = App::new().await;
    let query = "query($d: JSON!) { renderWorkflow(document: $d) { workflow yaml supporting } }";
    let rendered = app.data(query, json!({"d": seed()})).await;
    let rendered = &rendered["renderWorkflow"];
    assert_eq!(
        rendered["workflow"]["metadata"]["generateName"],
        "my-workflow"
    );
    assert_eq!(rendered["workflow"]["spec"]["templates"][0]["name"], "echo");
    assert!(
        rendered["yaml"]
            .as_str()
            .unwrap()
            .contains("entrypoint: wf")
    );
    assert_eq!(rendered["supporting"], json!([]));
    let faulty = app.ask(query, json!({"d": {"name": "w"}})).await;
    assert_eq!(code(&faulty), "INVALID");
}

#[tokio::test]
async fn a_simulation_tells_how_it_would_go() {
    let app = App::new().await;
    let query = "query($d: JSON!, $o: [TaskOutcomeInput!]) {
        simulateWorkflow(document: $d, outcomes: $o) { phase order tasks { name phase } } }";
    let well = app.data(query, json!({"d": seed()})).await;
    assert_eq!(well["simulateWorkflow"]["phase"], "SUCCEEDED");
    assert_eq!(well["simulateWorkflow"]["order"], json!(["A", "B"]));
    let badly = app
        .data(
            query,
            json!({"d": seed(), "o": [{"task": "A", "ending": "FAILED"}]}),
        )
        .await;
    let badly = &badly["simulateWorkflow"];
    assert_eq!(badly["phase"], "FAILED");
    let phases = json!([{"name": "A", "phase": "FAILED"}, {"name": "B", "phase": "OMITTED"}]);
    assert_eq!(badly["tasks"], phases);
    let twice = json!([{"task": "A"}, {"task": "A"}]);
    let twice = app.ask(query, json!({"d": seed(), "o": twice})).await;
    assert_eq!(
        faults(&twice),
        [("DUPLICATE_NAME".to_owned(), "outcomes[1].task".to_owned())]
    );
    assert_eq!(
        app.data("{ workflows { id } }", json!({})).await["workflows"],
        json!([])
    );
}

#[tokio::test]
async fn the_catalog_and_the_service_say_what_they_are() {
    let app = App::new().await;
    let query = "{ actions { name parameters { name required default enum } }
                   action(name: \"echo\") { name description }
                   service { version backend target scope actions limits { bytes tasks } } }";
    let told = app.data(query, json!({})).await;
    let echo = told["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|action| action["name"] == "echo");
    let message = json!({"name": "message", "required": true, "default": null, "enum": null});
    assert_eq!(echo.unwrap()["parameters"], json!([message]));
    assert_eq!(told["action"]["name"], "echo");
    assert_eq!(told["service"]["backend"], "embedded");
    assert_eq!(told["service"]["limits"]["tasks"], 20_000);
    let unknown = app
        .ask("{ action(name: \"ecko\") { name } }", json!({}))
        .await;
    assert_eq!(code(&unknown), "NOT_FOUND");
}

#[tokio::test]
async fn a_rendering_tells_where_its_values_come_from_when_asked() {
    let app = App::new().await;
    let query = "query($d: JSON!) { renderWorkflow(document: $d) { origins { pointer origin } } }";
    let rendered = app.data(query, json!({"d": seed()})).await;
    let origins = rendered["renderWorkflow"]["origins"].as_array().unwrap();
    for (pointer, origin) in [
        ("/metadata/generateName", "DOCUMENT"),
        ("/spec/templates/0/container/image", "ACTION"),
        ("/spec/entrypoint", "BUILT_IN"),
    ] {
        assert!(origins.contains(&json!({"pointer": pointer, "origin": origin})));
    }
}
