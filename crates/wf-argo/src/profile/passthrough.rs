//! Parameters that every workflow has, and those that it passes through to every template.

use std::collections::BTreeSet;

use super::check::Check;
use super::source::{ParameterSource, ProfileSource};
use crate::action::{is_name, location};
use crate::manifest::{NamedArtifact, NamedValue};

/// Parameters and artifacts of every workflow.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// Under `spec.arguments`: a default is a value there, which the submitter may replace.
    pub(super) of_workflow: Vec<NamedValue>,
    /// What every template takes.
    pub(super) inputs: Vec<NamedValue>,
    /// What every use of a template gives.
    pub(super) arguments: Vec<NamedValue>,
    /// Under `spec.arguments`.
    pub(super) artifacts: Vec<NamedArtifact>,
}

/// What the knobs ask for.
pub(super) fn parameters(check: &mut Check<'_>, source: &ProfileSource) -> Parameters {
    let given = &source.arguments.parameters;
    let passed = &source.passthrough_parameters;
    let mut seen = BTreeSet::new();
    for (knob, list) in [
        ("arguments.parameters", given),
        ("passthroughParameters", passed),
    ] {
        for (index, parameter) in list.iter().enumerate() {
            let path = format!("{knob}[{index}]");
            check_parameter(check, &path, parameter);
            if !seen.insert(&*parameter.name) {
                check.error(
                    format!("{path}.name"),
                    format!("`{}` is there twice", parameter.name),
                );
            }
        }
    }
    Parameters {
        of_workflow: given.iter().chain(passed).map(of_workflow).collect(),
        inputs: passed.iter().map(input).collect(),
        arguments: passed.iter().map(argument).collect(),
        artifacts: artifacts(check, source),
    }
}

fn of_workflow(source: &ParameterSource) -> NamedValue {
    NamedValue {
        name: source.name.clone(),
        value: source.value.clone().or_else(|| source.default.clone()),
        default: None,
        allowed: source.allowed.clone(),
        description: source.description.clone(),
    }
}

/// Whoever uses the template without giving the parameter gives the workflow's.
fn input(source: &ParameterSource) -> NamedValue {
    NamedValue {
        name: source.name.clone(),
        value: None,
        default: Some(format!("{{{{workflow.parameters.{}}}}}", source.name)),
        allowed: source.allowed.clone(),
        description: source.description.clone(),
    }
}

fn argument(source: &ParameterSource) -> NamedValue {
    NamedValue {
        name: source.name.clone(),
        value: Some(format!("{{{{inputs.parameters.{}}}}}", source.name)),
        ..NamedValue::default()
    }
}

fn artifacts(check: &mut Check<'_>, source: &ProfileSource) -> Vec<NamedArtifact> {
    let mut artifacts = Vec::new();
    for (index, given) in source.arguments.artifacts.iter().enumerate() {
        let path = format!("arguments.artifacts[{index}]");
        let mut rest = given.clone();
        let name = rest.shift_remove("name");
        let Some(name) = name.as_ref().and_then(|name| name.as_str()) else {
            check.error(path, "an artifact needs a `name`, and where it is, as Argo has it (`s3`, `http`, `raw` …)");
            continue;
        };
        if artifacts.iter().any(|it: &NamedArtifact| it.name == name) {
            check.error(&path, format!("`{name}` is there twice"));
        }
        if location(&rest).is_none() || rest.contains_key("from") {
            check.error(
                path,
                "it has to say where it is, as Argo has it: `s3`, `http`, `raw` …, and not `from`",
            );
        }
        artifacts.push(NamedArtifact {
            name: name.to_owned(),
            from: String::new(),
            rest,
        });
    }
    artifacts
}

fn check_parameter(check: &mut Check<'_>, path: &str, parameter: &ParameterSource) {
    if !is_name(&parameter.name) {
        check.error(
            format!("{path}.name"),
            "a name has letters, digits, `-` and `_`, at most 128, and at least one",
        );
    }
    let value = parameter.value.as_ref().or(parameter.default.as_ref());
    let Some(value) = value else {
        check.error(
            path,
            "it needs a `default`, since documents do not know of it and cannot give it a value",
        );
        return;
    };
    if let Some(allowed) = &parameter.allowed
        && !allowed.contains(value)
    {
        check.error(path, format!("`{value}` is not in its `enum`"));
    }
}

/// What an operator should know of them.
pub(super) fn warnings(source: &ProfileSource) -> impl Iterator<Item = String> {
    let parameters = source.passthrough_parameters.iter();
    let named = parameters
        .chain(&source.arguments.parameters)
        .filter(|it| it.global_name.is_some());
    named.map(|it| {
        format!(
            "parameter `{}`: `globalName` means something for outputs only, and is left out",
            it.name
        )
    })
}
