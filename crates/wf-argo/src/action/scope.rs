//! Scope: what a template has declared, and so what its texts may refer to.

use serde_json::Value;

use super::placeholder::{
    OfAnother, Placeholder, for_each_text, is_unclosed, names_in, placeholders,
};
use super::source::ActionSource;
use crate::definitions::Wrong;

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
}

/// What a text can refer to: what its template has declared, and where it stands in there.
///
/// Argo puts in what a template knows everywhere in it, also in the templates that stand within.
/// What it *checks* is another thing (`workflow/validate/validate.go`): a step as a whole, with all
/// that stands in it, by what is known around the step and the input parameters of its template.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'v> {
    pub(super) scope: &'v Scope<'v>,
    pub(super) site: Site<'v>,
    /// What is known around the template that stands within another.
    pub(super) around: Option<&'v View<'v>>,
}

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
    /// All that there are: their names, and the templates that they bring along.
    pub(super) all: Vec<(&'s str, Option<&'s Value>)>,
    /// Whether it fans out.
    pub(super) has_items: bool,
}

impl<'a> Scope<'a> {
    /// What an action declares.
    pub(super) fn of_action(source: &'a ActionSource) -> Self {
        let outputs = &source.outputs;
        let files = outputs.parameters.iter().filter(|it| it.path.is_some());
        Self {
            parameters: source.parameters.iter().map(|it| &*it.name).collect(),
            artifacts: source.artifacts.iter().map(|it| &*it.name).collect(),
            output_parameters: outputs.parameters.iter().map(|it| &*it.name).collect(),
            output_files: files.map(|it| &*it.name).collect(),
            output_artifacts: outputs.artifacts.iter().map(|it| &*it.name).collect(),
            is_inline: false,
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
        }
    }

    /// The names of its parameters.
    pub(super) fn parameters(&self) -> &[&'a str] {
        &self.parameters
    }

    fn objection(&self, placeholder: &Placeholder, tag: &str, site: Site<'_>) -> Option<String> {
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
            Placeholder::OfAnother(another) => return unknown(another, tag, site),
            Placeholder::Item | Placeholder::FieldOfItem => return no_item(tag, site),
            Placeholder::OfTheWorkflow => return Some(out_of_sight(tag)),
            Placeholder::Misspelt
            | Placeholder::HandedArtifact(_)
            | Placeholder::OutputValue(_)
            | Placeholder::OutputResult => {
                return Some(format!(
                    "`{{{{{tag}}}}}` is no input or output; there are `inputs.parameters.NAME`, \
                     `inputs.artifacts.NAME.path`, `outputs.parameters.NAME.path` and `outputs.artifacts.NAME.path`"
                ));
            }
            Placeholder::OfArgo
            | Placeholder::OfThePod
            | Placeholder::Fact
            | Placeholder::Foreign => return None,
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

impl<'v> View<'v> {
    /// What a part of a template sees, and what is done behind it.
    pub(super) fn of_part(
        scope: &'v Scope<'v>,
        parts: &'v Surroundings<'v>,
        around: Option<&'v Self>,
    ) -> Self {
        Self {
            scope,
            site: Site::Part(parts),
            around,
        }
    }

    /// Everything that is wrong with what a text refers to.
    pub(super) fn objections(&self, text: &str) -> Vec<String> {
        let found = placeholders(text).into_iter();
        let objections = found.filter_map(|(placeholder, tag)| self.objection(&placeholder, tag));
        let mut told: Vec<String> = objections.collect();
        if is_unclosed(text) {
            told.push(
                "a `{{` is not closed, and Argo would look for its end in what follows".to_owned(),
            );
        }
        told.dedup();
        told
    }

    /// The same of an expression without braces.
    pub(super) fn objections_to_expression(&self, expression: &str) -> Vec<String> {
        let names = names_in(expression).into_iter();
        names
            .filter_map(|placeholder| self.objection(&placeholder, expression))
            .collect()
    }

    /// Whether a template here, or around it, has an input parameter of that name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.scope.parameters().contains(&name) || self.around.is_some_and(|it| it.declares(name))
    }

    /// Tells what is wrong with every text of a value.
    pub(super) fn check(&self, value: &Value, path: &str, wrong: &mut Wrong<'_>) {
        for_each_text(value, path, &mut |path, text| {
            for objection in self.objections(text) {
                wrong(path.to_owned(), objection);
            }
        });
    }

    fn objection(&self, placeholder: &Placeholder, tag: &str) -> Option<String> {
        match self.around {
            Some(around) => self.objection_within(around, placeholder, tag),
            None => self.scope.objection(placeholder, tag, self.site),
        }
    }

    /// The same for a template that stands in a step.
    fn objection_within(
        &self,
        around: &Self,
        placeholder: &Placeholder,
        tag: &str,
    ) -> Option<String> {
        let unknown = |way: &str| {
            Some(format!(
                "`{{{{{tag}}}}}` is not known in a template that stands in a step; {way}"
            ))
        };
        let own = || self.scope.objection(placeholder, tag, self.site);
        match placeholder {
            Placeholder::InputParameter(name) if around.declares(name) => None,
            Placeholder::InputParameter(_) if around.around.is_some() && own().is_none() => {
                unknown(
                    "of what stands in one of those, only what is given around it; give it there",
                )
            }
            Placeholder::InputArtifact(_) if own().is_none() => {
                unknown("write the path that its artifact has")
            }
            Placeholder::OfAnother(_) | Placeholder::FieldOfItem => {
                unknown("give it to an input parameter, as an argument of the step")
            }
            Placeholder::OfThePod => unknown("the variable `ARGO_POD_NAME` has it"),
            Placeholder::Item | Placeholder::HandedArtifact(_) => {
                around.objection(placeholder, tag)
            }
            _ => own(),
        }
    }
}

/// What another step or task left is known to those behind it.
fn unknown(another: &OfAnother, tag: &str, site: Site<'_>) -> Option<String> {
    let Site::Part(around) = site else {
        return Some(out_of_sight(tag));
    };
    let OfAnother { word, name, output } = another;
    if around.word != *word {
        let right = around.word;
        return Some(format!("`{{{{{tag}}}}}` has to begin with `{right}` here"));
    }
    let Some(place) = around.all.iter().position(|(other, _)| other == name) else {
        return Some(format!(
            "`{{{{{tag}}}}}` refers to `{name}`, which is not there"
        ));
    };
    if !around.before.contains(&place) {
        return Some(format!(
            "`{{{{{tag}}}}}` is not known here: `{name}` does not have to end before"
        ));
    }
    // What a template of the cluster leaves is not known here.
    let template = around.all[place].1?;
    let (kind, output) = output.as_ref()?;
    let left = Scope::of_template(template);
    let left = match *kind {
        "parameters" => left.output_parameters,
        "artifacts" => left.output_artifacts,
        _ => return no_result(template, name, tag),
    };
    (!left.contains(&output.as_str()))
        .then(|| format!("`{{{{{tag}}}}}`: `{name}` declares no `{output}` in `outputs.{kind}`"))
}

/// `HasOutput` of Argo's templates.
fn no_result(template: &Value, name: &str, tag: &str) -> Option<String> {
    let has = |kind: &str| template.get(kind).is_some_and(|it| !it.is_null());
    let containers = template
        .get("containerSet")
        .and_then(|it| it.get("containers"));
    let mut containers = containers.and_then(Value::as_array).into_iter().flatten();
    let has_main = containers.any(|it| it.get("name").is_some_and(|name| name == "main"));
    let has_result = ["container", "script", "data", "http", "plugin"]
        .into_iter()
        .any(has);
    (!has_result && !has_main).then(|| {
        format!("`{{{{{tag}}}}}`: `{name}` has no result; `container`, `script`, `data`, `http`, `plugin` and a \
                 `containerSet` with a container `main` have one")
    })
}

fn no_item(tag: &str, site: Site<'_>) -> Option<String> {
    match site {
        Site::Part(around) if around.has_items => None,
        Site::Part(_) => Some(format!(
            "`{{{{{tag}}}}}` is known only where there is `withItems`, `withParam` or `withSequence`"
        )),
        Site::Inside | Site::Metrics => Some(out_of_sight(tag)),
    }
}

fn out_of_sight(tag: &str) -> String {
    format!(
        "`{{{{{tag}}}}}` is out of its sight: an action sees only its own inputs; declare a parameter and let the task give it"
    )
}
