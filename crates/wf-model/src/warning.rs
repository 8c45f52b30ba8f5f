//! Warnings: what is right, and unwise.

use serde::{Deserialize, Serialize};

use crate::document::{Argument, Document};
use crate::fault::Place;
use crate::reference::Template;
use crate::text::short;

/// How many warnings are told at most.
const MOST_WARNINGS: usize = 100;

/// Something that may stand in a document, and better would not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// Where, as a path for people: `tasks[1].parameters[0]`.
    pub path: String,
    /// What kind of warning it is, for programs.
    pub code: WarningCode,
    /// Where, as a JSON pointer (RFC 6901): `/tasks/1/parameters/0`.
    pub pointer: String,
    /// What is unwise and what would be better, for people.
    pub message: String,
}

/// The kinds of warnings. Codes are never renamed; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WarningCode {
    /// A parameter whose name says that its value is secret; whoever may read the document reads
    /// it.
    SecretParameter,
}

impl WarningCode {
    /// The word of the wire, as in `SECRET_PARAMETER`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecretParameter => "SECRET_PARAMETER",
        }
    }
}

/// What is unwise in a document, in the order of its places; never the values themselves.
pub fn warnings(document: &Document) -> Vec<Warning> {
    let root = Place::root();
    let declared = document
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, parameter)| sounds_secret(&parameter.name))
        .map(|(index, parameter)| {
            let place = root.clone().field("parameters").index(index);
            let message = format!(
                "`{}` is named like a secret, and its value is kept with the workflow, where whoever may read that \
                 reads it; have an action take it from `secrets` instead",
                short(&parameter.name)
            );
            secret(&place, message)
        });
    let given = document.tasks.iter().enumerate().flat_map(|(task, it)| {
        let place = Place::root().field("tasks").index(task);
        literal_secrets(&it.parameters, place)
    });
    let on_exit = document
        .on_exit
        .iter()
        .flat_map(|handler| literal_secrets(&handler.parameters, Place::root().field("onExit")));
    declared
        .chain(given)
        .chain(on_exit)
        .take(MOST_WARNINGS)
        .collect()
}

fn literal_secrets(arguments: &[Argument], place: Place) -> impl Iterator<Item = Warning> {
    let arguments = arguments.iter().enumerate();
    arguments
        .filter(|(_, argument)| sounds_secret(&argument.name) && is_literal(&argument.value))
        .map(move |(index, argument)| {
            let place = place.clone().field("parameters").index(index);
            let message = format!(
                "`{}` is named like a secret, and its value stands in the document, where whoever may read that reads \
                 it; use an action that takes it from its `secrets`",
                short(&argument.name)
            );
            secret(&place, message)
        })
}

fn secret(place: &Place, message: String) -> Warning {
    Warning {
        path: place.to_string(),
        code: WarningCode::SecretParameter,
        pointer: place.pointer(),
        message,
    }
}

/// Whether the value itself stands there, not where it comes from.
fn is_literal(value: &str) -> bool {
    !value.is_empty() && Template::parse(value).is_ok_and(|value| value.literal().is_some())
}

/// Whether a name says that its value is nobody's business.
pub(crate) fn sounds_secret(name: &str) -> bool {
    /// Names of what leads to a secret: it may be told.
    const HARMLESS_ENDS: [&str; 6] = ["name", "file", "path", "ref", "url", "id"];
    const WORDS: [&str; 9] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "credential",
        "apikey",
        "accesskey",
        "privatekey",
        "authtoken",
    ];
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect();
    let sounds =
        name == "pwd" || name.ends_with("token") || WORDS.iter().any(|word| name.contains(word));
    sounds && !HARMLESS_ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_whether_its_value_is_secret() {
        for name in [
            "password",
            "dbPassword",
            "DB_PASSWD",
            "api-key",
            "token",
            "githubToken",
            "client_secret",
            "aws-access-key",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in [
            "message",
            "secretName",
            "token-file",
            "credentials-path",
            "tokenize",
            "key",
            "passage",
            "password-url",
        ] {
            assert!(!sounds_secret(name), "{name}");
        }
    }

    #[test]
    fn the_warning_names_the_place_and_never_the_value() {
        let document: Document = serde_json::from_value(serde_json::json!({
            "name": "w",
            "parameters": [{"name": "greeting"}, {"name": "password", "default": "hunter2"}],
            "tasks": [
                {"name": "A", "action": "x", "parameters": [
                    {"name": "token", "value": "{{workflow.parameters.password}}"},
                    {"name": "message", "value": "hunter2"},
                    {"name": "token", "value": "hunter2"},
                    {"name": "secret", "value": ""},
                ]},
            ],
            "onExit": {"action": "x", "parameters": [{"name": "apiKey", "value": "hunter2"}]},
        }))
        .unwrap();
        let warnings = warnings(&document);
        let pointers: Vec<_> = warnings.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/parameters/1",
                "/tasks/0/parameters/2",
                "/onExit/parameters/0"
            ]
        );
        assert_eq!(warnings[1].path, "tasks[0].parameters[2]");
        assert!(!format!("{warnings:?}").contains("hunter2"));
    }
}
