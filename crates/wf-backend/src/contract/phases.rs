//! Clauses about which operation fits which phase.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wf_model::{Fit, StopMode, Verb, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, unmet};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

fn using(action: &str) -> Value {
    json!({"name": "phases", "tasks": [{"name": "A", "action": action}]})
}

fn exclusive(action: &str) -> Value {
    json!({"name": "phases", "mutex": "phases", "tasks": [{"name": "A", "action": action}]})
}

/// A new workflow in that phase, if the port can bring one there.
async fn in_phase<S: Subject>(bench: &Bench<S>, phase: WorkflowPhase) -> Option<WorkflowId> {
    let id = match phase {
        WorkflowPhase::Held => bench.hold(using("true")).await,
        WorkflowPhase::Pending => {
            let holder = bench.run(exclusive("sleep")).await;
            bench.in_phase(holder, WorkflowPhase::Running).await;
            bench.run(exclusive("true")).await
        }
        WorkflowPhase::Running => bench.run(using("sleep")).await,
        WorkflowPhase::Suspended => return None,
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
    Some(id)
}

async fn attempt<S: Subject>(
    bench: &Bench<S>,
    verb: Verb,
    id: WorkflowId,
) -> Result<Option<Snapshot>, Error> {
    let (backend, scope) = (bench.backend(), bench.scope());
    match verb {
        Verb::Start => backend.start(&scope, id, BTreeMap::new()).await.map(Some),
        Verb::Stop => bench.try_stop(id, StopMode::Now).await.map(Some),
        _ => backend.delete(&scope, id, false).await.map(|()| None),
    }
}

/// An operation fits, is already so, or is refused, as the one table says; refused or already so,
/// nothing changes.
pub async fn operations_fit_as_the_table_says<S: Subject>(bench: &mut Bench<S>) {
    for phase in WorkflowPhase::ALL {
        for verb in [Verb::Start, Verb::Stop, Verb::Delete] {
            let Some(id) = in_phase(bench, phase).await else {
                continue;
            };
            let before = bench.get(id).await;
            match (verb.fit(phase), attempt(bench, verb, id).await) {
                (Fit::Fits, Ok(Some(after))) => {
                    assert_ne!(after.summary.revision, before.summary.revision);
                }
                (Fit::Fits, Ok(None)) => bench.gone(id).await,
                (Fit::AlreadySo, Ok(after)) => assert_eq!(after, Some(before)),
                (Fit::Conflict(fitting), Err(error)) => {
                    let words = error.to_string();
                    assert!(
                        matches!(error, Error::Phase { verb: v, phase: p, fitting: f }
                            if v == verb && p == phase && f == fitting),
                        "{verb} of {phase}: {words}"
                    );
                    assert_eq!(bench.get(id).await.summary.phase, phase);
                }
                (fit, became) => unmet(&format!("{verb} of {phase}: {fit:?}, not {became:?}")),
            }
            // What still holds the mutex would keep the next one from it.
            for id in running(bench).await {
                bench.stop(id, StopMode::Now).await;
                bench.finished(id).await;
            }
        }
    }
}

async fn running<S: Subject>(bench: &Bench<S>) -> Vec<WorkflowId> {
    let query = crate::workflow::Query {
        filter: crate::workflow::Filter {
            phases: vec![WorkflowPhase::Pending, WorkflowPhase::Running],
            ..crate::workflow::Filter::default()
        },
        first: 100,
        ..crate::workflow::Query::default()
    };
    let page = bench.backend().list(&bench.scope(), &query).await;
    let page = page.expect("what runs can be listed");
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
