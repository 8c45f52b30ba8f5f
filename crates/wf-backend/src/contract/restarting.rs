//! Clauses about running a workflow again: what runs, what is inherited, and what is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use wf_argo::Profile;
use wf_model::{Argument, EXIT_HANDLER, RestartMode, StopMode, TaskPhase, WorkflowPhase};

use super::bench::{Bench, by, log_of, phases, result, task, unmet};
use super::{Subject, catalog};
use crate::asked::{Repeatable, Restart};
use crate::error::Result;
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

/// A restart of that mode, and nothing else.
pub(super) fn of(mode: RestartMode) -> Restart {
    Restart {
        mode,
        parameters: BTreeMap::new(),
        expected_run: None,
        rendered: None,
    }
}

/// The mode that runs these tasks.
pub(super) fn tasks(names: &[&str], downstream: bool) -> RestartMode {
    RestartMode::Tasks {
        names: names.iter().map(|&name| name.to_owned()).collect(),
        downstream,
    }
}

pub(super) async fn try_restart<S: Subject>(
    bench: &Bench<S>,
    id: WorkflowId,
    restart: Restart,
) -> Result<Repeatable> {
    let scope = bench.scope();
    bench.backend().restart(&scope, id, restart, &by()).await
}

/// Restarts a workflow; the workflow right after.
pub(super) async fn restart<S: Subject>(
    bench: &Bench<S>,
    id: WorkflowId,
    restart: Restart,
) -> Snapshot {
    match try_restart(bench, id, restart).await {
        Ok(Repeatable::Done(snapshot)) => snapshot,
        other => unmet(&format!("a new run, not {other:?}")),
    }
}

/// Waits until that run of the workflow has ended.
pub(super) async fn ended_run<S: Subject>(bench: &Bench<S>, id: WorkflowId, run: u32) -> Snapshot {
    let ended = |now: &Snapshot| now.summary.run == run && now.summary.phase.is_finished();
    bench.until(id, "the new run has ended", ended).await
}

/// B fails as long as the parameter is not 0; A, X and Y do not refer to it.
pub(super) fn fixable() -> Value {
    json!({"name": "again", "parameters": [{"name": "code", "default": "1"}], "tasks": [
        {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "a"}]},
        {"name": "B", "action": "fail", "dependsOn": ["A"],
         "parameters": [{"name": "code", "value": "{{workflow.parameters.code}}"}]},
        {"name": "C", "action": "echo", "dependsOn": ["B"], "parameters": [
            {"name": "message", "value": "{{tasks.A.outputs.result}} again"}]},
        {"name": "X", "action": "true"},
        {"name": "Y", "action": "true", "dependsOn": ["X"]},
    ]})
}

/// The value with which it does not.
pub(super) fn fixed() -> BTreeMap<String, String> {
    [("code".to_owned(), "0".to_owned())].into()
}

/// From which run each task has its result; 0 when it ran itself.
pub(super) fn inherited(snapshot: &Snapshot) -> Vec<u32> {
    let tasks = snapshot.run.tasks.iter();
    tasks.map(|task| task.inherited_from.unwrap_or(0)).collect()
}

/// What failed runs again, and what waits for it; the others keep their results, with the run that
/// these come from.
pub async fn a_restart_from_failed_runs_what_failed<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.run_to_end(fixable()).await;
    let id = first.summary.id;
    assert_eq!(first.summary.phase, WorkflowPhase::Failed);
    let asked = Restart {
        parameters: fixed(),
        ..of(RestartMode::FromFailed)
    };
    let made = restart(bench, id, asked).await;
    assert_eq!((made.summary.run, made.run.number), (2, 2));
    assert!(!made.summary.phase.is_finished());
    assert_eq!(made.summary.expires_at, None);
    assert_eq!(made.parameters, [Argument::new("code", "0")]);
    assert_eq!(inherited(&made), [1, 0, 0, 1, 1]);
    let second = ended_run(bench, id, 2).await;
    assert_eq!(second.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(phases(&second), [TaskPhase::Succeeded; 5]);
    assert_eq!(second.summary.task_counts.succeeded, 5);
    assert_eq!(result(&second, "C"), Some("a again"));
    let (then, now) = (task(&first, "A"), task(&second, "A"));
    assert_eq!(then.finished_at, now.finished_at);
    assert_eq!(then.attempts, now.attempts);
    assert_eq!(bench.lines(id, log_of("A")).await, ["a"], "its log is kept");

    restart(bench, id, of(tasks(&["C"], false))).await;
    let third = ended_run(bench, id, 3).await;
    assert_eq!(inherited(&third), [1, 2, 0, 1, 1]);
    assert_eq!(third.parameters, [Argument::new("code", "0")], "as before");
}

/// Everything runs again.
pub async fn a_restart_of_all_inherits_nothing<S: Subject>(bench: &mut Bench<S>) {
    let first = bench.run_to_end(fixable()).await;
    let id = first.summary.id;
    let made = restart(bench, id, of(RestartMode::All)).await;
    assert_eq!(inherited(&made), [0; 5]);
    let second = ended_run(bench, id, 2).await;
    assert_eq!(phases(&second), phases(&first));
    assert_eq!(second.summary.phase, WorkflowPhase::Failed);
    assert!(task(&second, "A").started_at >= task(&first, "A").finished_at);
}

/// Named tasks run whatever those before them came to, and wake what waits for them only when
/// that is asked for.
pub async fn named_tasks_run_alone_or_with_what_follows<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run_to_end(fixable()).await.summary.id;
    restart(bench, id, of(tasks(&["C", "X"], false))).await;
    let second = ended_run(bench, id, 2).await;
    assert_eq!(inherited(&second), [1, 1, 0, 0, 1]);
    assert_eq!(task(&second, "C").phase, TaskPhase::Succeeded);
    assert_eq!(second.summary.phase, WorkflowPhase::Succeeded);
    restart(bench, id, of(tasks(&["X"], true))).await;
    let third = ended_run(bench, id, 3).await;
    assert_eq!(inherited(&third), [1, 1, 2, 0, 0]);
}

/// A changed parameter runs every task that refers to it, and what follows.
pub async fn a_changed_parameter_runs_what_refers_to_it<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run_to_end(fixable()).await.summary.id;
    let asked = Restart {
        parameters: fixed(),
        ..of(tasks(&["Y"], false))
    };
    restart(bench, id, asked).await;
    let second = ended_run(bench, id, 2).await;
    assert_eq!(inherited(&second), [1, 0, 0, 1, 0]);
    assert_eq!(second.summary.phase, WorkflowPhase::Succeeded);
}

/// Artifacts, output parameters and fan-outs are inherited like any result.
pub async fn all_kinds_of_results_are_inherited<S: Subject>(bench: &mut Bench<S>) {
    let text = |value: &str| json!([{"name": "text", "value": value}]);
    let message = "{{tasks.M.outputs.parameters.length}} {{tasks.F.outputs.result}}";
    let id = bench
        .run_to_end(json!({"name": "kept", "tasks": [
            {"name": "P", "action": "produce", "parameters": text("an artifact")},
            {"name": "M", "action": "measure", "parameters": text("four")},
            {"name": "F", "action": "echo", "withItems": ["x", "y"],
             "parameters": [{"name": "message", "value": "{{item}}"}]},
            {"name": "C", "action": "consume", "artifacts": [
                {"name": "in", "from": "{{tasks.P.outputs.artifacts.out}}"}], "dependsOn": ["P"]},
            {"name": "E", "action": "echo", "dependsOn": ["M", "F"],
             "parameters": [{"name": "message", "value": message}]},
        ]}))
        .await
        .summary
        .id;
    for run in 2..=3 {
        restart(bench, id, of(tasks(&["C", "E"], false))).await;
        let ended = ended_run(bench, id, run).await;
        assert_eq!(
            ended.summary.phase,
            WorkflowPhase::Succeeded,
            "{:#?}",
            ended.run
        );
        assert_eq!(inherited(&ended), [1, 1, 1, 0, 0]);
        assert_eq!(task(&ended, "F").items.len(), 2);
        assert_eq!(bench.lines(id, log_of("C")).await, ["an artifact"]);
        assert_eq!(result(&ended, "E"), Some(r#"4 ["x","y"]"#));
    }
    let mut of_item = log_of("F");
    of_item.item = Some(1);
    assert_eq!(bench.lines(id, of_item).await, ["y"]);
}

/// A workflow that was stopped while it was held can run after all, with values of its parameters.
pub async fn a_workflow_that_never_began_can_be_restarted<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.hold(fixable()).await;
    bench.stop(id, StopMode::Now).await;
    let asked = Restart {
        parameters: fixed(),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, asked).await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(inherited(&ended), [0; 5]);
}

/// When every task keeps its result, the run has them all, and runs its exit handler alone.
pub async fn a_run_of_which_nothing_is_left_runs_the_exit_handler<S: Subject>(
    bench: &mut Bench<S>,
) {
    let code = json!([{"name": "code", "value": "{{workflow.parameters.code}}"}]);
    let first = bench
        .run_to_end(
            json!({"name": "handled", "parameters": [{"name": "code", "default": "1"}],
            "onExit": {"action": "fail", "parameters": code},
            "tasks": [{"name": "A", "action": "true"}]}),
        )
        .await;
    assert_eq!(first.summary.phase, WorkflowPhase::Failed);
    let id = first.summary.id;
    let asked = Restart {
        parameters: fixed(),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, asked).await;
    let second = ended_run(bench, id, 2).await;
    assert_eq!(second.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(inherited(&second), [1]);
    let handler = task(&second, EXIT_HANDLER);
    assert_eq!(handler.phase, TaskPhase::Succeeded);
    assert!(handler.started_at >= first.summary.finished_at);
}

/// A run has the actions that the workflow was accepted with, unless others are given.
pub async fn a_restart_may_have_other_actions<S: Subject>(bench: &mut Bench<S>) {
    let document = json!({"name": "mended", "tasks": [
        {"name": "A", "action": "true"},
        {"name": "B", "action": "flaky", "dependsOn": ["A"]},
        {"name": "C", "action": "sleep", "dependsOn": ["B"], "parameters": [
            {"name": "seconds", "value": "0"}]},
    ]});
    let id = bench.run_to_end(document.clone()).await.summary.id;
    restart(bench, id, of(RestartMode::FromFailed)).await;
    let again = ended_run(bench, id, 2).await;
    assert_eq!(again.summary.phase, WorkflowPhase::Failed);
    let workflow = bench.submission(document).workflow;
    let rendered = wf_argo::render(&workflow, &catalog::mended(), &Profile::plain());
    let mended = Restart {
        rendered: rendered.ok().map(Arc::new),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, mended).await;
    let mended = ended_run(bench, id, 3).await;
    assert_eq!(mended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(inherited(&mended), [1, 0, 0]);
    restart(bench, id, of(RestartMode::All)).await;
    let kept = ended_run(bench, id, 4).await;
    assert_eq!(kept.summary.phase, WorkflowPhase::Succeeded, "they stay");
}
