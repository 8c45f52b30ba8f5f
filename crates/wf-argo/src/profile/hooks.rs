//! Hooks: the actions that every workflow runs on an occasion, and what is wrong with them.

use serde_json::{Value, json};
use wf_model::{Argument, Draft, Limits, Target, ValidWorkflow};

use super::Profile;
use super::check::Check;
use super::source::{GivenSource, ProfileSource};
use crate::catalog::Catalog;
use crate::error::{Error, SourcePlace};
use crate::render;

/// An action that every workflow runs on an occasion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProfileHook {
    /// Its name in the manifest; `exit` is the exit handler.
    pub(crate) name: String,
    /// The occasion. An exit handler needs none.
    pub(crate) expression: Option<String>,
    pub(crate) action: String,
    pub(crate) parameters: Vec<Argument>,
    /// Where the profile says it.
    place: SourcePlace,
}

/// What is run on occasions.
pub(super) fn hooks(check: &Check<'_>, source: &ProfileSource) -> Vec<ProfileHook> {
    let given = |parameters: &[GivenSource]| {
        let argument = |it: &GivenSource| Argument::new(it.name.clone(), it.value.0.clone());
        parameters.iter().map(argument).collect()
    };
    let exit = source.on_exit.iter().map(|it| ProfileHook {
        name: "exit".to_owned(),
        expression: None,
        action: it.action.clone(),
        parameters: given(&it.parameters),
        place: check.place("onExit"),
    });
    let others = source.hooks.iter().map(|(name, it)| ProfileHook {
        name: name.clone(),
        expression: Some(it.expression.clone()),
        action: it.action.clone(),
        parameters: given(&it.parameters),
        place: check.place(&format!("hooks.{name}")),
    });
    exit.chain(others).collect()
}

/// Where a document says what it runs at its end.
const HANDLER: &str = "onExit";

impl ProfileHook {
    /// What is wrong with it: all that the exit handler of a document would be refused for.
    pub(super) fn errors(&self, profile: &Profile, catalog: &Catalog) -> Vec<Error> {
        let limits = Limits::of(Target::Argo41Full);
        let draft = Draft::from_value(self.as_handler(profile), &limits);
        match draft.validate(catalog.signatures(), &limits) {
            Ok(workflow) => self.refused(profile, catalog, &workflow, &limits),
            Err(faults) => {
                let faults = faults.as_slice().iter();
                faults
                    .filter_map(|fault| {
                        let message = &fault.message;
                        let near = fault.suggestion.as_deref();
                        let near = near.filter(|_| !message.contains("did you mean"));
                        let near =
                            near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
                        self.error_at(&fault.path, &format!("{message}{near}"))
                    })
                    .collect()
            }
        }
    }

    /// What a cluster would refuse of it.
    fn refused(
        &self,
        profile: &Profile,
        catalog: &Catalog,
        workflow: &ValidWorkflow,
        limits: &Limits,
    ) -> Vec<Error> {
        let without = Profile {
            hooks: Vec::new(),
            ..profile.clone()
        };
        // When nothing at all can be rendered under the profile, each document is told so.
        let rendered = render(workflow, catalog, &without).ok();
        let refused = rendered.map(|it| it.refused(workflow.document(), limits));
        let refused = refused.into_iter().flatten();
        let told = refused.filter_map(|error| match error {
            Error::Unsupported { path, message } => self.error_at(&path, &message),
            _ => None,
        });
        told.collect()
    }

    /// A document that runs it at its end, and has what every workflow has.
    fn as_handler(&self, profile: &Profile) -> Value {
        let argument = |it: &Argument| json!({"name": it.name, "value": it.value});
        let given: Vec<Value> = self.parameters.iter().map(argument).collect();
        let parameters = profile.parameters.iter();
        let parameters: Vec<Value> = parameters
            .map(|it| json!({"name": it.name, "default": it.value}))
            .collect();
        json!({
            "name": "profile",
            "parameters": parameters,
            "tasks": [{"name": "no-task-of-yours", "action": "echo",
                       "parameters": [{"name": "message", "value": "x"}]}],
            HANDLER: {"action": self.action, "parameters": given},
        })
    }

    /// What is wrong at that place of the document, where the profile says it.
    fn error_at(&self, path: &str, message: &str) -> Option<Error> {
        let rest = path.strip_prefix(HANDLER)?;
        let place = SourcePlace {
            path: format!("{}{rest}", self.place.path),
            ..self.place.clone()
        };
        let message = message.to_owned();
        Some(Error::InvalidProfile { place, message })
    }

    /// Its place in the profile.
    pub(crate) fn path(&self) -> &str {
        &self.place.path
    }
}
