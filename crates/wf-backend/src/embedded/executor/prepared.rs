//! Prepared workflows: what each task comes to on this machine.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use wf_argo::{Rendered, Template};
use wf_model::{
    ArtifactSignature, Condition, Document, EXIT_HANDLER, Limits, Operand, ParameterSignature,
    Reference, Signature, Signatures, Target, TaskRef, ValidWorkflow,
};

use crate::embedded::process::Program;
use crate::error::{Error, Result};

/// A workflow, ready to run here.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// The checked document.
    pub(crate) workflow: Arc<ValidWorkflow>,
    programs: Arc<Programs>,
}

#[derive(Debug)]
struct Programs {
    tasks: Vec<Arc<Program>>,
    exit_handler: Option<Arc<Program>>,
    /// For each task, whether something refers to its result.
    results_wanted: Vec<bool>,
}

impl Prepared {
    /// What a workflow comes to here.
    ///
    /// # Errors
    /// `Unsupported`, naming the action that cannot be run here, and why.
    pub(crate) fn of(workflow: Arc<ValidWorkflow>, rendered: &Rendered) -> Result<Self> {
        let document = workflow.document();
        let mut known = HashMap::new();
        let mut tasks = Vec::with_capacity(document.tasks.len());
        for task in &document.tasks {
            let template = template_of(rendered, &task.name)?;
            tasks.push(program(&mut known, template, &task.action)?);
        }
        let exit_handler = match (&document.on_exit, rendered.exit_template()) {
            (Some(handler), Some(template)) => {
                Some(program(&mut known, template, &handler.action)?)
            }
            (Some(handler), None) => return Err(not_rendered(&handler.action)),
            (None, _) => None,
        };
        let results_wanted = results_wanted(&workflow);
        Ok(Self {
            programs: Arc::new(Programs {
                tasks,
                exit_handler,
                results_wanted,
            }),
            workflow,
        })
    }

    /// What a stored workflow comes to here.
    ///
    /// It was checked when it was accepted; it is checked again against what its own manifest
    /// declares, which no later catalog changes.
    pub(crate) fn of_stored(document: Document, rendered: &Rendered) -> Result<Self> {
        let signatures = signatures(&document, rendered)?;
        let workflow =
            wf_model::validate(document, &signatures, &no_limits()).map_err(Error::Invalid)?;
        Self::of(Arc::new(workflow), rendered)
    }

    /// What a task comes to.
    pub(crate) fn program(&self, task: TaskRef) -> Option<&Arc<Program>> {
        match task {
            TaskRef::Task(index) => self.programs.tasks.get(index),
            TaskRef::ExitHandler => self.programs.exit_handler.as_ref(),
        }
    }

    /// Whether something refers to what the task prints.
    pub(crate) fn is_result_wanted(&self, task: TaskRef) -> bool {
        match task {
            TaskRef::Task(index) => self.programs.results_wanted.get(index) == Some(&true),
            TaskRef::ExitHandler => false,
        }
    }
}

fn template_of<'a>(rendered: &'a Rendered, task: &str) -> Result<&'a Template> {
    rendered.template_of(task).ok_or_else(|| not_rendered(task))
}

fn not_rendered(what: &str) -> Error {
    Error::Unsupported(format!("the manifest has no template for `{what}`"))
}

/// The template's program, made once for all tasks that use it.
fn program<'a>(
    known: &mut HashMap<&'a str, Arc<Program>>,
    template: &'a Template,
    action: &str,
) -> Result<Arc<Program>> {
    if let Some(program) = known.get(template.name.as_str()) {
        return Ok(Arc::clone(program));
    }
    let program = Program::of(template).map(Arc::new).map_err(|why| {
        Error::Unsupported(format!(
            "action `{action}` cannot run without a cluster: {why}"
        ))
    })?;
    known.insert(&template.name, Arc::clone(&program));
    Ok(program)
}

/// What one task comes to here.
pub(super) fn program_of(
    document: &Document,
    rendered: &Rendered,
    task: TaskRef,
) -> Result<Program> {
    let (name, template) = match task {
        TaskRef::Task(index) => {
            let name = document.tasks.get(index).map_or("", |task| &task.name);
            (name, rendered.template_of(name))
        }
        TaskRef::ExitHandler => (EXIT_HANDLER, rendered.exit_template()),
    };
    let template = template.ok_or_else(|| not_rendered(name))?;
    Program::of(template).map_err(Error::Unsupported)
}

/// The signatures of the document's actions, as its own manifest declares them.
fn signatures(document: &Document, rendered: &Rendered) -> Result<Signatures> {
    let mut signatures = BTreeMap::new();
    for task in &document.tasks {
        if !signatures.contains_key(&task.action) {
            let template = template_of(rendered, &task.name)?;
            signatures.insert(task.action.clone(), signature(template));
        }
    }
    if let (Some(handler), Some(template)) = (&document.on_exit, rendered.exit_template()) {
        signatures
            .entry(handler.action.clone())
            .or_insert_with(|| signature(template));
    }
    Ok(signatures.into_iter().collect())
}

fn signature(template: &Template) -> Signature {
    let inputs = template.inputs.as_ref();
    let outputs = template.outputs.as_ref();
    Signature {
        parameters: inputs
            .into_iter()
            .flat_map(|inputs| &inputs.parameters)
            .map(|parameter| ParameterSignature {
                name: parameter.name.clone(),
                default: parameter.value.clone().or(parameter.default.clone()),
                ..ParameterSignature::default()
            })
            .collect(),
        artifacts: inputs
            .into_iter()
            .flat_map(|inputs| &inputs.artifacts)
            .map(|port| ArtifactSignature {
                name: port.name.clone(),
                optional: port.optional.unwrap_or(false),
            })
            .collect(),
        output_parameters: outputs
            .into_iter()
            .flat_map(|outputs| &outputs.parameters)
            .map(|parameter| parameter.name.clone())
            .collect(),
        output_artifacts: outputs
            .into_iter()
            .flat_map(|outputs| &outputs.artifacts)
            .map(|port| port.name.clone())
            .collect(),
        result: true,
        ..Signature::default()
    }
}

/// What was accepted once is not refused for its size later.
fn no_limits() -> Limits {
    let mut limits = Limits::of(Target::Embedded);
    limits.bytes = usize::MAX;
    limits.tasks = usize::MAX;
    limits.edges = usize::MAX;
    limits.parameters = usize::MAX;
    limits.templates = usize::MAX;
    limits.items = usize::MAX;
    limits.expression_bytes = usize::MAX;
    limits
}

fn results_wanted(workflow: &ValidWorkflow) -> Vec<bool> {
    let mut wanted = HashSet::new();
    let tasks = &workflow.document().tasks;
    let plans = (0..tasks.len())
        .map(|task| workflow.plan(task))
        .chain(workflow.exit_handler());
    for plan in plans {
        for (_, template) in &plan.arguments {
            want(template.references(), &mut wanted);
        }
        if let Some(condition) = &plan.when {
            want_in(condition, &mut wanted);
        }
    }
    for (_, template) in workflow.outputs() {
        want(template.references(), &mut wanted);
    }
    tasks
        .iter()
        .map(|task| wanted.contains(task.name.as_str()))
        .collect()
}

fn want<'a>(references: impl Iterator<Item = &'a Reference>, wanted: &mut HashSet<&'a str>) {
    wanted.extend(references.filter_map(|reference| match reference {
        Reference::TaskResult(task) => Some(task.as_str()),
        _ => None,
    }));
}

fn want_in<'a>(condition: &'a Condition, wanted: &mut HashSet<&'a str>) {
    let mut operand = |operand: &'a Operand| {
        if let Operand::Text(template) = operand {
            want(template.references(), wanted);
        }
    };
    match condition {
        Condition::Compare { left, right, .. } => {
            operand(left);
            operand(right);
        }
        Condition::Truth(only) => operand(only),
        Condition::Not(part) => want_in(part, wanted),
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                want_in(part, wanted);
            }
        }
    }
}
