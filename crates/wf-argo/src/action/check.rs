//! The check of an action: everything that is wrong with it, not only the first.

use serde_json::Value;

use super::body::BodyKind;
use super::lines::Lines;
use super::placeholder::{Placeholder, for_each_text, placeholders};
use super::source::ActionSource;
use super::{Action, build, composed, fields};
use crate::error::{Error, SourcePlace};

/// The action that was written, or everything that is wrong with it.
pub(super) fn action(
    file: &str,
    lines: &Lines<'_>,
    (document, mut source): (usize, ActionSource),
) -> Result<Action, Vec<Error>> {
    let mut check = Check {
        file,
        lines,
        document,
        action: source.name.clone(),
        errors: Vec::new(),
    };
    check.action_name();
    let body = check.body(&mut source);
    let parameters = check.parameters(&source.parameters);
    if let Some((kind, body)) = &body {
        check.fields(*kind, &source);
        check.artifacts(*kind, &source.artifacts);
        check.output_parameters(*kind, &source.outputs.parameters);
        check.output_artifacts(*kind, &source.outputs.artifacts);
        check.secrets(*kind, body, &source.secrets);
        check.placeholders(*kind, body, &source);
    }
    match body {
        Some((kind, body)) if check.errors.is_empty() => {
            let built = build::action(source, parameters, kind, body);
            built.map_err(|(path, message)| {
                check.error(path, message);
                check.errors
            })
        }
        _ => Err(check.errors),
    }
}

/// What was found so far.
pub(super) struct Check<'a> {
    file: &'a str,
    lines: &'a Lines<'a>,
    /// Which document of the file it is.
    document: usize,
    action: String,
    errors: Vec<Error>,
}

impl Check<'_> {
    pub(super) fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        let path = path.into();
        let place = SourcePlace {
            file: self.file.to_owned(),
            line: self.lines.of(self.document, &path),
            path,
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

    /// The one body.
    fn body(&mut self, source: &mut ActionSource) -> Option<(BodyKind, Value)> {
        let mut bodies = source.take_bodies();
        if bodies.len() != 1 {
            self.unknown_fields(source);
            self.not_one_body(&bodies);
            return None;
        }
        let (kind, body) = bodies.pop()?;
        let is_right = match kind {
            BodyKind::Steps => body.as_array().is_some_and(|steps| !steps.is_empty()),
            _ => body.is_object(),
        };
        if !is_right {
            let shape = match kind {
                BodyKind::Steps => "a list that is not empty",
                _ => "an object",
            };
            self.error(
                kind.field(),
                format!("it has to be {shape}, as Argo has it"),
            );
            return None;
        }
        for (field, shape) in kind.required() {
            if let Some(objection) = shape.objection(body.get(field)) {
                self.error(format!("{}.{field}", kind.field()), objection);
            }
        }
        if kind.is_composed() {
            composed::check(kind, &body, |path, message| self.error(path, message));
        }
        Some((kind, body))
    }

    fn not_one_body(&mut self, bodies: &[(BodyKind, Value)]) {
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
        let last = bodies.last().map_or("", |(kind, _)| kind.field());
        self.error(
            last,
            format!("it needs exactly one of {kinds} (as in `suspend: {{}}`); it has {given}"),
        );
    }

    /// The other fields of Argo's templates.
    fn fields(&mut self, kind: BodyKind, source: &ActionSource) {
        for name in source.rest.keys() {
            if let Some(objection) = fields::objection(name, kind) {
                self.error(name, objection);
            }
        }
    }

    /// The fields that no action has, whichever body it was meant to have.
    fn unknown_fields(&mut self, source: &ActionSource) {
        for name in source.rest.keys() {
            if let Some(objection) = fields::unknown(name) {
                self.error(name, objection);
            }
        }
    }

    /// What the body and the other fields refer to is declared.
    fn placeholders(&mut self, kind: BodyKind, body: &Value, source: &ActionSource) {
        let mut found = Vec::new();
        let mut see = |path: &str, text: &str| {
            for (placeholder, tag) in placeholders(text) {
                if let Some(message) = undeclared(kind, placeholder, tag, source) {
                    found.push((path.to_owned(), message));
                }
            }
        };
        for_each_text(body, kind.field(), &mut see);
        for (name, value) in &source.rest {
            for_each_text(value, name, &mut see);
        }
        for (path, message) in found {
            self.error(path, message);
        }
    }
}

/// What is wrong with a placeholder, if something is.
fn undeclared(
    kind: BodyKind,
    placeholder: Placeholder<'_>,
    tag: &str,
    source: &ActionSource,
) -> Option<String> {
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
        Placeholder::OfTheTask if kind.is_composed() => return None,
        Placeholder::OfTheTask | Placeholder::OfTheWorkflow => {
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
        Placeholder::OfArgo | Placeholder::Fact | Placeholder::Foreign => return None,
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
