//! Offers: what is exchanged while it is used.

use std::sync::{Arc, PoisonError, RwLock};

/// Something that may be exchanged while it is used, and why what has come since is not on offer.
///
/// A use case takes it once and works on that to its end, so an exchange is seen by the next one.
/// Cheap to clone; all clones see an exchange.
#[derive(Debug)]
pub(crate) struct Offer<T, E>(Arc<RwLock<State<T, E>>>);

#[derive(Debug)]
struct State<T, E> {
    value: Arc<T>,
    failure: Option<Arc<E>>,
}

// By hand: neither has to be cloned.
impl<T, E> Clone for Offer<T, E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, E> Offer<T, E> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(RwLock::new(State {
            value: Arc::new(value),
            failure: None,
        })))
    }

    /// What is on offer now.
    pub(crate) fn current(&self) -> Arc<T> {
        // Whoever held the lock only exchanged pointers: the state is whole even if it panicked.
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state.value)
    }

    /// Why the last change is not on offer, if it is not.
    pub(crate) fn failure(&self) -> Option<Arc<E>> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        state.failure.clone()
    }

    /// Whether what has come is not so already: the same value without a failure, or the same
    /// failure.
    pub(crate) fn is_news(&self, read: &Result<T, E>, is_same: impl Fn(&T, &T) -> bool) -> bool
    where
        E: ToString,
    {
        match (read, self.failure()) {
            (Ok(value), None) => !is_same(value, &self.current()),
            (Err(error), Some(failure)) => error.to_string() != failure.to_string(),
            _ => true,
        }
    }

    /// Offers another one from now on.
    pub(crate) fn replace(&self, value: T) {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *state = State {
            value: Arc::new(value),
            failure: None,
        };
    }

    /// Keeps what is on offer, and remembers why.
    pub(crate) fn fail(&self, error: E) -> Arc<E> {
        let error = Arc::new(error);
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        state.failure = Some(Arc::clone(&error));
        error
    }
}
