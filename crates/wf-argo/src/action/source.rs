//! The YAML of an action as it is written, before it is checked.

use serde::Deserialize;
use serde_json::{Map, Number, Value};
use wf_model::ParameterType;

use super::body::BodyKind;
use crate::error::{Error, SourcePlace};
use crate::lines::Lines;
use crate::scalar;
use crate::wording::told;

/// An action as it is written.
#[derive(Debug, Deserialize)]
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
    #[serde(default)]
    pub(super) secrets: Vec<SecretSource>,
    /// The body, and the other fields of Argo's templates.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// A parameter as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ParameterSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(rename = "type", default)]
    pub(super) kind: ParameterType,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) default: Option<String>,
    #[serde(rename = "enum", default, deserialize_with = "scalar::optional_list")]
    pub(super) allowed: Option<Vec<String>>,
    #[serde(default)]
    pub(super) pattern: Option<String>,
    #[serde(default)]
    pub(super) minimum: Option<Number>,
    #[serde(default)]
    pub(super) maximum: Option<Number>,
    #[serde(default)]
    pub(super) min_length: Option<u64>,
    #[serde(default)]
    pub(super) max_length: Option<u64>,
    #[serde(default, deserialize_with = "scalar::optional_list")]
    pub(super) examples: Option<Vec<String>>,
    #[serde(default)]
    pub(super) multiline: bool,
    #[serde(default)]
    pub(super) order: Option<i32>,
}

/// An artifact that it takes, as it is written.
#[derive(Debug, Deserialize)]
pub(super) struct ArtifactSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) optional: bool,
    /// `mode`, `git`, `s3` and what else Argo has.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OutputParameterSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) supplied: Option<Supplied>,
    #[serde(default)]
    pub(super) jq_filter: Option<String>,
    #[serde(default)]
    pub(super) json_path: Option<String>,
    #[serde(default)]
    pub(super) parameter: Option<String>,
    #[serde(default)]
    pub(super) expression: Option<String>,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) default: Option<String>,
}

impl OutputParameterSource {
    /// Where its value comes from: every way that is written, by its field.
    pub(super) fn ways(&self) -> impl Iterator<Item = &'static str> {
        [
            ("path", self.path.is_some()),
            ("supplied", self.supplied.is_some()),
            ("jqFilter", self.jq_filter.is_some()),
            ("jsonPath", self.json_path.is_some()),
            ("parameter", self.parameter.is_some()),
            ("expression", self.expression.is_some()),
        ]
        .into_iter()
        .filter_map(|(way, is_given)| is_given.then_some(way))
    }
}

/// `supplied: {}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Supplied {}

/// An artifact that it leaves, as it is written.
#[derive(Debug, Deserialize)]
pub(super) struct OutputArtifactSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) optional: bool,
    /// `archive`, `from`, `s3` and what else Argo has.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// A secret as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecretSource {
    pub(super) name: String,
    pub(super) keys: Vec<String>,
    #[serde(default)]
    pub(super) env: Option<OneOrMany>,
    #[serde(default)]
    pub(super) mount: Option<String>,
}

/// A text, or a list of them.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

impl ActionSource {
    /// The bodies that are given, by their kinds.
    pub(super) fn take_bodies(&mut self) -> Vec<(BodyKind, Value)> {
        let bodies = BodyKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, self.rest.shift_remove(kind.field())?)));
        bodies.filter(|(_, body)| !body.is_null()).collect()
    }
}

/// The documents of a file with their numbers, without empty ones.
pub(super) fn documents(
    file: &str,
    text: &str,
    lines: &Lines<'_>,
) -> Vec<Result<(usize, ActionSource), Error>> {
    let wrong = |line: Option<usize>, path: &str, message: String| {
        let place = SourcePlace {
            file: file.to_owned(),
            line,
            path: path.to_owned(),
        };
        vec![Err(Error::InvalidAction { place, message })]
    };
    if let Some(line) = too_deep(text) {
        let message = format!("more than {DEEPEST} brackets are open here; close some");
        return wrong(Some(line), "", message);
    }
    let values = match values(text) {
        Ok(values) => values,
        Err(error) => {
            return match lines.twice() {
                Some((path, line)) => wrong(Some(line), path, "it is there twice".to_owned()),
                None => vec![Err(invalid(file, (lines, 0), &error))],
            };
        }
    };
    if let Ok(actions) = actions(values) {
        return actions.into_iter().map(Ok).collect();
    }
    // Of what is wrong the library tells place and path only when it reads the text itself. There
    // a text may be written as a number, too.
    let documents = serde_yaml::Deserializer::from_str(text)
        .map(Option::<ActionSource>::deserialize)
        .enumerate();
    let documents = documents.filter_map(|(number, read)| Some((number, read.transpose()?)));
    documents
        .map(|(number, read)| match read {
            Ok(action) => Ok((number, action)),
            Err(error) => Err(invalid(file, (lines, number), &error)),
        })
        .collect()
}

/// How many brackets may be open at once, in texts, too.
const DEEPEST: usize = 1_000;

/// The line at which too many brackets are open: the library's time grows with their square.
fn too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let at = text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > DEEPEST
    })?;
    let lines = text.bytes().take(at).filter(|byte| *byte == b'\n');
    Some(1 + lines.count())
}

/// The documents of the file, whatever they say.
///
/// The library's iterator over documents never ends behind a syntax error, so that there must be
/// none when it is asked for the actions. A name that is there twice is found here, too.
fn values(text: &str) -> Result<Vec<serde_yaml::Value>, serde_yaml::Error> {
    serde_yaml::Deserializer::from_str(text)
        .map(serde_yaml::Value::deserialize)
        .collect()
}

/// The actions of the documents with their numbers, if all are right.
fn actions(
    values: Vec<serde_yaml::Value>,
) -> Result<Vec<(usize, ActionSource)>, serde_yaml::Error> {
    let documents = values.into_iter().map(Option::<ActionSource>::deserialize);
    let documents = documents.enumerate();
    documents
        .filter_map(|(number, read)| Some(read.transpose()?.map(|action| (number, action))))
        .collect()
}

/// The library's error, at its place.
fn invalid(file: &str, at: (&Lines<'_>, usize), error: &serde_yaml::Error) -> Error {
    let (place, message) = told(file, at, error);
    Error::InvalidAction { place, message }
}
