//! Placeholders: the `{{…}}` of a body, and whether what they name is declared.

use serde_json::Value;

/// Something that a body refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'a> {
    /// `{{inputs.parameters.x}}`
    InputParameter(&'a str),
    /// `{{inputs.artifacts.x.path}}`
    InputArtifact(&'a str),
    /// `{{outputs.parameters.x.path}}`
    OutputParameter(&'a str),
    /// `{{outputs.artifacts.x.path}}`
    OutputArtifact(&'a str),
    /// What another task or step knows, or the item of a fan-out: `{{tasks.…}}`, `{{item}}`.
    OfTheTask,
    /// What the workflow's user gives: `{{workflow.parameters.x}}`.
    OfTheWorkflow,
    /// What is known of every run: `{{workflow.name}}`.
    Fact,
    /// An input or output in words that Argo does not know.
    Misspelt,
    /// What only Argo knows: `{{pod.name}}`, `{{=…}}`.
    OfArgo,
    /// Braces that mean nothing to Argo: it leaves them as they are.
    Foreign,
}

impl<'a> Placeholder<'a> {
    /// What the text between the braces refers to.
    fn of(tag: &'a str) -> Self {
        let parts: Vec<&str> = tag.trim().split('.').collect();
        match parts.as_slice() {
            ["inputs", "parameters", name] => Self::InputParameter(name),
            ["inputs", "artifacts", name, "path"] => Self::InputArtifact(name),
            ["outputs", "parameters", name, "path"] => Self::OutputParameter(name),
            ["outputs", "artifacts", name, "path"] => Self::OutputArtifact(name),
            ["inputs", "parameters"] => Self::OfArgo,
            ["inputs" | "outputs", ..] => Self::Misspelt,
            ["tasks" | "steps" | "item", ..] => Self::OfTheTask,
            ["workflow", "parameters", ..] => Self::OfTheWorkflow,
            [
                "workflow",
                "name" | "namespace" | "uid" | "creationTimestamp",
            ] => Self::Fact,
            ["workflow" | "pod" | "node" | "retries" | "lastRetry", ..] => Self::OfArgo,
            [first, ..] if first.starts_with('=') => Self::OfArgo,
            _ => Self::Foreign,
        }
    }
}

/// The placeholders of a text, with what stands between their braces.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = (Placeholder<'_>, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once("{{")?;
        let (tag, after) = after.split_once("}}")?;
        rest = after;
        Some((Placeholder::of(tag), tag.trim()))
    })
}

/// Shows every text of a body with its path, names of fields included; but for those of templates
/// that stand within it, which have inputs of their own.
pub(super) fn for_each_text<'a>(body: &'a Value, path: &str, see: &mut impl FnMut(&str, &'a str)) {
    match body {
        Value::String(text) => see(path, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for_each_text(item, &format!("{path}[{index}]"), see);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "inline") {
                see(path, name);
                for_each_text(value, &format!("{path}.{name}"), see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
