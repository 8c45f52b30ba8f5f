//! Placeholders: what an action's texts leave open, put in once and never looked at again.

use std::collections::HashMap;
use std::path::PathBuf;

use wf_model::RunFacts;

/// A text of an action with what it leaves open, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Placeholder(Placeholder),
}

/// What a text can leave open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// `{{inputs.parameters.name}}`
    Parameter(String),
    /// `{{inputs.artifacts.name.path}}`
    InputPath(String),
    /// `{{outputs.parameters.name.path}}`
    ParameterPath(String),
    /// `{{outputs.artifacts.name.path}}`
    ArtifactPath(String),
    /// `{{workflow.parameters.name}}`
    WorkflowParameter(String),
    /// `{{workflow.name}}`
    WorkflowName,
    /// `{{workflow.namespace}}`
    WorkflowNamespace,
    /// `{{workflow.uid}}`
    WorkflowUid,
    /// `{{workflow.creationTimestamp}}`
    WorkflowCreation,
}

/// What is put in.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    /// The input parameters.
    pub(crate) parameters: HashMap<&'a str, &'a str>,
    /// Where the input artifacts are.
    pub(crate) input_paths: HashMap<&'a str, PathBuf>,
    /// Where the output parameters are to be left.
    pub(crate) parameter_paths: HashMap<&'a str, PathBuf>,
    /// Where the output artifacts are to be left.
    pub(crate) artifact_paths: HashMap<&'a str, PathBuf>,
    /// What is told of the run.
    pub(crate) facts: &'a RunFacts,
}

/// The roots of Argo's placeholders; braces around anything else are the text's own.
const ROOTS: [&str; 8] = [
    "inputs", "outputs", "workflow", "tasks", "steps", "pod", "retries", "item",
];

impl Text {
    /// Takes a text apart.
    ///
    /// # Errors
    /// A placeholder that has no meaning here, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            literal.push_str(before);
            if after.starts_with('=') {
                return Err("`{{=` is an expression, which only a cluster evaluates".to_owned());
            }
            match after.split_once("}}") {
                Some((inside, behind)) if is_ours(inside.trim()) => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Placeholder(Placeholder::parse(inside.trim())?));
                    rest = behind;
                }
                _ => {
                    literal.push_str("{{");
                    rest = after;
                }
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self(pieces))
    }

    /// What it leaves open, in order.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Placeholder(placeholder) => Some(placeholder),
            Piece::Literal(_) => None,
        })
    }

    /// The text with everything put in.
    ///
    /// # Errors
    /// The placeholder for which there is no value, in words.
    pub(crate) fn fill(&self, values: &Values<'_>) -> Result<String, String> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => filled.push_str(text),
                Piece::Placeholder(placeholder) => values.append(&mut filled, placeholder)?,
            }
        }
        Ok(filled)
    }
}

fn is_ours(inside: &str) -> bool {
    let root = inside.split('.').next().unwrap_or_default();
    ROOTS.contains(&root)
}

impl Placeholder {
    fn parse(inside: &str) -> Result<Self, String> {
        let unknown = || format!("`{{{{{inside}}}}}` has no meaning without a cluster");
        let name = |name: &str| name.to_owned();
        let placeholder = match inside {
            "workflow.name" => Self::WorkflowName,
            "workflow.namespace" => Self::WorkflowNamespace,
            "workflow.uid" => Self::WorkflowUid,
            "workflow.creationTimestamp" => Self::WorkflowCreation,
            _ => {
                let (path, last) = inside.rsplit_once('.').ok_or_else(unknown)?;
                if path == "inputs.parameters" {
                    Self::Parameter(name(last))
                } else if path == "workflow.parameters" {
                    Self::WorkflowParameter(name(last))
                } else if last == "path" {
                    let (kind, last) = path.rsplit_once('.').ok_or_else(unknown)?;
                    match kind {
                        "inputs.artifacts" => Self::InputPath(name(last)),
                        "outputs.parameters" => Self::ParameterPath(name(last)),
                        "outputs.artifacts" => Self::ArtifactPath(name(last)),
                        _ => return Err(unknown()),
                    }
                } else {
                    return Err(unknown());
                }
            }
        };
        Ok(placeholder)
    }
}

impl Values<'_> {
    fn append(&self, text: &mut String, placeholder: &Placeholder) -> Result<(), String> {
        let path = |paths: &HashMap<&str, PathBuf>, name: &str| {
            paths.get(name).map(|path| path.display().to_string())
        };
        let facts = self.facts;
        let value = match placeholder {
            Placeholder::Parameter(name) => self
                .parameters
                .get(name.as_str())
                .map(|&value| value.to_owned()),
            Placeholder::InputPath(name) => path(&self.input_paths, name),
            Placeholder::ParameterPath(name) => path(&self.parameter_paths, name),
            Placeholder::ArtifactPath(name) => path(&self.artifact_paths, name),
            Placeholder::WorkflowParameter(name) => facts.parameters.get(name).cloned(),
            Placeholder::WorkflowName => Some(facts.name.clone()),
            Placeholder::WorkflowNamespace => Some(facts.namespace.clone()),
            Placeholder::WorkflowUid => Some(facts.uid.clone()),
            Placeholder::WorkflowCreation => Some(facts.created_at.to_string()),
        };
        let value = value.ok_or_else(|| format!("there is no value for {placeholder:?}"))?;
        text.push_str(&value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, value: &str) -> String {
        let facts = RunFacts {
            name: "w-1".to_owned(),
            namespace: "demo".to_owned(),
            uid: "u".to_owned(),
            created_at: wf_model::Timestamp::from_millis(0),
            parameters: [("p".to_owned(), "given".to_owned())].into(),
        };
        let values = Values {
            parameters: [("x", value)].into(),
            input_paths: [("a", PathBuf::from("/in/a"))].into(),
            parameter_paths: [("o", PathBuf::from("/out/o"))].into(),
            artifact_paths: HashMap::new(),
            facts: &facts,
        };
        Text::parse(text).unwrap().fill(&values).unwrap()
    }

    #[test]
    fn everything_is_put_in_once() {
        assert_eq!(fill("<{{inputs.parameters.x}}>", "v"), "<v>");
        assert_eq!(fill("{{ inputs.parameters.x }}", "v"), "v");
        assert_eq!(
            fill(
                "{{inputs.artifacts.a.path}} {{outputs.parameters.o.path}}",
                ""
            ),
            "/in/a /out/o"
        );
        assert_eq!(
            fill("{{workflow.parameters.p}}/{{workflow.name}}", ""),
            "given/w-1"
        );
        let hostile = "{{inputs.artifacts.a.path}}{{workflow.name}}";
        assert_eq!(fill("{{inputs.parameters.x}}", hostile), hostile);
    }

    #[test]
    fn braces_of_other_languages_stay() {
        for text in ["{{.Name}}", "{{", "a }} b {{ c", "{{ item2 }}", "{{{{x}}}}"] {
            assert_eq!(fill(text, "v"), text);
        }
        assert_eq!(fill("{{{{inputs.parameters.x}}", "v"), "{{v");
    }

    #[test]
    fn what_only_a_cluster_knows_is_refused() {
        for text in [
            "{{=1+1}}",
            "{{pod.name}}",
            "{{tasks.a.outputs.result}}",
            "{{inputs.x}}",
        ] {
            assert!(Text::parse(text).is_err(), "{text}");
        }
    }
}
