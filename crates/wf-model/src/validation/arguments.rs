//! Arguments: what a task, the exit handler or the workflow's outputs give under which names.

use crate::document::{Argument, ArtifactArgument};
use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::literal::not_allowed;
use crate::names::NameKind;
use crate::reference::{Piece, Reference, Template};
use crate::signature::ParameterSignature;
use crate::text::{Lines, check_plain, listed, short};

use super::Checker;
use super::actions::Given;
use super::references::{Part, Site};

impl<'a> Checker<'a, '_> {
    /// Reads the values, and proves what they refer to.
    pub(super) fn read_values(
        &mut self,
        arguments: &'a [Argument],
        site: impl Fn(usize) -> Site,
        at: &At,
    ) -> Vec<(String, Template)> {
        let mut values = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let at = at.index(index);
            let template = self.read_template(&argument.value, site(index), &at.field("value"));
            values.push((argument.name.clone(), template));
        }
        values
    }

    /// Checks what is given to an action against what it takes.
    pub(super) fn check_parameters(
        &mut self,
        action: usize,
        arguments: &[Argument],
        values: &[(String, Template)],
        at: &At,
    ) {
        let (action, in_use) = self.actions.begin_use(action);
        let declared = &action.signature.parameters;
        let mut is_whole = true;
        for (index, argument) in arguments.iter().enumerate() {
            let at = at.index(index);
            match action.parameters.give(&argument.name, in_use) {
                Given::Declared(input) => {
                    check_literal(&declared[input], &values[index].1, &at, self.findings);
                }
                Given::Twice => {
                    report_twice(&argument.name, &at, self.findings);
                }
                Given::Undeclared => {
                    is_whole &= !argument.name.is_empty();
                    let names = declared.iter().map(|input| input.name.as_str());
                    let code = FaultCode::UndeclaredParameter;
                    report_undeclared(&argument.name, names, "parameter", code, &at, self.findings);
                }
            }
        }
        // A parameter without a name may be the one that is missing.
        if !is_whole || self.findings.is_hole(at) {
            return;
        }
        for (index, input) in declared.iter().enumerate() {
            if input.is_required() && !action.parameters.is_given(index, in_use) {
                self.findings.report(at, FaultCode::MissingParameter, || {
                    format!(
                        "lacks the parameter `{}`, which the action needs",
                        input.name
                    )
                });
            }
        }
    }

    /// Reads and checks the artifacts that a task gives to its action.
    pub(super) fn check_artifacts(
        &mut self,
        task: usize,
        action: Option<usize>,
        arguments: &'a [ArtifactArgument],
        at: &At,
    ) -> Vec<(String, Reference)> {
        let mut artifacts = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let from = at.index(index);
            let site = Site::Task(task, Part::Artifact(index));
            let reference = self.read_artifact(&argument.from, site, &from.field("from"));
            artifacts.extend(reference.map(|reference| (argument.name.clone(), reference)));
        }
        let Some(action) = action else {
            return artifacts;
        };
        let (action, in_use) = self.actions.begin_use(action);
        let declared = &action.signature.artifacts;
        for (index, argument) in arguments.iter().enumerate() {
            let at = at.index(index);
            match action.artifacts.give(&argument.name, in_use) {
                Given::Declared(_) => {}
                Given::Twice => report_twice(&argument.name, &at, self.findings),
                Given::Undeclared => {
                    let names = declared.iter().map(|input| input.name.as_str());
                    let code = FaultCode::InvalidArtifact;
                    report_undeclared(&argument.name, names, "artifact", code, &at, self.findings);
                }
            }
        }
        if self.findings.is_hole(at) || arguments.iter().any(|artifact| artifact.name.is_empty()) {
            return artifacts;
        }
        for (index, input) in declared.iter().enumerate() {
            if !input.optional && !action.artifacts.is_given(index, in_use) {
                self.findings.report(at, FaultCode::InvalidArtifact, || {
                    format!(
                        "lacks the artifact `{}`, which the action needs",
                        input.name
                    )
                });
            }
        }
        artifacts
    }

    fn read_artifact(&mut self, from: &str, site: Site, at: &At) -> Option<Reference> {
        if from.is_empty() && self.findings.is_hole(at) {
            return None;
        }
        let parsed = Template::parse(from);
        if let Ok(template) = &parsed
            && let [Piece::Reference(reference @ Reference::TaskArtifact { .. })] =
                template.pieces()
        {
            self.prove(reference, site, at);
            return Some(reference.clone());
        }
        match parsed {
            Err(error) => self.findings.report_suggesting(
                at,
                error.code(),
                error.suggestion().as_deref(),
                || error.to_string(),
            ),
            Ok(_) => self.findings.report(at, FaultCode::InvalidArtifact, || {
                format!(
                    "`{}` is no artifact; it has to be \
                     `{{{{tasks.<task>.outputs.artifacts.<name>}}}}`",
                    short(from)
                )
            }),
        }
        None
    }

    /// Reads the workflow's own outputs.
    pub(super) fn check_outputs(&mut self) -> Vec<(String, Template)> {
        let outputs = &self.document.outputs;
        let root = At::Root;
        let at = root.field("outputs");
        self.check_count(outputs.len(), self.limits.parameters, "outputs", &at);
        let mut names = std::collections::HashSet::with_capacity(outputs.len());
        for (index, output) in outputs.iter().enumerate() {
            let at = at.index(index);
            let name_at = at.field("name");
            if NameKind::Parameter.inspect(&output.name, &name_at, self.findings)
                && !names.insert(output.name.as_str())
            {
                self.findings
                    .report(&name_at, FaultCode::DuplicateName, || {
                        format!("`{}` is the name of another output", output.name)
                    });
            }
        }
        self.read_values(outputs, |_| Site::Output, &at)
    }
}

/// Reports a value that the parameter cannot have; what a reference stands for is not known yet.
fn check_literal(
    parameter: &ParameterSignature,
    value: &Template,
    at: &At,
    findings: &mut Findings,
) {
    let Some(literal) = value.literal() else {
        return;
    };
    let at = at.field("value");
    if findings.is_hole(&at) {
        return;
    }
    if let Some(allowed) = &parameter.allowed
        && !allowed.iter().any(|value| value == literal)
    {
        let near = findings.nearest(literal, allowed.iter().map(String::as_str));
        findings.report_suggesting(&at, FaultCode::NotInEnum, near, || {
            not_allowed(literal, allowed)
        });
    } else if let Some(objection) = parameter.objection(literal) {
        findings.report(&at, FaultCode::InvalidValue, || objection);
    }
}

fn report_twice(name: &str, at: &At, findings: &mut Findings) {
    findings.report(&at.field("name"), FaultCode::DuplicateName, || {
        format!("`{}` is given twice", short(name))
    });
}

fn report_undeclared<'n>(
    name: &str,
    declared: impl Iterator<Item = &'n str> + Clone,
    thing: &str,
    code: FaultCode,
    at: &At,
    findings: &mut Findings,
) {
    let at = at.field("name");
    if name.is_empty() {
        if !findings.is_hole(&at) {
            findings.report(&at, FaultCode::Missing, || {
                "is empty, and has to be given".to_owned()
            });
        }
    } else if check_plain(name, Lines::One, &at, findings) {
        let near = findings.nearest(name, declared.clone());
        findings.report_suggesting(&at, code, near, || {
            let declared = listed(declared);
            format!(
                "the action takes no {thing} `{}` (it takes: {declared})",
                short(name)
            )
        });
    }
}
