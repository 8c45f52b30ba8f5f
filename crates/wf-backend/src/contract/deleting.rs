//! Clauses about forgetting workflows.

use serde_json::json;
use wf_model::{TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, log_of};
use crate::error::Error;
use crate::workflow::Query;

/// A deleted workflow is gone from everywhere, and its id is free.
pub async fn a_deleted_workflow_is_gone<S: Subject>(bench: &mut Bench<S>) {
    let document = json!({"name": "gone", "labels": {"team": "core"}, "tasks": [
        {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "here"}]}]});
    let submission = bench.submission(document);
    let id = bench.create(submission.clone()).await.summary.id;
    bench.finished(id).await;
    let (backend, scope) = (bench.backend(), bench.scope());
    let deleted = backend.delete(&scope, id, false, &by()).await;
    deleted.expect("a finished workflow can be deleted");
    bench.gone(id).await;
    assert!(is_not_found(
        &backend.delete(&scope, id, false, &by()).await
    ));
    let logs = backend.logs(&scope, id, log_of("A")).await;
    assert!(is_not_found(&logs.map(|_| ())));
    let mut query = Query {
        first: 10,
        ..Query::default()
    };
    query.filter.labels = document_labels();
    let page = backend.list(&scope, &query).await;
    assert_eq!(page.expect("a list can be read").items, []);

    bench.create(submission).await;
    let again = bench.finished(id).await;
    assert_eq!(again.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(bench.lines(id, log_of("A")).await, ["here"]);
}

fn document_labels() -> std::collections::BTreeMap<String, String> {
    [("team".to_owned(), "core".to_owned())].into()
}

/// An unfinished workflow is deleted only by force; then it is stopped first.
pub async fn an_unfinished_workflow_is_deleted_by_force_alone<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(
            json!({"name": "forced", "tasks": [{"name": "A", "action": "sleep"}],
            "onExit": {"action": "sleep"}}),
        )
        .await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let (backend, scope) = (bench.backend(), bench.scope());
    let refused = backend.delete(&scope, id, false, &by()).await;
    assert!(matches!(refused, Err(Error::Phase { .. })), "{refused:?}");
    assert_eq!(bench.get(id).await.summary.phase, WorkflowPhase::Running);
    let deleted = backend.delete(&scope, id, true, &by()).await;
    deleted.expect("by force any workflow can be deleted");
    bench.gone(id).await;
    let held = bench
        .hold(json!({"name": "held", "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    let deleted = backend.delete(&scope, held, true, &by()).await;
    deleted.expect("a held workflow can be deleted");
    bench.gone(held).await;
}
