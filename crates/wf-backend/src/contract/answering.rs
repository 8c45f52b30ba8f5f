//! Clauses about single tasks: answering one that waits, stopping one, asking what one waits for.

use serde_json::{Value, json};
use wf_model::{Argument, EXIT_HANDLER, StopMode, TaskPhase, TaskReason, Waiting, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, task, unmet};
use crate::asked::{Answer, Repeatable};
use crate::error::{Error, Result};
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

fn approval() -> Value {
    json!({"name": "asked", "outputs": [{"name": "o", "value": "{{tasks.B.outputs.result}}"}],
    "tasks": [
        {"name": "A", "action": "approval"},
        {"name": "B", "action": "echo", "dependsOn": ["A"], "parameters": [
            {"name": "message", "value": "{{tasks.A.outputs.parameters.decision}}"}]},
    ]})
}

fn yes() -> Answer {
    Answer {
        approve: true,
        ..Answer::default()
    }
}

async fn answer<S: Subject>(
    bench: &Bench<S>,
    id: WorkflowId,
    name: &str,
    answer: Answer,
) -> Result<Snapshot> {
    let scope = bench.scope();
    let (backend, by) = (bench.backend(), by());
    let answered = backend.answer(&scope, id, name, answer, &by).await;
    answered.map(Repeatable::into_snapshot)
}

async fn stop_task<S: Subject>(bench: &Bench<S>, id: WorkflowId, name: &str) -> Result<Snapshot> {
    let scope = bench.scope();
    let stopped = bench.backend().stop_task(&scope, id, name, &by()).await;
    stopped.map(Repeatable::into_snapshot)
}

/// An approved task has succeeded with what was said and supplied; a default stands in for an
/// output that was not supplied.
pub async fn an_approval_goes_on_with_what_was_supplied<S: Subject>(bench: &mut Bench<S>) {
    for (supplied, expected) in [(Some("later"), "later"), (None, "approved")] {
        let id = bench.run(approval()).await;
        bench.task_in(id, "A", TaskPhase::Waiting).await;
        let outputs = supplied.map(|value| Argument::new("decision", value));
        let said = Answer {
            message: Some("looks right".to_owned()),
            outputs: outputs.into_iter().collect(),
            ..yes()
        };
        answer(bench, id, "A", said).await.expect("it waits");
        let ended = bench.finished(id).await;
        assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
        let asked = task(&ended, "A");
        assert_eq!(asked.message.as_deref(), Some("looks right"));
        assert_eq!(asked.outputs.parameter("decision"), Some(expected));
        assert_eq!(super::bench::result(&ended, "B"), Some(expected));
    }
}

/// A rejected task has failed.
pub async fn a_rejection_fails_the_task<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(approval()).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    let no = Answer {
        message: Some("not like this".to_owned()),
        ..Answer::default()
    };
    answer(bench, id, "A", no).await.expect("it waits");
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
    let asked = task(&ended, "A");
    assert_eq!(asked.phase, TaskPhase::Failed);
    assert_eq!(asked.reason, Some(TaskReason::Rejected));
    assert_eq!(asked.message.as_deref(), Some("not like this"));
    assert_eq!(task(&ended, "B").phase, TaskPhase::Omitted);
}

/// Of a fan-out, one item is answered and the others go on waiting.
pub async fn items_are_answered_singly<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "items", "tasks": [
            {"name": "A", "action": "approval", "withItems": ["x", "y"]}]}))
        .await;
    bench
        .until(id, "both items wait", |now| {
            let items = &task(now, "A").items;
            items.len() == 2 && items.iter().all(|item| item.phase == TaskPhase::Waiting)
        })
        .await;
    let vague = answer(bench, id, "A", yes()).await;
    assert!(matches!(vague, Err(Error::Conflict(_))), "{vague:?}");
    let of = |item| Answer {
        item: Some(item),
        ..yes()
    };
    assert!(is_not_found(&answer(bench, id, "A", of(2)).await));
    answer(bench, id, "A", of(1)).await.expect("it waits");
    bench
        .until(id, "one item has ended", |now| {
            let items = &task(now, "A").items;
            items[0].phase == TaskPhase::Waiting && items[1].phase == TaskPhase::Succeeded
        })
        .await;
    let again = answer(bench, id, "A", of(1)).await;
    assert!(matches!(again, Err(Error::TaskPhase { .. })), "{again:?}");
    answer(bench, id, "A", yes())
        .await
        .expect("only one item waits");
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// An answer that does not fit is refused, and changes nothing.
pub async fn an_answer_that_does_not_fit_is_refused<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(approval()).await;
    let before = bench.task_in(id, "A", TaskPhase::Waiting).await;
    let with = |outputs: &[(&str, &str)]| Answer {
        outputs: outputs
            .iter()
            .map(|(name, value)| Argument::new(*name, *value))
            .collect(),
        ..yes()
    };
    for wrong in [
        with(&[("verdict", "x")]),
        with(&[("decision", "x"), ("decision", "y")]),
        with(&[("decision", "{{workflow.name}}")]),
    ] {
        let refused = answer(bench, id, "A", wrong).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    let of_item = Answer {
        item: Some(0),
        ..yes()
    };
    let refused = answer(bench, id, "A", of_item).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    match answer(bench, id, "B", yes()).await {
        Err(Error::TaskPhase { phase, fitting, .. }) => {
            assert_eq!(
                (phase, fitting),
                (TaskPhase::Pending, &[TaskPhase::Waiting][..])
            );
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert!(is_not_found(&answer(bench, id, "C", yes()).await));
    let after = bench.get(id).await;
    assert_eq!(after.summary.revision, before.summary.revision);
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
    let late = answer(bench, id, "A", yes()).await;
    assert!(matches!(late, Err(Error::TaskPhase { .. })), "{late:?}");
}

/// An answer is given once.
pub async fn a_task_is_answered_once<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(approval()).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    let no = Answer::default();
    let (first, second) = tokio::join!(answer(bench, id, "A", yes()), answer(bench, id, "A", no));
    assert!(
        first.is_ok() != second.is_ok(),
        "one of {first:?} and {second:?}"
    );
    let expected = if first.is_ok() {
        WorkflowPhase::Succeeded
    } else {
        WorkflowPhase::Failed
    };
    assert_eq!(bench.finished(id).await.summary.phase, expected);
}

/// A task that runs is ended alone; what depends on it sees that, all else goes on.
pub async fn one_task_can_be_stopped<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "one", "tasks": [
            {"name": "A", "action": "sleep", "retry": {"limit": 3}},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
            {"name": "C", "action": "sleep", "parameters": [{"name": "seconds", "value": "0.5"}]},
            {"name": "D", "action": "true", "dependsOn": ["C"]},
        ]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let stopping = stop_task(bench, id, "A").await.expect("it runs");
    let told = task(&stopping, "A");
    assert!(
        told.stopping || told.phase == TaskPhase::Stopped,
        "the wish shows at once"
    );
    let ended = bench.finished(id).await;
    let stopped = task(&ended, "A");
    assert_eq!(stopped.phase, TaskPhase::Stopped);
    assert_eq!(stopped.reason, Some(TaskReason::StopRequested));
    assert_eq!(stopped.attempts.len(), 1, "it is not tried again");
    assert!(!stopped.stopping);
    assert_eq!(task(&ended, "B").phase, TaskPhase::Omitted);
    assert_eq!(task(&ended, "C").phase, TaskPhase::Succeeded);
    assert_eq!(task(&ended, "D").phase, TaskPhase::Succeeded);
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
    assert_eq!(ended.run.stop, None, "the workflow was not stopped");
}

/// A task that waits is stopped, and one that was not reached is when it is: it does not begin, or
/// is ended as soon as it has.
pub async fn a_task_that_has_not_begun_can_be_stopped<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "early", "tasks": [
            {"name": "A", "action": "approval"},
            {"name": "B", "action": "sleep", "dependsOn": ["A"]},
            {"name": "C", "action": "true", "dependsOn": ["B"]},
            {"name": "W", "action": "approval"},
        ]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench.task_in(id, "W", TaskPhase::Waiting).await;
    stop_task(bench, id, "B").await.expect("it has not begun");
    stop_task(bench, id, "W").await.expect("it waits");
    bench.task_in(id, "W", TaskPhase::Stopped).await;
    bench.reopen().await;
    answer(bench, id, "A", yes()).await.expect("it waits");
    let ended = bench.finished(id).await;
    assert_eq!(task(&ended, "B").phase, TaskPhase::Stopped);
    assert_eq!(task(&ended, "C").phase, TaskPhase::Omitted);
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
}

/// A task that has ended cannot be stopped, nor can one of a workflow that is held.
pub async fn a_task_that_has_ended_cannot_be_stopped<S: Subject>(bench: &mut Bench<S>) {
    let document = json!({"name": "late", "tasks": [
        {"name": "A", "action": "true"}, {"name": "B", "action": "approval"}]});
    let id = bench.run(document.clone()).await;
    bench.task_in(id, "A", TaskPhase::Succeeded).await;
    bench.task_in(id, "B", TaskPhase::Waiting).await;
    match stop_task(bench, id, "A").await {
        Err(Error::TaskPhase { phase, fitting, .. }) => {
            assert_eq!(phase, TaskPhase::Succeeded);
            assert!(fitting.iter().all(|fitting| !fitting.is_finished()));
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert!(is_not_found(&stop_task(bench, id, "C").await));
    stop_task(bench, id, "B").await.expect("it waits");
    let ended = bench.finished(id).await;
    let again = stop_task(bench, id, "B").await.expect("it is so already");
    assert_eq!(again, ended);

    let held = bench.hold(document).await;
    let refused = stop_task(bench, held, "A").await;
    assert!(
        matches!(refused, Err(Error::NotBegun { .. })),
        "{refused:?}"
    );
}

/// The exit handler can be stopped as any task; the workflow has ended as its tasks did.
pub async fn the_exit_handler_can_be_stopped<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "handled", "onExit": {"action": "sleep"},
            "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    bench.task_in(id, EXIT_HANDLER, TaskPhase::Running).await;
    let stopping = stop_task(bench, id, EXIT_HANDLER).await.expect("it runs");
    assert_eq!(stopping.run.stop, None, "the workflow is not stopped");
    let ended = bench.finished(id).await;
    let handler = task(&ended, EXIT_HANDLER);
    assert_eq!(handler.phase, TaskPhase::Stopped);
    assert_eq!(handler.reason, Some(TaskReason::StopRequested));
    assert_eq!(task(&ended, "A").phase, TaskPhase::Succeeded);
}

/// What a task waits for is told, whatever it is.
pub async fn what_a_task_waits_for_is_told<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let why = async |id, name: &str| {
        let why = backend.waiting(&scope, id).await;
        let mut why = why.expect("a workflow can be asked about");
        why.remove(name).unwrap_or_default()
    };
    let held = bench.hold(approval()).await;
    assert_eq!(why(held, "A").await, [Waiting::Start]);
    let id = bench.run(approval()).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    assert_eq!(why(id, "A").await, [Waiting::Answer]);
    let of_a = Waiting::Task {
        name: "A".to_owned(),
        phase: TaskPhase::Waiting,
    };
    assert_eq!(why(id, "B").await, [of_a]);
    let suspended = backend.suspend(&scope, id, &by()).await;
    suspended.expect("it is under way");
    assert_eq!(why(id, "B").await, [Waiting::Resume]);
    assert_eq!(why(id, "A").await, [Waiting::Answer], "it may be given");
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
    assert_eq!(why(id, "B").await, []);
    let nobody = WorkflowId::new(uuid::Uuid::now_v7());
    assert!(is_not_found(&backend.waiting(&scope, nobody).await));

    let narrow = json!({"name": "narrow", "parallelism": 1, "mutex": "m", "tasks": [
        {"name": "A", "action": "sleep"}, {"name": "B", "action": "sleep"}]});
    let first = bench.run(narrow.clone()).await;
    let second = bench.run(narrow).await;
    let begun = bench
        .until(first, "one of two runs", |now| {
            now.summary.task_counts.running == 1
        })
        .await;
    let waits = begun
        .run
        .tasks
        .iter()
        .find(|task| task.phase == TaskPhase::Pending);
    let waits = waits.map_or("", |task| &task.name);
    let limit = Waiting::Parallelism {
        running: 1,
        limit: 1,
    };
    assert_eq!(why(first, waits).await, [limit]);
    assert_eq!(why(second, "A").await, [Waiting::Mutex("m".to_owned())]);
}
