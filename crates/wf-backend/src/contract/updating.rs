//! Clauses about updating workflows.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wf_model::{Argument, StopMode, Verb, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, phases, result, unmet};
use crate::asked::{NewDocument, Repeatable, Update};
use crate::error::{Error, Result};
use crate::id::WorkflowId;
use crate::workflow::{Filter, Query, Snapshot};

fn saying(message: &str) -> Value {
    json!({"name": "updated", "labels": {"team": "core"},
        "outputs": [{"name": "o", "value": "{{tasks.A.outputs.result}}"}],
        "tasks": [{"name": "A", "action": "echo", "parameters": [{"name": "message", "value": message}]}]})
}

/// An update that changes nothing but the etag.
pub(super) fn nothing(etag: &str) -> Update {
    Update {
        document: None,
        labels: None,
        description: None,
        etag: etag.to_owned(),
        if_match: None,
    }
}

/// An update to another label.
pub(super) fn relabelled(colour: &str, etag: &str) -> Update {
    Update {
        labels: Some(BTreeMap::from([("colour".to_owned(), colour.to_owned())])),
        ..nothing(etag)
    }
}

/// An update to another document.
pub(super) fn to<S: Subject>(bench: &Bench<S>, document: Value, etag: &str) -> Update {
    let submission = bench.submission(document);
    Update {
        document: Some(NewDocument {
            workflow: submission.workflow,
            rendered: submission.rendered,
        }),
        ..nothing(etag)
    }
}

async fn update<S: Subject>(bench: &Bench<S>, id: WorkflowId, update: Update) -> Result<Snapshot> {
    let (backend, scope) = (bench.backend(), bench.scope());
    let updated = backend.update(&scope, id, update, &by()).await;
    updated.map(Repeatable::into_snapshot)
}

async fn listed<S: Subject>(bench: &Bench<S>, label: (&str, &str)) -> Vec<WorkflowId> {
    let labels = BTreeMap::from([(label.0.to_owned(), label.1.to_owned())]);
    let query = Query {
        filter: Filter {
            labels,
            ..Filter::default()
        },
        first: 10,
        after: None,
    };
    let page = bench.backend().list(&bench.scope(), &query).await;
    let page = page.expect("a list can be read");
    page.items.iter().map(|summary| summary.id).collect()
}

/// A held workflow takes another document, and runs that one.
pub async fn a_held_workflow_takes_another_document<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(saying("before")).await;
    let mut document = saying("{{workflow.parameters.p}}");
    document["parameters"] = json!([{"name": "p", "default": "after"}]);
    document["labels"] = json!({"team": "other"});
    let second = json!({"name": "B", "action": "true", "dependsOn": ["A"]});
    document["tasks"] = json!([document["tasks"][0], second]);
    let updated = update(bench, id, to(bench, document, "second")).await;
    let updated = updated.expect("a held workflow can be updated");
    assert_eq!(updated.summary.etag, "second");
    assert_eq!(updated.summary.task_counts.total, 2);
    assert_eq!(updated.document.tasks.len(), 2);
    assert_eq!(updated.parameters, [Argument::new("p", "after")]);
    assert_eq!(updated, bench.get(id).await);
    assert_eq!(listed(bench, ("team", "core")).await, []);
    assert_eq!(listed(bench, ("team", "other")).await, [id]);
    bench.reopen().await;
    let given = BTreeMap::from([("p".to_owned(), "given".to_owned())]);
    let scope = bench.scope();
    let started = bench.backend().start(&scope, id, given, None, &by()).await;
    started.expect("a held workflow can be started");
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(result(&ended, "A"), Some("given"));
    assert_eq!(phases(&ended).len(), 2);
}

/// A document that was updated at once before the start is the one that runs.
pub async fn what_is_started_is_what_was_updated_last<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(saying("before")).await;
    let updated = update(bench, id, to(bench, saying("after"), "second")).await;
    updated.expect("a held workflow can be updated");
    let (backend, scope) = (bench.backend(), bench.scope());
    let started = backend
        .start(&scope, id, BTreeMap::new(), None, &by())
        .await;
    started.expect("a held workflow can be started");
    assert_eq!(result(&bench.finished(id).await, "A"), Some("after"));
}

/// A start may demand the etag that its values were made out from; with another one nothing begins.
pub async fn a_start_may_demand_an_etag<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(saying("before")).await;
    let seen = bench.get(id).await.summary.etag;
    let updated = update(bench, id, to(bench, saying("after"), "second")).await;
    let updated = updated.expect("a held workflow can be updated");
    let (backend, scope) = (bench.backend(), bench.scope());
    let start = async |etag: &str| {
        let (given, etag) = (BTreeMap::new(), Some(etag.to_owned()));
        backend.start(&scope, id, given, etag, &by()).await
    };
    match start(&seen).await {
        Err(Error::PreconditionFailed { etag }) => assert_eq!(etag, "second"),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(id).await, updated);
    start("second").await.expect("that is its etag");
    bench.finished(id).await;
}

/// Labels and description can be changed at any time; what runs is not touched.
pub async fn labels_and_description_can_always_be_changed<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench.run_to_end(saying("here")).await;
    let id = ended.summary.id;
    let labels = BTreeMap::from([("tier".to_owned(), "b".to_owned())]);
    let change = Update {
        labels: Some(labels.clone()),
        description: Some(Some("what it is for".to_owned())),
        ..nothing("second")
    };
    let updated = update(bench, id, change).await.expect("labels can change");
    assert_eq!(updated.summary.labels, labels);
    assert_eq!(updated.document.labels, labels);
    assert_eq!(
        updated.document.description.as_deref(),
        Some("what it is for")
    );
    assert_eq!(
        updated.summary.description.as_deref(),
        Some("what it is for")
    );
    assert_ne!(updated.summary.revision, ended.summary.revision);
    assert_eq!(updated.run, ended.run);
    assert_eq!(updated.document.tasks, ended.document.tasks);
    assert_eq!(listed(bench, ("team", "core")).await, []);
    assert_eq!(listed(bench, ("tier", "b")).await, [id]);
    let none = Update {
        description: Some(None),
        ..nothing("third")
    };
    let updated = update(bench, id, none).await.expect("it can be taken away");
    assert_eq!(updated.summary.description, None);
    assert_eq!(updated.summary.labels, labels);
}

/// An update may demand an etag; with another one nothing changes. An update to what is so already
/// changes nothing either.
pub async fn an_update_may_demand_an_etag<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(saying("before")).await;
    let before = bench.get(id).await;
    let demanding = |demanded: &str| Update {
        if_match: Some(demanded.to_owned()),
        ..to(bench, saying("after"), "second")
    };
    match update(bench, id, demanding("another")).await {
        Err(Error::PreconditionFailed { etag }) => assert_eq!(etag, before.summary.etag),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(id).await, before);
    let updated = update(bench, id, demanding(&before.summary.etag)).await;
    let updated = updated.expect("that is its etag");
    let again = update(bench, id, to(bench, saying("after"), "second")).await;
    assert_eq!(again.expect("it is so already"), updated);
}

/// A document is refused when the workflow is not held, and when it has another name.
pub async fn a_document_that_does_not_fit_is_refused<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(saying("before")).await;
    let before = bench.get(id).await;
    let mut renamed = saying("after");
    renamed["name"] = json!("another");
    let refused = update(bench, id, to(bench, renamed, "second")).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    assert_eq!(bench.get(id).await, before);
    bench.stop(id, StopMode::Now).await;
    let refused = update(bench, id, to(bench, saying("after"), "second")).await;
    assert!(
        matches!(
            refused,
            Err(Error::Phase {
                verb: Verb::Update,
                ..
            })
        ),
        "{refused:?}"
    );
    let scope = bench.other_scope();
    let elsewhere = bench
        .backend()
        .update(&scope, id, nothing("x"), &by())
        .await;
    assert!(is_not_found(&elsewhere));
}
