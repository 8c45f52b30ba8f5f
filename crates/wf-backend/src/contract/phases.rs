//! Clauses about which operation fits which phase.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use wf_model::{Fit, RestartMode, Standing, StopMode, TaskPhase, Verb, WorkflowPhase};

use super::bench::{Bench, by, unmet};
use super::{Subject, restarting, updating};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

fn using(action: &str) -> Value {
    json!({"name": "phases", "tasks": [{"name": "A", "action": action}]})
}

fn exclusive(mutex: &str, action: &str) -> Value {
    json!({"name": "phases", "mutex": mutex, "tasks": [{"name": "A", "action": action}]})
}

/// A new workflow in that phase, of which nothing changes by itself.
async fn in_phase<S: Subject>(bench: &Bench<S>, phase: WorkflowPhase) -> Snapshot {
    let id = match phase {
        WorkflowPhase::Held => bench.hold(using("true")).await,
        WorkflowPhase::Pending => {
            // Of its own, so that it waits for nobody else.
            let mutex = format!("m{}", uuid::Uuid::now_v7().simple());
            let holder = bench.run(exclusive(&mutex, "sleep")).await;
            bench.in_phase(holder, WorkflowPhase::Running).await;
            bench.run(exclusive(&mutex, "true")).await
        }
        WorkflowPhase::Running => {
            let id = bench.run(using("sleep")).await;
            bench.task_in(id, "A", TaskPhase::Running).await;
            id
        }
        WorkflowPhase::Suspended => {
            let id = bench.run(using("sleep")).await;
            bench.task_in(id, "A", TaskPhase::Running).await;
            let suspended = bench.backend().suspend(&bench.scope(), id, &by()).await;
            suspended.expect("what runs can be suspended");
            id
        }
        WorkflowPhase::Succeeded => bench.run(using("true")).await,
        WorkflowPhase::Failed => bench.run(using("fail")).await,
        WorkflowPhase::Error => bench.run(using("absent")).await,
        WorkflowPhase::Stopped => {
            let id = bench.hold(using("true")).await;
            bench.stop(id, StopMode::Now).await;
            id
        }
    };
    bench.in_phase(id, phase).await;
    settled(bench, id).await
}

/// The workflow, once nothing changes by itself.
async fn settled<S: Subject>(bench: &Bench<S>, id: WorkflowId) -> Snapshot {
    let mut last = bench.get(id).await;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = bench.get(id).await;
        if now.summary.revision == last.summary.revision {
            return now;
        }
        last = now;
    }
}

/// Asks that of a workflow; what it is then, when that is told.
async fn attempt<S: Subject>(
    bench: &Bench<S>,
    verb: Verb,
    id: WorkflowId,
) -> Result<Option<Snapshot>, Error> {
    let (backend, scope, by) = (bench.backend(), bench.scope(), by());
    let told = match verb {
        Verb::Start => {
            let started = backend.start(&scope, id, BTreeMap::new(), None, &by);
            started.await?
        }
        Verb::Suspend => backend.suspend(&scope, id, &by).await?,
        Verb::Resume => backend.resume(&scope, id, &by).await?,
        Verb::Stop => backend.stop(&scope, id, StopMode::Now, &by).await?,
        Verb::Restart => {
            let all = restarting::of(RestartMode::All);
            backend.restart(&scope, id, all, &by).await?
        }
        Verb::Update => {
            let update = updating::to(bench, using("fail"), "another");
            backend.update(&scope, id, update, &by).await?
        }
        Verb::Delete => {
            backend.delete(&scope, id, false, &by).await?;
            return Ok(None);
        }
    };
    Ok(Some(told.into_snapshot()))
}

/// Every operation, on a workflow in every phase, fits, is already so, or is refused, as the one
/// table says; refused or already so, nothing changes.
pub async fn operations_fit_as_the_table_says<S: Subject>(bench: &mut Bench<S>) {
    for phase in WorkflowPhase::ALL {
        let unfit = in_phase(bench, phase).await;
        let fitting = Verb::fitting(Standing::at(phase));
        for verb in Verb::ALL {
            if fitting.contains(&verb) {
                let before = in_phase(bench, phase).await;
                do_what_fits(bench, verb, before).await;
            } else {
                change_nothing(bench, verb, &unfit).await;
            }
        }
        stop_all(bench).await;
    }
}

async fn do_what_fits<S: Subject>(bench: &Bench<S>, verb: Verb, before: Snapshot) {
    let (phase, id) = (before.summary.phase, before.summary.id);
    assert_eq!(verb.fit(before.summary.standing()), Fit::Fits);
    match attempt(bench, verb, id).await {
        Ok(Some(after)) => assert_ne!(
            after.summary.revision, before.summary.revision,
            "{verb} of {phase}"
        ),
        Ok(None) => bench.gone(id).await,
        Err(error) => unmet(&format!("{verb} of {phase}, not: {error}")),
    }
}

async fn change_nothing<S: Subject>(bench: &Bench<S>, verb: Verb, before: &Snapshot) {
    let (phase, id) = (before.summary.phase, before.summary.id);
    match (
        verb.fit(before.summary.standing()),
        attempt(bench, verb, id).await,
    ) {
        (Fit::AlreadySo, Ok(after)) => assert_eq!(after.as_ref(), Some(before)),
        (Fit::Conflict(expected), Err(error)) => {
            let words = error.to_string();
            assert!(
                matches!(error, Error::Phase { verb: v, phase: p, misfit }
                    if v == verb && p == phase && misfit == expected),
                "{verb} of {phase}: {words}"
            );
            assert!(words.contains(phase.as_str()), "{words}");
            for fitting in expected.fitting {
                assert!(words.contains(fitting.as_str()), "{words}");
            }
        }
        (fit, became) => unmet(&format!("{verb} of {phase}: {fit:?}, not {became:?}")),
    }
    let after = bench.get(id).await;
    assert_eq!(after.summary.revision, before.summary.revision, "{verb}");
    assert_eq!(after, *before, "{verb} of {phase}");
}

/// Ends all that is under way: what holds the mutex would keep the next one from it.
async fn stop_all<S: Subject>(bench: &Bench<S>) {
    for id in under_way(bench).await {
        // One that has ended in the meantime cannot be stopped.
        let _ = bench.try_stop(id, StopMode::Now).await;
        bench.finished(id).await;
    }
}

async fn under_way<S: Subject>(bench: &Bench<S>) -> Vec<WorkflowId> {
    let query = crate::workflow::Query {
        filter: crate::workflow::Filter {
            phases: vec![
                WorkflowPhase::Pending,
                WorkflowPhase::Running,
                WorkflowPhase::Suspended,
            ],
            ..crate::workflow::Filter::default()
        },
        first: 100,
        ..crate::workflow::Query::default()
    };
    let page = bench.backend().list(&bench.scope(), &query).await;
    let page = page.expect("what is under way can be listed");
    page.items.iter().map(|summary| summary.id).collect()
}

/// A finished run never changes again.
pub async fn a_finished_run_never_changes<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench.run_to_end(using("true")).await;
    let id = ended.summary.id;
    let refused = bench.try_stop(id, StopMode::Now).await;
    assert!(matches!(refused, Err(Error::Phase { .. })), "{refused:?}");
    bench.run_to_end(using("true")).await;
    assert_eq!(bench.get(id).await, ended);
    assert!(ended.summary.finished_at <= ended.summary.expires_at);
}
