//! The store: all that the embedded backend knows, in one SQLite database.
//!
//! One thread writes: what callers ask (flushed to the disk before they are told) and what becomes
//! of tasks (in groups, not flushed: that survives a `kill -9` of the process, and of a power loss
//! the last moments may be missing). A few connections read, off the asynchronous threads.

mod attempts;
mod audit;
mod error;
mod history;
mod keys;
mod list;
mod readers;
mod restarting;
mod retention;
mod runs;
mod schema;
mod snapshot;
mod steering;
mod stopping;
mod submitting;
mod summary;
mod transition;
mod units;
mod updating;
mod wishes;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::Connection;

use crate::embedded::watch::Watchers;
use crate::error::Result;

pub(crate) use attempts::{LiveAttempt, Spawned, all as live_attempts, let_go, task_number};
pub(crate) use audit::{page as audit, refused};
pub(crate) use error::failed;
pub(crate) use history::{run, runs, runs_of};
pub(crate) use keys::{already_so, is_repetition, replay};
pub(crate) use list::page;
pub(crate) use restarting::{NewRun, Refused, RestartWish, Restarted, Successor};
pub(crate) use restarting::{preview as preview_restart, restart};
pub(crate) use retention::{emptied, expire, trash};
pub(crate) use runs::{Attention, StoredRun};
pub(crate) use runs::{active, is_asked, load as load_run, rendered, take_attention};
pub(crate) use schema::connect;
pub(crate) use snapshot::{Known, document, find, get, parameters};
pub(crate) use steering::{StartAsked, delete, resume, start, suspend};
pub(crate) use stopping::{HeldStop, Stopped, stop, stop_held, wish as stop_wish};
pub(crate) use submitting::{Inserted, NewWorkflow, submit};
pub(crate) use summary::{existing as existing_summary, find as find_summary};
pub(crate) use transition::{Broken, Explained, RunChange, Transition, write as write_transition};
pub(crate) use units::{Located, UnitState, locate, printed_in, state as unit_state};
pub(crate) use updating::{Revised, update};
pub(crate) use wishes::{GivenAnswer, Heard, Wishes, answer, item_number, stop_task, waiting};
pub(crate) use writer::{Change, Durability, probe};

use readers::Readers;
use writer::Writer;

/// The key of a workflow in the store; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) i64);

/// The store.
#[derive(Debug)]
pub(crate) struct Store {
    writer: Writer,
    readers: Readers,
}

impl Store {
    /// Opens the database, makes it when it is not there, and brings it to the present format.
    ///
    /// # Errors
    /// `Unsupported` when a newer version wrote it.
    pub(crate) fn open(path: PathBuf, watchers: Arc<Watchers>) -> Result<Self> {
        let mut connection = schema::connect(&path)?;
        schema::migrate(&mut connection)?;
        Ok(Self {
            writer: Writer::spawn(connection, watchers)?,
            readers: Readers::new(path),
        })
    }

    /// Runs `work` in a transaction that is on the disk when this returns.
    ///
    /// It runs to its end even when the future is dropped.
    pub(crate) async fn command<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.run(Durability::Flushed, doing, work).await
    }

    /// Runs `work` in a transaction that survives this process when this returns.
    pub(crate) async fn transition<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.run(Durability::Committed, doing, work).await
    }

    /// Runs `work` on one consistent state of what is committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.run(doing, work).await
    }
}
