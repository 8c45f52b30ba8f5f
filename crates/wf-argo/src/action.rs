//! Actions: the pre-made task templates that an operator offers.

mod another;
mod body;
mod build;
mod check;
mod composed;
mod declarations;
mod fields;
mod given;
mod inline;
mod limits;
mod mounts;
mod order;
mod parameters;
mod part_hooks;
mod placeholder;
mod places;
mod ports;
mod references;
mod resource;
mod rules;
mod scope;
mod secrets;
mod site;
mod source;
mod support;
mod view;

use serde_json::Value;
use wf_model::Signature;

pub use self::body::BodyKind;
pub(crate) use self::declarations::{is_name, location};
pub(crate) use self::placeholder::is_known_everywhere;
use crate::error::{Error, Result, SourcePlace};
use crate::lines::Lines;
use crate::manifest::Template;

/// An action: what a task may use, checked.
///
/// # The file
///
/// A YAML document with these fields; `docs/actions.md` tells each of them at length:
///
/// | field | is |
/// |---|---|
/// | `name` | a DNS label of at most 63 characters, not `wf` |
/// | `description` | what it does, for people |
/// | `parameters` | `[{name, default?, enum?, description?, type?, …}]`; without a default it has to be given |
/// | `artifacts` | `[{name, path, optional?}]`: files it takes |
/// | `outputs.parameters` | `[{name, path, default?}]`, of a `suspend` `[{name, supplied: {}, default?}]` |
/// | `outputs.artifacts` | `[{name, path}]`: files it leaves |
/// | `secrets` | `[{name, keys, env \| mount}]`: what it reads from the platform |
/// | a body | exactly one of the [`BodyKind`]s, as Argo has it; it is passed on untouched |
/// | and | the other fields of Argo's templates, as `metadata`, `volumes`, `sidecars` |
///
/// A body refers to what is declared, as Argo does: `{{inputs.parameters.x}}`,
/// `{{inputs.artifacts.x.path}}`, `{{outputs.parameters.x.path}}`, `{{outputs.artifacts.x.path}}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    name: String,
    kind: BodyKind,
    body: Body,
    signature: Signature,
}

/// How Argo runs an action.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// With a template of the workflow's own.
    Template(Box<Template>),
    /// With a template that is already in the cluster: a task's `templateRef`.
    Reference(Value),
}

impl Action {
    /// Reads the actions of one file: a YAML document each.
    ///
    /// # Errors
    /// Everything that is wrong with the file, not only the first.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>, Vec<Error>> {
        let actions = Self::numbered(file, text)?.into_iter();
        Ok(actions.map(|(_, action)| action).collect())
    }

    /// The actions of a file, each with the number of its document there.
    pub(crate) fn numbered(file: &str, text: &str) -> Result<Vec<(usize, Self)>, Vec<Error>> {
        let mut actions = Vec::new();
        let mut errors = Vec::new();
        let text = without_mark(text);
        let lines = Lines::new(text);
        for source in source::documents(file, text, &lines) {
            let checked = source.map_err(|error| vec![error]);
            let checked = checked.and_then(|(document, source)| {
                Ok((document, check::action(file, &lines, document, source)?))
            });
            match checked {
                Ok(action) => actions.push(action),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(actions)
        } else {
            Err(errors)
        }
    }

    /// Where the name of the action in that document of a file stands.
    pub(crate) fn place_of_name(file: &str, text: &str, document: usize) -> SourcePlace {
        Lines::new(without_mark(text)).place(file, document, "name")
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is made of.
    pub fn kind(&self) -> BodyKind {
        self.kind
    }

    /// What it takes and gives.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Its template for Argo, unless it refers to one that is already in the cluster.
    pub fn template(&self) -> Option<&Template> {
        match &self.body {
            Body::Template(template) => Some(template),
            Body::Reference(_) => None,
        }
    }

    /// How Argo runs it.
    pub(crate) fn body(&self) -> &Body {
        &self.body
    }
}

/// The text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
