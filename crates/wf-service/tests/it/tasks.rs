//! One task: read, stopped, answered.

use serde_json::{Value, json};
use wf_model::TaskPhase;
use wf_service::{AnswerTask, Code};

use crate::world::{World, phase_of, places, values};

/// A waits for somebody, B for A; C runs beside them.
fn approval() -> Value {
    json!({"name": "approval", "tasks": [
        {"name": "A", "action": "approval"},
        {"name": "B", "action": "echo", "dependsOn": ["A"],
         "parameters": [{"name": "message", "value": "{{tasks.A.outputs.parameters.decision}}"}]},
        {"name": "C", "action": "shell", "parameters": [{"name": "script", "value": "sleep 60"}]},
    ]})
}

fn approve(decision: &str) -> AnswerTask {
    AnswerTask {
        approve: true,
        message: Some("looks good".to_owned()),
        outputs: values([("decision", decision)]),
        ..AnswerTask::default()
    }
}

#[tokio::test]
async fn an_approved_task_has_the_outputs_of_its_answer() {
    let world = World::new().await;
    let id = world.run(approval()).await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let answered = world
        .service
        .answer_task(&world.ann, id, "A", approve("yes"));
    answered.await.unwrap();
    let now = world.task_in(id, "B", TaskPhase::Succeeded).await;
    assert_eq!(
        now.run.task("B").unwrap().outputs.result.as_deref(),
        Some("yes")
    );
    let task = now.run.task("A").unwrap();
    assert_eq!(task.phase, TaskPhase::Succeeded);
    assert_eq!(task.message.as_deref(), Some("looks good"));

    let again = world
        .service
        .answer_task(&world.ann, id, "A", approve("no"));
    let error = again.await.unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert_eq!(error.misfit().unwrap().phase, "SUCCEEDED");
    assert_eq!(error.misfit().unwrap().fitting, ["WAITING"]);
    world.end().await;
}

#[tokio::test]
async fn a_rejected_task_has_failed() {
    let world = World::new().await;
    let id = world.run(approval()).await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let no = AnswerTask::default();
    world
        .service
        .answer_task(&world.ann, id, "A", no)
        .await
        .unwrap();
    let now = world.task_in(id, "A", TaskPhase::Failed).await;
    assert_eq!(
        now.run.task("A").unwrap().reason,
        Some(wf_model::TaskReason::Rejected)
    );
    world.end().await;
}

#[tokio::test]
async fn a_faulty_answer_leaves_the_task_waiting() {
    let world = World::new().await;
    let id = world.run(approval()).await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let answers = [
        AnswerTask {
            outputs: values([("decision", "yes"), ("other", "x")]),
            ..approve("yes")
        },
        AnswerTask {
            outputs: values([]),
            ..approve("yes")
        },
        AnswerTask {
            approve: false,
            ..approve("yes")
        },
        AnswerTask {
            message: Some("\u{7}".to_owned()),
            ..approve("yes")
        },
    ];
    for answer in answers {
        let refused = world
            .service
            .answer_task(&world.ann, id, "A", answer.clone());
        let error = refused.await.unwrap_err();
        assert_eq!(error.code(), Code::Invalid, "{answer:?}");
        assert!(!places(&error)[0].is_empty(), "{answer:?}");
    }
    for (task, code) in [
        ("Z", Code::NotFound),
        ("C", Code::Conflict),
        ("B", Code::Conflict),
    ] {
        let refused = world
            .service
            .answer_task(&world.ann, id, task, approve("yes"));
        assert_eq!(refused.await.unwrap_err().code(), code, "{task}");
    }
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert_eq!(phase_of(&now, "A"), TaskPhase::Waiting);
    world.end().await;
}

#[tokio::test]
async fn a_task_tells_what_it_waits_for() {
    let world = World::new().await;
    let held = world.hold(approval()).await;
    let why = world.service.task(&world.ann, held, "B").await.unwrap().why;
    assert_eq!(why[0].to_string(), "the workflow is HELD");

    let id = world.run(approval()).await;
    world.task_in(id, "C", TaskPhase::Running).await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let cases: [(&str, &[&str]); 3] = [("A", &["an answer"]), ("B", &["A is WAITING"]), ("C", &[])];
    for (task, expected) in cases {
        let details = world.service.task(&world.ann, id, task).await.unwrap();
        let why: Vec<String> = details.why.iter().map(ToString::to_string).collect();
        assert_eq!(why, expected, "{task}");
        let waiting = world.service.waiting(&world.ann, id).await.unwrap();
        assert_eq!(waiting.get(task).cloned().unwrap_or_default(), details.why);
    }
    let unknown = world.service.task(&world.ann, id, "Z").await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn one_task_is_stopped_and_the_others_go_on() {
    let world = World::new().await;
    let id = world.run(approval()).await;
    world.task_in(id, "C", TaskPhase::Running).await;
    let reason = Some("takes too long".to_owned());
    let stopped = world.service.stop_task(&world.ann, id, "C", reason);
    let told = stopped.await.unwrap();
    let task = told.snapshot.run.task("C").unwrap();
    assert!(
        task.stopping || task.phase == TaskPhase::Stopped,
        "{task:?}"
    );
    let now = world.task_in(id, "C", TaskPhase::Stopped).await;
    assert!(!now.summary.phase.is_finished());
    assert_eq!(phase_of(&now, "B"), TaskPhase::Pending);

    let again = world.service.stop_task(&world.ann, id, "C", None).await;
    assert_eq!(phase_of(&again.unwrap().snapshot, "C"), TaskPhase::Stopped);
    let unknown = world.service.stop_task(&world.ann, id, "Z", None).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    world.end().await;
}
