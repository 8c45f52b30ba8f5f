//! Turns: which run starts its next task when there is a place.
//!
//! Runs of the same priority take turns, so that a small workflow need not wait for a large one
//! that was there before.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use crate::embedded::store::Key;

type Turn = (Reverse<i32>, u64, Key);

/// The runs that may have something to start.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    order: BTreeSet<Turn>,
    places: HashMap<Key, Turn>,
    last: u64,
}

impl Turns {
    /// The run may have something to start.
    pub(crate) fn ask(&mut self, key: Key, priority: i32) {
        if !self.places.contains_key(&key) {
            self.put(key, Reverse(priority));
        }
    }

    /// Whose turn it is.
    pub(crate) fn first(&self) -> Option<Key> {
        self.order.first().map(|turn| turn.2)
    }

    /// The run has started something, and is behind its equals now.
    pub(crate) fn served(&mut self, key: Key) {
        if let Some(turn) = self.places.remove(&key) {
            self.order.remove(&turn);
            self.put(key, turn.0);
        }
    }

    /// The run has nothing to start.
    pub(crate) fn rest(&mut self, key: Key) {
        if let Some(turn) = self.places.remove(&key) {
            self.order.remove(&turn);
        }
    }

    /// How many runs may have something to start.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    fn put(&mut self, key: Key, priority: Reverse<i32>) {
        self.last += 1;
        let turn = (priority, self.last, key);
        self.order.insert(turn);
        self.places.insert(key, turn);
    }
}
