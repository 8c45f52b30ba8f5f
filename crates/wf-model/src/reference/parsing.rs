//! Taking a value apart into text and references.

use std::fmt;

use crate::fault::FaultCode;
use crate::names::NameKind;
use crate::suggestion::Suggester;
use crate::text::short;

use super::{Fact, Piece, Reference, Template};

/// Why a value with braces is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `{{` without its `}}`: with what comes to stand after it, it could become a reference.
    #[error("has `{{{{` without its `}}}}`")]
    Unclosed,
    /// `{{=…}}`, which Argo would evaluate.
    #[error("has `{{{{=`, an expression that Argo would evaluate; only references are allowed")]
    Expression,
    /// Braces around something that is none of our references.
    #[error(
        "`{{{{{tag}}}}}` is no reference; there are `workflow.parameters.<name>`, \
         `workflow.name`, `workflow.namespace`, `workflow.uid`, `workflow.creationTimestamp`, \
         `tasks.<task>.outputs.parameters.<name>`, `tasks.<task>.outputs.result`, \
         `tasks.<task>.exitCode`, `tasks.<task>.status`, `item` and `item.<key>`"
    )]
    Unknown {
        /// What stands between the braces, cut when it is long.
        tag: String,
    },
    /// A `{` at the end: with what comes to stand after it, it could open a reference.
    #[error(
        "ends with `{{`, which could open a reference together with what follows it where it is \
         put in"
    )]
    TrailingBrace,
}

impl TemplateError {
    /// The code of a fault with this error.
    pub fn code(&self) -> FaultCode {
        FaultCode::TemplateInjection
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<String> {
        match self {
            Self::Unknown { tag } => nearest_fact(tag),
            Self::Unclosed | Self::Expression | Self::TrailingBrace => None,
        }
    }
}

impl Template {
    /// Takes a value apart.
    ///
    /// Accepted is what cannot become another reference when Argo scans the value again: text
    /// without `{{` and without a `{` at its end, and the references of [`Reference`], spaces
    /// inside of the braces allowed. `}}` by itself is text, since nothing of ours leaves a `{{`
    /// open before it.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let (before, from_braces) = rest.split_at(start);
            let (reference, after) = take_reference(from_braces)?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Reference(reference));
            rest = after;
        }
        if rest.ends_with('{') {
            return Err(TemplateError::TrailingBrace);
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }
}

/// Reads the reference with which `text` begins; returns what follows it.
pub(crate) fn take_reference(text: &str) -> Result<(Reference, &str), TemplateError> {
    let inner = text.strip_prefix("{{").unwrap_or(text);
    if inner.starts_with('=') {
        return Err(TemplateError::Expression);
    }
    let (tag, after) = inner.split_once("}}").ok_or(TemplateError::Unclosed)?;
    // Argo reads a tag up to the first `}}`, and trims it.
    match Reference::parse(tag.trim()) {
        Some(reference) => Ok((reference, after)),
        None if tag.trim_start().starts_with('=') => Err(TemplateError::Expression),
        None => Err(TemplateError::Unknown {
            tag: short(tag.trim()),
        }),
    }
}

fn nearest_fact(tag: &str) -> Option<String> {
    const WORDS: [&str; 6] = [
        "item",
        "workflow.name",
        "workflow.namespace",
        "workflow.uid",
        "workflow.creationTimestamp",
        "workflow.status",
    ];
    Suggester::default()
        .nearest(tag, WORDS)
        .map(|word| format!("{{{{{word}}}}}"))
}

impl Reference {
    /// Reads what stands between the braces.
    pub fn parse(tag: &str) -> Option<Self> {
        if let Some(name) = tag.strip_prefix("workflow.parameters.") {
            return is_key(name).then(|| Self::Parameter(name.to_owned()));
        }
        if let Some(rest) = tag.strip_prefix("tasks.") {
            let (task, field) = rest.split_once('.')?;
            return Self::parse_task(task, field);
        }
        if let Some(key) = tag.strip_prefix("item.") {
            return is_key(key).then(|| Self::ItemField(key.to_owned()));
        }
        match tag {
            "item" => Some(Self::Item),
            "workflow.name" => Some(Self::Fact(Fact::Name)),
            "workflow.namespace" => Some(Self::Fact(Fact::Namespace)),
            "workflow.uid" => Some(Self::Fact(Fact::Uid)),
            "workflow.creationTimestamp" => Some(Self::Fact(Fact::CreationTimestamp)),
            "workflow.status" => Some(Self::Fact(Fact::Status)),
            _ => None,
        }
    }

    fn parse_task(task: &str, field: &str) -> Option<Self> {
        NameKind::Task.check(task).ok()?;
        let task = task.to_owned();
        match field {
            "outputs.result" => return Some(Self::TaskResult(task)),
            "exitCode" => return Some(Self::TaskExitCode(task)),
            "status" => return Some(Self::TaskStatus(task)),
            _ => {}
        }
        if let Some(name) = field.strip_prefix("outputs.parameters.") {
            let name = name.to_owned();
            return is_key(&name).then_some(Self::TaskParameter { task, name });
        }
        let name = field.strip_prefix("outputs.artifacts.")?.to_owned();
        let is_artifact = NameKind::Artifact.check(&name).is_ok();
        is_artifact.then_some(Self::TaskArtifact { task, name })
    }
}

/// Parameters and the keys of items are named by the same rule.
fn is_key(name: &str) -> bool {
    NameKind::Parameter.check(name).is_ok()
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Reference(reference) => write!(f, "{{{{{reference}}}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(text: &str) -> Vec<String> {
        let template = Template::parse(text).unwrap();
        template.references().map(ToString::to_string).collect()
    }

    #[test]
    fn values_are_taken_apart() {
        assert_eq!(references("Hello"), Vec::<String>::new());
        assert_eq!(references("{{ item }}-{{item.a}}"), ["item", "item.a"]);
        let all = [
            "workflow.parameters.a_b-c",
            "workflow.name",
            "workflow.namespace",
            "workflow.uid",
            "workflow.creationTimestamp",
            "workflow.status",
            "tasks.A.outputs.parameters.x",
            "tasks.A.outputs.result",
            "tasks.A-b.exitCode",
            "tasks.A.status",
            "tasks.A.outputs.artifacts.x.y",
            "item",
            "item.key",
        ];
        for reference in all {
            let text = format!("a {{{{{reference}}}}} b");
            assert_eq!(references(&text), [reference]);
            assert_eq!(Template::parse(&text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn braces_that_cannot_become_a_reference_are_text() {
        for text in [r#"{"a":{"b":1}}"#, "}}", "{a}", "{ {", "a{b"] {
            let template = Template::parse(text);
            let harmless = !text.ends_with('{');
            assert_eq!(template.is_ok(), harmless, "{text}");
        }
    }

    #[test]
    fn everything_else_in_braces_is_refused() {
        use TemplateError::{Expression, TrailingBrace, Unclosed};
        let is_unknown = |text| {
            let error = Template::parse(text).unwrap_err();
            assert!(
                matches!(error, TemplateError::Unknown { .. }),
                "{text}: {error}"
            );
        };
        for (text, expected) in [
            ("{{", Unclosed),
            ("a {{workflow.name", Unclosed),
            ("{{=1+1}}", Expression),
            ("{{ = 1+1}}", Expression),
            ("{{workflow.name}} {{=x", Expression),
            ("a {", TrailingBrace),
            ("{{workflow.name}}{", TrailingBrace),
        ] {
            assert_eq!(Template::parse(text), Err(expected), "{text}");
        }
        for text in [
            "{{}}",
            "{{{workflow.name}}}",
            "{{inputs.parameters.a}}",
            "{{workflow.parameters}}",
            "{{workflow.parameters.}}",
            "{{workflow.parameters.a b}}",
            "{{workflow.labels.x}}",
            "{{tasks.A}}",
            "{{tasks.A.outputs}}",
            "{{tasks.in.status}}",
            "{{item.}}",
            "{{ite{{m}}}}",
        ] {
            is_unknown(text);
        }
    }

    #[test]
    fn a_misspelt_fact_has_a_suggestion() {
        let error = Template::parse("{{workflow.nam}}").unwrap_err();
        assert_eq!(error.suggestion().as_deref(), Some("{{workflow.name}}"));
    }
}
