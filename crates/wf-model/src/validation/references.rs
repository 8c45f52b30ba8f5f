//! References: each is proved to be known where it stands, before anything runs.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::fault::FaultCode;
use crate::finding::At;
use crate::reference::{Fact, Reference, Template};
use crate::signature::Signature;
use crate::text::{Lines, check_characters, check_size, listed, short};

use super::Checker;
use super::ancestors::Question;

/// Where a reference stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    /// In a task.
    Task(usize, Part),
    /// In the exit handler.
    ExitHandler,
    /// In an output of the workflow.
    Output,
}

/// In which part of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Parameter(usize),
    Artifact(usize),
    When,
}

impl<'a> Checker<'a, '_> {
    /// Takes a value apart and proves what it refers to.
    pub(super) fn read_template(&mut self, text: &str, site: Site, at: &At) -> Template {
        if self.findings.is_full() {
            return Template::default();
        }
        if !check_characters(text, Lines::Many, at, self.findings) {
            self.findings.hole(at);
            return Template::default();
        }
        match Template::parse(text) {
            Ok(template) => {
                for reference in template.references() {
                    self.prove(reference, site, at);
                }
                if !check_size(template.literal_bytes(), at, self.findings) {
                    self.findings.hole(at);
                    return Template::default();
                }
                template
            }
            Err(error) => {
                self.findings.report_suggesting(
                    at,
                    error.code(),
                    error.suggestion().as_deref(),
                    || error.to_string(),
                );
                self.findings.hole(at);
                Template::default()
            }
        }
    }

    /// Reports a reference that is not known where it stands.
    pub(super) fn prove(&mut self, reference: &Reference, site: Site, at: &At) {
        if self.findings.is_full() {
            return;
        }
        match reference {
            Reference::Parameter(name) => self.prove_parameter(name, at),
            Reference::Fact(Fact::Status) if site != Site::ExitHandler => {
                self.unknown(reference, "is known only to the exit handler", at);
            }
            Reference::Fact(_) => {}
            Reference::Item | Reference::ItemField(_) => self.prove_item(reference, site, at),
            Reference::TaskParameter { task, .. }
            | Reference::TaskArtifact { task, .. }
            | Reference::TaskResult(task)
            | Reference::TaskExitCode(task)
            | Reference::TaskStatus(task) => self.prove_task(reference, task, site, at),
        }
    }

    fn unknown(&mut self, reference: &Reference, why: &str, at: &At) {
        self.findings.report(at, FaultCode::UnknownReference, || {
            format!("`{{{{{reference}}}}}` {why}")
        });
    }

    fn prove_parameter(&mut self, name: &str, at: &At) {
        let declarations = &self.document.parameters;
        let parameters = At::Root;
        if self.parameters.contains_key(name)
            || declarations
                .iter()
                .any(|declaration| declaration.name.is_empty())
            || self.findings.is_hole(&parameters.field("parameters"))
        {
            return;
        }
        let names = || {
            declarations
                .iter()
                .map(|declaration| declaration.name.as_str())
        };
        let near = self.findings.nearest(name, names());
        self.findings
            .report_suggesting(at, FaultCode::UnknownReference, near, || {
                format!(
                    "the workflow declares no parameter `{}` (declared: {})",
                    short(name),
                    listed(names())
                )
            });
    }

    fn prove_item(&mut self, reference: &Reference, site: Site, at: &At) {
        let with_items = match site {
            Site::Task(task, Part::Parameter(_) | Part::When) => {
                let items = self.document.tasks[task].with_items.as_ref();
                items.map(|items| (task, items))
            }
            Site::Task(_, Part::Artifact(_)) | Site::ExitHandler | Site::Output => None,
        };
        let Some((task, items)) = with_items else {
            self.unknown(reference, "is known only in a task with `withItems`", at);
            return;
        };
        if let Reference::ItemField(key) = reference
            && !items.is_empty()
            && !self.item_fields(task, items).contains(key.as_str())
        {
            self.unknown(
                reference,
                "is not known, since not every item has that field",
                at,
            );
        }
    }

    /// The fields that every item of the task has.
    fn item_fields(&mut self, task: usize, items: &'a [Value]) -> &HashSet<&'a str> {
        if self
            .item_fields
            .as_ref()
            .is_none_or(|(known, _)| *known != task)
        {
            let fields = |item: &'a Value| item.as_object().into_iter().flat_map(Map::keys);
            let first = items.first().into_iter().flat_map(fields);
            let mut common: HashSet<&str> = first.map(String::as_str).collect();
            for item in items {
                common.retain(|field| item.get(*field).is_some());
            }
            self.item_fields = Some((task, common));
        }
        let (_, fields) = self.item_fields.get_or_insert_default();
        fields
    }

    fn prove_task(&mut self, reference: &Reference, name: &str, site: Site, at: &At) {
        if site == Site::ExitHandler {
            self.unknown(
                reference,
                "is not known to the exit handler: it cannot refer to tasks",
                at,
            );
            return;
        }
        let Some(&index) = self.tasks.get(name) else {
            if !self.has_nameless_tasks {
                let near = self.nearest_task(name);
                self.findings
                    .report_suggesting(at, FaultCode::UnknownReference, near, || {
                        format!("there is no task `{}`", short(name))
                    });
            }
            return;
        };
        self.prove_output(reference, index, site, at);
        if let Site::Task(task, part) = site
            && self.direct[index] != task + 1
        {
            self.questions.push(Question {
                ancestor: index,
                task,
                part,
            });
        }
    }

    /// Reports an output that the task's action does not leave.
    fn prove_output(&mut self, reference: &Reference, index: usize, site: Site, at: &At) {
        let task = &self.document.tasks[index];
        let is_for_artifact = matches!(site, Site::Task(_, Part::Artifact(_)));
        if matches!(reference, Reference::TaskArtifact { .. }) != is_for_artifact {
            self.findings.report(at, FaultCode::InvalidArtifact, || {
                format!(
                    "`{{{{{reference}}}}}` cannot stand here: artifacts are given under \
                     `artifacts`, and values under `parameters`"
                )
            });
            return;
        }
        let Some(signature) = self.actions.signature(&task.action) else {
            return;
        };
        let is_fan_out = task.with_items.is_some();
        if let Some((code, why)) = missing_output(reference, signature, is_fan_out) {
            self.findings.report(at, code, || {
                format!(
                    "`{{{{{reference}}}}}` is not known: the action `{}` {why}",
                    task.action
                )
            });
        }
    }

    /// Notes the direct dependencies of a task, which need no further proof.
    pub(super) fn note_direct(&mut self, task: usize, dependencies: &[usize]) {
        for &dependency in dependencies {
            self.direct[dependency] = task + 1;
        }
    }
}

/// Why an action does not leave what is referred to.
fn missing_output(
    reference: &Reference,
    signature: &Signature,
    is_fan_out: bool,
) -> Option<(FaultCode, String)> {
    let code = FaultCode::UnknownReference;
    let absent = |names: &[String], name: &String| {
        let list = || listed(names.iter().map(String::as_str));
        (!names.contains(name)).then(list)
    };
    match reference {
        Reference::TaskParameter { name, .. } => {
            absent(&signature.output_parameters, name).map(|list| {
                (
                    code,
                    format!("leaves no such parameter (it leaves: {list})"),
                )
            })
        }
        Reference::TaskArtifact { .. } if is_fan_out => {
            let why = "is used for many items, each of which leaves its own artifact";
            Some((FaultCode::InvalidArtifact, why.to_owned()))
        }
        Reference::TaskArtifact { name, .. } => {
            absent(&signature.output_artifacts, name).map(|list| {
                let why = format!("leaves no such artifact (it leaves: {list})");
                (FaultCode::InvalidArtifact, why)
            })
        }
        Reference::TaskResult(_) if !signature.result => {
            Some((code, "does not tell what it prints".to_owned()))
        }
        Reference::TaskExitCode(_) if is_fan_out => Some((
            code,
            "is used for many items, each of which ends with its own code".to_owned(),
        )),
        _ => None,
    }
}
