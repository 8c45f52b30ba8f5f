//! Clauses about running a workflow again: what runs, what is inherited, and what is refused.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wf_model::{Argument, RestartMode, StopMode, TaskPhase, Verb, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, log_of, phases, result, task, unmet};
use crate::asked::{Repeatable, Restart};
use crate::error::{Error, Result};
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

/// A restart of that mode, and nothing else.
pub(super) fn of(mode: RestartMode) -> Restart {
    Restart {
        mode,
        parameters: BTreeMap::new(),
        key: None,
        expected_run: None,
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
fn fixable() -> Value {
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

fn fixed() -> BTreeMap<String, String> {
    [("code".to_owned(), "0".to_owned())].into()
}

/// From which run each task has its result; 0 when it ran itself.
fn inherited(snapshot: &Snapshot) -> Vec<u32> {
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

/// An unfinished workflow is ended first, without its exit handler, and runs again then.
pub async fn an_unfinished_workflow_ends_and_runs_again<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run(json!({"name": "again", "onExit": {"action": "true"},
        "parameters": [{"name": "seconds", "default": "60"}],
        "tasks": [
            {"name": "A", "action": "true"},
            {"name": "B", "action": "sleep", "dependsOn": ["A"], "parameters": [
                {"name": "seconds", "value": "{{workflow.parameters.seconds}}"}]},
            {"name": "C", "action": "true", "dependsOn": ["B"]},
        ]}))
        .await;
    bench.task_in(id, "B", TaskPhase::Running).await;
    let asked = Restart {
        parameters: [("seconds".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::FromFailed)
    };
    let asked = restart(bench, id, asked).await;
    let summary = &asked.summary;
    assert!(
        summary.run == 2
            || (summary.restarting && (summary.stopping || summary.phase.is_finished())),
        "the wish shows at once: {summary:?}"
    );
    let ended = ended_run(bench, id, 2).await;
    assert!(!ended.summary.restarting);
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(inherited(&ended), [1, 0, 0]);
    assert_eq!(
        task(&ended, wf_model::EXIT_HANDLER).phase,
        TaskPhase::Succeeded
    );
    let first = bench.backend().run(&bench.scope(), id, 1).await;
    let first = first.expect("the first run is kept").status;
    assert_eq!(first.phase, WorkflowPhase::Stopped);
    let handler = first.exit_handler.expect("it has an exit handler");
    assert_eq!(handler.started_at, None, "it runs once, at the end");
    let named: Vec<_> = first.tasks.iter().map(|task| task.phase).collect();
    let expected = [TaskPhase::Succeeded, TaskPhase::Stopped, TaskPhase::Omitted];
    assert_eq!(named, expected);
}

/// Sleeps as long as the parameter says, and once more in the exit handler.
fn sleeper() -> Value {
    json!({"name": "again", "parameters": [{"name": "seconds", "default": "60"}],
        "onExit": {"action": "sleep"},
        "tasks": [{"name": "A", "action": "sleep", "parameters": [
            {"name": "seconds", "value": "{{workflow.parameters.seconds}}"}]}]})
}

fn at_once() -> Restart {
    Restart {
        parameters: [("seconds".to_owned(), "0".to_owned())].into(),
        ..of(RestartMode::All)
    }
}

/// Also one that waits for its mutex.
pub async fn a_pending_workflow_can_be_restarted<S: Subject>(bench: &mut Bench<S>) {
    let mut document = sleeper();
    document["mutex"] = json!("m");
    let holder = bench.run(document.clone()).await;
    bench.task_in(holder, "A", TaskPhase::Running).await;
    let id = bench.run(document).await;
    restart(bench, id, of(RestartMode::All)).await;
    bench
        .until(id, "the second run waits", |now| {
            now.summary.run == 2 && now.summary.phase == WorkflowPhase::Pending
        })
        .await;
    bench.stop(holder, StopMode::Now).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}

/// Also one that is suspended, and one of which the exit handler runs because it was stopped.
pub async fn what_is_suspended_or_stopping_can_be_restarted<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run(sleeper()).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    let suspended = bench.backend().suspend(&bench.scope(), id, &by()).await;
    suspended.expect("it is under way");
    restart(bench, id, of(RestartMode::All)).await;
    bench
        .until(id, "the second run has begun", |now| {
            now.summary.run == 2 && task(now, "A").phase == TaskPhase::Running
        })
        .await;
    let handler = wf_model::EXIT_HANDLER;
    bench.stop(id, StopMode::Graceful).await;
    bench.task_in(id, handler, TaskPhase::Running).await;
    restart(bench, id, at_once()).await;
    let third = bench
        .until(id, "the third run is there", |now| now.summary.run == 3)
        .await;
    assert_eq!(third.run.stop, None, "the wish was for the run before");
    bench.task_in(id, handler, TaskPhase::Running).await;
    assert_eq!(task(&bench.get(id).await, "A").phase, TaskPhase::Succeeded);
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}

/// A restart is not forgotten when the process ends before the old run has.
pub async fn a_restart_outlives_the_process<S: Subject>(bench: &mut Bench<S>) {
    let mut document = sleeper();
    document["onExit"] = json!(null);
    let id = bench.run(document).await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    restart(bench, id, at_once()).await;
    bench.reopen().await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A stop withdraws a restart that has not come to its run yet.
pub async fn a_stop_withdraws_a_restart<S: Subject>(bench: &mut Bench<S>) {
    let stubborn = "trap 'sleep 0.7; exit' TERM; while :; do sleep 0.05; done";
    let id = bench
        .run(
            json!({"name": "again", "tasks": [{"name": "A", "action": "shell",
            "parameters": [{"name": "script", "value": stubborn}]}]}),
        )
        .await;
    bench.task_in(id, "A", TaskPhase::Running).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await; // The trap is set.
    restart(bench, id, of(RestartMode::All)).await;
    let stopped = bench.stop(id, StopMode::Now).await;
    if stopped.summary.run == 1 {
        assert!(!stopped.summary.restarting);
    }
    let ended = bench.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    bench
        .run_to_end(json!({"name": "meanwhile", "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    assert_eq!(bench.get(id).await, ended);
}

/// The same request again makes no second run; another one while the first is under way is refused.
pub async fn a_repeated_restart_changes_nothing<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run_to_end(fixable()).await.summary.id;
    let keyed = |key: &str| Restart {
        key: Some(key.to_owned()),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, keyed("one")).await;
    let second = ended_run(bench, id, 2).await;
    match try_restart(bench, id, keyed("one")).await {
        Ok(Repeatable::Replayed(snapshot)) => assert_eq!(snapshot, second),
        other => unmet(&format!("a replay, not {other:?}")),
    }
    let (left, right) = tokio::join!(
        try_restart(bench, id, keyed("two")),
        try_restart(bench, id, keyed("two"))
    );
    let done = [&left, &right]
        .iter()
        .filter(|told| matches!(told, Ok(Repeatable::Done(_))))
        .count();
    assert_eq!(done, 1, "{left:?}, {right:?}");
    let third = ended_run(bench, id, 3).await;

    let guarded = |expected| Restart {
        expected_run: Some(expected),
        ..of(RestartMode::FromFailed)
    };
    match try_restart(bench, id, guarded(2)).await {
        Err(Error::Conflict(message)) => assert!(message.contains('3'), "{message}"),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(id).await, third);
    restart(bench, id, guarded(3)).await;
    ended_run(bench, id, 4).await;
    match try_restart(bench, id, keyed("one")).await {
        Ok(Repeatable::Replayed(snapshot)) => assert_eq!(snapshot.summary.run, 4),
        other => unmet(&format!("a replay, not {other:?}")),
    }
}

/// The start of a workflow can be repeated as well.
pub async fn a_repeated_start_changes_nothing<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let id = bench.hold(fixable()).await;
    let start = async |key: Option<&str>| {
        let key = key.map(str::to_owned);
        backend.start(&scope, id, fixed(), key, &by()).await
    };
    let started = start(Some("one")).await;
    assert!(matches!(started, Ok(Repeatable::Done(_))), "{started:?}");
    let ended = bench.finished(id).await;
    match start(Some("one")).await {
        Ok(Repeatable::Replayed(snapshot)) => assert_eq!(snapshot, ended),
        other => unmet(&format!("a replay, not {other:?}")),
    }
    for key in [Some("two"), None] {
        let refused = start(key).await;
        assert!(matches!(refused, Err(Error::Phase { .. })), "{refused:?}");
    }
}

/// A restart that cannot be is refused, with the place and the way out, and changes nothing.
pub async fn a_restart_that_cannot_be_is_refused<S: Subject>(bench: &mut Bench<S>) {
    let failed = bench.run_to_end(fixable()).await;
    let id = failed.summary.id;
    let given = |name: &str, value: &str| Restart {
        parameters: [(name.to_owned(), value.to_owned())].into(),
        ..of(RestartMode::All)
    };
    for (wrong, place) in [
        (of(tasks(&[], false)), "tasks"),
        (of(tasks(&["A", "nobody"], false)), "tasks[1]"),
        (given("unknown", "1"), "parameters.unknown"),
        (given("code", "{{x}}"), "parameters.code"),
    ] {
        match try_restart(bench, id, wrong).await {
            Err(Error::Invalid(faults)) => {
                let faults = faults.as_slice();
                assert!(faults.iter().any(|fault| fault.path == place), "{faults:?}");
            }
            other => unmet(&format!("a refusal at {place}, not {other:?}")),
        }
    }
    assert_eq!(bench.get(id).await, failed);

    let succeeded = bench
        .run_to_end(json!({"name": "well", "tasks": [{"name": "A", "action": "true"}]}))
        .await;
    let well = succeeded.summary.id;
    match try_restart(bench, well, of(RestartMode::FromFailed)).await {
        Err(Error::Phase {
            verb,
            phase,
            fitting,
        }) => {
            assert_eq!((verb, phase), (Verb::Restart, WorkflowPhase::Succeeded));
            assert!(!fitting.contains(&WorkflowPhase::Succeeded));
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(well).await, succeeded);
}

/// What a task needs of one that is inherited has to be there.
pub async fn a_result_that_is_not_there_cannot_be_inherited<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run_to_end(json!({"name": "missing", "tasks": [
            {"name": "A", "action": "fail"},
            {"name": "M", "action": "measure", "dependsOn": ["A"],
             "parameters": [{"name": "text", "value": "x"}]},
            {"name": "B", "action": "echo", "dependsOn": ["M"], "parameters": [
                {"name": "message", "value": "{{tasks.M.outputs.parameters.length}}"}]},
        ]}))
        .await
        .summary
        .id;
    match try_restart(bench, id, of(tasks(&["B"], false))).await {
        Err(Error::Invalid(faults)) => {
            let fault = &faults.as_slice()[0];
            assert_eq!(fault.path, "tasks[2].parameters[0].value");
            assert!(fault.message.contains("restart `M` too"), "{fault:?}");
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    restart(bench, id, of(tasks(&["M"], true))).await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(result(&ended, "B"), Some("1"));
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
