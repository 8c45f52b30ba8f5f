//! Uses: which action a task uses, and what its template says of retry and timeout.

use std::collections::HashMap;

use serde_json::{Map, Value};
use wf_model::{Retry, RetryPolicy};

use super::duration;
use crate::action::Body;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::manifest::{Spec, Template};

/// What the templates of a manifest are, by their names.
pub(super) struct Uses<'a> {
    catalog: &'a Catalog,
    templates: HashMap<&'a str, &'a Template>,
}

/// A use of an action.
#[derive(Default)]
pub(super) struct Using {
    pub(super) action: String,
    pub(super) retry: Option<Retry>,
    pub(super) timeout: Option<u64>,
}

impl<'a> Uses<'a> {
    pub(super) fn new(spec: &'a Spec, catalog: &'a Catalog) -> Self {
        let templates = spec.templates.iter().rev();
        Self {
            catalog,
            templates: templates
                .map(|template| (&*template.name, template))
                .collect(),
        }
    }

    /// What a task uses that names a template, or refers to one of the cluster.
    pub(super) fn of(
        &self,
        template: &str,
        rest: &Map<String, Value>,
        path: &str,
    ) -> Result<Using> {
        if let Some(reference) = rest.get("templateRef") {
            return self.of_reference(reference, path);
        }
        let Some(found) = self.templates.get(template) else {
            return Err(Error::unreadable(
                format!("{path}.template"),
                format!("there is no template `{template}`"),
            ));
        };
        let place = format!("spec.templates[name={template}]");
        Ok(Using {
            action: self.action(template).to_owned(),
            retry: retry(&found.rest, &place)?,
            timeout: timeout(&found.rest, &place)?,
        })
    }

    /// The action whose template bears that name, with or without a number behind it; the name
    /// itself, when there is no such action.
    fn action<'n>(&self, template: &'n str) -> &'n str {
        if self.catalog.get(template).is_some() {
            return template;
        }
        let numbered = template.rsplit_once('-').filter(|(action, number)| {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            is_number && self.catalog.get(action).is_some()
        });
        numbered.map_or(template, |(action, _)| action)
    }

    fn of_reference(&self, reference: &Value, path: &str) -> Result<Using> {
        let action = self
            .catalog
            .iter()
            .find(|action| matches!(action.body(), Body::Reference(own) if own == reference));
        match action {
            Some(action) => Ok(Using {
                action: action.name().to_owned(),
                ..Using::default()
            }),
            None => Err(Error::unreadable(
                format!("{path}.templateRef"),
                "no action of the catalog refers to it",
            )),
        }
    }
}

fn timeout(template: &Map<String, Value>, place: &str) -> Result<Option<u64>> {
    let Some(value) = template.get("activeDeadlineSeconds") else {
        return Ok(None);
    };
    let path = || format!("{place}.activeDeadlineSeconds");
    whole(value)
        .map(Some)
        .ok_or_else(|| Error::unreadable(path(), "it is no whole number of seconds"))
}

fn retry(template: &Map<String, Value>, place: &str) -> Result<Option<Retry>> {
    let Some(strategy) = template.get("retryStrategy") else {
        return Ok(None);
    };
    read_retry(strategy).map(Some).ok_or_else(|| {
        let rule = "a document says `limit`, `retryPolicy`, and of `backoff` `duration`, `factor` and `maxDuration`, in \
                    whole seconds";
        Error::unreadable(format!("{place}.retryStrategy"), rule)
    })
}

/// The retry; `None` when there is more to it than a document can say.
fn read_retry(strategy: &Value) -> Option<Retry> {
    let mut retry = Retry::default();
    let mut has_limit = false;
    for (field, value) in strategy.as_object()? {
        match field.as_str() {
            "limit" => {
                retry.limit = small(value)?;
                has_limit = true;
            }
            "retryPolicy" => retry.policy = Some(policy(value)?),
            "backoff" => backoff(&mut retry, value)?,
            _ => return None,
        }
    }
    // Without a limit, Argo tries for ever.
    has_limit.then_some(retry)
}

fn policy(value: &Value) -> Option<RetryPolicy> {
    let word = value.as_str()?;
    RetryPolicy::ALL
        .into_iter()
        .find(|policy| policy.as_str() == word)
}

fn backoff(retry: &mut Retry, backoff: &Value) -> Option<()> {
    for (field, value) in backoff.as_object()? {
        match field.as_str() {
            // How rendering writes that none was given.
            "duration" if value == "0" => {}
            "duration" => retry.backoff_seconds = Some(duration::seconds(value.as_str()?)?),
            "factor" => retry.factor = Some(small(value)?),
            "maxDuration" => retry.max_seconds = Some(duration::seconds(value.as_str()?)?),
            _ => return None,
        }
    }
    Some(())
}

/// A whole number, which Argo also takes as a text.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn small(value: &Value) -> Option<u32> {
    u32::try_from(whole(value)?).ok()
}
