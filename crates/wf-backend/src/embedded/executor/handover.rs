//! The handover: workflows that this process accepted, on their way to its executor.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::prepared::Prepared;
use crate::id::{Scope, WorkflowId};

/// How many are kept; the others are read from the store when they begin.
const MOST: usize = 128;

/// Workflows that need not be read and checked again when they begin.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    workflows: HashMap<(Scope, WorkflowId), Prepared>,
    order: VecDeque<(Scope, WorkflowId)>,
}

impl Handover {
    /// Keeps a workflow; the one that was kept longest goes when there are too many.
    pub(crate) fn put(&self, scope: &Scope, id: WorkflowId, prepared: Prepared) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (scope.clone(), id);
        if kept.workflows.insert(place.clone(), prepared).is_none() {
            kept.order.push_back(place);
        }
        if kept.order.len() > MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.workflows.remove(&oldest);
        }
    }

    /// The workflow, if it is kept; it is not kept any longer.
    pub(crate) fn take(&self, scope: &Scope, id: WorkflowId) -> Option<Prepared> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (scope.clone(), id);
        let prepared = kept.workflows.remove(&place)?;
        kept.order.retain(|other| *other != place);
        Some(prepared)
    }
}
