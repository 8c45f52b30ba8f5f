//! An action that was found right, as its signature and its template.

use serde_json::{Map, Value};
use wf_model::{ArtifactSignature, ParameterSignature, Signature, Target};

use super::body::BodyKind;
use super::source::{
    ActionSource, ArtifactSource, OutputArtifactSource, OutputParameterSource, ParameterSource,
};
use super::{Action, Body, support};
use crate::manifest::{
    ArtifactPort, Inputs, NamedValue, OutputParameter, Outputs, Template, ValueFrom,
};

/// The action that was written and found right.
pub(super) fn action(source: ActionSource, kind: BodyKind, body: Value) -> Action {
    let mut signature = signature(&source, kind, &body);
    let name = source.name.clone();
    let body = if kind == BodyKind::TemplateRef {
        Body::Reference(body)
    } else {
        Body::Template(Box::new(template(source, kind, body)))
    };
    let own = match &body {
        Body::Template(template) => Some(&**template),
        Body::Reference(_) => None,
    };
    if let Some(reason) = support::embedded_refuses(kind, own) {
        signature.unsupported.insert(Target::Embedded, reason);
    }
    Action {
        name,
        kind,
        body,
        signature,
    }
}

fn signature(source: &ActionSource, kind: BodyKind, body: &Value) -> Signature {
    let parameter = |it: &ParameterSource| ParameterSignature {
        name: it.name.clone(),
        description: it.description.clone(),
        default: it.default.clone(),
        allowed: it.allowed.clone(),
    };
    let artifact = |it: &ArtifactSource| ArtifactSignature {
        name: it.name.clone(),
        optional: it.optional,
    };
    Signature {
        description: source.description.clone(),
        parameters: source.parameters.iter().map(parameter).collect(),
        artifacts: source.artifacts.iter().map(artifact).collect(),
        output_parameters: source
            .outputs
            .parameters
            .iter()
            .map(|it| it.name.clone())
            .collect(),
        output_artifacts: source
            .outputs
            .artifacts
            .iter()
            .map(|it| it.name.clone())
            .collect(),
        result: has_result(kind, body),
        ..Signature::default()
    }
}

/// Whether Argo keeps what it prints (`Template.HasOutput` in `workflow_types.go`).
fn has_result(kind: BodyKind, body: &Value) -> bool {
    let is_main = |container: &Value| container.get("name").and_then(Value::as_str) == Some("main");
    match kind {
        BodyKind::Container | BodyKind::Script | BodyKind::Http | BodyKind::Data => true,
        BodyKind::ContainerSet => {
            let containers = body.get("containers").and_then(Value::as_array);
            containers.into_iter().flatten().any(is_main)
        }
        BodyKind::Suspend | BodyKind::Resource | BodyKind::TemplateRef => false,
    }
}

/// The action as Argo runs it, under its own name.
fn template(source: ActionSource, kind: BodyKind, body: Value) -> Template {
    let inputs = Inputs {
        parameters: source.parameters.into_iter().map(input_parameter).collect(),
        artifacts: source.artifacts.into_iter().map(input_artifact).collect(),
    };
    let outputs = Outputs {
        parameters: source
            .outputs
            .parameters
            .into_iter()
            .map(output_parameter)
            .collect(),
        artifacts: source
            .outputs
            .artifacts
            .into_iter()
            .map(output_artifact)
            .collect(),
    };
    Template {
        name: source.name,
        inputs: Some(inputs).filter(|inputs| *inputs != Inputs::default()),
        outputs: Some(outputs).filter(|outputs| *outputs != Outputs::default()),
        dag: None,
        rest: Map::from_iter([(kind.field().to_owned(), body)]),
    }
}

fn input_parameter(source: ParameterSource) -> NamedValue {
    NamedValue {
        name: source.name,
        value: None,
        default: source.default,
        allowed: source.allowed,
        description: source.description,
    }
}

fn input_artifact(source: ArtifactSource) -> ArtifactPort {
    ArtifactPort {
        name: source.name,
        path: source.path,
        optional: source.optional.then_some(true),
        rest: Map::new(),
    }
}

fn output_parameter(source: OutputParameterSource) -> OutputParameter {
    let from = ValueFrom {
        path: source.path,
        default: source.default,
        supplied: source.supplied.map(|_| Value::Object(Map::new())),
        ..ValueFrom::default()
    };
    OutputParameter {
        name: source.name,
        value_from: Some(from),
        rest: Map::new(),
    }
}

fn output_artifact(source: OutputArtifactSource) -> ArtifactPort {
    ArtifactPort {
        name: source.name,
        path: source.path,
        ..ArtifactPort::default()
    }
}
