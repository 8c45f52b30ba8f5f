//! Watchers: who wants to know when which workflow has changed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::id::{Scope, WorkflowId};

type Place = (Scope, WorkflowId);

/// Who wants to know when which workflow has changed, and whom the executor is woken by.
///
/// Only told that something changed, never what: whoever is told reads what is committed.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    places: Mutex<HashMap<Place, watch::Sender<u64>>>,
    executor: Notify,
}

/// One wish to be told; gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Subscription {
    watchers: Arc<Watchers>,
    place: Place,
    changes: watch::Receiver<u64>,
}

impl Watchers {
    /// Tells of every change of that workflow from now on.
    pub(crate) fn subscribe(self: &Arc<Self>, scope: &Scope, id: WorkflowId) -> Subscription {
        let place = (scope.clone(), id);
        let changes = match self.lock().entry(place.clone()) {
            Entry::Occupied(entry) => entry.get().subscribe(),
            Entry::Vacant(entry) => entry.insert(watch::Sender::new(0)).subscribe(),
        };
        Subscription {
            watchers: Arc::clone(self),
            place,
            changes,
        }
    }

    /// Tells that these workflows have changed, and the executor when it is asked for.
    pub(crate) fn announce(&self, changed: &[Place], executor: bool) {
        if executor {
            self.executor.notify_one();
        }
        let places = self.lock();
        if places.is_empty() {
            return;
        }
        for place in changed {
            if let Some(sender) = places.get(place) {
                sender.send_modify(|count| *count = count.wrapping_add(1));
            }
        }
    }

    /// The workflows that somebody watches.
    pub(crate) fn watched(&self) -> Vec<Place> {
        self.lock().keys().cloned().collect()
    }

    /// Waits until somebody asks something of the executor.
    pub(crate) async fn until_asked(&self) {
        self.executor.notified().await;
    }

    /// Wakes the executor.
    pub(crate) fn ask(&self) {
        self.executor.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, watch::Sender<u64>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Waits until the workflow has changed since the last call.
    pub(crate) async fn changed(&mut self) {
        // The sender lives as long as this subscription does.
        let _ = self.changes.changed().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut places = self.watchers.lock();
        if places
            .get(&self.place)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            places.remove(&self.place);
        }
    }
}
