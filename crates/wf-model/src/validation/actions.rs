//! The actions that a document uses, each looked up once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::signature::{ParameterSignature, Signature, Signatures};

/// The actions met so far.
pub(super) struct Actions<'a> {
    signatures: &'a Signatures,
    by_name: HashMap<&'a str, usize>,
    met: Vec<Action<'a>>,
    uses: usize,
}

/// An action with its inputs by name.
pub(super) struct Action<'a> {
    pub(super) signature: &'a Signature,
    /// Its parameters, shared by all tasks that use it.
    declared: Arc<[ParameterSignature]>,
    pub(super) parameters: Inputs<'a>,
    pub(super) artifacts: Inputs<'a>,
}

/// The declared inputs of one kind, and which of them the present use gives.
pub(super) struct Inputs<'a> {
    by_name: HashMap<&'a str, usize>,
    /// For each input the last use that gave it: so nothing has to be cleared between uses.
    given_by: Vec<usize>,
}

/// What a use gives under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// The declared input of that index, for the first time.
    Declared(usize),
    /// A declared input that it gave already.
    Twice,
    /// Nothing that is declared.
    Undeclared,
}

impl<'a> Actions<'a> {
    pub(super) fn new(signatures: &'a Signatures) -> Self {
        Self {
            signatures,
            by_name: HashMap::new(),
            met: Vec::new(),
            uses: 0,
        }
    }

    /// The action of that name, by its index among those met.
    pub(super) fn find(&mut self, name: &'a str) -> Option<usize> {
        if let Some(&index) = self.by_name.get(name) {
            return Some(index);
        }
        let signature = self.signatures.get(name)?;
        let parameters = signature.parameters.iter().map(|input| &*input.name);
        let artifacts = signature.artifacts.iter().map(|input| &*input.name);
        self.met.push(Action {
            signature,
            declared: signature.parameters.as_slice().into(),
            parameters: Inputs::new(parameters),
            artifacts: Inputs::new(artifacts),
        });
        let index = self.met.len() - 1;
        self.by_name.insert(name, index);
        Some(index)
    }

    /// The action of that index, and a number for one more use of it.
    pub(super) fn begin_use(&mut self, index: usize) -> (&mut Action<'a>, usize) {
        self.uses += 1;
        (&mut self.met[index], self.uses)
    }

    /// What the action of that index declares of its parameters.
    pub(super) fn declared(&self, index: usize) -> Arc<[ParameterSignature]> {
        Arc::clone(&self.met[index].declared)
    }

    /// The names of all actions of the catalog.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.signatures.iter().map(|(name, _)| name)
    }

    pub(super) fn signature(&mut self, name: &'a str) -> Option<&'a Signature> {
        self.find(name).map(|index| self.met[index].signature)
    }
}

impl<'a> Inputs<'a> {
    fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let by_name: HashMap<&str, usize> = names
            .enumerate()
            .map(|(index, name)| (name, index))
            .collect();
        let given_by = vec![0; by_name.values().max().map_or(0, |last| last + 1)];
        Self { by_name, given_by }
    }

    pub(super) fn give(&mut self, name: &str, in_use: usize) -> Given {
        let Some(&index) = self.by_name.get(name) else {
            return Given::Undeclared;
        };
        if self.given_by[index] == in_use {
            return Given::Twice;
        }
        self.given_by[index] = in_use;
        Given::Declared(index)
    }

    /// Whether the present use gives the input of that index.
    pub(super) fn is_given(&self, index: usize, in_use: usize) -> bool {
        self.given_by.get(index) == Some(&in_use)
    }
}
