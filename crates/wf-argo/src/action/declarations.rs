//! The check of what an action declares: parameters, artifacts, outputs.

use std::collections::HashSet;

use super::body::BodyKind;
use super::check::Check;
use super::source::{ArtifactSource, OutputArtifactSource, OutputParameterSource, ParameterSource};

impl Check<'_> {
    pub(super) fn parameters(&mut self, parameters: &[ParameterSource]) {
        self.names(
            "parameters",
            parameters.iter().map(|parameter| &*parameter.name),
        );
        for (index, parameter) in parameters.iter().enumerate() {
            let path = format!("parameters[{index}]");
            let allowed = parameter.allowed.as_deref();
            if allowed.is_some_and(<[String]>::is_empty) {
                self.error(
                    format!("{path}.enum"),
                    "an empty `enum` allows nothing; leave it out to allow anything",
                );
            }
            if let (Some(default), Some(allowed)) = (&parameter.default, allowed)
                && !allowed.contains(default)
            {
                self.error(
                    format!("{path}.default"),
                    format!("`{default}` is not in its `enum`"),
                );
            }
            let literals = parameter
                .default
                .iter()
                .chain(allowed.into_iter().flatten());
            if literals.into_iter().any(|literal| literal.contains("{{")) {
                self.error(path, "defaults and enums are taken as they are, and Argo would read `{{` as a reference");
            }
        }
    }

    pub(super) fn artifacts(&mut self, kind: BodyKind, artifacts: &[ArtifactSource]) {
        self.names(
            "artifacts",
            artifacts.iter().map(|artifact| &*artifact.name),
        );
        for (index, artifact) in artifacts.iter().enumerate() {
            self.file(
                kind,
                &format!("artifacts[{index}]"),
                artifact.path.as_deref(),
            );
        }
    }

    pub(super) fn output_artifacts(&mut self, kind: BodyKind, artifacts: &[OutputArtifactSource]) {
        self.names(
            "outputs.artifacts",
            artifacts.iter().map(|artifact| &*artifact.name),
        );
        for (index, artifact) in artifacts.iter().enumerate() {
            self.file(
                kind,
                &format!("outputs.artifacts[{index}]"),
                artifact.path.as_deref(),
            );
        }
    }

    pub(super) fn output_parameters(&mut self, kind: BodyKind, outputs: &[OutputParameterSource]) {
        self.names(
            "outputs.parameters",
            outputs.iter().map(|output| &*output.name),
        );
        for (index, output) in outputs.iter().enumerate() {
            let path = format!("outputs.parameters[{index}]");
            if kind == BodyKind::Suspend {
                if output.supplied.is_none() || output.path.is_some() {
                    self.error(path, "who answers a `suspend` supplies its outputs; write `supplied: {}`, and no path");
                }
                continue;
            }
            if output.supplied.is_some() {
                self.error(
                    format!("{path}.supplied"),
                    "only a `suspend` has outputs that are supplied",
                );
            }
            self.file(kind, &path, output.path.as_deref());
        }
    }

    /// A path, where there are files.
    fn file(&mut self, kind: BodyKind, path: &str, file: Option<&str>) {
        match (kind, file) {
            (BodyKind::TemplateRef, None) => {}
            (BodyKind::TemplateRef, Some(_)) => {
                self.error(
                    format!("{path}.path"),
                    "the template that is referred to knows its paths; leave it out",
                );
            }
            _ if !kind.has_files() => {
                self.error(
                    path,
                    format!("`{}` takes and leaves no files", kind.field()),
                );
            }
            (_, Some(file)) if is_path(file) => {}
            _ => {
                let rule = "it needs the path of a file, without `..` and without `{{`";
                self.error(format!("{path}.path"), rule);
            }
        }
    }

    /// Names that Argo's full definitions and its expressions take, each once.
    fn names<'n>(&mut self, list: &str, names: impl Iterator<Item = &'n str>) {
        let mut seen = HashSet::new();
        for (index, name) in names.enumerate() {
            let path = format!("{list}[{index}].name");
            if !is_name(name) {
                self.error(
                    path,
                    "a name has letters, digits, `-` and `_`, at most 128, and at least one",
                );
            } else if !seen.insert(name) {
                self.error(path, format!("`{name}` is there twice"));
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&name.len()) && name.bytes().all(inner)
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && !path.contains("{{") && path.split('/').all(|part| part != "..")
}
