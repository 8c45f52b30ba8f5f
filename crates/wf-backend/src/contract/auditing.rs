//! Clauses about the audit: who did what.

use serde_json::json;
use wf_model::{StopMode, TaskPhase, WorkflowPhase};

use super::bench::{Bench, by, is_not_found};
use super::{Subject, restarting};
use crate::asked::{Answer, By, Restart};
use crate::history::{AuditEntry, Refusal};
use crate::id::WorkflowId;

async fn audit<S: Subject>(bench: &Bench<S>, id: WorkflowId) -> Vec<AuditEntry> {
    let page = bench.backend().audit(&bench.scope(), id, None, 100).await;
    let page = page.expect("an audit can be read");
    assert!(!page.has_more);
    page.items
}

/// Every call that changes a workflow leaves who, what, when and why.
pub async fn what_was_done_is_told_with_who_and_why<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let submission = {
        let document = json!({"name": "audited", "tasks": [{"name": "A", "action": "true"}]});
        let mut submission = bench.submission(document);
        submission.start = crate::workflow::Start::Hold;
        submission
    };
    let id = bench.create(submission.clone()).await.summary.id;
    let who = |action: &str| By {
        actor: Some(format!("who asked for {action}")),
        reason: Some(format!("why {action}")),
        request_id: format!("request {action}"),
        ..by()
    };
    let start = who("start");
    let started = backend.start(&scope, id, [].into(), None, &start).await;
    started.expect("it is held");
    bench.finished(id).await;
    let again = Restart {
        mode: wf_model::RestartMode::All,
        parameters: [].into(),
        expected_run: None,
        rendered: None,
    };
    let restart = who("restart");
    let restarted = backend.restart(&scope, id, again, &restart).await;
    restarted.expect("it has ended");
    bench.in_phase(id, WorkflowPhase::Succeeded).await;

    let entries = audit(bench, id).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.outcome.as_str(), entry.run))
        .collect();
    assert_eq!(
        told,
        [
            ("restart", "OK", 2),
            ("start", "OK", 1),
            ("create", "OK", 1)
        ]
    );
    for (entry, by) in entries.iter().zip([&restart, &start, &submission.by]) {
        assert_eq!(entry.actor, by.actor);
        assert_eq!(entry.reason, by.reason);
        assert_eq!(entry.request_id, by.request_id);
        assert_eq!(entry.at, by.at);
    }
    bench.reopen().await;
    assert_eq!(audit(bench, id).await, entries);
}

/// Each kind of change leaves its entry, with the task when it is of one.
pub async fn every_kind_of_change_leaves_its_entry<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope, by) = (bench.backend(), bench.scope(), by());
    let id = bench
        .run(json!({"name": "audited", "tasks": [
            {"name": "A", "action": "approval"}, {"name": "B", "action": "approval"}]}))
        .await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench.task_in(id, "B", TaskPhase::Waiting).await;
    let suspended = backend.suspend(&scope, id, &by).await;
    suspended.expect("it is under way");
    let resumed = backend.resume(&scope, id, &by).await;
    resumed.expect("it is suspended");
    let update = super::updating::relabelled("blue", "another");
    let updated = backend.update(&scope, id, update, &by).await;
    updated.expect("labels can always be changed");
    let yes = Answer {
        approve: true,
        ..Answer::default()
    };
    let answered = backend.answer(&scope, id, "A", yes, &by).await;
    answered.expect("it waits");
    let stopped = backend.stop_task(&scope, id, "B", &by).await;
    stopped.expect("it waits");
    bench.finished(id).await;
    let again = restarting::of(restarting::tasks(&["B"], false));
    let restarted = backend.restart(&scope, id, again, &by).await;
    restarted.expect("it has ended");
    bench.task_in(id, "B", TaskPhase::Waiting).await;
    bench.stop(id, StopMode::Now).await;

    let mut entries = audit(bench, id).await;
    entries.reverse();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            let (task, mode) = (entry.task.as_deref(), entry.mode.as_deref());
            (entry.action.as_str(), task, mode, entry.run)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("create", None, None, 1),
            ("suspend", None, None, 1),
            ("resume", None, None, 1),
            ("update", None, Some("LABELS"), 1),
            ("answer", Some("A"), Some("APPROVE"), 1),
            ("stop", Some("B"), None, 1),
            ("restart", Some("B"), Some("TASKS"), 2),
            ("stop", None, Some("NOW"), 2),
        ]
    );
    assert!(entries.iter().all(|entry| entry.outcome == "OK"));
}

/// What is refused leaves nothing by itself, and what it is told to leave; what is so already
/// leaves nothing.
pub async fn a_refusal_is_noted_when_that_is_asked_for<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let document = json!({"name": "refused", "tasks": [{"name": "A", "action": "true"}]});
    let ended = bench.run_to_end(document.clone()).await;
    let id = ended.summary.id;
    assert!(bench.try_stop(id, StopMode::Now).await.is_err());
    assert_eq!(audit(bench, id).await.len(), 1);
    let refusal = Refusal {
        action: "stop".to_owned(),
        task: Some("A".to_owned()),
        mode: Some("NOW".to_owned()),
        code: "CONFLICT".to_owned(),
        by: by(),
    };
    let noted = backend.record(&scope, id, refusal.clone()).await;
    noted.expect("a refusal can be noted");
    assert_eq!(bench.get(id).await, ended, "nothing else changes");
    let entry = audit(bench, id).await.swap_remove(0);
    assert_eq!(entry.outcome, "CONFLICT");
    assert_eq!(entry.task.as_deref(), Some("A"));
    assert_eq!(entry.mode.as_deref(), Some("NOW"));

    let other = bench.other_scope();
    assert!(is_not_found(&backend.record(&other, id, refusal).await));
    assert!(is_not_found(&backend.audit(&other, id, None, 1).await));
    let held = bench.hold(document).await;
    bench.stop(held, StopMode::Now).await;
    bench.stop(held, StopMode::Now).await;
    let actions: Vec<_> = audit(bench, held).await;
    let actions: Vec<_> = actions.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["stop", "create"]);
}

/// An audit is read part by part, and does not grow without end.
pub async fn an_audit_is_bounded_and_read_in_parts<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let id = bench
        .hold(json!({"name": "long", "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    let refusal = Refusal {
        action: "start".to_owned(),
        task: None,
        mode: None,
        code: "INVALID".to_owned(),
        by: by(),
    };
    for _ in 0..1100 {
        let noted = backend.record(&scope, id, refusal.clone()).await;
        noted.expect("a refusal can be noted");
    }
    let (mut read, mut before) = (Vec::new(), None);
    loop {
        let page = backend.audit(&scope, id, before, 300).await;
        let page = page.expect("an audit can be read");
        assert!(page.items.len() <= 300);
        read.extend(page.items);
        if !page.has_more {
            break;
        }
        before = read.last().map(|entry| entry.sequence);
    }
    assert!(read.len() <= 1000, "{} entries", read.len());
    assert!(read.len() >= 100);
    assert!(read.is_sorted_by(|newer, older| newer.sequence > older.sequence));
    let oldest = read.last().map(|entry| entry.action.as_str());
    assert_eq!(oldest, Some("create"), "refusals go first");
}
