//! A valid workflow: a document that was checked, and what the check found out about it.

use std::sync::Arc;

use serde_json::Value;

use crate::condition::Condition;
use crate::dag::Dag;
use crate::depends::Depends;
use crate::document::Document;
use crate::reference::{Reference, Template};
use crate::signature::ParameterSignature;

/// A document without a fault, with its DAG and its expressions taken apart.
///
/// Only `validate` makes one, so whoever holds one need not ask again.
#[derive(Debug, Clone)]
pub struct ValidWorkflow {
    pub(crate) document: Document,
    pub(crate) dag: Dag,
    pub(crate) plans: Vec<TaskPlan>,
    pub(crate) exit_handler: Option<TaskPlan>,
    pub(crate) outputs: Vec<(String, Template)>,
}

/// A task with its expressions taken apart.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TaskPlan {
    /// Over which outcomes it begins; always, when absent.
    pub depends: Option<Depends>,
    /// When it is false, the task (or the item) is skipped.
    pub when: Option<Condition>,
    /// What its action declares of its parameters, in the action's order. A value that is put
    /// together while the workflow runs is held against it.
    pub declared: Arc<[ParameterSignature]>,
    /// What it gives to its action, in the document's order.
    pub arguments: Vec<(String, Template)>,
    /// The artifacts it gives to its action; each reference is a [`Reference::TaskArtifact`].
    pub artifacts: Vec<(String, Reference)>,
    /// What it fans out over.
    pub items: Option<Vec<Value>>,
}

impl TaskPlan {
    /// What the action declares of the parameter of that name.
    pub fn declared(&self, name: &str) -> Option<&ParameterSignature> {
        self.declared.iter().find(|declared| declared.name == name)
    }
}

impl ValidWorkflow {
    /// The document, canonical: two documents that mean the same by letter are equal.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The document as JSON, the same bytes for documents that are equal: fields in the order of
    /// [`Document`], labels and the fields of items sorted, parameters and tasks as they are given.
    ///
    /// # Panics
    /// Never: a document has only texts for keys.
    pub fn canonical_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.document).expect("a document has only texts for keys")
    }

    /// Which task waits for which.
    pub fn dag(&self) -> &Dag {
        &self.dag
    }

    /// The plan of that task, by its index in the document.
    ///
    /// # Panics
    /// When there is no such task.
    pub fn plan(&self, task: usize) -> &TaskPlan {
        &self.plans[task]
    }

    /// The plan of the exit handler, when there is one.
    pub fn exit_handler(&self) -> Option<&TaskPlan> {
        self.exit_handler.as_ref()
    }

    /// The workflow's own outputs.
    pub fn outputs(&self) -> &[(String, Template)] {
        &self.outputs
    }
}
