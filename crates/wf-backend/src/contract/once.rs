//! Clauses about requests that are repeated: each change is made once.

use serde_json::json;
use wf_model::{RestartMode, StopMode, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, is_not_found, unmet};
use super::restarting::{ended_run, fixable, fixed, of};
use super::updating;
use crate::asked::{Answer, By, Repeatable, RequestKey};
use crate::error::{Error, Result};
use crate::workflow::Snapshot;

/// Somebody whose request has that key.
fn keyed(key: &str, request: &str) -> By {
    By {
        key: Some(RequestKey {
            key: key.to_owned(),
            request: request.to_owned(),
        }),
        ..by()
    }
}

/// What was done now, and not before.
fn done(told: Result<Repeatable>) -> Snapshot {
    match told {
        Ok(Repeatable::Done(snapshot)) => snapshot,
        other => unmet(&format!("something that is done, not {other:?}")),
    }
}

/// What was done before, and not now.
fn replayed(told: Result<Repeatable>) -> Snapshot {
    match told {
        Ok(Repeatable::Replayed(snapshot)) => snapshot,
        other => unmet(&format!("a replay, not {other:?}")),
    }
}

/// The same restart again makes no second run, whatever has come of the first.
pub async fn a_repeated_restart_changes_nothing<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let id = bench.run_to_end(fixable()).await.summary.id;
    let restart = async |by: By| {
        let from_failed = of(RestartMode::FromFailed);
        backend.restart(&scope, id, from_failed, &by).await
    };
    done(restart(keyed("one", "r")).await);
    let second = ended_run(bench, id, 2).await;
    assert_eq!(replayed(restart(keyed("one", "r")).await), second);
    let (left, right) = tokio::join!(restart(keyed("two", "r")), restart(keyed("two", "r")));
    let new = [&left, &right];
    let new = new
        .iter()
        .filter(|told| matches!(told, Ok(Repeatable::Done(_))));
    assert_eq!(new.count(), 1, "{left:?}, {right:?}");
    let third = ended_run(bench, id, 3).await;
    bench.reopen().await;
    let backend = bench.backend();
    let (from_failed, one) = (of(RestartMode::FromFailed), keyed("one", "r"));
    let again = backend.restart(&scope, id, from_failed, &one).await;
    assert_eq!(replayed(again).run, third.run);
}

/// The start of a workflow can be repeated as well; another start is refused.
pub async fn a_repeated_start_changes_nothing<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let id = bench.hold(fixable()).await;
    let start = async |by: By| backend.start(&scope, id, fixed(), None, &by).await;
    done(start(keyed("one", "s")).await);
    let ended = bench.finished(id).await;
    assert_eq!(replayed(start(keyed("one", "s")).await), ended);
    for other in [keyed("two", "s"), by()] {
        let refused = start(other).await;
        assert!(matches!(refused, Err(Error::Phase { .. })), "{refused:?}");
    }
}

/// Whatever changes a workflow is done once for each key, also when it was undone meanwhile.
pub async fn every_change_is_made_once_for_its_key<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let tasks = json!([{"name": "A", "action": "approval"}, {"name": "B", "action": "approval"}]);
    let document = json!({"name": "once", "tasks": tasks});
    let id = bench.run(document).await;
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench.task_in(id, "B", TaskPhase::Waiting).await;

    done(backend.suspend(&scope, id, &keyed("one", "s")).await);
    done(backend.resume(&scope, id, &keyed("one r", "r")).await);
    let running = replayed(backend.suspend(&scope, id, &keyed("one", "s")).await);
    assert!(!matches!(running.summary.phase, WorkflowPhase::Suspended));
    replayed(backend.resume(&scope, id, &keyed("one r", "r")).await);

    let relabelled = || updating::relabelled("blue", "second");
    done(
        backend
            .update(&scope, id, relabelled(), &keyed("two", "u"))
            .await,
    );
    let another = updating::relabelled("red", "third");
    done(backend.update(&scope, id, another, &by()).await);
    let told = replayed(
        backend
            .update(&scope, id, relabelled(), &keyed("two", "u"))
            .await,
    );
    assert_eq!(told.summary.etag, "third");

    let yes = || Answer {
        approve: true,
        ..Answer::default()
    };
    done(
        backend
            .answer(&scope, id, "A", yes(), &keyed("three", "a"))
            .await,
    );
    replayed(
        backend
            .answer(&scope, id, "A", yes(), &keyed("three", "a"))
            .await,
    );
    bench.task_in(id, "A", TaskPhase::Succeeded).await;
    replayed(
        backend
            .answer(&scope, id, "A", yes(), &keyed("three", "a"))
            .await,
    );

    done(
        backend
            .stop_task(&scope, id, "B", &keyed("four", "t"))
            .await,
    );
    bench.finished(id).await;
    replayed(
        backend
            .stop_task(&scope, id, "B", &keyed("four", "t"))
            .await,
    );
}

/// Whether a request was made before can be asked without making it.
pub async fn a_request_that_was_made_is_known<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let tasks = json!([{"name": "A", "action": "approval"}]);
    let id = bench.hold(json!({"name": "known", "tasks": tasks})).await;
    let replay = async |by: By| backend.replay(&scope, id, &by).await;
    assert_eq!(replay(keyed("one", "s")).await.expect("it is there"), None);
    let by_one = keyed("one", "s");
    done(backend.start(&scope, id, [].into(), None, &by_one).await);
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    bench.stop(id, StopMode::Now).await;
    let ended = bench.finished(id).await;
    let known = replay(keyed("one", "s")).await;
    assert_eq!(known.expect("it is there"), Some(ended.clone()));
    for unknown in [keyed("two", "s"), by()] {
        assert_eq!(replay(unknown).await.expect("it is there"), None);
    }
    let other = replay(keyed("one", "another")).await;
    assert!(matches!(other, Err(Error::Conflict(_))), "{other:?}");
    assert_eq!(bench.get(id).await, ended, "nothing changes");
    let nobody = bench.other_scope();
    let told = backend.replay(&nobody, id, &keyed("one", "s")).await;
    assert!(is_not_found(&told));
}

/// A stop that is repeated does not end the run that was begun after it.
pub async fn a_repeated_stop_does_not_end_a_later_run<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let tasks = json!([{"name": "A", "action": "approval"}]);
    let id = bench.run(json!({"name": "later", "tasks": tasks})).await;
    let stop = async || {
        let by = keyed("one", "s");
        backend.stop(&scope, id, StopMode::Now, &by).await
    };
    done(stop().await);
    bench.finished(id).await;
    let again = backend
        .restart(&scope, id, of(RestartMode::All), &by())
        .await;
    done(again);
    bench.task_in(id, "A", TaskPhase::Waiting).await;
    assert!(replayed(stop().await).summary.stopping.is_none());
}

/// A key that was used for another request is refused, and one that was refused is free.
pub async fn a_key_stands_for_one_request<S: Subject>(bench: &mut Bench<S>) {
    let (backend, scope) = (bench.backend(), bench.scope());
    let tasks = json!([{"name": "A", "action": "approval"}]);
    let id = bench.hold(json!({"name": "key", "tasks": tasks})).await;
    let refused = backend.suspend(&scope, id, &keyed("one", "s")).await;
    assert!(matches!(refused, Err(Error::Phase { .. })), "{refused:?}");
    done(
        backend
            .start(&scope, id, [].into(), None, &keyed("two", "s"))
            .await,
    );
    done(backend.suspend(&scope, id, &keyed("one", "s")).await);
    match backend.resume(&scope, id, &keyed("one", "another")).await {
        Err(Error::Conflict(message)) => assert!(message.contains("key"), "{message}"),
        other => unmet(&format!("a refusal, not {other:?}")),
    }
    let now = bench.get(id).await;
    assert_eq!(now.summary.phase, WorkflowPhase::Suspended);
}
