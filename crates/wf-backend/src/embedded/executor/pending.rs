//! Pending workflows: who begins next, and who waits for whose mutex.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use wf_model::Timestamp;

use crate::embedded::store::{Attention, Key};
use crate::id::{Scope, WorkflowId};

/// A mutex: a name within a scope.
type Mutex = (Scope, String);

/// The place of a workflow among those that wait: the higher priority first, then the older.
type Rank = (Reverse<i32>, Timestamp, Key);

/// A workflow that was started and has not begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) key: Key,
    pub(crate) scope: Scope,
    pub(crate) id: WorkflowId,
    rank: Rank,
    mutex: Option<Mutex>,
    /// Whether it was said that it waits for its mutex.
    told: bool,
}

/// The workflows that were started and have not begun, and the mutexes.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    waiting: HashMap<Key, Waiting>,
    queue: BTreeSet<Rank>,
    /// By mutex, those that found it held.
    parked: HashMap<Mutex, BTreeSet<Rank>>,
    holders: HashMap<Mutex, Key>,
    held: HashMap<Key, Mutex>,
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// This one begins; it has its mutex.
    Begin(Waiting),
    /// This one has to wait for that mutex.
    Park(Waiting, String),
}

impl Waiting {
    /// A workflow as the store tells it.
    pub(crate) fn of(attention: &Attention) -> Self {
        Self {
            key: attention.key,
            scope: attention.scope.clone(),
            id: attention.id,
            rank: (
                Reverse(attention.priority),
                attention.created_at,
                attention.key,
            ),
            mutex: mutex_of(attention),
            told: false,
        }
    }

    /// Its priority: the higher goes first.
    pub(crate) fn priority(&self) -> i32 {
        self.rank.0.0
    }
}

fn mutex_of(attention: &Attention) -> Option<Mutex> {
    let name = attention.mutex.clone()?;
    Some((attention.scope.clone(), name))
}

impl Pending {
    /// One more workflow waits.
    pub(crate) fn add(&mut self, waiting: Waiting) {
        self.queue.insert(waiting.rank);
        self.waiting.insert(waiting.key, waiting);
    }

    /// A workflow does not wait any more.
    pub(crate) fn remove(&mut self, key: Key) -> Option<Waiting> {
        let waiting = self.waiting.remove(&key)?;
        self.queue.remove(&waiting.rank);
        if let Some(mutex) = &waiting.mutex {
            if let Some(parked) = self.parked.get_mut(mutex) {
                parked.remove(&waiting.rank);
            }
            // It may have been the one to which the mutex was about to go.
            self.offer(mutex);
        }
        Some(waiting)
    }

    /// Whether that workflow waits.
    pub(crate) fn contains(&self, key: Key) -> bool {
        self.waiting.contains_key(&key)
    }

    /// Takes the next from the queue. Who waits for a mutex is told once.
    pub(crate) fn next(&mut self) -> Option<Next> {
        while let Some(rank) = self.queue.pop_first() {
            let key = rank.2;
            let Some(waiting) = self.waiting.get_mut(&key) else {
                continue;
            };
            let Some(mutex) = waiting.mutex.clone() else {
                return self.waiting.remove(&key).map(Next::Begin);
            };
            if !self.holders.contains_key(&mutex) {
                self.hold(key, mutex);
                return self.waiting.remove(&key).map(Next::Begin);
            }
            let told = std::mem::replace(&mut waiting.told, true);
            let park = Next::Park(waiting.clone(), mutex.1.clone());
            self.parked.entry(mutex).or_default().insert(rank);
            if !told {
                return Some(park);
            }
        }
        None
    }

    /// A workflow that had begun before has its mutex.
    pub(crate) fn hold_again(&mut self, attention: &Attention) {
        if let Some(mutex) = mutex_of(attention) {
            self.hold(attention.key, mutex);
        }
    }

    fn hold(&mut self, key: Key, mutex: Mutex) {
        self.holders.insert(mutex.clone(), key);
        self.held.insert(key, mutex);
    }

    /// A workflow has ended: the next one that waits for its mutex is in the queue again.
    pub(crate) fn release(&mut self, key: Key) {
        let Some(mutex) = self.held.remove(&key) else {
            return;
        };
        self.holders.remove(&mutex);
        self.offer(&mutex);
    }

    /// Puts the next one that waits for a mutex into the queue, unless somebody has the mutex.
    fn offer(&mut self, mutex: &Mutex) {
        if self.holders.contains_key(mutex) {
            return;
        }
        if let Some(parked) = self.parked.get_mut(mutex) {
            self.queue.extend(parked.pop_first());
            if parked.is_empty() {
                self.parked.remove(mutex);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(key: i64, priority: i32, mutex: Option<&str>) -> Waiting {
        let scope = Scope::new("demo").unwrap();
        Waiting {
            key: Key(key),
            id: WorkflowId::new(uuid::Uuid::from_u128(1)),
            rank: (Reverse(priority), Timestamp::from_millis(key), Key(key)),
            mutex: mutex.map(|name| (scope.clone(), name.to_owned())),
            told: false,
            scope,
        }
    }

    fn next(pending: &mut Pending) -> Option<(char, i64)> {
        pending.next().map(|next| match next {
            Next::Begin(waiting) => ('b', waiting.key.0),
            Next::Park(waiting, _) => ('p', waiting.key.0),
        })
    }

    #[test]
    fn priority_goes_before_age() {
        let mut pending = Pending::default();
        for (key, priority) in [(1, 0), (2, 5), (3, 5), (4, -1)] {
            pending.add(waiting(key, priority, None));
        }
        let order: Vec<_> = std::iter::from_fn(|| next(&mut pending)).collect();
        assert_eq!(order, [('b', 2), ('b', 3), ('b', 1), ('b', 4)]);
    }

    #[test]
    fn a_mutex_goes_from_hand_to_hand() {
        let mut pending = Pending::default();
        for key in 1..=3 {
            pending.add(waiting(key, 0, Some("nightly")));
        }
        pending.add(waiting(4, 0, Some("other")));
        let order: Vec<_> = std::iter::from_fn(|| next(&mut pending)).collect();
        assert_eq!(order, [('b', 1), ('p', 2), ('p', 3), ('b', 4)]);

        pending.add(waiting(5, 9, Some("nightly")));
        pending.release(Key(1));
        assert_eq!(
            next(&mut pending),
            Some(('b', 5)),
            "the higher priority goes first"
        );
        assert_eq!(next(&mut pending), None, "who waits is told once");
        pending.release(Key(5));
        pending.remove(Key(2));
        assert_eq!(next(&mut pending), Some(('b', 3)), "who was next has gone");
        pending.release(Key(3));
        assert_eq!(next(&mut pending), None);
    }
}
