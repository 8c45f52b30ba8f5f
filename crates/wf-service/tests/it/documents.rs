//! Documents that are stored nowhere.

use serde_json::{Value, json};
use wf_model::{FaultCode, SimulatedEnding, SimulatedOutcome, Target, TaskPhase, WorkflowPhase};
use wf_service::{Code, DocumentInput, GraphFormat, Simulation};

use crate::world::{World, greeting, hello, places, values};

fn value(document: Value) -> DocumentInput {
    DocumentInput::Value(document)
}

fn chain() -> Value {
    let said = |text: &str| json!([{"name": "message", "value": text}]);
    json!({"name": "chain", "tasks": [
        {"name": "B", "action": "echo", "parameters": said("World"), "dependsOn": ["A"]},
        {"name": "A", "action": "echo", "parameters": said("Hello")},
    ]})
}

#[tokio::test]
async fn a_valid_document_comes_back_with_an_order() {
    let world = World::new().await;
    let validation = world
        .service
        .validate(&world.ann, value(chain()), None)
        .await
        .unwrap();
    assert_eq!(validation.faults, []);
    assert_eq!(validation.target, Target::Embedded);
    assert_eq!(validation.order, ["A", "B"]);
    assert_eq!(validation.document.unwrap().tasks.len(), 2);
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_an_answer() {
    let world = World::new().await;
    let malformed = DocumentInput::Bytes(b"{\"name\": ".to_vec());
    let validation = world
        .service
        .validate(&world.ann, malformed, None)
        .await
        .unwrap();
    assert_eq!(validation.faults.len(), 1);
    assert!(validation.document.is_none());
    assert!(validation.order.is_empty());
    world.end().await;
}

#[tokio::test]
async fn limits_are_those_of_the_target() {
    let world = World::new().await;
    let said = json!([{"name": "message", "value": "x"}]);
    let task =
        |index: usize| json!({"name": format!("t-{index}"), "action": "echo", "parameters": said});
    let document = json!({"name": "wide", "tasks": (0..201).map(task).collect::<Vec<_>>()});
    let faults = async |target| {
        let validation = world
            .service
            .validate(&world.ann, value(document.clone()), target)
            .await;
        validation.unwrap().faults
    };
    assert_eq!(faults(None).await, []);
    let full = faults(Some(Target::Argo41Full)).await;
    assert!(full[0].message.contains("argo-4.1-full"), "{full:?}");
    world.end().await;
}

#[tokio::test]
async fn what_cannot_be_rendered_is_a_fault_like_others() {
    let world = World::new().await;
    let retried = json!({"name": "remote", "tasks": [
        {"name": "A", "action": "shared", "retry": {"limit": 1}},
    ]});
    let target = Some(Target::Argo41);
    let validation = world
        .service
        .validate(&world.ann, value(retried), target)
        .await
        .unwrap();
    let faults = &validation.faults;
    assert_eq!(
        (faults.len(), faults[0].code),
        (1, FaultCode::Unsupported),
        "{faults:?}"
    );
    assert_eq!(
        (faults[0].path.as_str(), faults[0].pointer.as_str()),
        ("tasks[0]", "/tasks/0")
    );
    world.end().await;
}

#[tokio::test]
async fn a_document_is_rendered_as_json_and_as_yaml() {
    let world = World::new().await;
    let rendered = world
        .service
        .render(&world.ann, value(chain()), None)
        .await
        .unwrap();
    assert_eq!(rendered.json["kind"], "Workflow");
    assert_eq!(rendered.json["metadata"]["generateName"], "chain");
    assert!(
        rendered.yaml.contains("kind: Workflow"),
        "{}",
        rendered.yaml
    );
    assert_eq!(rendered.supporting, Vec::<Value>::new());
    let error = world
        .service
        .render(&world.ann, value(json!({})), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    world.end().await;
}

#[tokio::test]
async fn a_simulation_runs_nothing_and_tells_every_phase() {
    let world = World::new().await;
    let mut simulation = Simulation::default();
    let played = world
        .service
        .simulate(&world.ann, value(chain()), simulation.clone())
        .await
        .unwrap();
    assert_eq!(played.phase, WorkflowPhase::Succeeded);
    assert_eq!(played.order, ["A", "B"]);

    let failed = SimulatedOutcome {
        ending: SimulatedEnding::Failed,
        ..SimulatedOutcome::default()
    };
    simulation.outcomes.insert("A".to_owned(), failed);
    let played = world
        .service
        .simulate(&world.ann, value(chain()), simulation)
        .await
        .unwrap();
    assert_eq!(played.phase, WorkflowPhase::Failed);
    assert_eq!(played.order, ["A"]);
    assert_eq!(played.run.task("B").unwrap().phase, TaskPhase::Omitted);
    let stored = world
        .service
        .list(&world.ann, wf_service::ListWorkflows::default())
        .await
        .unwrap();
    assert_eq!(stored.items.len(), 0);
    world.end().await;
}

#[tokio::test]
async fn a_simulation_takes_values_and_endings_of_the_document_alone() {
    let world = World::new().await;
    let mut simulation = Simulation {
        parameters: values([("word", "Ho")]),
        ..Simulation::default()
    };
    simulation
        .outcomes
        .insert("Z".to_owned(), SimulatedOutcome::default());
    let error = world
        .service
        .simulate(&world.ann, value(greeting()), simulation)
        .await
        .unwrap_err();
    assert_eq!(
        places(&error),
        ["outcomes.Z", "parameters.whom", "parameters.word"]
    );
    world.end().await;
}

#[tokio::test]
async fn a_document_over_the_limit_is_too_large() {
    let world = World::new().await;
    let mut document = hello("one");
    document["description"] = "x".repeat(9 << 20).into();
    let bytes = DocumentInput::Bytes(serde_json::to_vec(&document).unwrap());
    let error = world
        .service
        .render(&world.ann, bytes, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
    world.end().await;
}

#[tokio::test]
async fn a_document_is_rendered_and_drawn_for_the_target_that_is_named() {
    let world = World::new().await;
    let shared = json!({"name": "w", "tasks": [{"name": "A", "action": "shared"}]});
    let cluster = Some(Target::Argo41);
    for (target, is_taken) in [(None, false), (cluster, true)] {
        let rendered = world
            .service
            .render(&world.ann, value(shared.clone()), target);
        let explained = world
            .service
            .explain(&world.ann, value(shared.clone()), target);
        let wanted = (GraphFormat::Mermaid, target);
        let drawn = world
            .service
            .graph_of(&world.ann, value(shared.clone()), wanted);
        assert_eq!(rendered.await.is_ok(), is_taken);
        assert_eq!(explained.await.is_ok(), is_taken);
        assert_eq!(drawn.await.is_ok(), is_taken);
    }
    world.end().await;
}

#[tokio::test]
async fn what_a_cluster_would_refuse_is_told_at_its_place() {
    let world = World::with(|options| {
        let action = "{name: bare, container: {command: [run]}}";
        let catalog = wf_argo::Catalog::from_sources([("bare.yaml", action)]).unwrap();
        options.catalog.replace(catalog);
    })
    .await;
    let bare = || value(json!({"name": "w", "tasks": [{"name": "A", "action": "bare"}]}));
    let checked = |target| world.service.validate(&world.ann, bare(), target);
    assert_eq!(checked(None).await.unwrap().faults, []);
    let faults = checked(Some(Target::Argo41)).await.unwrap().faults;
    assert_eq!(faults[0].path, "tasks[0].action");
    assert!(faults[0].message.contains("no image"), "{faults:?}");
    let error = world
        .service
        .render(&world.ann, bare(), Some(Target::Argo41))
        .await;
    assert_eq!(places(&error.unwrap_err()), ["tasks[0].action"]);
    world.end().await;
}
