//! An action that was found right, as its signature and its template.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::{ArtifactSignature, ParameterSignature, SecretSignature, Signature};

use super::body::BodyKind;
use super::source::{ActionSource, ArtifactSource, OutputArtifactSource, OutputParameterSource};
use super::{Action, Body, declarations, secrets, support};
use crate::manifest::{
    ArtifactPort, DagTemplate, Inputs, NamedValue, OutputParameter, Outputs, Template, ValueFrom,
};

/// The action that was written and found right.
///
/// # Errors
/// What Argo's own shape of the body refuses, with its path.
pub(super) fn action(
    source: ActionSource,
    mut parameters: Vec<ParameterSignature>,
    kind: BodyKind,
    body: Value,
) -> Result<Action, (&'static str, String)> {
    // Those without an `order` stand behind the others, as they are written.
    parameters.sort_by_key(|parameter| parameter.order.unwrap_or(i32::MAX));
    let mut signature = signature(&source, parameters, kind, &body);
    let name = source.name.clone();
    let body = if kind == BodyKind::TemplateRef {
        Body::Reference(body)
    } else {
        Body::Template(Box::new(template(source, &signature, kind, body)?))
    };
    let own = match &body {
        Body::Template(template) => Some(&**template),
        Body::Reference(_) => None,
    };
    signature.unsupported = support::unsupported(kind, own);
    Ok(Action {
        name,
        kind,
        body,
        signature,
    })
}

fn signature(
    source: &ActionSource,
    parameters: Vec<ParameterSignature>,
    kind: BodyKind,
    body: &Value,
) -> Signature {
    // What has a location of its own is not the task's to give.
    let given = |it: &&ArtifactSource| declarations::location(&it.rest).is_none();
    let artifact = |it: &ArtifactSource| ArtifactSignature {
        name: it.name.clone(),
        optional: it.optional,
    };
    let outputs = &source.outputs;
    let output_parameters = outputs.parameters.iter().map(|it| it.name.clone());
    let output_artifacts = outputs.artifacts.iter().map(|it| it.name.clone());
    let secrets = source.secrets.iter().map(|it| SecretSignature {
        name: it.name.clone(),
        keys: it.keys.clone(),
    });
    Signature {
        description: source.description.clone(),
        parameters,
        artifacts: source
            .artifacts
            .iter()
            .filter(given)
            .map(artifact)
            .collect(),
        output_parameters: output_parameters.collect(),
        output_artifacts: output_artifacts.collect(),
        result: kind.has_result(body),
        secrets: secrets.collect(),
        ..Signature::default()
    }
}

/// The action as Argo runs it, under its own name.
fn template(
    source: ActionSource,
    signature: &Signature,
    kind: BodyKind,
    mut body: Value,
) -> Result<Template, (&'static str, String)> {
    let volumes = secrets::write(&source.secrets, kind, &mut body);
    let secrets = secrets::lists(&source.secrets);
    let mut rest = Map::new();
    let mut dag = None;
    if kind == BodyKind::Dag {
        let read = serde_json::from_value::<DagTemplate>(body);
        dag = Some(read.map_err(|error| (kind.field(), error.to_string()))?);
    } else {
        rest.insert(kind.field().to_owned(), body);
    }
    rest.extend(source.rest);
    add_volumes(&mut rest, volumes);
    let inputs = Inputs {
        parameters: signature.parameters.iter().map(input_parameter).collect(),
        artifacts: source.artifacts.into_iter().map(input_artifact).collect(),
    };
    let outputs = source.outputs;
    let parameters = outputs.parameters.into_iter();
    let artifacts = outputs.artifacts.into_iter();
    let outputs = Outputs {
        parameters: parameters.map(output_parameter).collect(),
        artifacts: artifacts.map(output_artifact).collect(),
    };
    Ok(Template {
        name: source.name,
        inputs: Some(inputs).filter(|inputs| *inputs != Inputs::default()),
        outputs: Some(outputs).filter(|outputs| *outputs != Outputs::default()),
        dag,
        rest,
        secrets,
    })
}

/// Adds the volumes of the secrets behind those that are written.
fn add_volumes(rest: &mut Map<String, Value>, volumes: Vec<Value>) {
    if volumes.is_empty() {
        return;
    }
    let written = rest.entry("volumes").or_insert(Value::Null);
    match written.as_array_mut() {
        Some(written) => written.extend(volumes),
        None => *written = volumes.into(),
    }
}

fn input_parameter(parameter: &ParameterSignature) -> NamedValue {
    NamedValue {
        name: parameter.name.clone(),
        value: None,
        default: parameter.default.clone(),
        allowed: parameter.allowed.clone(),
        description: parameter.description.clone(),
    }
}

fn input_artifact(source: ArtifactSource) -> ArtifactPort {
    ArtifactPort {
        name: source.name,
        path: source.path,
        optional: source.optional.then_some(true),
        rest: source.rest,
    }
}

fn output_parameter(source: OutputParameterSource) -> OutputParameter {
    let rest = [
        ("jqFilter", source.jq_filter),
        ("jsonPath", source.json_path),
        ("parameter", source.parameter),
        ("expression", source.expression),
    ];
    let rest = rest.into_iter();
    let rest: BTreeMap<String, Value> = rest
        .filter_map(|(way, text)| Some((way.to_owned(), Value::from(text?))))
        .collect();
    let from = ValueFrom {
        path: source.path,
        default: source.default,
        supplied: source.supplied.map(|_| Value::Object(Map::new())),
        rest,
    };
    let description = source
        .description
        .map(|text| ("description".to_owned(), Value::from(text)));
    OutputParameter {
        name: source.name,
        value_from: Some(from),
        rest: description.into_iter().collect(),
    }
}

fn output_artifact(source: OutputArtifactSource) -> ArtifactPort {
    ArtifactPort {
        name: source.name,
        path: source.path,
        optional: source.optional.then_some(true),
        rest: source.rest,
    }
}
