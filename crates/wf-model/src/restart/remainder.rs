//! The remainder: what is left of a workflow for a run that inherits results, as an ordinary
//! workflow.
//!
//! A cluster knows nothing of earlier runs. So what is inherited is worked into the workflow that
//! it is given: dependencies on inherited tasks are decided, references to what they left become
//! the values, and their artifacts are named by where they are. The rest goes as it would in the
//! whole workflow, which is how a [`Machine`](crate::Machine) plays it.

mod conditions;
mod dependencies;
mod rebuilding;

use std::collections::HashMap;

use crate::condition::{Condition, Operand};
use crate::depends::Depends;
use crate::fault::{Fault, Faults, Place};
use crate::machine::argo_word;
use crate::outputs::ArtifactLocation;
use crate::phase::TaskPhase;
use crate::reference::{Reference, Template};
use crate::status::{RunStatus, TaskStatus};
use crate::valid::{TaskPlan, ValidWorkflow};

use super::{missing_output, taken_for_a_reference};
use conditions::KnownCondition;
use dependencies::moved;
use rebuilding::rebuilt;

/// What is left of a workflow for a run that inherits results.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Remainder {
    /// The tasks to run, as a workflow of their own; nothing, when none is left.
    pub workflow: Option<ValidWorkflow>,
    /// For each of its tasks, the index of the same in the whole document.
    pub tasks: Vec<usize>,
    /// The tasks that would run, but that the outcome of inherited ones excludes, by their index in
    /// the whole document: they are `OMITTED` from the start.
    pub excluded: Vec<usize>,
    /// What its tasks are given of what earlier runs left.
    pub artifacts: Vec<InheritedArtifact>,
}

/// An artifact that a task is given, and that an earlier run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedArtifact {
    /// The task that is given it, by its index in the remainder.
    pub task: usize,
    /// The name of the action's input artifact.
    pub name: String,
    /// Where it is, in words of the backend that keeps it.
    pub location: ArtifactLocation,
}

/// What is left of a workflow for a run that was planned by [`plan_restart`](super::plan_restart)
/// and in which nothing has happened yet.
///
/// # Errors
/// A fault at the place of each reference to an inherited output that is not there, and of each
/// to one that a cluster would take for a reference again (`{{`), with the way out.
pub fn remainder(workflow: &ValidWorkflow, run: &RunStatus) -> Result<Remainder, Faults> {
    let mut reducing = Reducing::new(workflow, run);
    for &task in workflow.dag().topological_order() {
        reducing.decide(task);
    }
    let (tasks, plans, artifacts) = reducing.plans();
    let outputs = reducing.outputs();
    if let Some(faults) = Faults::from_found(std::mem::take(&mut reducing.faults)) {
        return Err(faults);
    }
    let excluded = (0..run.tasks.len()).filter(|&task| reducing.fates[task] == Fate::Excluded);
    Ok(Remainder {
        excluded: excluded.collect(),
        workflow: (!tasks.is_empty()).then(|| rebuilt(workflow, &tasks, plans, outputs)),
        tasks,
        artifacts,
    })
}

/// What becomes of a task in the new run, as far as that is known before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It has its result from an earlier run.
    Inherited,
    /// What is inherited excludes it.
    Excluded,
    /// It may run.
    Open,
}

struct Reducing<'a> {
    workflow: &'a ValidWorkflow,
    run: &'a RunStatus,
    index: HashMap<&'a str, usize>,
    fates: Vec<Fate>,
    /// What is left of each open task's `depends`.
    left: Vec<Option<Depends>>,
    /// For each of the others, the open tasks that it stands behind.
    behind: Vec<Vec<usize>>,
    faults: Vec<Fault>,
}

type Plans = (Vec<usize>, Vec<TaskPlan>, Vec<InheritedArtifact>);

impl<'a> Reducing<'a> {
    fn new(workflow: &'a ValidWorkflow, run: &'a RunStatus) -> Self {
        let tasks = &workflow.document().tasks;
        let index = tasks.iter().enumerate();
        let inherited = |task: &TaskStatus| match task.inherited_from {
            Some(_) => Fate::Inherited,
            None => Fate::Open,
        };
        Self {
            workflow,
            run,
            index: index.map(|(at, task)| (task.name.as_str(), at)).collect(),
            fates: run.tasks.iter().map(inherited).collect(),
            left: vec![None; tasks.len()],
            behind: vec![Vec::new(); tasks.len()],
            faults: Vec::new(),
        }
    }

    /// The plans of the open tasks, in the document's order, and the artifacts that they inherit.
    fn plans(&mut self) -> Plans {
        let open: Vec<usize> = (0..self.fates.len())
            .filter(|&task| self.fates[task] == Fate::Open)
            .collect();
        let mut place = vec![0; self.fates.len()];
        for (at, &task) in open.iter().enumerate() {
            place[task] = at;
        }
        let mut artifacts = Vec::new();
        let mut plans = Vec::with_capacity(open.len());
        for (at, &task) in open.iter().enumerate() {
            plans.push(self.plan(task, &place));
            artifacts.extend(self.inherited_artifacts(task, at));
        }
        (open, plans, artifacts)
    }

    fn plan(&mut self, task: usize, place: &[usize]) -> TaskPlan {
        let workflow = self.workflow;
        let plan = workflow.plan(task);
        let here = Place::root().field("tasks").index(task);
        let given = plan.arguments.iter().enumerate();
        let arguments = given
            .map(|(at, (name, template))| {
                let at = || here.clone().field("parameters").index(at).field("value");
                (name.clone(), self.put_in(template, &at))
            })
            .collect();
        let when = plan.when.as_ref().and_then(|when| {
            match self.known_condition(when, &|| here.clone().field("when")) {
                KnownCondition::Decided(true) => None,
                KnownCondition::Decided(false) => Some(Condition::Truth(Operand::Boolean(false))),
                KnownCondition::Left(left) => Some(left),
            }
        });
        let artifacts = plan.artifacts.iter();
        let artifacts = artifacts.filter(|(_, reference)| !self.is_settled(reference));
        let artifacts = artifacts.cloned().collect();
        TaskPlan {
            depends: self.left[task].take().map(|left| moved(left, place)),
            when,
            declared: plan.declared.clone(),
            artifacts,
            arguments,
            items: plan.items.clone(),
        }
    }

    /// Whether a reference is to a task that does not run, so that what it stands for is known.
    fn is_settled(&self, reference: &Reference) -> bool {
        let task = reference.task().and_then(|name| self.index.get(name));
        task.is_some_and(|&task| self.fates[task] != Fate::Open)
    }

    fn put_in(&mut self, template: &Template, place: &impl Fn() -> Place) -> Template {
        template.put_in(|reference| self.value(reference, place))
    }

    /// What a reference to a task that does not run stands for; nothing for any other.
    fn value(&mut self, reference: &Reference, place: &impl Fn() -> Place) -> Option<String> {
        let name = reference.task()?;
        let &task = self.index.get(name)?;
        let (fate, status) = (self.fates[task], &self.run.tasks[task]);
        let phase = match fate {
            Fate::Open => return None,
            Fate::Excluded => TaskPhase::Omitted,
            Fate::Inherited => status.phase,
        };
        let value = match reference {
            Reference::TaskStatus(_) => Some(argo_word(phase).to_owned()),
            Reference::TaskExitCode(_) => status.exit_code.map(|code| code.to_string()),
            Reference::TaskResult(_) => status.outputs.result.clone(),
            Reference::TaskParameter { name, .. } => {
                status.outputs.parameter(name).map(str::to_owned)
            }
            _ => None,
        };
        let fault = if value.is_some() {
            taken_for_a_reference(status, reference, &place())
        } else {
            let run = status.inherited_from.unwrap_or(self.run.number);
            missing_output(status, run, reference, &place())
        };
        self.faults.extend(fault);
        Some(value.unwrap_or_default())
    }

    fn inherited_artifacts(&mut self, task: usize, at: usize) -> Vec<InheritedArtifact> {
        let plan = self.workflow.plan(task);
        let mut inherited = Vec::new();
        for (position, (name, reference)) in plan.artifacts.iter().enumerate() {
            let Reference::TaskArtifact {
                task: from,
                name: output,
            } = reference
            else {
                continue;
            };
            let Some(&from) = self.index.get(from.as_str()) else {
                continue;
            };
            if self.fates[from] == Fate::Open {
                continue;
            }
            let status = &self.run.tasks[from];
            let mut left = status.outputs.artifacts.iter();
            if let Some(location) = left.find(|artifact| artifact.name == *output) {
                inherited.push(InheritedArtifact {
                    task: at,
                    name: name.clone(),
                    location: location.clone(),
                });
            } else {
                let here = Place::root().field("tasks").index(task).field("artifacts");
                let run = status.inherited_from.unwrap_or(self.run.number);
                let place = here.index(position).field("from");
                self.faults
                    .extend(missing_output(status, run, reference, &place));
            }
        }
        inherited
    }

    /// The workflow's own outputs; one of which a part was never left is left out, as it is when
    /// the whole workflow runs.
    fn outputs(&mut self) -> Vec<(String, Template)> {
        let found = self.faults.len();
        let mut outputs = Vec::new();
        for (at, (name, template)) in self.workflow.outputs().iter().enumerate() {
            let place = || Place::root().field("outputs").index(at).field("value");
            let value = self.put_in(template, &place);
            let is_whole = self.faults.len() == found;
            self.faults.truncate(found);
            if is_whole {
                outputs.push((name.clone(), value));
            }
        }
        outputs
    }
}
