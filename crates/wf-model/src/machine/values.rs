//! Values: what a unit's references stand for at the moment it begins.

use std::collections::HashMap;

use serde_json::Value;

use super::{Machine, TaskRef, Unit};
use crate::document::Argument;
use crate::outputs::{ArtifactLocation, Outputs};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reference::{Fact, LARGEST_VALUE, Reference};
use crate::status::{ItemStatus, TaskStatus};

/// How many bytes all parameters of one unit, or all outputs of a workflow, may have together.
const LARGEST_SUM: usize = 1 << 20;
/// How many bytes of a value that a unit was given are kept with it.
const LONGEST_SHOWN: usize = 4 << 10;

/// What a unit is given.
pub(super) struct UnitInputs {
    pub(super) arguments: Vec<(String, String)>,
    pub(super) artifacts: Vec<(String, ArtifactLocation)>,
}

impl Machine {
    /// What the task gives to the unit's action, everything put in, if it is all there.
    pub fn arguments_of(&self, unit: Unit) -> Option<Vec<(String, String)>> {
        self.inputs_of(unit).ok().map(|inputs| inputs.arguments)
    }

    /// Keeps what a unit that begins was given, for people to see: what the task gives, and the
    /// action's defaults for the rest.
    pub(super) fn keep_inputs(&mut self, unit: Unit, arguments: &[(String, String)]) {
        let Some(plan) = self.plan(unit.task) else {
            return;
        };
        let given: HashMap<&str, &str> = arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let inputs = plan
            .declared
            .iter()
            .filter_map(|declared| {
                let default = declared.default.as_deref();
                let value = given.get(declared.name.as_str()).copied().or(default)?;
                Some(Argument::new(&declared.name, shown(value)))
            })
            .collect();
        let task = self.task_mut(unit.task);
        match unit.item {
            Some(item) => task.items[item as usize].inputs = inputs,
            None => task.inputs = inputs,
        }
    }

    /// What the unit is given, everything put in, or what is not there.
    pub(super) fn inputs_of(&self, unit: Unit) -> Result<UnitInputs, String> {
        let plan = self
            .plan(unit.task)
            .ok_or_else(|| "it has no plan".to_owned())?;
        let mut arguments = Vec::with_capacity(plan.arguments.len());
        let mut left = LARGEST_SUM;
        for (name, template) in &plan.arguments {
            let value = template.resolve(|reference| self.value_of(reference, unit))?;
            if template.literal().is_none()
                && let Some(refusal) = plan.declared(name).and_then(|it| it.refusal(&value))
            {
                return Err(format!("its parameter `{name}` cannot be given: {refusal}"));
            }
            left = left.checked_sub(value.len()).ok_or_else(|| {
                format!("its parameters would be larger than {LARGEST_SUM} bytes together")
            })?;
            arguments.push((name.clone(), value));
        }
        let mut artifacts = Vec::with_capacity(plan.artifacts.len());
        for (name, reference) in &plan.artifacts {
            artifacts.push((name.clone(), self.artifact_of(reference)?));
        }
        Ok(UnitInputs {
            arguments,
            artifacts,
        })
    }

    /// Whether the unit's `when` holds; true without one.
    pub(super) fn condition_holds(&self, unit: Unit) -> Result<bool, String> {
        match self.plan(unit.task).and_then(|plan| plan.when.as_ref()) {
            None => Ok(true),
            Some(condition) => condition
                .evaluate(&mut |reference| self.value_of(reference, unit))
                .map_err(|error| format!("its `when` cannot be decided: {error}")),
        }
    }

    /// The workflow's own outputs; one whose task left nothing (it was skipped) is left out, and
    /// so is one that would make them larger than a status can bear.
    pub(super) fn workflow_outputs(&self) -> Vec<Argument> {
        let unit = Unit {
            task: TaskRef::ExitHandler,
            item: None,
        };
        let mut left = LARGEST_SUM;
        self.workflow
            .outputs()
            .iter()
            .filter_map(|(name, template)| {
                let value = template.resolve(|reference| self.value_of(reference, unit));
                let value = value.ok()?;
                left = left.checked_sub(value.len())?;
                Some(Argument::new(name, value))
            })
            .collect()
    }

    fn value_of(&self, reference: &Reference, unit: Unit) -> Result<String, String> {
        let absent = || format!("{{{{{reference}}}}} has no value");
        match reference {
            Reference::Parameter(name) => self.facts.parameters.get(name).cloned(),
            Reference::Fact(fact) => Some(self.fact(*fact)),
            Reference::TaskParameter { task, name } => self
                .task_named(task)
                .and_then(|task| task.outputs.parameter(name))
                .map(str::to_owned),
            Reference::TaskResult(task) => self
                .task_named(task)
                .and_then(|task| task.outputs.result.clone()),
            Reference::TaskExitCode(task) => self
                .task_named(task)
                .and_then(|task| task.exit_code)
                .map(|code| code.to_string()),
            Reference::TaskStatus(task) => self
                .task_named(task)
                .map(|task| argo_word(task.phase).to_owned()),
            Reference::Item => self.item(unit).map(item_text),
            Reference::ItemField(key) => self
                .item(unit)
                .and_then(|item| item.get(key))
                .map(item_text),
            Reference::TaskArtifact { .. } => None,
        }
        .ok_or_else(absent)
    }

    fn artifact_of(&self, reference: &Reference) -> Result<ArtifactLocation, String> {
        let Reference::TaskArtifact { task, name } = reference else {
            return Err(format!("{{{{{reference}}}}} is no artifact"));
        };
        let artifacts = self.task_named(task).map(|task| &task.outputs.artifacts);
        artifacts
            .and_then(|artifacts| artifacts.iter().find(|artifact| artifact.name == *name))
            .cloned()
            .ok_or_else(|| format!("task {task} left no artifact {name}"))
    }

    fn task_named(&self, name: &str) -> Option<&TaskStatus> {
        self.index.get(name).map(|&task| &self.run.tasks[task])
    }

    fn item(&self, unit: Unit) -> Option<&Value> {
        let items = self.plan(unit.task)?.items.as_ref()?;
        items.get(unit.item? as usize)
    }

    fn fact(&self, fact: Fact) -> String {
        match fact {
            Fact::Name => self.facts.name.clone(),
            Fact::Namespace => self.facts.namespace.clone(),
            Fact::Uid => self.facts.uid.clone(),
            Fact::CreationTimestamp => self.facts.created_at.to_string(),
            Fact::Status => match self.tasks_phase() {
                WorkflowPhase::Succeeded => "Succeeded",
                WorkflowPhase::Error => "Error",
                _ => "Failed",
            }
            .to_owned(),
        }
    }
}

/// A value as it is kept with the unit that was given it: a long one is cut, and says so.
fn shown(value: &str) -> String {
    if value.len() <= LONGEST_SHOWN {
        return value.to_owned();
    }
    let end = value.floor_char_boundary(LONGEST_SHOWN);
    format!("{}… ({} bytes)", &value[..end], value.len())
}

/// An item as a value: a text as it is, anything else as compact JSON.
pub(crate) fn item_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The outputs of a fan-out: of each kind, a JSON list with one entry for each item that has it.
pub(super) fn gather(items: &[ItemStatus]) -> Outputs {
    let results: Vec<&String> = items
        .iter()
        .filter_map(|item| item.outputs.result.as_ref())
        .collect();
    let mut parameters: Vec<(&str, Vec<&str>)> = Vec::new();
    for parameter in items.iter().flat_map(|item| &item.outputs.parameters) {
        match parameters
            .iter_mut()
            .find(|(name, _)| *name == parameter.name)
        {
            Some((_, values)) => values.push(&parameter.value),
            None => parameters.push((&parameter.name, vec![&parameter.value])),
        }
    }
    Outputs {
        result: list_of(&results),
        parameters: parameters
            .into_iter()
            .filter_map(|(name, values)| Some(Argument::new(name, list_of(&values)?)))
            .collect(),
        artifacts: Vec::new(),
    }
}

/// The values as a JSON list; `None` when there are none, or when the list would be larger than a
/// value may be, so that whoever refers to it is told that it is not there.
fn list_of<V: AsRef<str>>(values: &[V]) -> Option<String> {
    let bytes: usize = values.iter().map(|value| value.as_ref().len() + 3).sum();
    (!values.is_empty() && bytes <= LARGEST_VALUE).then(|| {
        let values = values.iter().map(AsRef::as_ref);
        values.collect::<Value>().to_string()
    })
}

/// Argo's word for a task's phase.
pub(crate) fn argo_word(phase: TaskPhase) -> &'static str {
    match phase {
        TaskPhase::Pending => "Pending",
        TaskPhase::Running | TaskPhase::Waiting => "Running",
        TaskPhase::Succeeded => "Succeeded",
        TaskPhase::Failed | TaskPhase::Stopped => "Failed",
        TaskPhase::Error => "Error",
        TaskPhase::Skipped => "Skipped",
        TaskPhase::Omitted => "Omitted",
    }
}
