//! Clauses about making workflows, finding them, and whose they are.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;
use wf_model::{Argument, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, log_of, phases, result, unmet};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::workflow::{Start, Submitted};

fn one_true(name: &str) -> serde_json::Value {
    json!({"name": name, "tasks": [{"name": "A", "action": "true"}]})
}

/// What a call has made, the next call of the same process sees, every task from the first moment.
pub async fn a_submission_is_there_at_once<S: Subject>(bench: &mut Bench<S>) {
    let document = json!({
        "name": "there", "description": "a test", "labels": {"team": "core"},
        "parameters": [{"name": "p", "default": "d"}],
        "tasks": [{"name": "A", "action": "true"}, {"name": "B", "action": "true", "dependsOn": ["A"]}],
    });
    let submission = bench.submission(document);
    let created = bench.create(submission.clone()).await;
    let found = bench.get(submission.id).await;
    for snapshot in [&created, &found] {
        let summary = &snapshot.summary;
        assert_eq!(summary.id, submission.id);
        assert_eq!(summary.scope, submission.scope);
        assert_eq!(summary.name, "there");
        assert_eq!(summary.description.as_deref(), Some("a test"));
        assert_eq!(summary.labels["team"], "core");
        assert_eq!(summary.created_at, submission.by.at);
        assert_eq!(summary.created_by, submission.by.actor);
        assert_eq!(summary.etag, submission.etag);
        assert_eq!((summary.run, snapshot.run.number), (1, 1));
        assert_eq!(summary.task_counts.total, 2);
        assert_eq!(*snapshot.document, *submission.workflow.document());
        assert_eq!(snapshot.parameters, [Argument::new("p", "d")]);
        assert_eq!(snapshot.run.tasks.len(), 2);
    }
    let ended = bench.finished(submission.id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(ended.summary.task_counts.succeeded, 2);
    assert!(ended.summary.started_at.is_some() && ended.summary.expires_at.is_some());
}

/// A held workflow does nothing until it is started.
pub async fn a_held_workflow_waits_until_it_is_started<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(one_true("held")).await;
    // Another one that runs meanwhile shows that there was time.
    bench.run_to_end(one_true("meanwhile")).await;
    let held = bench.get(id).await;
    assert_eq!(held.summary.phase, WorkflowPhase::Held);
    assert_eq!(phases(&held), [TaskPhase::Pending]);
    assert_eq!(held.summary.started_at, None);

    let (backend, scope) = (bench.backend(), bench.scope());
    let started = backend
        .start(&scope, id, BTreeMap::new(), None, &by())
        .await;
    let started = started
        .expect("a held workflow can be started")
        .into_snapshot();
    assert_ne!(started.summary.phase, WorkflowPhase::Held);
    assert_ne!(started.summary.revision, held.summary.revision);
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// The values given at the start are those of the run.
pub async fn a_held_workflow_takes_the_parameters_of_its_start<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .hold(json!({
            "name": "given", "parameters": [{"name": "p", "default": "before"}],
            "outputs": [{"name": "said", "value": "{{tasks.A.outputs.result}}"}],
            "tasks": [{"name": "A", "action": "echo", "parameters":
                [{"name": "message", "value": "{{workflow.parameters.p}}"}]}],
        }))
        .await;
    let held = bench.get(id).await;
    assert_eq!(held.parameters, [Argument::new("p", "before")]);
    let given = BTreeMap::from([("p".to_owned(), "after".to_owned())]);
    let started = bench
        .backend()
        .start(&bench.scope(), id, given, None, &by())
        .await;
    let started = started
        .expect("a held workflow can be started")
        .into_snapshot();
    assert_eq!(started.parameters, [Argument::new("p", "after")]);
    let ended = bench.finished(id).await;
    assert_eq!(ended.parameters, [Argument::new("p", "after")]);
    assert_eq!(result(&ended, "A"), Some("after"));
}

/// The same id with the same fingerprint is the workflow as it is now, and no change.
pub async fn the_same_submission_again_changes_nothing<S: Subject>(bench: &mut Bench<S>) {
    let submission = bench.submission(one_true("twice"));
    bench.create(submission.clone()).await;
    let ended = bench.finished(submission.id).await;
    match bench.backend().submit(submission).await {
        Ok(Submitted::Replayed(snapshot)) => assert_eq!(snapshot, ended),
        other => unmet(&format!("a replay, not {other:?}")),
    }
}

/// The same id with another fingerprint is refused, and changes nothing.
pub async fn another_submission_under_the_same_id_is_refused<S: Subject>(bench: &mut Bench<S>) {
    let submission = bench.submission(one_true("first"));
    bench.create(submission.clone()).await;
    let before = bench.finished(submission.id).await;
    let mut other = bench.submission(one_true("second"));
    other.id = submission.id;
    "another".clone_into(&mut other.fingerprint);
    let refused = bench.backend().submit(other).await;
    assert!(
        matches!(refused, Err(Error::AlreadyExists { .. })),
        "{refused:?}"
    );
    assert_eq!(bench.get(submission.id).await, before);

    // Nor does what was refused become of a workflow that begins later.
    let held = bench.hold(one_true("held")).await;
    let mut other =
        bench.submission(json!({"name": "other", "tasks": [{"name": "X", "action": "fail"}]}));
    other.id = held;
    "another".clone_into(&mut other.fingerprint);
    let refused = bench.backend().submit(other).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { .. })));
    let started = bench
        .backend()
        .start(&bench.scope(), held, BTreeMap::new(), None, &by())
        .await;
    started.expect("a held workflow can be started");
    let ended = bench.finished(held).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(ended.run.tasks[0].name, "A");
}

/// A workflow of one scope does not exist for another.
pub async fn a_workflow_of_another_scope_does_not_exist<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(one_true("mine")).await;
    let (backend, other) = (bench.backend(), bench.other_scope());
    let now = wf_model::StopMode::Now;
    assert!(is_not_found(&backend.get(&other, id).await));
    assert!(is_not_found(
        &backend
            .start(&other, id, BTreeMap::new(), None, &by())
            .await
    ));
    assert!(is_not_found(&backend.stop(&other, id, now, &by()).await));
    assert!(is_not_found(&backend.delete(&other, id, true, &by()).await));
    assert!(is_not_found(&backend.watch(&other, id).await.map(|_| ())));
    let logs = backend.logs(&other, id, log_of("A")).await;
    assert!(is_not_found(&logs.map(|_| ())));
    let many = backend.get_many(&other, &[id]).await;
    assert_eq!(many.expect("a scope can be asked"), []);
    let query = crate::workflow::Query {
        first: 10,
        ..crate::workflow::Query::default()
    };
    let list = backend.list(&other, &query).await;
    assert_eq!(list.expect("a scope can be listed").items, []);
    assert_eq!(bench.get(id).await.summary.phase, WorkflowPhase::Held);
}

/// An id says nothing about workflows of other scopes.
pub async fn the_same_id_in_another_scope_is_another_workflow<S: Subject>(bench: &mut Bench<S>) {
    let mut mine = bench.submission(one_true("mine"));
    mine.start = Start::Hold;
    bench.create(mine.clone()).await;
    let mut theirs = bench.submission(one_true("theirs"));
    theirs.id = mine.id;
    theirs.scope = bench.other_scope();
    "another".clone_into(&mut theirs.fingerprint);
    theirs.start = Start::Hold;
    bench.create(theirs.clone()).await;
    assert_eq!(bench.get(mine.id).await.summary.name, "mine");
    let found = bench.backend().get(&theirs.scope, theirs.id).await;
    assert_eq!(found.expect("it was made").summary.name, "theirs");
}

/// What was accepted is there, and goes on, after the process has ended.
pub async fn what_was_accepted_outlives_the_process<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench.run_to_end(one_true("ended")).await;
    let held = bench.hold(one_true("held")).await;
    let running = bench
        .run(json!({"name": "running", "tasks": [
            {"name": "A", "action": "true"},
            {"name": "B", "action": "sleep", "parameters": [{"name": "seconds", "value": "1"}],
             "dependsOn": ["A"]},
        ]}))
        .await;
    bench.task_in(running, "B", TaskPhase::Running).await;
    bench.reopen().await;
    assert_eq!(bench.get(ended.summary.id).await, ended);
    assert_eq!(bench.get(held).await.summary.phase, WorkflowPhase::Held);
    let went_on = bench.finished(running).await;
    assert_eq!(went_on.summary.phase, WorkflowPhase::Succeeded);
    let backend = bench.backend();
    let started = backend
        .start(&bench.scope(), held, BTreeMap::new(), None, &by())
        .await;
    started.expect("a held workflow can be started later");
    let ended = bench.finished(held).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// What is not there is told as such, by every call.
pub async fn an_unknown_workflow_is_not_found<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let id = WorkflowId::new(Uuid::now_v7());
    let start = backend
        .start(&scope, id, BTreeMap::new(), None, &by())
        .await;
    assert!(is_not_found(&backend.get(&scope, id).await));
    assert!(is_not_found(&start));
    assert!(is_not_found(
        &bench.try_stop(id, wf_model::StopMode::Now).await
    ));
    assert!(is_not_found(
        &backend.delete(&scope, id, false, &by()).await
    ));
    assert!(is_not_found(&backend.watch(&scope, id).await.map(|_| ())));
    let logs = backend.logs(&scope, id, log_of("A")).await;
    assert!(is_not_found(&logs.map(|_| ())));
    assert!(backend.check().await.is_ok());
}

/// Of many ids, those that exist are told, in the order of the ids.
pub async fn many_are_told_in_the_order_they_are_asked_for<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.hold(one_true("first")).await;
    let second = bench.hold(one_true("second")).await;
    let absent = WorkflowId::new(Uuid::now_v7());
    let ids = [second, absent, first];
    let many = bench.backend().get_many(&bench.scope(), &ids).await;
    let many = many.expect("many can be asked for");
    let names: Vec<_> = many
        .iter()
        .map(|found| found.summary.name.as_str())
        .collect();
    assert_eq!(names, ["second", "first"]);
}
