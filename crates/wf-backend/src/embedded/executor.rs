//! The executor: of all processes that share a data directory, the one that runs tasks.

mod active;
mod admission;
mod asking;
mod drain;
mod floor;
mod foreign;
mod handover;
mod launching;
mod lock;
mod pending;
mod prepared;
mod recovery;
mod restarting;
mod sweep;
mod tally;
mod telling;
mod trash;
mod turns;
mod waits;
mod wished;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::layout::Layout;
use super::options::EmbeddedOptions;
use super::store::Store;
use super::watch::Watchers;

pub(crate) use active::stop_held;
pub(crate) use foreign::follow_others;
pub(crate) use handover::{Handed, Handover};
pub(crate) use prepared::Prepared;
pub(crate) use trash::Trash;
pub(crate) use wished::{Plan, plan_restart, program_of, waiting};

use floor::Floor;

/// How often a process that does not run tasks asks whether it may.
const ASK_FOR_LOCK: Duration = Duration::from_millis(250);
/// How often workflows whose time is over are looked for.
const SWEEP: Duration = Duration::from_mins(1);

/// What the executor works with.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// The store.
    pub(crate) store: Arc<Store>,
    /// Who is told of changes.
    pub(crate) watchers: Arc<Watchers>,
    /// Workflows that this process has just accepted.
    pub(crate) handover: Arc<Handover>,
    /// What is known of the files that nobody needs.
    pub(crate) trash: Trash,
    /// Where files are.
    pub(crate) layout: Layout,
    /// What the operator decided.
    pub(crate) options: EmbeddedOptions,
    /// Set when this process is to end.
    pub(crate) stop: CancellationToken,
    /// Set when the grace of the processes that were asked to end is over, however long it is.
    pub(crate) hurry: CancellationToken,
}

/// Waits for its turn to be the executor, and is it until this process is to end.
pub(crate) async fn run(around: Surroundings) {
    let path = around.layout.executor_lock();
    loop {
        match lock::try_acquire(&path) {
            Ok(Some(lock)) => {
                tracing::info!(path = %path.display(), "this process runs the tasks");
                let handover = Arc::clone(&around.handover);
                handover.lead(true);
                lead(around).await;
                handover.lead(false);
                drop(lock);
                return;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(path = %path.display(), %error, "cannot ask for the executor's lock");
            }
        }
        tokio::select! {
            () = around.stop.cancelled() => return,
            () = tokio::time::sleep(ASK_FOR_LOCK) => {}
        }
    }
}

/// Runs tasks until this process is to end.
async fn lead(around: Surroundings) {
    let stop = around.stop.clone();
    let watchers = Arc::clone(&around.watchers);
    let mut floor = Floor::new(around);
    floor.recover().await;
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !stop.is_cancelled() {
        floor.settle().await;
        let alarm = floor.next_alarm();
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            () = watchers.until_asked() => floor.take_commands().await,
            () = floor.until_something_ended() => {}
            () = sleep_until(alarm) => floor.ring(),
            _ = sweep.tick() => floor.sweep(),
        }
    }
    floor.drain().await;
}

async fn sleep_until(alarm: Option<Instant>) {
    match alarm {
        Some(alarm) => tokio::time::sleep_until(alarm).await,
        None => std::future::pending().await,
    }
}
