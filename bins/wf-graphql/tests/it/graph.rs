//! The DAG, to look at.

use serde_json::{Value, json};

use crate::harness::{App, code, seed};

#[tokio::test]
async fn a_workflow_is_shown_in_the_format_that_is_asked_for() {
    let app = App::new().await;
    let id = app.create(&seed()).await;
    app.finished(&id).await;
    let query = "query($id: ID!) { workflow(id: $id) {
      svg: graph mermaid: graph(format: MERMAID) dot: graph(format: DOT) layout: graph(format: LAYOUT) } }";
    let workflow = app.data(query, json!({"id": id})).await["workflow"].take();
    for (format, beginning) in [
        ("svg", "<svg "),
        ("mermaid", "flowchart "),
        ("dot", "digraph "),
        ("layout", "{"),
    ] {
        let text = workflow[format].as_str().unwrap();
        assert!(text.starts_with(beginning), "{format}: {text}");
        assert!(text.contains("SUCCEEDED"), "{format}: {text}");
    }
    let layout: Value = serde_json::from_str(workflow["layout"].as_str().unwrap()).unwrap();
    assert_eq!(layout["edges"][0]["from"], "A");
}

#[tokio::test]
async fn a_document_is_shown_without_being_stored_and_a_faulty_one_is_told() {
    let app = App::new().await;
    let query = "query($d: JSON!) { graphOf(document: $d, format: MERMAID) workflows { id } }";
    let data = app.data(query, json!({"d": seed()})).await;
    assert!(
        data["graphOf"].as_str().unwrap().contains("t0 --> t1"),
        "{data}"
    );
    assert_eq!(data["workflows"], json!([]));
    let answer = app.ask(query, json!({"d": {"name": "x"}})).await;
    assert_eq!(code(&answer), "INVALID");
    assert_eq!(
        answer["errors"][0]["extensions"]["faults"][0]["path"],
        "tasks"
    );
}
