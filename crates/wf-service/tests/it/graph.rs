//! The DAG, to look at.

use serde_json::{Value, json};
use wf_service::{Code, DocumentInput, GraphFormat};

use crate::world::{World, context, hello};

fn two() -> Value {
    let said = json!([{"name": "message", "value": "Hello"}]);
    json!({"name": "two", "tasks": [
        {"name": "A", "action": "echo", "parameters": said},
        {"name": "B", "action": "echo", "parameters": said, "dependsOn": ["A"]},
    ]})
}

#[tokio::test]
async fn a_workflow_is_shown_in_every_format_with_its_phases() {
    let world = World::new().await;
    let id = world.run(two()).await;
    world.finished(id).await;
    let beginnings = ["<svg ", "flowchart ", "digraph ", "{"];
    for (format, beginning) in GraphFormat::ALL.into_iter().zip(beginnings) {
        let graph = world.service.graph(&world.ann, id, format).await.unwrap();
        assert!(graph.starts_with(beginning), "{format:?}: {graph}");
        assert!(graph.contains("SUCCEEDED"), "{format:?}: {graph}");
    }
    let stranger = context("elsewhere", None);
    let error = world.service.graph(&stranger, id, GraphFormat::Svg).await;
    assert_eq!(error.unwrap_err().code(), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn a_document_is_shown_without_being_stored() {
    let world = World::new().await;
    let shown = |document| {
        let document = DocumentInput::Value(document);
        world
            .service
            .graph_of(&world.ann, document, (GraphFormat::Layout, None))
    };
    let layout: Value = serde_json::from_str(&shown(two()).await.unwrap()).unwrap();
    assert_eq!(layout["edges"][0]["from"], "A");
    assert_eq!(layout["nodes"][1]["layer"], 1);
    assert_eq!(layout["nodes"][1]["phase"], Value::Null);

    let mut faulty = hello("faulty");
    faulty["tasks"][0]["action"] = "ehco".into();
    let error = shown(faulty).await.unwrap_err();
    assert_eq!((error.code(), error.faults().len()), (Code::Invalid, 1));
    let stored = world
        .service
        .list(&world.ann, wf_service::ListWorkflows::default())
        .await;
    assert_eq!(stored.unwrap().items.len(), 0);
    world.end().await;
}
