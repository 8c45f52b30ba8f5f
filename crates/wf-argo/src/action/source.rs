//! The YAML of an action as it is written, before it is checked.

use serde::Deserialize;
use serde_yaml::Value;

use super::body::BodyKind;
use crate::error::{Error, SourcePlace};
use crate::scalar;

/// An action as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ActionSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) parameters: Vec<ParameterSource>,
    #[serde(default)]
    pub(super) artifacts: Vec<ArtifactSource>,
    #[serde(default)]
    pub(super) outputs: OutputsSource,
    container: Option<Value>,
    script: Option<Value>,
    container_set: Option<Value>,
    suspend: Option<Value>,
    resource: Option<Value>,
    http: Option<Value>,
    data: Option<Value>,
    template_ref: Option<Value>,
}

/// A parameter as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterSource {
    pub(super) name: String,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) default: Option<String>,
    #[serde(rename = "enum", default, deserialize_with = "scalar::optional_list")]
    pub(super) allowed: Option<Vec<String>>,
    #[serde(default)]
    pub(super) description: Option<String>,
}

/// An artifact as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArtifactSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) optional: bool,
}

/// The outputs as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputsSource {
    #[serde(default)]
    pub(super) parameters: Vec<OutputParameterSource>,
    #[serde(default)]
    pub(super) artifacts: Vec<OutputArtifactSource>,
}

/// An output parameter as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputParameterSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) supplied: Option<Supplied>,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) default: Option<String>,
}

/// `supplied: {}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Supplied {}

/// An output artifact as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutputArtifactSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
}

impl ActionSource {
    /// The bodies that are given, by their kinds.
    pub(super) fn take_bodies(&mut self) -> Vec<(BodyKind, Value)> {
        let given = |kind| match kind {
            BodyKind::Container => self.container.take(),
            BodyKind::Script => self.script.take(),
            BodyKind::ContainerSet => self.container_set.take(),
            BodyKind::Suspend => self.suspend.take(),
            BodyKind::Resource => self.resource.take(),
            BodyKind::Http => self.http.take(),
            BodyKind::Data => self.data.take(),
            BodyKind::TemplateRef => self.template_ref.take(),
        };
        let bodies = BodyKind::ALL.map(given);
        let named = BodyKind::ALL.into_iter().zip(bodies);
        named
            .filter_map(|(kind, body)| Some((kind, body?)))
            .collect()
    }
}

/// The documents of a file, without empty ones.
pub(super) fn documents(file: &str, text: &str) -> Vec<Result<ActionSource, Error>> {
    if let Err(error) = is_yaml(text) {
        return vec![Err(invalid(file, &error))];
    }
    let documents =
        serde_yaml::Deserializer::from_str(text).map(Option::<ActionSource>::deserialize);
    let documents = documents.filter_map(Result::transpose);
    documents
        .map(|document| document.map_err(|error| invalid(file, &error)))
        .collect()
}

/// Reads the file without looking at what it says.
///
/// The library's iterator over documents never ends behind a syntax error, so that there must be
/// none when it is asked for the actions.
fn is_yaml(text: &str) -> Result<(), serde_yaml::Error> {
    serde_yaml::Deserializer::from_str(text)
        .try_for_each(|document| Value::deserialize(document).map(drop))
}

/// The library's error, with its path and its line taken out of its text.
fn invalid(file: &str, error: &serde_yaml::Error) -> Error {
    let text = error.to_string();
    let (text, line) = match error.location() {
        Some(location) => {
            let told = format!(" at line {} column {}", location.line(), location.column());
            (text.replace(&told, ""), Some(location.line()))
        }
        None => (text, None),
    };
    let (path, message) = match text.split_once(": ") {
        Some((path, message)) if is_path(path) => (path.to_owned(), message.to_owned()),
        _ => (String::new(), text),
    };
    let place = SourcePlace {
        file: file.to_owned(),
        line,
        path,
    };
    Error::InvalidAction { place, message }
}

fn is_path(text: &str) -> bool {
    let part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'[' | b']' | b'_' | b'-');
    !text.is_empty() && text.bytes().all(part)
}
