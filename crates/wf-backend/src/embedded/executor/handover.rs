//! The handover: workflows that this process accepted, on their way to its executor.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use wf_model::Document;

use super::prepared::Prepared;
use crate::embedded::store::Key;

/// How many are kept; the others are read from the store when they begin.
const MOST: usize = 128;

/// A workflow that need not be read and checked again, as long as its etag is that one.
#[derive(Debug, Clone)]
pub(crate) struct Handed {
    /// The etag of its document.
    pub(crate) etag: String,
    /// What it comes to here.
    pub(crate) prepared: Prepared,
}

impl Handed {
    /// What need not be read.
    pub(crate) fn known(&self) -> (&str, &Document) {
        (&self.etag, self.prepared.workflow.document())
    }
}

/// Workflows that need not be read and checked again when they begin.
///
/// By key and not by id: an id may be another workflow's after a deletion, a key never is.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    workflows: HashMap<Key, Handed>,
    order: VecDeque<Key>,
}

impl Handover {
    /// Keeps a workflow; the one that was kept longest goes when there are too many.
    pub(crate) fn put(&self, key: Key, handed: Handed) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.workflows.insert(key, handed).is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.workflows.remove(&oldest);
        }
    }

    /// The workflow, if it is kept; it is not kept any longer.
    pub(crate) fn take(&self, key: Key) -> Option<Handed> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let handed = kept.workflows.remove(&key)?;
        kept.order.retain(|other| *other != key);
        Some(handed)
    }
}
