//! Explaining: where each value of a manifest comes from.

mod leaves;

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::Value;
use wf_model::{Document, ValidWorkflow};

use self::leaves::for_each_leaf;
use crate::catalog::Catalog;
use crate::error::Result;
use crate::profile::{Profile, guarded};
use crate::render::{ENTRYPOINT, render};

/// Where a value of a manifest comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Origin {
    /// The document says it.
    Document,
    /// The action says it, in the catalog.
    Action,
    /// The profile adds it.
    Profile,
    /// Every manifest has it.
    BuiltIn,
}

impl Origin {
    /// The word for it, as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "DOCUMENT",
            Self::Action => "ACTION",
            Self::Profile => "PROFILE",
            Self::BuiltIn => "BUILT_IN",
        }
    }
}

/// Tells where each value of the manifest comes from, by the value's JSON pointer (RFC 6901).
///
/// The values are the scalars of what [`render()`] gives for the same arguments, and its empty
/// lists and objects. Where two sources say the same, the one that would be heeded is told.
///
/// # Errors
/// As [`render()`].
pub fn explain(
    workflow: &ValidWorkflow,
    catalog: &Catalog,
    profile: &Profile,
) -> Result<BTreeMap<String, Origin>> {
    let full = render(workflow, catalog, profile)?.workflow().to_json();
    let plain = render(workflow, catalog, &Profile::plain())?
        .workflow()
        .to_json();
    let explanation = Explanation::new(workflow.document(), catalog, profile, &full, &plain);
    let mut origins = BTreeMap::new();
    for_each_leaf(&full, &mut |pointer, value| {
        origins.insert(pointer.to_owned(), explanation.of(pointer, value));
    });
    Ok(origins)
}

/// What is known of a manifest.
struct Explanation<'a> {
    document: &'a Document,
    /// The manifest without the profile.
    plain: &'a Value,
    /// By the place of a template in the manifest.
    templates: Vec<TemplateFacts>,
}

/// What is known of a template.
struct TemplateFacts {
    name: String,
    /// Its place in the manifest without the profile, unless it is the profile's alone.
    plain: Option<usize>,
    /// The action's own template, unless it is the DAG.
    action: Option<Value>,
    /// What the task gives to the template: `retryStrategy`, `activeDeadlineSeconds`.
    given: Vec<&'static str>,
}

impl<'a> Explanation<'a> {
    fn new(
        document: &'a Document,
        catalog: &Catalog,
        profile: &Profile,
        full: &Value,
        plain: &'a Value,
    ) -> Self {
        let plain_names = names(plain);
        let plain_places: HashMap<&str, usize> = plain_names
            .iter()
            .enumerate()
            .map(|(place, name)| (*name, place))
            .collect();
        let uses = uses(document, profile, plain);
        let facts = |name: &str| {
            let using = uses.get(name);
            let action = using.and_then(|using| catalog.get(using.action));
            let template = action.and_then(|action| action.template());
            TemplateFacts {
                name: name.to_owned(),
                plain: plain_places.get(name).copied(),
                action: template.and_then(|template| serde_json::to_value(template).ok()),
                given: using.map(|using| using.given.clone()).unwrap_or_default(),
            }
        };
        Self {
            document,
            plain,
            templates: names(full).into_iter().map(facts).collect(),
        }
    }

    fn of(&self, pointer: &str, value: &Value) -> Origin {
        if matches!(pointer, "/apiVersion" | "/kind" | "/spec/entrypoint") {
            return Origin::BuiltIn;
        }
        if let Some(inside) = pointer.strip_prefix("/spec/templates/")
            && let Some((place, _)) = inside.split_once('/')
            && let Some(facts) = place
                .parse()
                .ok()
                .and_then(|place: usize| self.templates.get(place))
        {
            return self.of_template(facts, &inside[place.len()..], value);
        }
        // The document's lock, which is in a list without the profile.
        let is_lock = pointer.starts_with("/spec/synchronization/mutex/");
        if !is_lock && self.plain.pointer(pointer) != Some(value) {
            Origin::Profile
        } else if pointer.starts_with("/spec/hooks/exit/templateRef/") {
            Origin::Action
        } else {
            Origin::Document
        }
    }

    /// A value of a template, by the pointer inside.
    fn of_template(&self, facts: &TemplateFacts, inside: &str, value: &Value) -> Origin {
        let plain = facts
            .plain
            .and_then(|place| self.plain["spec"]["templates"].get(place));
        let is_plain = plain.and_then(|plain| plain.pointer(inside)) == Some(value);
        if facts.name == ENTRYPOINT {
            return if is_plain {
                self.of_dag(inside)
            } else {
                Origin::Profile
            };
        }
        let field = inside[1..].split('/').next().unwrap_or_default();
        if facts.given.contains(&field) {
            // How Argo is told that there is no wait.
            let is_filler = inside == "/retryStrategy/backoff/duration" && value == "0";
            return if is_filler {
                Origin::BuiltIn
            } else {
                Origin::Document
            };
        }
        let action = facts.action.as_ref();
        let says = action.and_then(|action| action.pointer(inside));
        if says.is_some_and(|says| is_said(says, value)) {
            Origin::Action
        } else if inside == "/name" {
            Origin::BuiltIn
        } else {
            Origin::Profile
        }
    }

    /// A value of the DAG, which the document wrote, but for little.
    fn of_dag(&self, inside: &str) -> Origin {
        let parts: Vec<&str> = inside.split('/').skip(1).collect();
        match parts.as_slice() {
            ["name"] | ["outputs", "parameters", _, "valueFrom", "default"] => Origin::BuiltIn,
            ["dag", "tasks", _, "templateRef", ..] => Origin::Action,
            ["dag", "tasks", task, "arguments", "parameters", given, ..] => {
                let task = task
                    .parse()
                    .ok()
                    .and_then(|task: usize| self.document.tasks.get(task));
                let count = task.map_or(0, |task| task.parameters.len());
                let is_given = given.parse().is_ok_and(|given: usize| given < count);
                if is_given {
                    Origin::Document
                } else {
                    Origin::Action
                }
            }
            _ => Origin::Document,
        }
    }
}

/// Whether a value is the one that was written, guarded or not.
fn is_said(written: &Value, value: &Value) -> bool {
    let guarded = || written.as_str().map(guarded);
    written == value || guarded().as_deref() == value.as_str() && value.is_string()
}

/// The use that made a template.
struct TemplateUse<'a> {
    action: &'a str,
    given: Vec<&'static str>,
}

/// By the template's name: the use that made it.
fn uses<'a>(
    document: &'a Document,
    profile: &'a Profile,
    plain: &'a Value,
) -> HashMap<&'a str, TemplateUse<'a>> {
    let templates = plain["spec"]["templates"].as_array();
    let dag = templates.and_then(|templates| templates.last());
    let tasks = dag.and_then(|dag| dag["dag"]["tasks"].as_array());
    let tasks = tasks.into_iter().flatten().zip(&document.tasks);
    let mut uses: HashMap<&str, TemplateUse<'_>> = HashMap::new();
    for (rendered, task) in tasks {
        let Some(name) = rendered["template"].as_str() else {
            continue;
        };
        uses.entry(name).or_insert_with(|| {
            let given = [
                ("retryStrategy", task.retry.is_some()),
                ("activeDeadlineSeconds", task.timeout_seconds.is_some()),
            ];
            let given = given.into_iter().filter(|(_, is_given)| *is_given);
            TemplateUse {
                action: &task.action,
                given: given.map(|(field, _)| field).collect(),
            }
        });
    }
    // A hook uses its action plainly, so its template bears the action's name.
    let hooks = profile.hooks().iter().map(|hook| &*hook.action);
    let exit = document.on_exit.as_ref().map(|handler| &*handler.action);
    for action in hooks.chain(exit) {
        uses.entry(action).or_insert_with(|| TemplateUse {
            action,
            given: Vec::new(),
        });
    }
    uses
}

fn names(manifest: &Value) -> Vec<&str> {
    let templates = manifest["spec"]["templates"].as_array();
    let templates = templates.into_iter().flatten();
    templates
        .filter_map(|template| template["name"].as_str())
        .collect()
}
