//! Sites: where in a template a text stands, and what is around it.

use serde_json::Value;

use super::scope::out_of_sight;

/// Where in a template a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Site<'s> {
    /// What the template itself runs.
    Inside,
    /// In its metrics, which are told when it has ended.
    Metrics,
    /// In a step or a task of it.
    Part(&'s Surroundings<'s>),
}

/// What a step or task of a template knows besides the template's inputs.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings<'s> {
    /// `tasks` or `steps`.
    pub(super) word: &'static str,
    /// Those that have ended before it, as places in `all`.
    pub(super) before: Vec<usize>,
    /// Itself, of which nothing is known but how it is.
    pub(super) own: Option<usize>,
    /// All that there are.
    pub(super) all: Vec<Neighbour<'s>>,
    /// What is known of its items, if it fans out.
    pub(super) items: Option<Items>,
}

/// A step or task, as others see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbour<'s> {
    pub(super) name: &'s str,
    /// The template that it brings along.
    pub(super) template: Option<&'s Value>,
    /// Whether it fans out.
    pub(super) has_items: bool,
}

/// What is known of the items of a fan-out.
#[derive(Debug, Clone)]
pub(super) enum Items {
    /// They are told while the workflow runs.
    Unknown,
    /// The fields that one of them has.
    Keys(Vec<String>),
}

impl Site<'_> {
    /// What is wrong with naming its item, or a field of it: Argo looks at what is written.
    pub(super) fn no_item(self, tag: &str, key: Option<&str>) -> Option<String> {
        let Site::Part(around) = self else {
            return Some(out_of_sight(tag));
        };
        match (&around.items, key) {
            (None, _) => Some(format!(
                "`{{{{{tag}}}}}` is known only where there is `withItems`, `withParam` or `withSequence`"
            )),
            (Some(Items::Keys(keys)), Some(key)) if !keys.iter().any(|it| it == key) => Some(
                format!("`{{{{{tag}}}}}`: no item of `withItems` has a `{key}`"),
            ),
            _ => None,
        }
    }
}
