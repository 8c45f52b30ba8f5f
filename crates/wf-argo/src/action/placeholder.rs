//! Placeholders: the `{{…}}` of a template's texts, and what they refer to.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::another::OfAnother;

/// Something that a template refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// `{{inputs.parameters.x}}`
    InputParameter(String),
    /// `{{inputs.artifacts.x.path}}`
    InputArtifact(String),
    /// `{{inputs.artifacts.x}}`: the artifact itself, to be handed on.
    HandedArtifact(String),
    /// `{{outputs.parameters.x.path}}`
    OutputPath(String),
    /// `{{outputs.artifacts.x.path}}`
    OutputArtifact(String),
    /// `{{outputs.parameters.x}}`: what was left, for metrics.
    OutputValue(String),
    /// `{{outputs.result}}`, for metrics.
    OutputResult,
    /// Of another task or step: `{{tasks.x.outputs.result}}`.
    OfAnother(OfAnother),
    /// The item of a fan-out.
    Item,
    /// A field of such an item: `{{item.key}}`.
    FieldOfItem(String),
    /// What the workflow's user gives: `{{workflow.parameters.x}}`.
    OfTheWorkflow,
    /// What is known of every run: `{{workflow.name}}`.
    Fact,
    /// What not every workflow has: `{{workflow.labels.x}}`.
    NoFact,
    /// An input or output in words that Argo does not know.
    Misspelt,
    /// `{{pod.name}}`.
    OfThePod,
    /// What no pod has: `{{pod.ip}}`.
    NotOfThePod,
    /// What only Argo knows: `{{retries}}`.
    OfArgo,
    /// Braces that mean nothing to Argo: it leaves them as they are.
    Foreign,
}

/// What only Argo knows of every workflow.
const OF_EVERY_WORKFLOW: [&str; 7] = [
    "serviceAccountName",
    "mainEntrypoint",
    "duration",
    "scheduledTime",
    "status",
    "labels",
    "annotations",
];

impl Placeholder {
    /// What a path refers to.
    fn of(parts: &[&str]) -> Self {
        let owned = |name: &&str| (*name).to_owned();
        match parts {
            ["inputs", "parameters", name] => Self::InputParameter(owned(name)),
            ["inputs", "artifacts", name, "path"] => Self::InputArtifact(owned(name)),
            ["inputs", "artifacts", name] => Self::HandedArtifact(owned(name)),
            ["outputs", "parameters", name, "path"] => Self::OutputPath(owned(name)),
            ["outputs", "artifacts", name, "path"] => Self::OutputArtifact(owned(name)),
            ["outputs", "parameters", name] => Self::OutputValue(owned(name)),
            ["outputs", "result"] => Self::OutputResult,
            ["inputs", "parameters"] | ["node" | "retries" | "lastRetry", ..] => Self::OfArgo,
            ["inputs" | "outputs", ..] => Self::Misspelt,
            ["tasks", name, rest @ ..] => Self::OfAnother(OfAnother::of("tasks", name, rest)),
            ["steps", name, rest @ ..] => Self::OfAnother(OfAnother::of("steps", name, rest)),
            ["item"] => Self::Item,
            ["item", key @ ..] => Self::FieldOfItem(key.join(".")),
            ["workflow", rest @ ..] => Self::of_workflow(rest),
            ["pod", "name"] => Self::OfThePod,
            ["pod", ..] => Self::NotOfThePod,
            _ => Self::Foreign,
        }
    }

    /// What Argo's validation has among the variables of every workflow, and what it lets through
    /// (`newTemplateValidationCtx`, `resolveAllVariables`).
    fn of_workflow(rest: &[&str]) -> Self {
        match rest {
            ["parameters", ..] => Self::OfTheWorkflow,
            ["name" | "namespace" | "uid" | "creationTimestamp"] => Self::Fact,
            ["creationTimestamp", ..] | ["labels" | "annotations", "json"] => Self::OfArgo,
            [name] if OF_EVERY_WORKFLOW.contains(name) => Self::OfArgo,
            _ => Self::NoFact,
        }
    }

    /// The same in an expression, which may look whether something is there.
    fn in_expression(self) -> Self {
        match self {
            Self::NoFact => Self::OfArgo,
            Self::OfAnother(it) => Self::OfAnother(it.in_expression()),
            Self::FieldOfItem(_) => Self::Item,
            other => other,
        }
    }

    /// Whether one machine without a cluster cannot put it in.
    pub(super) fn needs_argo(&self) -> bool {
        matches!(
            self,
            Self::OfArgo
                | Self::OfThePod
                | Self::NoFact
                | Self::NotOfThePod
                | Self::OutputValue(_)
                | Self::OutputResult
                | Self::HandedArtifact(_)
        )
    }
}

/// The placeholders of a text, with what stands between their braces; of an expression (`{{=…}}`)
/// all that it names, and that it is one.
pub(super) fn placeholders(text: &str) -> Vec<(Placeholder, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((tag, after)) = next_tag(rest) {
        rest = after;
        let tag = tag.trim();
        if let Some(expression) = tag.strip_prefix('=') {
            found.push((Placeholder::OfArgo, tag));
            let named = names_in(expression).into_iter();
            found.extend(named.map(|placeholder| (placeholder, tag)));
        } else {
            let parts: Vec<&str> = tag.split('.').collect();
            found.push((Placeholder::of(&parts), tag));
        }
    }
    found
}

/// Whether what a text refers to is known in every workflow, wherever it stands.
pub(crate) fn is_known_everywhere(text: &str) -> bool {
    let mut found = placeholders(text).into_iter();
    let is_known = |it: Placeholder| matches!(it, Placeholder::Fact | Placeholder::Foreign);
    !is_unclosed(text) && found.all(|(placeholder, _)| is_known(placeholder))
}

/// Whether braces are opened behind the last placeholder.
pub(super) fn is_unclosed(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = next_tag(rest) {
        rest = after;
    }
    rest.contains("{{")
}

fn next_tag(text: &str) -> Option<(&str, &str)> {
    let (_, after) = text.split_once("{{")?;
    after.split_once("}}")
}

/// What an expression names, but for texts in quotes.
pub(super) fn names_in(expression: &str) -> Vec<Placeholder> {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        let quoted = r#""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`"#;
        let path = r#"\b(?:inputs|outputs|workflow|tasks|steps|item)\b(?:\s*\.\s*\w+|\s*\[\s*(?:"[^"]*"|'[^']*')\s*\])*"#;
        // A field of that name, as in `x.item`, is none of these.
        Regex::new(&format!(r"{quoted}|\.\s*\w+|({path})"))
            .expect("it is a pattern, as a test shows")
    });
    static PARTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\w+|"([^"]*)"|'([^']*)'"#).expect("it is a pattern, too"));
    let named = NAMES.captures_iter(expression).filter_map(|it| it.get(1));
    named
        .map(|path| {
            let parts = PARTS.captures_iter(path.as_str());
            let parts: Vec<&str> = parts
                .filter_map(|it| it.get(1).or_else(|| it.get(2)).or_else(|| it.get(0)))
                .map(|part| part.as_str())
                .collect();
            Placeholder::of(&parts).in_expression()
        })
        .collect()
}

/// Shows every text with its path, names of fields included.
pub(super) fn for_each_text<'a>(body: &'a Value, path: &str, see: &mut impl FnMut(&str, &'a str)) {
    match body {
        Value::String(text) => see(path, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for_each_text(item, &format!("{path}[{index}]"), see);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                see(path, name);
                for_each_text(value, &format!("{path}.{name}"), see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Placeholder::{
        self, Fact, FieldOfItem, Foreign, InputParameter, Item, OfArgo, OfTheWorkflow,
    };
    use super::{OfAnother, names_in, placeholders};
    use crate::action::another::Left;

    fn of_another(word: &'static str, name: &str, left: Left) -> Placeholder {
        Placeholder::OfAnother(OfAnother {
            word,
            name: name.to_owned(),
            left,
        })
    }

    #[test]
    fn a_text_tells_what_it_refers_to() {
        let found = |text: &str| {
            let found = placeholders(text).into_iter();
            found
                .map(|(placeholder, _)| placeholder)
                .collect::<Vec<_>>()
        };
        let input = |name: &str| InputParameter(name.to_owned());
        assert_eq!(
            found("{{inputs.parameters.a}} {{ workflow.name }}"),
            [input("a"), Fact]
        );
        assert_eq!(found("{{ {{x}} }} {{"), [Foreign]);
        assert_eq!(
            found("{{=inputs.parameters.a + 'x'}}"),
            [OfArgo, input("a")]
        );
        assert_eq!(
            found("{{item.a}}{{tasks.b.status}}"),
            [
                FieldOfItem("a".to_owned()),
                of_another("tasks", "b", Left::Status)
            ]
        );
        assert_eq!(
            found("{{steps.b.outputs.artifacts.c}}"),
            [of_another("steps", "b", Left::Artifact("c".to_owned()))]
        );
    }

    #[test]
    fn an_expression_tells_all_that_it_names_and_no_quoted_text() {
        let expression = r#"inputs.parameters['a-b'] + "tasks.x" + steps.s.outputs.result + x.item + workflow.parameters["p"] + sprig.trim(item)"#;
        assert_eq!(
            names_in(expression),
            [
                InputParameter("a-b".to_owned()),
                of_another("steps", "s", Left::Result),
                OfTheWorkflow,
                Item,
            ]
        );
    }
}
