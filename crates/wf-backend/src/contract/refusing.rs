//! Clauses about restarts that are refused.

use serde_json::json;
use wf_model::{RestartMode, Verb, Wish, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, result, unmet};
use super::interrupting::stubborn;
use super::restarting::{ended_run, fixable, of, restart, tasks, try_restart};
use crate::asked::Restart;
use crate::error::Error;

/// A run that somebody sees no more as the latest is not followed by the run they ask for.
pub async fn a_restart_may_demand_a_run<S: Subject>(bench: &mut Bench<S>) {
    let id = bench.run_to_end(fixable()).await.summary.id;
    let guarded = |expected| Restart {
        expected_run: Some(expected),
        ..of(RestartMode::FromFailed)
    };
    restart(bench, id, guarded(1)).await;
    let second = ended_run(bench, id, 2).await;
    match try_restart(bench, id, guarded(1)).await {
        Err(Error::Conflict(message)) => assert!(message.contains('2'), "{message}"),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(id).await, second);
}

/// While a restart is under way there is no other, and of what is being deleted there is none.
pub async fn a_restart_is_hindered_by_another_and_by_a_deletion<S: Subject>(bench: &mut Bench<S>) {
    let id = stubborn(bench).await;
    let wished = restart(bench, id, of(RestartMode::All)).await;
    if wished.summary.restarting {
        let again = try_restart(bench, id, of(RestartMode::All)).await;
        assert_hindered(again, Wish::Restarting);
    }
    let (backend, scope) = (bench.backend(), bench.scope());
    let deleted = backend.delete(&scope, id, true, &super::bench::by()).await;
    deleted.expect("with force anything is deleted");
    if let Ok(deleting) = backend.get(&scope, id).await {
        assert!(deleting.summary.deleting, "the wish shows at once");
        let again = try_restart(bench, id, of(RestartMode::All)).await;
        assert_hindered(again, Wish::Deleting);
    }
    bench.gone(id).await;
}

/// The restart was refused for that wish, unless what was wished is so by now.
fn assert_hindered<T: std::fmt::Debug>(refused: Result<T, Error>, wish: Wish) {
    match refused {
        Err(error @ Error::Phase { .. }) => {
            let words = error.to_string();
            assert!(words.contains(&wish.to_string()), "{words}");
        }
        Err(Error::NotFound { .. }) => {}
        other => unmet(&format!("a refusal, not {other:?}")),
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
            misfit,
        }) => {
            assert_eq!((verb, phase), (Verb::Restart, WorkflowPhase::Succeeded));
            assert!(!misfit.fitting.contains(&WorkflowPhase::Succeeded));
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    assert_eq!(bench.get(well).await, succeeded);
}

/// The restart was refused, since a task at that place needs what another has to leave anew.
fn needs_another<T: std::fmt::Debug>(restarted: Result<T, Error>, place: &str, remedy: &str) {
    match restarted {
        Err(Error::Invalid(faults)) => {
            let fault = &faults.as_slice()[0];
            assert_eq!(fault.path, place);
            assert!(fault.message.contains(remedy), "{fault:?}");
        }
        other => unmet(&format!("a refusal, not {other:?}")),
    }
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
    let alone = try_restart(bench, id, of(tasks(&["B"], false))).await;
    needs_another(alone, "tasks[2].parameters[0].value", "restart `M` too");
    restart(bench, id, of(tasks(&["M"], true))).await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(result(&ended, "B"), Some("1"));
}

/// A value that a cluster would take for a reference is not inherited.
pub async fn a_value_with_braces_cannot_be_inherited<S: Subject>(bench: &mut Bench<S>) {
    let id = bench
        .run_to_end(json!({"name": "braces", "tasks": [
            {"name": "A", "action": "shell", "parameters": [
                {"name": "script", "value": "printf '{%sx}}' '{'"}]},
            {"name": "B", "action": "echo", "dependsOn": ["A"], "parameters": [
                {"name": "message", "value": "{{tasks.A.outputs.result}}"}]},
        ]}))
        .await
        .summary
        .id;
    let alone = try_restart(bench, id, of(tasks(&["B"], false))).await;
    needs_another(alone, "tasks[1].parameters[0].value", "restart `A` too");
    restart(bench, id, of(tasks(&["A"], true))).await;
    let ended = ended_run(bench, id, 2).await;
    assert_eq!(result(&ended, "B"), Some("{{x}}"));
}
