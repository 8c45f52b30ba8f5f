//! Another: what a step or task knows of those that ended before it.

use serde_json::Value;

use super::body::BodyKind;
use super::scope::{Scope, out_of_sight};
use super::site::{Site, Surroundings};

/// What is asked of another task or step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfAnother {
    /// `tasks` or `steps`.
    pub(super) word: &'static str,
    /// Which one.
    pub(super) name: String,
    /// What of it.
    pub(super) left: Left,
}

/// What a task or step has left (`addOutputsToScope` of Argo's validation).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// How it ended.
    Status,
    /// What is known of every one, as when it began.
    Fact,
    /// An output of that name.
    Parameter(String),
    /// An artifact of that name.
    Artifact(String),
    /// What only has it that has a result.
    Result,
    /// What all items of a fan-out left.
    All,
    /// Where it serves, if it goes on beside the others.
    Address,
    /// None of these.
    Unknown,
}

impl OfAnother {
    pub(super) fn of(word: &'static str, name: &str, rest: &[&str]) -> Self {
        let left = match rest {
            ["status"] => Left::Status,
            ["id" | "startedAt" | "finishedAt" | "hostNodeName"] => Left::Fact,
            ["outputs", "parameters", output] => Left::Parameter((*output).to_owned()),
            ["outputs", "artifacts", output] => Left::Artifact((*output).to_owned()),
            ["outputs", "result"] | ["exitCode"] => Left::Result,
            ["outputs", "parameters"] => Left::All,
            ["ip"] => Left::Address,
            _ => Left::Unknown,
        };
        Self {
            word,
            name: name.to_owned(),
            left,
        }
    }

    /// The same in an expression, which may go on with a value, or look at a part of it.
    pub(super) fn in_expression(self) -> Self {
        let left = match self.left {
            Left::Unknown | Left::All => Left::Fact,
            left => left,
        };
        Self { left, ..self }
    }

    /// What is wrong with asking for it there.
    pub(super) fn objection(&self, tag: &str, site: Site<'_>) -> Option<String> {
        let Site::Part(around) = site else {
            return Some(out_of_sight(tag));
        };
        if around.word != self.word {
            let right = around.word;
            return Some(format!("`{{{{{tag}}}}}` has to begin with `{right}` here"));
        }
        let name = &self.name;
        let Some(place) = around.all.iter().position(|other| other.name == name) else {
            return Some(format!(
                "`{{{{{tag}}}}}` refers to `{name}`, which is not there"
            ));
        };
        let is_itself = around.own == Some(place) && self.left == Left::Status;
        if !is_itself && !around.before.contains(&place) {
            return Some(format!(
                "`{{{{{tag}}}}}` is not known here: `{name}` does not have to end before"
            ));
        }
        self.not_left(around, place, tag)
    }

    fn not_left(&self, around: &Surroundings<'_>, place: usize, tag: &str) -> Option<String> {
        let name = &self.name;
        if self.left == Left::Unknown {
            return Some(format!(
                "`{{{{{tag}}}}}` is nothing that `{name}` has; there are `outputs.parameters.NAME`, \
                 `outputs.artifacts.NAME`, `outputs.result`, `exitCode`, `status`, `id`, `startedAt`, `finishedAt` \
                 and `hostNodeName`"
            ));
        }
        if self.left == Left::All && !around.all[place].has_items {
            return Some(format!(
                "`{{{{{tag}}}}}`: only what fans out has all of them; name one, as in `outputs.parameters.NAME`"
            ));
        }
        // What a template of the cluster leaves is not known here.
        let template = around.all[place].template?;
        let scope = Scope::of_template(template);
        let lacks = |list: &str, known: &[&str], output: &String| {
            (!known.contains(&output.as_str())).then(|| {
                format!("`{{{{{tag}}}}}`: `{name}` declares no `{output}` in `outputs.{list}`")
            })
        };
        match &self.left {
            Left::Parameter(it) => lacks("parameters", scope.output_parameters(), it),
            Left::Artifact(it) => lacks("artifacts", scope.output_artifacts(), it),
            Left::Result => no_result(template, name, tag),
            Left::Address => no_address(template, name, tag),
            Left::Status | Left::Fact | Left::All | Left::Unknown => None,
        }
    }
}

fn no_result(template: &Value, name: &str, tag: &str) -> Option<String> {
    let has_result = BodyKind::all_in(template).any(|(kind, body)| kind.has_result(body));
    (!has_result).then(|| {
        format!("`{{{{{tag}}}}}`: `{name}` has no result; `container`, `script`, `data`, `http`, `plugin` and a \
                 `containerSet` with a container `main` have one")
    })
}

fn no_address(template: &Value, name: &str, tag: &str) -> Option<String> {
    let is_daemon = template.get("daemon") == Some(&Value::Bool(true));
    (!is_daemon).then(|| {
        format!("`{{{{{tag}}}}}`: only a template with `daemon: true` has an address, and `{name}` is none")
    })
}
