//! Views: what a text can refer to, from where it stands.

use serde_json::Value;

use super::placeholder::{Placeholder, for_each_text, is_unclosed, names_in, placeholders};
use super::scope::Scope;
use super::site::{Site, Surroundings};
use crate::definitions::Wrong;

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

    /// Whether what stands here fans out.
    fn fans_out(&self) -> bool {
        matches!(self.site, Site::Part(parts) if parts.items.is_some())
    }

    /// Whether that, or what stands around it, does.
    fn has_items(&self) -> bool {
        self.fans_out() || self.around.is_some_and(View::has_items)
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
            Placeholder::OfAnother(_) | Placeholder::FieldOfItem(_) => {
                unknown("give it to an input parameter, as an argument of the step")
            }
            Placeholder::Item if self.fans_out() && around.has_items() => unknown(
                "of two lists around it Argo would take the outer one's item; give it to an input parameter",
            ),
            Placeholder::Item if self.fans_out() => own(),
            Placeholder::OfThePod => unknown("the variable `ARGO_POD_NAME` has it"),
            Placeholder::Item | Placeholder::HandedArtifact(_) => {
                around.objection(placeholder, tag)
            }
            _ => own(),
        }
    }
}
