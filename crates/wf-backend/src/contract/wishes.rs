//! Clauses about what a wish hinders while it is none but a wish.

use wf_model::{Fit, RestartMode, StopMode, Verb, Wish};

use super::Subject;
use super::bench::{Bench, by, unmet};
use super::interrupting::stubborn;
use super::phases::{Ask, attempt};
use super::restarting::{of, restart};
use crate::error::Error;
use crate::id::WorkflowId;
use crate::workflow::Snapshot;

/// While a workflow is being stopped, restarted or deleted, each operation is refused for that
/// wish, or fits, as the one table says.
pub async fn a_wish_hinders_what_the_table_says<S: Subject>(bench: &mut Bench<S>) {
    for wish in [Wish::Stopping, Wish::Restarting, Wish::Deleting] {
        for verb in Verb::ALL {
            let mut is_seen = false;
            for _ in 0..TRIES {
                let id = stubborn(bench).await;
                if let Some(now) = wished(bench, id, wish).await {
                    is_seen = ask(bench, verb, now).await;
                }
                end(bench, id).await;
                if is_seen {
                    break;
                }
            }
            assert!(
                is_seen,
                "{verb} of what is {wish:?} was never answered in time"
            );
        }
    }
}

/// How often it is tried: what is wished may become a fact before it is asked for.
const TRIES: usize = 5;

/// The workflow with that wish; nothing when it has become a fact already.
async fn wished<S: Subject>(bench: &Bench<S>, id: WorkflowId, wish: Wish) -> Option<Snapshot> {
    let (backend, scope, by) = (bench.backend(), bench.scope(), by());
    match wish {
        Wish::Stopping => drop(bench.stop(id, StopMode::Now).await),
        Wish::Restarting => drop(restart(bench, id, of(RestartMode::All)).await),
        Wish::Deleting => {
            let deleted = backend.delete(&scope, id, true, &by).await;
            deleted.expect("by force any workflow can be deleted");
        }
    }
    let now = backend.get(&scope, id).await.ok()?;
    is_wished(&now, wish).then_some(now)
}

fn is_wished(now: &Snapshot, wish: Wish) -> bool {
    let summary = &now.summary;
    match wish {
        Wish::Stopping => summary.stopping.is_some() && !summary.restarting,
        Wish::Restarting => summary.restarting,
        Wish::Deleting => summary.deleting,
    }
}

/// Whether the answer was one to the wish, and right.
async fn ask<S: Subject>(bench: &Bench<S>, verb: Verb, now: Snapshot) -> bool {
    let id = now.summary.id;
    let standing = now.summary.standing();
    let can = now.summary.can().contains(&verb);
    assert_eq!(
        can,
        verb.fit(standing) == Fit::Fits,
        "{verb} of {standing:?}"
    );
    let told = attempt(bench, Ask::Plain(verb), id).await;
    let is_right = match (verb.fit(standing), &told) {
        (Fit::Conflict(expected), Err(Error::Phase { misfit, .. })) => *misfit == expected,
        (Fit::Fits | Fit::AlreadySo, Ok(_)) => true,
        _ => false,
    };
    let moved = async || match bench.backend().get(&bench.scope(), id).await {
        Ok(later) => later.summary.standing() != standing,
        Err(_) => true,
    };
    if !is_right && !moved().await {
        unmet(&format!("{:?} of {verb}, not {told:?}", verb.fit(standing)));
    }
    is_right
}

async fn end<S: Subject>(bench: &Bench<S>, id: WorkflowId) {
    // It may be gone, or have ended.
    let by = by();
    let _ = bench.backend().delete(&bench.scope(), id, true, &by).await;
    bench.gone(id).await;
}
