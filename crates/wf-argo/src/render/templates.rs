//! Templates: one for each distinct use of an action.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use wf_model::Retry;

use super::retry::RetryKey;
use crate::action::{Action, Body};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::manifest::Template;

/// The templates so far, in the order of first use.
pub(super) struct Templates<'a> {
    catalog: &'a Catalog,
    so_far: Vec<Template>,
    /// By use: the template's place.
    uses: HashMap<Use<'a>, usize>,
    /// By action: the last number that was given to a template of it.
    numbers: HashMap<&'a str, usize>,
}

/// A use of an action; two uses that are equal share a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Use<'a> {
    action: &'a str,
    retry: Option<RetryKey>,
    timeout: Option<u64>,
}

impl<'a> Use<'a> {
    pub(super) fn new(action: &'a str, retry: Option<&Retry>, timeout: Option<u64>) -> Self {
        Self {
            action,
            retry: retry.map(RetryKey::from),
            timeout,
        }
    }

    fn is_plain(self) -> bool {
        self.retry.is_none() && self.timeout.is_none()
    }
}

/// How a task names what it uses.
pub(super) enum TemplateName<'t> {
    /// A template of the workflow, by its name.
    Own(&'t str),
    /// A template that is already in the cluster, and the action that it is.
    OfTheCluster(&'t Action, &'t Value),
}

impl<'a> Templates<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            so_far: Vec::new(),
            uses: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    /// What that use is called; makes the template when it is the first of its kind. The path is
    /// for errors only.
    pub(super) fn name_of(
        &mut self,
        using: Use<'a>,
        path: impl Fn() -> String,
    ) -> Result<TemplateName<'_>> {
        if let Some(place) = self.uses.get(&using) {
            return Ok(TemplateName::Own(&self.so_far[*place].name));
        }
        let action = self
            .catalog
            .get(using.action)
            .ok_or_else(|| Error::UnknownAction {
                path: path(),
                action: using.action.to_owned(),
            })?;
        match action.body() {
            Body::Template(_) if using.timeout.is_some() && action.kind().is_composed() => {
                Err(Error::Unsupported {
                    path: path(),
                    message: format!(
                        "action `{}` is made of several templates, and Argo gives a time limit to single ones alone; \
                         leave out `timeoutSeconds`, and limit the workflow instead",
                        using.action
                    ),
                })
            }
            Body::Template(template) => {
                let mut template = Template::clone(template);
                template.name = self.new_name(using);
                using.write(&mut template.rest);
                self.uses.insert(using, self.so_far.len());
                self.so_far.push(template);
                Ok(TemplateName::Own(&self.so_far[self.so_far.len() - 1].name))
            }
            Body::Reference(reference) if using.is_plain() => {
                Ok(TemplateName::OfTheCluster(action, reference))
            }
            Body::Reference(_) => Err(Error::Unsupported {
                path: path(),
                message: format!(
                    "action `{}` is a template of the cluster, which has its own retries and timeout; leave out `retry` \
                     and `timeoutSeconds`",
                    using.action
                ),
            }),
        }
    }

    pub(super) fn into_templates(self) -> Vec<Template> {
        self.so_far
    }

    /// The action's name for its plain use, else the next number that is no action by itself.
    fn new_name(&mut self, using: Use<'a>) -> String {
        if using.is_plain() {
            return using.action.to_owned();
        }
        let number = self.numbers.entry(using.action).or_insert(1);
        let mut name = String::new();
        loop {
            *number += 1;
            name.clear();
            write!(name, "{}-{number}", using.action).expect("writing to a String cannot fail");
            if self.catalog.get(&name).is_none() {
                return name;
            }
        }
    }
}

impl Use<'_> {
    /// Writes retry and timeout into a template, in place of what the action may have there.
    fn write(self, template: &mut Map<String, Value>) {
        if let Some(retry) = self.retry {
            template.insert("retryStrategy".to_owned(), retry.strategy());
        }
        if let Some(timeout) = self.timeout {
            template.insert("activeDeadlineSeconds".to_owned(), Value::from(timeout));
        }
    }
}
