//! Creating workflows.

use serde_json::json;
use wf_model::WorkflowPhase;
use wf_service::{Code, DocumentInput};

use crate::world::{World, context, greeting, hello, places, request, values};

#[tokio::test]
async fn a_document_becomes_a_workflow_that_runs() {
    let world = World::new().await;
    let created = world.create(hello("one"), |_| {}).await.unwrap();
    assert_eq!(created.summary.created_by.as_deref(), Some("ann"));
    assert_eq!(created.summary.id.as_uuid().get_version_num(), 7);
    let ended = world.finished(created.summary.id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(
        ended.run.task("A").unwrap().outputs.result.as_deref(),
        Some("Hello")
    );
    world.end().await;
}

#[tokio::test]
async fn bytes_and_values_are_read_alike() {
    let world = World::new().await;
    let bytes = serde_json::to_vec(&hello("one")).unwrap();
    let from_bytes = world.create(hello("one"), |request| {
        request.document = DocumentInput::Bytes(bytes);
    });
    let from_bytes = from_bytes.await.unwrap();
    let from_value = world.create(hello("one"), |_| {}).await.unwrap();
    assert_eq!(from_bytes.document, from_value.document);
    assert_eq!(from_bytes.summary.etag, from_value.summary.etag);
    assert_ne!(from_bytes.summary.id, from_value.summary.id);
    world.end().await;
}

#[tokio::test]
async fn every_fault_is_told_at_once_and_nothing_is_stored() {
    let world = World::new().await;
    let faulty = json!({"name": "Bad Name", "color": 1, "tasks": [
        {"name": "A", "action": "ecko", "dependsOn": ["B"]},
    ]});
    let error = world.create(faulty, |_| {}).await.unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    let places = places(&error);
    for place in ["color", "name", "tasks[0].action", "tasks[0].dependsOn[0]"] {
        assert!(places.contains(&place), "{place} is not in {places:?}");
    }
    let listing = world
        .service
        .list(&world.ann, wf_service::ListWorkflows::default())
        .await
        .unwrap();
    assert_eq!(listing.items.len(), 0);
    world.end().await;
}

#[tokio::test]
async fn the_same_request_with_a_key_creates_one_workflow() {
    let world = World::new().await;
    let keyed = world.ann.with_key(Some("build-17".to_owned()));
    let create = async || {
        let request = request(hello("one"));
        world.service.create(&keyed, request).await.unwrap()
    };
    let first = create().await;
    assert!(!first.replayed);
    world.finished(first.snapshot.summary.id).await;
    let second = create().await;
    assert!(second.replayed);
    assert_eq!(second.snapshot.summary.id, first.snapshot.summary.id);
    assert_eq!(
        second.snapshot.summary.phase,
        WorkflowPhase::Succeeded,
        "it is told as it is now"
    );
    world.end().await;
}

#[tokio::test]
async fn requests_at_the_same_time_with_a_key_create_one_workflow() {
    let world = World::new().await;
    let one = || async {
        let keyed = world.ann.with_key(Some("k".to_owned()));
        let request = request(hello("one"));
        world.service.create(&keyed, request).await.unwrap()
    };
    let all = futures_util::future::join_all((0..8).map(|_| one())).await;
    let fresh = all.iter().filter(|created| !created.replayed).count();
    assert_eq!(fresh, 1);
    let id = all[0].snapshot.summary.id;
    assert!(all.iter().all(|created| created.snapshot.summary.id == id));
    world.end().await;
}

#[tokio::test]
async fn a_key_for_something_else_is_a_conflict_that_says_so() {
    let world = World::new().await;
    let keyed = world.ann.with_key(Some("k".to_owned()));
    let create = async |document, start| {
        let mut request = request(document);
        request.start = start;
        world.service.create(&keyed, request).await
    };
    create(hello("one"), false).await.unwrap();
    let mut other = hello("one");
    other["description"] = "another".into();
    for (document, start) in [(hello("one"), true), (other, false)] {
        let error = create(document, start).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert!(error.to_string().contains("use a new key"), "{error}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_key_belongs_to_its_caller_its_scope_and_the_name() {
    let world = World::new().await;
    let create = async |who: &wf_service::Context, name: &str| {
        let keyed = who.with_key(Some("k".to_owned()));
        let request = request(hello(name));
        let created = world.service.create(&keyed, request).await.unwrap();
        assert!(!created.replayed);
    };
    create(&world.ann, "one").await;
    create(&world.ann, "two").await;
    create(&context("default", Some("bob")), "one").await;
    create(&context("default", None), "one").await;
    create(&context("elsewhere", Some("ann")), "one").await;
    world.end().await;
}

#[tokio::test]
async fn an_odd_key_is_a_fault() {
    let world = World::new().await;
    for key in ["", "a\u{7}", &"k".repeat(256)] {
        let keyed = world.ann.with_key(Some(key.to_owned()));
        let error = world.service.create(&keyed, request(hello("one")));
        assert_eq!(places(&error.await.unwrap_err()), ["idempotencyKey"]);
    }
    world.end().await;
}

#[tokio::test]
async fn values_go_over_defaults() {
    let world = World::new().await;
    let created = world.create(greeting(), |request| {
        request.parameters = values([("whom", "you")]);
    });
    let ended = world.finished(created.await.unwrap().summary.id).await;
    assert_eq!(
        ended.run.task("A").unwrap().outputs.result.as_deref(),
        Some("Hello you")
    );
    world.end().await;
}

#[tokio::test]
async fn faulty_values_are_told_by_name() {
    let world = World::new().await;
    let given = values([("word", "Ho"), ("color", "red")]);
    let error = world
        .create(greeting(), |request| request.parameters = given)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!(
        places(&error),
        ["parameters.color", "parameters.whom", "parameters.word"]
    );
    world.end().await;
}

#[tokio::test]
async fn a_held_workflow_takes_no_values_yet() {
    let world = World::new().await;
    let error = world.create(greeting(), |request| {
        request.start = false;
        request.parameters = values([("whom", "you")]);
    });
    assert_eq!(places(&error.await.unwrap_err()), ["parameters"]);
    world.end().await;
}
