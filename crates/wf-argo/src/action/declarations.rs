//! The check of what an action declares: parameters, artifacts, outputs.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::body::BodyKind;
use super::check::Check;
use super::places;
use super::source::{ArtifactSource, OutputArtifactSource, OutputParameterSource};
use crate::definitions::definitions;
use crate::suggestion;

/// Where Argo takes artifacts from, and brings them to.
pub(super) const LOCATIONS: [&str; 10] = [
    "artifactory",
    "azure",
    "gcs",
    "git",
    "hdfs",
    "http",
    "oss",
    "plugin",
    "raw",
    "s3",
];
const OF_INPUTS: [&str; 3] = ["archive", "mode", "recurseMode"];
const OF_OUTPUTS: [&str; 7] = [
    "archive",
    "archiveLogs",
    "artifactGC",
    "from",
    "fromExpression",
    "mode",
    "recurseMode",
];

/// The location that is written, by its field.
pub(crate) fn location(rest: &Map<String, Value>) -> Option<&'static str> {
    LOCATIONS.into_iter().find(|name| rest.contains_key(*name))
}

impl Check<'_> {
    pub(super) fn artifacts(&mut self, kind: BodyKind, artifacts: &[ArtifactSource]) {
        self.names(
            "artifacts",
            artifacts.iter().map(|artifact| &*artifact.name),
        );
        for (index, artifact) in artifacts.iter().enumerate() {
            let path = format!("artifacts[{index}]");
            self.artifact_fields(&path, &artifact.rest, &OF_INPUTS);
            self.file(kind, &path, artifact.path.as_deref());
        }
    }

    pub(super) fn output_artifacts(&mut self, kind: BodyKind, artifacts: &[OutputArtifactSource]) {
        self.names(
            "outputs.artifacts",
            artifacts.iter().map(|artifact| &*artifact.name),
        );
        for (index, artifact) in artifacts.iter().enumerate() {
            let path = format!("outputs.artifacts[{index}]");
            self.artifact_fields(&path, &artifact.rest, &OF_OUTPUTS);
            let is_from = ["from", "fromExpression"].map(|way| artifact.rest.contains_key(way));
            if kind.is_composed() && is_from == [false, false] {
                let rule = "what `steps` and `dag` leave is left by one of them; it needs `from` or `fromExpression`";
                self.error(&path, rule);
            }
            if !kind.is_composed() && is_from != [false, false] {
                self.error(&path, "only `steps` and `dag` have artifacts `from` others");
            }
            self.file(kind, &path, artifact.path.as_deref());
        }
    }

    /// The fields of an artifact that are Argo's.
    fn artifact_fields(&mut self, path: &str, rest: &Map<String, Value>, others: &[&str]) {
        let known = ["name", "path", "optional"].into_iter();
        let known = || known.clone().chain(others.iter().copied()).chain(LOCATIONS);
        for (name, value) in rest {
            let path = format!("{path}.{name}");
            if known().any(|it| it == name) {
                self.hear(|wrong| {
                    definitions().check_field(("Artifact", name), value, &path, wrong);
                });
            } else {
                self.error(path, suggestion::unknown_field(name, known()));
            }
        }
        self.hear(|wrong| places::check(rest, path, wrong));
        let given = LOCATIONS
            .iter()
            .filter(|name| rest.contains_key(**name))
            .count();
        if given > 1 {
            self.error(path, "an artifact is in one place; it has several");
        }
    }

    pub(super) fn output_parameters(&mut self, kind: BodyKind, outputs: &[OutputParameterSource]) {
        self.names(
            "outputs.parameters",
            outputs.iter().map(|output| &*output.name),
        );
        for (index, output) in outputs.iter().enumerate() {
            let path = format!("outputs.parameters[{index}]");
            self.plain(format!("{path}.description"), output.description.as_deref());
            self.plain(format!("{path}.default"), output.default.as_deref());
            let expected = ways(kind);
            let given: Vec<&str> = output.ways().collect();
            let is_right = match given.as_slice() {
                [] => expected.is_empty(),
                [way] => expected.contains(way),
                _ => false,
            };
            if !is_right {
                self.error(&path, way_rule(kind, &given));
            } else if output.path.is_some() {
                self.file(kind, &path, output.path.as_deref());
            }
        }
    }

    /// A path, where there are files.
    fn file(&mut self, kind: BodyKind, path: &str, file: Option<&str>) {
        match (kind, file) {
            (BodyKind::TemplateRef | BodyKind::Steps | BodyKind::Dag, None) => {}
            (BodyKind::TemplateRef | BodyKind::Steps | BodyKind::Dag, Some(_)) => {
                self.error(
                    format!("{path}.path"),
                    "only what runs by itself has files; leave the path out",
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
    pub(super) fn names<'n>(&mut self, list: &str, names: impl Iterator<Item = &'n str>) {
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

/// From where an output parameter of that kind of body can come.
pub(super) fn ways(kind: BodyKind) -> &'static [&'static str] {
    match kind {
        BodyKind::Container | BodyKind::Script | BodyKind::ContainerSet | BodyKind::Data => {
            &["path"]
        }
        BodyKind::Suspend => &["supplied"],
        BodyKind::Resource => &["jqFilter", "jsonPath"],
        BodyKind::Steps | BodyKind::Dag => &["parameter", "expression"],
        BodyKind::Plugin => &["path", "supplied"],
        // The template that is referred to knows; and a request has only its result.
        BodyKind::TemplateRef | BodyKind::Http => &[],
    }
}

pub(super) fn way_rule(kind: BodyKind, given: &[&str]) -> String {
    let given = match given {
        [] => "none".to_owned(),
        _ => given
            .iter()
            .map(|way| format!("`{way}`"))
            .collect::<Vec<_>>()
            .join(" and "),
    };
    match kind {
        BodyKind::Suspend => format!(
            "who answers a `suspend` supplies its outputs; write `supplied: {{}}`, and no path (it has {given})"
        ),
        BodyKind::TemplateRef => {
            format!("the template that is referred to knows where it comes from; leave out {given}")
        }
        BodyKind::Http => {
            "a request leaves nothing but its answer, `outputs.result`; leave it out".to_owned()
        }
        _ => {
            let expected = ways(kind)
                .iter()
                .map(|way| format!("`{way}`"))
                .collect::<Vec<_>>();
            format!(
                "of `{}` it comes from exactly one of: {}; it has {given}",
                kind.field(),
                expected.join(", ")
            )
        }
    }
}

pub(crate) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=128).contains(&name.len()) && name.bytes().all(inner)
}

pub(super) fn is_path(path: &str) -> bool {
    !path.is_empty() && !path.contains("{{") && path.split('/').all(|part| part != "..")
}
