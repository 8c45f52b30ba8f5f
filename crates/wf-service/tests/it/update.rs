//! Updating workflows.

use serde_json::{Value, json};
use wf_model::{Document, WorkflowPhase};
use wf_service::{Code, Result, Snapshot, UpdateWorkflow, WorkflowId};

use crate::world::{World, hello, places};

async fn update(
    world: &World,
    id: WorkflowId,
    patch: Value,
    if_match: Option<&str>,
) -> Result<Snapshot> {
    let request = UpdateWorkflow {
        patch,
        if_match: if_match.map(|etag| vec![etag.to_owned()]),
        reason: None,
    };
    let updated = world.service.update(&world.ann, id, request).await?;
    Ok(updated.snapshot)
}

#[tokio::test]
async fn labels_and_description_can_always_be_changed() {
    let world = World::new().await;
    let id = world.run(hello("one")).await;
    let ended = world.finished(id).await;
    let patch = json!({"description": "said hello", "labels": {"team": "core"}});
    let told = update(&world, id, patch, None).await.unwrap();
    assert_eq!(told.summary.description.as_deref(), Some("said hello"));
    assert_eq!(told.summary.labels["team"], "core");
    assert_eq!(told.document.labels["team"], "core");
    assert_ne!(told.summary.etag, ended.summary.etag);
    assert_ne!(told.summary.revision, ended.summary.revision);

    let patch = json!({"description": null, "labels": {"team": null}});
    let told = update(&world, id, patch, None).await.unwrap();
    assert_eq!(told.summary.description, None);
    assert_eq!(*told.document, *ended.document);
    assert_eq!(told.summary.etag, ended.summary.etag, "of the same content");
    world.end().await;
}

#[tokio::test]
async fn tasks_and_parameters_change_while_it_is_held() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let message = json!([{"name": "message", "value": "Bye"}]);
    let tasks = json!([{"name": "B", "action": "echo", "parameters": message}]);
    let patch = json!({"tasks": tasks, "timeoutSeconds": 60, "labels": {"team": "core"}});
    let told = update(&world, id, patch.clone(), None).await.unwrap();
    assert_eq!(told.summary.phase, WorkflowPhase::Held);
    assert_eq!(told.run.tasks.len(), 1);
    assert_eq!(told.summary.labels["team"], "core");
    let again = update(&world, id, patch.clone(), None).await.unwrap();
    assert_eq!(again.summary.revision, told.summary.revision, "already so");

    let started = world
        .service
        .start(&world.ann, id, crate::world::values([]), None);
    started.await.unwrap();
    let ended = world.finished(id).await;
    let said = ended.run.task("B").unwrap().outputs.result.as_deref();
    assert_eq!(said, Some("Bye"));

    let patch = json!({"tasks": [{"name": "C", "action": "no-such-action"}]});
    let error = update(&world, id, patch, None).await.unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert_eq!(error.misfit().unwrap().fitting, ["HELD"]);
    world.end().await;
}

#[tokio::test]
async fn an_etag_guards_against_what_others_changed() {
    let world = World::new().await;
    let held = world.create(hello("one"), |request| request.start = false);
    let held = held.await.unwrap();
    let (id, etag) = (held.summary.id, held.summary.etag);
    let mine = json!({"description": "mine"});
    let told = update(&world, id, mine, Some(&etag)).await.unwrap();
    let late = json!({"description": "too late"});
    let error = update(&world, id, late.clone(), Some(&etag))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::PreconditionFailed);
    assert_eq!(error.code().as_str(), "CONFLICT");
    assert!(error.to_string().contains(&told.summary.etag), "{error}");
    update(&world, id, late, Some(&told.summary.etag))
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn updates_at_the_same_time_are_all_there_in_the_end() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let labels: Vec<String> = (0..4).map(|number| format!("label-{number}")).collect();
    let updates = labels
        .iter()
        .map(|label| update(&world, id, json!({"labels": {label: "x"}}), None));
    for told in futures_util::future::join_all(updates).await {
        told.unwrap();
    }
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert!(
        now.summary.labels.keys().eq(&labels),
        "{:?}",
        now.summary.labels
    );
    world.end().await;
}

#[tokio::test]
async fn what_it_would_become_is_checked_and_told_by_place() {
    let world = World::new().await;
    let held = world.create(hello("one"), |request| request.start = false);
    let held = held.await.unwrap();
    let id = held.summary.id;
    let cases: [(Value, &[&str]); 6] = [
        (json!([]), &[""]),
        (json!("x"), &[""]),
        (
            json!({"labels": {"k8s.io/x": "y"}}),
            &["labels[\"k8s.io/x\"]"],
        ),
        (json!({"description": 7}), &["description"]),
        (json!({"taskz": []}), &["taskz"]),
        (
            json!({"tasks": [{"name": "A", "action": "no-such-action"}]}),
            &["tasks[0].action"],
        ),
    ];
    for (patch, expected) in cases {
        let error = update(&world, id, patch.clone(), None).await.unwrap_err();
        assert_eq!(error.code(), Code::Invalid, "{patch}");
        assert_eq!(places(&error), expected, "{patch}");
    }
    let renamed = update(&world, id, json!({"name": "two"}), None).await;
    let error = renamed.unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert!(error.to_string().contains("name"), "{error}");
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert_eq!(now.summary.revision, held.summary.revision);
    assert_eq!(
        Document::clone(&now.document),
        Document::clone(&held.document)
    );
    world.end().await;
}

#[tokio::test]
async fn an_update_that_is_repeated_is_a_replay_whatever_has_come_of_it() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let keyed = world.ann.with_key(Some("k".to_owned()));
    let patch = || UpdateWorkflow {
        patch: json!({"tasks": [{"name": "C", "action": "echo",
            "parameters": [{"name": "message", "value": "{{workflow.parameters.p}}"}]}],
            "parameters": [{"name": "p", "default": "x"}]}),
        if_match: None,
        reason: None,
    };
    assert!(
        !world
            .service
            .update(&keyed, id, patch())
            .await
            .unwrap()
            .replayed
    );
    let back = json!({"tasks": hello("one")["tasks"], "parameters": null});
    let undone = update(&world, id, back, None).await.unwrap();
    let again = world.service.update(&keyed, id, patch()).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.snapshot.summary.etag, undone.summary.etag);
    let started = world
        .service
        .start(&world.ann, id, crate::world::values([]), None);
    started.await.unwrap();
    world.finished(id).await;
    assert!(
        world
            .service
            .update(&keyed, id, patch())
            .await
            .unwrap()
            .replayed
    );
    world.end().await;
}
