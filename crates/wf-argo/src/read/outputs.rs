//! Outputs: what the workflow tells as its own.

use wf_model::Argument;

use super::expression;
use crate::error::{Error, Result};
use crate::manifest::{OutputParameter, Outputs};

/// The outputs of the DAG's template.
pub(super) fn outputs(outputs: Option<&Outputs>) -> Result<Vec<Argument>> {
    let Some(outputs) = outputs else {
        return Ok(Vec::new());
    };
    if !outputs.artifacts.is_empty() {
        return Err(Error::unreadable(
            "spec.templates.outputs.artifacts",
            "the outputs of a document are parameters",
        ));
    }
    outputs.parameters.iter().map(output).collect()
}

fn output(output: &OutputParameter) -> Result<Argument> {
    let from = output.value_from.as_ref();
    let field = |name: &str| from?.rest.get(name)?.as_str();
    let value = match (field("parameter"), field("expression")) {
        (Some(parameter), None) => Some(parameter.to_owned()),
        (None, Some(text)) => expression::output(text).map(|value| value.to_string()),
        _ => None,
    };
    let path = || format!("spec.templates.outputs.parameters[name={}]", output.name);
    let value = value.ok_or_else(|| {
        Error::unreadable(path(), "it is no text with references to outputs of tasks")
    })?;
    Ok(Argument::new(output.name.clone(), value))
}
