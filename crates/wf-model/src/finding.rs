//! Findings: the faults of one document while they are being found.

use std::collections::HashSet;

use crate::fault::{Fault, FaultCode, Faults, Place};
use crate::suggestion::Suggester;

/// How many faults are told at most; whoever has more is helped by the first ones.
pub(crate) const MOST_FAULTS: usize = 1000;

/// Where the checking is, as a chain on the stack: nothing is allocated until there is a fault.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At<'a> {
    Root,
    Field(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    pub(crate) fn field(&'a self, name: &'a str) -> At<'a> {
        At::Field(self, name)
    }

    pub(crate) fn index(&'a self, index: usize) -> At<'a> {
        At::Index(self, index)
    }

    pub(crate) fn place(&self) -> Place {
        match *self {
            At::Root => Place::root(),
            At::Field(parent, name) => parent.place().field(name.to_owned()),
            At::Index(parent, index) => parent.place().index(index),
        }
    }
}

/// What was found so far: faults, and the places where nothing could be read.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    faults: Vec<Fault>,
    more: bool,
    holes: HashSet<String>,
    suggester: Suggester,
}

impl Findings {
    pub(crate) fn report(&mut self, at: &At, code: FaultCode, message: impl FnOnce() -> String) {
        self.report_suggesting(at, code, None, message);
    }

    pub(crate) fn report_suggesting(
        &mut self,
        at: &At,
        code: FaultCode,
        suggestion: Option<&str>,
        message: impl FnOnce() -> String,
    ) {
        if self.is_full() {
            self.more = true;
            return;
        }
        let mut text = message();
        if let Some(suggestion) = suggestion {
            text.push_str("; did you mean `");
            text.push_str(suggestion);
            text.push_str("`?");
        }
        self.faults
            .push(Fault::new(&at.place(), code, text).suggesting(suggestion));
    }

    /// Notes that what stands there could not be read, so that it is not told again as absent.
    pub(crate) fn hole(&mut self, at: &At) {
        if !self.is_full() {
            self.holes.insert(at.place().pointer());
        }
    }

    /// Whether what stands there, or around it, could not be read.
    pub(crate) fn is_hole(&self, at: &At) -> bool {
        if self.holes.is_empty() {
            return false;
        }
        let pointer = at.place().pointer();
        self.holes.contains(&pointer)
            || pointer
                .match_indices('/')
                .any(|(end, _)| self.holes.contains(&pointer[..end]))
    }

    /// Whether there is no use in looking further.
    pub(crate) fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    /// What was probably meant, unless too much time went into such guesses already.
    pub(crate) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        if self.is_full() {
            return None;
        }
        self.suggester.nearest(word, candidates)
    }

    /// The faults in their order; `None` when there are none.
    pub(crate) fn take_faults(&mut self) -> Option<Faults> {
        let faults = Faults::from_found(std::mem::take(&mut self.faults))?;
        Some(if self.more { faults.and_more() } else { faults })
    }
}
