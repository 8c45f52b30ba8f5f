//! Clauses about which operation fits which phase.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use wf_model::{Fit, Misfit, RestartMode, Standing, StopMode, TaskPhase, Verb, WorkflowPhase};

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

/// Something that can be asked of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// An operation, in its plain form.
    Plain(Verb),
    /// A stop that lets the exit handler run.
    StopGracefully,
    /// A restart of what failed.
    RestartFailed,
    /// Other labels.
    Relabel,
    /// A deletion that stops first.
    DeleteByForce,
}

impl Ask {
    fn all() -> Vec<Self> {
        let plain = Verb::ALL.into_iter().map(Self::Plain);
        plain
            .chain([
                Self::StopGracefully,
                Self::RestartFailed,
                Self::Relabel,
                Self::DeleteByForce,
            ])
            .collect()
    }

    fn verb(self) -> Verb {
        match self {
            Self::Plain(verb) => verb,
            Self::StopGracefully => Verb::Stop,
            Self::RestartFailed => Verb::Restart,
            Self::Relabel => Verb::Update,
            Self::DeleteByForce => Verb::Delete,
        }
    }

    /// What the table says of it, for a workflow of which nothing is wished.
    fn fit(self, phase: WorkflowPhase) -> Fit {
        match (self, phase) {
            (Self::Relabel | Self::DeleteByForce, _) => Fit::Fits,
            (Self::RestartFailed, WorkflowPhase::Succeeded) => Fit::Conflict(Misfit {
                fitting: &NOT_ALL_WELL,
                wish: None,
            }),
            _ => self.verb().fit(Standing::at(phase)),
        }
    }
}

/// Of which something is left to do.
const NOT_ALL_WELL: [WorkflowPhase; 6] = [
    WorkflowPhase::Pending,
    WorkflowPhase::Running,
    WorkflowPhase::Suspended,
    WorkflowPhase::Failed,
    WorkflowPhase::Error,
    WorkflowPhase::Stopped,
];

/// Asks that of a workflow; what it is then, when that is told.
pub(super) async fn attempt<S: Subject>(
    bench: &Bench<S>,
    ask: Ask,
    id: WorkflowId,
) -> Result<Option<Snapshot>, Error> {
    let (backend, scope, by) = (bench.backend(), bench.scope(), by());
    let restart = async |mode| backend.restart(&scope, id, restarting::of(mode), &by).await;
    let told = match ask {
        Ask::Plain(Verb::Start) => {
            let started = backend.start(&scope, id, BTreeMap::new(), None, &by);
            started.await?
        }
        Ask::Plain(Verb::Suspend) => backend.suspend(&scope, id, &by).await?,
        Ask::Plain(Verb::Resume) => backend.resume(&scope, id, &by).await?,
        Ask::Plain(Verb::Stop) => backend.stop(&scope, id, StopMode::Now, &by).await?,
        Ask::StopGracefully => backend.stop(&scope, id, StopMode::Graceful, &by).await?,
        Ask::Plain(Verb::Restart) => restart(RestartMode::All).await?,
        Ask::RestartFailed => restart(RestartMode::FromFailed).await?,
        Ask::Plain(Verb::Update) => {
            let update = updating::to(bench, using("fail"), "another");
            backend.update(&scope, id, update, &by).await?
        }
        Ask::Relabel => {
            let update = updating::relabelled("blue", "another");
            backend.update(&scope, id, update, &by).await?
        }
        Ask::Plain(Verb::Delete) | Ask::DeleteByForce => {
            let force = ask == Ask::DeleteByForce;
            backend.delete(&scope, id, force, &by).await?;
            return Ok(None);
        }
    };
    Ok(Some(told.into_snapshot()))
}

/// Everything that can be asked, of a workflow in every phase, fits, is already so, or is refused,
/// as the one table says; refused or already so, nothing changes. What fits is what is told to fit.
pub async fn operations_fit_as_the_table_says<S: Subject>(bench: &mut Bench<S>) {
    for phase in WorkflowPhase::ALL {
        let is_fit = |ask: &Ask| ask.fit(phase) == Fit::Fits;
        let (fit, unfit): (Vec<Ask>, Vec<Ask>) = Ask::all().into_iter().partition(is_fit);
        let id = in_phase(bench, phase).await.summary.id;
        for ask in unfit {
            change_nothing(bench, ask, id).await;
        }
        for ask in fit {
            stop_all(bench).await;
            let before = in_phase(bench, phase).await;
            do_what_fits(bench, ask, before).await;
        }
        stop_all(bench).await;
    }
}

async fn do_what_fits<S: Subject>(bench: &Bench<S>, ask: Ask, before: Snapshot) {
    let (phase, id) = (before.summary.phase, before.summary.id);
    if let Ask::Plain(verb) = ask {
        assert!(before.summary.can().contains(&verb), "{verb} of {phase}");
    }
    match attempt(bench, ask, id).await {
        Ok(Some(after)) => assert_ne!(
            after.summary.revision, before.summary.revision,
            "{ask:?} of {phase}"
        ),
        Ok(None) => bench.gone(id).await,
        Err(error) => unmet(&format!("{ask:?} of {phase}, not: {error}")),
    }
}

/// How often it is tried: a cluster may write something of its own in between, which changes the
/// etag and nothing else.
const TRIES: usize = 3;

async fn change_nothing<S: Subject>(bench: &Bench<S>, ask: Ask, id: WorkflowId) {
    let mut found = None;
    for _ in 0..TRIES {
        let before = settled(bench, id).await;
        let told = refuse(bench, ask, &before).await;
        let after = bench.get(id).await;
        if after == before && told.as_ref().is_none_or(|told| *told == before) {
            return;
        }
        let is_same = |other: &Snapshot| {
            let mut other = other.clone();
            other.summary.etag.clone_from(&before.summary.etag);
            other == before
        };
        if !is_same(&after) || !told.as_ref().is_none_or(is_same) {
            unmet(&format!("no change by {ask:?}: {before:#?} {after:#?}"));
        }
        found = Some((before, after));
    }
    unmet(&format!("no change by {ask:?}: {found:#?}"));
}

/// Asks for what does not fit; what is told of the workflow, when it is so already.
async fn refuse<S: Subject>(bench: &Bench<S>, ask: Ask, before: &Snapshot) -> Option<Snapshot> {
    let (phase, id) = (before.summary.phase, before.summary.id);
    if let Ask::Plain(verb) = ask {
        assert!(!before.summary.can().contains(&verb), "{verb} of {phase}");
    }
    match (ask.fit(phase), attempt(bench, ask, id).await) {
        (Fit::AlreadySo, Ok(after)) => return after,
        (Fit::Conflict(expected), Err(error)) => {
            let words = error.to_string();
            assert!(
                matches!(error, Error::Phase { verb, phase: p, misfit }
                    if verb == ask.verb() && p == phase && misfit == expected),
                "{ask:?} of {phase}: {words}"
            );
            assert!(words.contains(phase.as_str()), "{words}");
            for fitting in expected.fitting {
                assert!(words.contains(fitting.as_str()), "{words}");
            }
        }
        (fit, became) => unmet(&format!("{ask:?} of {phase}: {fit:?}, not {became:?}")),
    }
    None
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
