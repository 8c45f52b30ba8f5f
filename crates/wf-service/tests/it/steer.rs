//! Start, suspend, resume, stop, delete.

use std::time::Duration;

use serde_json::json;
use wf_model::{StopMode, TaskPhase, WorkflowPhase};
use wf_service::Code;

use crate::world::{PATIENCE, World, greeting, hello, phase_of, places, script, values};

#[tokio::test]
async fn a_held_workflow_begins_with_values_over_its_defaults() {
    let world = World::new().await;
    let id = world.hold(greeting()).await;
    let given = values([("whom", "you"), ("word", "Hi")]);
    world
        .service
        .start(&world.ann, id, given, None)
        .await
        .unwrap();
    let ended = world.finished(id).await;
    assert_eq!(
        ended.run.task("A").unwrap().outputs.result.as_deref(),
        Some("Hi you")
    );
    world.end().await;
}

#[tokio::test]
async fn faulty_values_leave_it_held() {
    let world = World::new().await;
    let id = world.hold(greeting()).await;
    let given = values([("whom", "{{workflow.uid}}")]);
    let error = world
        .service
        .start(&world.ann, id, given, None)
        .await
        .unwrap_err();
    assert_eq!(places(&error), ["parameters.whom"]);
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert_eq!(now.summary.phase, WorkflowPhase::Held);
    world.end().await;
}

#[tokio::test]
async fn a_start_with_a_key_may_be_repeated() {
    let world = World::new().await;
    let id = world.hold(greeting()).await;
    let start = async |whom: &str, key: Option<&str>| {
        let given = values([("whom", whom)]);
        let keyed = world.ann.with_key(key.map(str::to_owned));
        world.service.start(&keyed, id, given, None).await
    };
    start("you", Some("k")).await.unwrap();
    world.finished(id).await;
    let again = start("you", Some("k")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.snapshot.summary.run, 1);
    let other_values = start("me", Some("k")).await.unwrap_err();
    assert_eq!(other_values.code(), Code::Conflict);
    assert!(other_values.to_string().contains("key"), "{other_values}");
    for key in [None, Some("another")] {
        let error = start("you", key).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        let misfit = error.misfit().unwrap();
        assert_eq!(misfit.phase, "SUCCEEDED");
        assert_eq!(misfit.fitting, ["HELD"]);
    }
    world.end().await;
}

#[tokio::test]
async fn every_change_with_a_key_is_done_once() {
    let world = World::new().await;
    let id = world.run(script("long", "sleep 60")).await;
    let keyed = world.ann.with_key(Some("k".to_owned()));
    for replayed in [false, true] {
        let told = world.service.suspend(&keyed, id, None).await.unwrap();
        assert_eq!(told.replayed, replayed);
    }
    let resumed = world.service.resume(&keyed, id, None).await.unwrap();
    assert!(!resumed.replayed, "a key is one operation's");
    let again = world.service.suspend(&keyed, id, None).await.unwrap();
    assert!(again.replayed);
    assert_ne!(again.snapshot.summary.phase, WorkflowPhase::Suspended);
    for (mode, expected) in [
        (StopMode::Graceful, Ok(false)),
        (StopMode::Graceful, Ok(true)),
        (StopMode::Now, Err(Code::Conflict)),
    ] {
        let told = world.service.stop(&keyed, id, mode, None).await;
        let told = told.map(|told| told.replayed);
        assert_eq!(told.map_err(|error| error.code()), expected);
    }
    let odd = world.ann.with_key(Some(String::new()));
    let error = world.service.resume(&odd, id, None).await.unwrap_err();
    assert_eq!(places(&error), ["idempotencyKey"]);
    world.end().await;
}

#[tokio::test]
async fn with_a_new_key_too_the_phase_is_what_is_wrong() {
    let world = World::new().await;
    let id = world.hold(greeting()).await;
    let keyed = world.ann.with_key(Some("k".to_owned()));
    let request = wf_service::RestartWorkflow {
        tasks: Some(vec!["nobody".to_owned()]),
        ..wf_service::RestartWorkflow::default()
    };
    let error = world
        .service
        .restart(&keyed, id, request)
        .await
        .unwrap_err();
    assert_eq!(error.misfit().unwrap().phase, "HELD");
    let given = values([("whom", "you")]);
    let start = world.service.start(&world.ann, id, given, None).await;
    start.unwrap();
    world.finished(id).await;
    let error = world.service.start(&keyed, id, values([]), None).await;
    assert_eq!(error.unwrap_err().misfit().unwrap().phase, "SUCCEEDED");
    world.end().await;
}

#[tokio::test]
async fn a_held_workflow_that_was_stopped_has_not_begun() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    world
        .service
        .stop(&world.ann, id, StopMode::Now, None)
        .await
        .unwrap();
    let keyed = world.ann.with_key(Some("k".to_owned()));
    let error = world
        .service
        .start(&keyed, id, values([]), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    world.end().await;
}

#[tokio::test]
async fn a_stop_tells_who_and_why() {
    let world = World::new().await;
    let id = world.run(script("long", "sleep 60")).await;
    let reason = Some("it is late".to_owned());
    let told = world
        .service
        .stop(&world.ann, id, StopMode::Graceful, reason)
        .await
        .unwrap();
    let wish = told.snapshot.run.stop.unwrap();
    assert_eq!(wish.reason.as_deref(), Some("it is late"));
    assert_eq!(wish.actor.as_deref(), Some("ann"));
    assert_eq!(
        world.finished(id).await.summary.phase,
        WorkflowPhase::Stopped
    );
    world.end().await;
}

#[tokio::test]
async fn an_unbearable_reason_changes_nothing() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    for reason in ["\u{1b}[31mred".to_owned(), "x".repeat(4097)] {
        let error = world
            .service
            .delete(&world.ann, id, false, Some(reason))
            .await
            .unwrap_err();
        assert_eq!(places(&error), ["reason"]);
    }
    assert!(world.service.get(&world.ann, id).await.is_ok());
    world
        .service
        .delete(&world.ann, id, false, Some("a\nb".to_owned()))
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let world = World::new().await;
    let id = world.run(script("long", "sleep 60")).await;
    let error = world
        .service
        .delete(&world.ann, id, false, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    world
        .service
        .delete(&world.ann, id, true, None)
        .await
        .unwrap();
    let gone = async {
        while world.service.get(&world.ann, id).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone)
        .await
        .expect("it goes when its processes have ended");
    assert_eq!(
        world.service.get(&world.ann, id).await.unwrap_err().code(),
        Code::NotFound
    );
    world.end().await;
}

#[tokio::test]
async fn what_is_suspended_begins_nothing_until_it_is_resumed() {
    let world = World::new().await;
    let id = world
        .run(json!({"name": "w", "tasks": [
            {"name": "A", "action": "approval"},
            {"name": "B", "action": "echo", "dependsOn": ["A"],
             "parameters": [{"name": "message", "value": "Hello"}]},
        ]}))
        .await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    for _ in 0..2 {
        let told = world.service.suspend(&world.ann, id, None).await.unwrap();
        assert_eq!(told.snapshot.summary.phase, WorkflowPhase::Suspended);
    }
    let answer = wf_service::AnswerTask {
        approve: true,
        outputs: values([("decision", "yes")]),
        ..wf_service::AnswerTask::default()
    };
    world
        .service
        .answer_task(&world.ann, id, "A", answer)
        .await
        .unwrap();
    let now = world.task_in(id, "A", TaskPhase::Succeeded).await;
    assert_eq!(now.summary.phase, WorkflowPhase::Suspended);
    assert_eq!(phase_of(&now, "B"), TaskPhase::Pending);
    world.service.resume(&world.ann, id, None).await.unwrap();
    assert_eq!(
        world.finished(id).await.summary.phase,
        WorkflowPhase::Succeeded
    );
    let error = world
        .service
        .resume(&world.ann, id, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert_eq!(error.misfit().unwrap().fitting, ["SUSPENDED"]);
    world.end().await;
}
