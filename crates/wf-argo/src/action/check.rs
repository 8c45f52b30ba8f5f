//! The check of an action: everything that is wrong with it, not only the first.

use serde_json::Value;

use super::body::BodyKind;
use super::mounts::Brought;
use super::source::ActionSource;
use super::{Action, build, fields, mounts, rules};
use crate::definitions::{Wrong, definitions};
use crate::error::Error;
use crate::lines::Lines;
use crate::names::is_dns_label;

/// The action that was written, or everything that is wrong with it.
pub(super) fn action(
    file: &str,
    lines: &Lines<'_>,
    document: usize,
    mut source: ActionSource,
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
        check.fields(*kind, body, &source);
        check.artifacts(*kind, &source.artifacts);
        check.output_parameters(*kind, &source.outputs.parameters);
        check.output_artifacts(*kind, &source.outputs.artifacts);
        check.secrets(*kind, body, &source.secrets);
        check.references(*kind, body, &source);
    }
    match body {
        Some((kind, body)) if check.errors.is_empty() => {
            build::action(source, parameters, kind, body).map_err(|(path, message)| {
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
        let place = self.lines.place(self.file, self.document, path);
        let message = format!("action `{}`: {}", self.action, message.into());
        self.errors.push(Error::InvalidAction { place, message });
    }

    /// Takes what another check finds, but for places of which something was told already.
    pub(super) fn hear(&mut self, tell: impl FnOnce(&mut Wrong<'_>)) {
        let before = self.errors.len();
        tell(&mut |path, message| {
            let told = |error: &Error| matches!(error, Error::InvalidAction { place, .. } if place.path == path);
            if !self.errors[..before].iter().any(told) {
                self.error(path, message);
            }
        });
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
        let field = kind.field();
        self.hear(|wrong| match kind {
            BodyKind::TemplateRef => definitions().check("TemplateRef", &body, field, wrong),
            _ => definitions().check_field(("Template", field), &body, field, wrong),
        });
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

    /// The other fields of Argo's templates, and what Argo asks of the whole.
    fn fields(&mut self, kind: BodyKind, body: &Value, source: &ActionSource) {
        for (name, value) in &source.rest {
            match fields::objection(name, kind) {
                Some(objection) => self.error(name, objection),
                None => self.hear(|wrong| {
                    definitions().check_field(("Template", name), value, name, wrong);
                }),
            }
        }
        self.hear(|wrong| rules::check(kind, body, &source.rest, "", wrong));
        let brought = brought(source);
        self.hear(|wrong| mounts::check(kind, body, &source.rest, "", &brought, wrong));
        let outputs = &source.outputs;
        let has_files = !source.artifacts.is_empty()
            || !outputs.parameters.is_empty()
            || !outputs.artifacts.is_empty();
        if has_files && rules::lacks_main(kind, body) {
            self.error("containerSet.containers", rules::NO_MAIN);
        }
        let artifact = body
            .pointer("/manifestFrom/artifact/name")
            .and_then(Value::as_str);
        if let Some(name) = artifact.filter(|_| kind == BodyKind::Resource)
            && source.artifacts.iter().all(|it| it.name != name)
        {
            let message = format!("there is no artifact `{name}`; declare it in `artifacts`");
            self.error("resource.manifestFrom.artifact.name", message);
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
}

/// The artifacts and secrets that are brought to the containers.
fn brought(source: &ActionSource) -> Vec<Brought<'_>> {
    let artifacts = source.artifacts.iter().enumerate();
    let artifacts = artifacts.filter_map(|(index, it)| {
        Some(Brought {
            path: it.path.as_deref()?,
            at: format!("artifacts[{index}].path"),
        })
    });
    let secrets = source.secrets.iter().enumerate();
    let secrets = secrets.filter_map(|(index, it)| {
        Some(Brought {
            path: it.mount.as_deref()?,
            at: format!("secrets[{index}].mount"),
        })
    });
    artifacts.chain(secrets).collect()
}
