//! Outputs: what the workflow tells as its own, as outputs of the DAG's template.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::{Argument, Piece, Template, ValidWorkflow};

use crate::expression;
use crate::manifest::{OutputParameter, Outputs, ValueFrom};

/// The outputs of the DAG.
pub(super) fn outputs(workflow: &ValidWorkflow) -> Option<Outputs> {
    let written = &workflow.document().outputs;
    let outputs = written.iter().zip(workflow.outputs());
    let outputs = outputs.map(|(written, (_, value))| output(written, value));
    (!written.is_empty()).then(|| Outputs {
        parameters: outputs.collect(),
        artifacts: Vec::new(),
    })
}

/// What one task tells is passed on as it is, all else is an expression.
///
/// Argo would end the workflow in an error for the output of a task that was skipped; so there is
/// an empty text to fall back on.
fn output(written: &Argument, value: &Template) -> OutputParameter {
    let mut rest = BTreeMap::new();
    match value.pieces() {
        [Piece::Reference(reference)] if reference.task().is_some() => {
            rest.insert("parameter".to_owned(), Value::from(written.value.as_str()));
        }
        _ => {
            rest.insert(
                "expression".to_owned(),
                Value::from(expression::output(value)),
            );
        }
    }
    let from = ValueFrom {
        default: Some(String::new()),
        rest,
        ..ValueFrom::default()
    };
    OutputParameter {
        name: written.name.clone(),
        value_from: Some(from),
        rest: Map::new(),
    }
}
