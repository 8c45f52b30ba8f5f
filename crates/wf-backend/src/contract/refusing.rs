//! Clauses about restarts and starts that are repeated, and restarts that are refused.

use serde_json::json;
use wf_model::{RestartMode, Verb, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, result, unmet};
use super::restarting::{ended_run, fixable, fixed, of, restart, tasks, try_restart};
use crate::asked::{Repeatable, Restart};
use crate::error::Error;

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
