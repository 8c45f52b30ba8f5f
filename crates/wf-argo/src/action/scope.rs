//! Scope: what a template has declared, and so what its texts may refer to.

use serde_json::Value;

use super::body::BodyKind;
use super::placeholder::Placeholder;
use super::site::Site;
use super::source::ActionSource;

/// What a template has declared.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    parameters: Vec<&'a str>,
    artifacts: Vec<&'a str>,
    output_parameters: Vec<&'a str>,
    /// Those of them that are left in files.
    output_files: Vec<&'a str>,
    output_artifacts: Vec<&'a str>,
    /// Whether it stands in a template, so that its declarations are where Argo has them.
    is_inline: bool,
    /// Whether Argo makes a pod for it.
    has_pod: bool,
}

impl<'a> Scope<'a> {
    /// What an action declares.
    pub(super) fn of_action(kind: BodyKind, source: &'a ActionSource) -> Self {
        let outputs = &source.outputs;
        let files = outputs.parameters.iter().filter(|it| it.path.is_some());
        Self {
            parameters: source.parameters.iter().map(|it| &*it.name).collect(),
            artifacts: source.artifacts.iter().map(|it| &*it.name).collect(),
            output_parameters: outputs.parameters.iter().map(|it| &*it.name).collect(),
            output_files: files.map(|it| &*it.name).collect(),
            output_artifacts: outputs.artifacts.iter().map(|it| &*it.name).collect(),
            is_inline: false,
            has_pod: kind.has_pod(),
        }
    }

    /// What a template declares that stands within an action, as Argo has it.
    pub(super) fn of_template(template: &'a Value) -> Self {
        let names = |port: &str, kind: &str| -> Vec<&'a str> {
            let list = template.get(port).and_then(|it| it.get(kind));
            let list = list.and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|it| it.get("name")?.as_str()).collect()
        };
        Self {
            parameters: names("inputs", "parameters"),
            artifacts: names("inputs", "artifacts"),
            output_parameters: names("outputs", "parameters"),
            output_files: names("outputs", "parameters"),
            output_artifacts: names("outputs", "artifacts"),
            is_inline: true,
            has_pod: BodyKind::all_in(template).any(|(kind, _)| kind.has_pod()),
        }
    }

    /// The names of its parameters.
    pub(super) fn parameters(&self) -> &[&'a str] {
        &self.parameters
    }

    pub(super) fn output_parameters(&self) -> &[&'a str] {
        &self.output_parameters
    }

    pub(super) fn output_artifacts(&self) -> &[&'a str] {
        &self.output_artifacts
    }

    /// What is wrong with referring to that there.
    pub(super) fn objection(
        &self,
        placeholder: &Placeholder,
        tag: &str,
        site: Site<'_>,
    ) -> Option<String> {
        let known = |names: &[&str], name: &String| names.contains(&name.as_str());
        let (is_declared, list) = match placeholder {
            Placeholder::InputParameter(name) => (known(&self.parameters, name), "parameters"),
            Placeholder::InputArtifact(name) => (known(&self.artifacts, name), "artifacts"),
            Placeholder::HandedArtifact(name) if matches!(site, Site::Part(_)) => {
                (known(&self.artifacts, name), "artifacts")
            }
            Placeholder::OutputPath(name) => {
                (known(&self.output_files, name), "outputs.parameters")
            }
            Placeholder::OutputArtifact(name) => {
                (known(&self.output_artifacts, name), "outputs.artifacts")
            }
            Placeholder::OutputValue(name) if matches!(site, Site::Metrics) => {
                (known(&self.output_parameters, name), "outputs.parameters")
            }
            Placeholder::OutputResult if matches!(site, Site::Metrics) => return None,
            Placeholder::OfAnother(another) => return another.objection(tag, site),
            Placeholder::Item => return site.no_item(tag, None),
            Placeholder::FieldOfItem(key) => return site.no_item(tag, Some(key)),
            Placeholder::OfTheWorkflow => return Some(out_of_sight(tag)),
            Placeholder::NoFact => return Some(no_fact(tag)),
            Placeholder::NotOfThePod => {
                return Some(format!(
                    "`{{{{{tag}}}}}`: of its pod a template knows `pod.name`"
                ));
            }
            Placeholder::OfThePod => return self.no_pod(tag, site),
            Placeholder::Misspelt
            | Placeholder::HandedArtifact(_)
            | Placeholder::OutputValue(_)
            | Placeholder::OutputResult => {
                return Some(format!(
                    "`{{{{{tag}}}}}` is no input or output; there are `inputs.parameters.NAME`, \
                     `inputs.artifacts.NAME.path`, `outputs.parameters.NAME.path` and `outputs.artifacts.NAME.path`"
                ));
            }
            Placeholder::OfArgo | Placeholder::Fact | Placeholder::Foreign => return None,
        };
        (!is_declared).then(|| {
            let list = match (self.is_inline, list) {
                (true, "parameters" | "artifacts") => format!("inputs.{list}"),
                _ => list.to_owned(),
            };
            format!("`{{{{{tag}}}}}` refers to what is not declared; declare it in `{list}`")
        })
    }
}

impl Scope<'_> {
    fn no_pod(&self, tag: &str, site: Site<'_>) -> Option<String> {
        let is_in_pod = self.has_pod && !matches!(site, Site::Part(_));
        (!is_in_pod)
            .then(|| format!("`{{{{{tag}}}}}` is known only to what runs in a pod of its own"))
    }
}

pub(super) fn out_of_sight(tag: &str) -> String {
    format!(
        "`{{{{{tag}}}}}` is out of its sight: an action sees only its own inputs; declare a parameter and let the task give it"
    )
}

fn no_fact(tag: &str) -> String {
    format!(
        "`{{{{{tag}}}}}` is nothing that every workflow has; there are `workflow.name`, `workflow.namespace`, \
         `workflow.uid`, `workflow.creationTimestamp`"
    )
}
