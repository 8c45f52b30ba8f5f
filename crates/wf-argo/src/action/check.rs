//! The check of an action: everything that is wrong with it, not only the first.

use serde_json::Value;

use super::body::BodyKind;
use super::placeholder::{Placeholder, for_each_text, placeholders};
use super::source::ActionSource;
use super::{Action, build};
use crate::error::{Error, SourcePlace};

/// The action that was written, or everything that is wrong with it.
pub(super) fn action(file: &str, mut source: ActionSource) -> Result<Action, Vec<Error>> {
    let mut check = Check {
        file,
        action: source.name.clone(),
        errors: Vec::new(),
    };
    check.action_name();
    let body = check.body(&mut source);
    check.parameters(&source.parameters);
    if let Some((kind, body)) = &body {
        check.artifacts(*kind, &source.artifacts);
        check.output_parameters(*kind, &source.outputs.parameters);
        check.output_artifacts(*kind, &source.outputs.artifacts);
        check.placeholders(*kind, body, &source);
    }
    match body {
        Some((kind, body)) if check.errors.is_empty() => Ok(build::action(source, kind, body)),
        _ => Err(check.errors),
    }
}

/// What was found so far.
pub(super) struct Check<'a> {
    file: &'a str,
    action: String,
    errors: Vec<Error>,
}

impl Check<'_> {
    pub(super) fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let place = SourcePlace {
            file: self.file.to_owned(),
            line: None,
            path: path.into(),
        };
        let message = format!("action `{}`: {}", self.action, message.into());
        self.errors.push(Error::InvalidAction { place, message });
    }

    fn action_name(&mut self) {
        if self.action == "wf" {
            self.error(
                "name",
                "`wf` is the name of the DAG's own template; take another name",
            );
        } else if !is_dns_label(&self.action) {
            let rule = "has to be a DNS label: lower-case letters, digits and `-`, at most 63, \
                        a letter or a digit at both ends";
            self.error("name", format!("the name {rule}"));
        }
    }

    /// The one body, as JSON.
    fn body(&mut self, source: &mut ActionSource) -> Option<(BodyKind, Value)> {
        let mut bodies = source.take_bodies();
        if bodies.len() != 1 {
            let kinds = BodyKind::ALL
                .map(|kind| format!("`{}`", kind.field()))
                .join(", ");
            let given = bodies
                .iter()
                .map(|(kind, _)| format!("`{}`", kind.field()))
                .collect::<Vec<_>>();
            let given = if given.is_empty() {
                "none".to_owned()
            } else {
                given.join(" and ")
            };
            self.error(
                "",
                format!("it needs exactly one of {kinds} (as in `suspend: {{}}`); it has {given}"),
            );
            return None;
        }
        let (kind, body) = bodies.pop()?;
        match serde_json::to_value(&body) {
            Ok(body @ Value::Object(_)) => {
                self.template_ref(kind, &body);
                Some((kind, body))
            }
            Ok(_) => {
                self.error(kind.field(), "it has to be an object, as Argo has it");
                None
            }
            Err(error) => {
                self.error(
                    kind.field(),
                    format!("it cannot be written as JSON: {error}"),
                );
                None
            }
        }
    }

    fn template_ref(&mut self, kind: BodyKind, body: &Value) {
        if kind != BodyKind::TemplateRef {
            return;
        }
        for field in ["name", "template"] {
            if body
                .get(field)
                .and_then(Value::as_str)
                .is_none_or(str::is_empty)
            {
                self.error(format!("templateRef.{field}"), "it is required, and a text");
            }
        }
    }

    /// What the body refers to is declared.
    fn placeholders(&mut self, kind: BodyKind, body: &Value, source: &ActionSource) {
        let mut found = Vec::new();
        for_each_text(body, kind.field(), &mut |path, text| {
            for (placeholder, tag) in placeholders(text) {
                if let Some(message) = undeclared(placeholder, tag, source) {
                    found.push((path.to_owned(), message));
                }
            }
        });
        for (path, message) in found {
            self.error(path, message);
        }
    }
}

/// What is wrong with a placeholder, if something is.
fn undeclared(placeholder: Placeholder<'_>, tag: &str, source: &ActionSource) -> Option<String> {
    let outputs = &source.outputs;
    let (is_declared, list) = match placeholder {
        Placeholder::InputParameter(name) => (
            source.parameters.iter().any(|it| it.name == name),
            "parameters",
        ),
        Placeholder::InputArtifact(name) => (
            source.artifacts.iter().any(|it| it.name == name),
            "artifacts",
        ),
        Placeholder::OutputParameter(name) => (
            outputs
                .parameters
                .iter()
                .any(|it| it.name == name && it.path.is_some()),
            "outputs.parameters",
        ),
        Placeholder::OutputArtifact(name) => (
            outputs.artifacts.iter().any(|it| it.name == name),
            "outputs.artifacts",
        ),
        Placeholder::OfTheTask => {
            return Some(format!(
                "`{{{{{tag}}}}}` is out of its sight: an action sees only its own inputs; declare a parameter and let \
                 the task give it"
            ));
        }
        Placeholder::Misspelt => {
            return Some(format!(
                "`{{{{{tag}}}}}` is no input or output; there are `inputs.parameters.NAME`, \
                 `inputs.artifacts.NAME.path`, `outputs.parameters.NAME.path` and `outputs.artifacts.NAME.path`"
            ));
        }
        Placeholder::OfArgo | Placeholder::Foreign => return None,
    };
    (!is_declared)
        .then(|| format!("`{{{{{tag}}}}}` refers to what is not declared; declare it in `{list}`"))
}

fn is_dns_label(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len())
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
