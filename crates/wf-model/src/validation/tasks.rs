//! Tasks: their names, their actions, and what they give to them.

use std::collections::HashSet;

use crate::condition::Condition;
use crate::dag::{Dag, Knot};
use crate::document::Task;
use crate::fault::FaultCode;
use crate::finding::At;
use crate::names::NameKind;
use crate::text::{Lines, check_characters, check_plain, short};
use crate::valid::TaskPlan;

use super::Checker;
use super::references::{Part, Site};

impl<'a> Checker<'a, '_> {
    pub(super) fn check_task_names(&mut self) {
        let tasks = &self.document.tasks;
        let root = At::Root;
        let at = root.field("tasks");
        self.check_count(tasks.len(), self.limits.tasks, "tasks", &at);
        if tasks.is_empty() && !self.findings.is_hole(&at) {
            self.findings.report(&at, FaultCode::Missing, || {
                "has no task; at least one has to be there".to_owned()
            });
        }
        for (index, task) in tasks.iter().enumerate() {
            let at = at.index(index);
            let at = at.field("name");
            NameKind::Task.inspect(&task.name, &at, self.findings);
            if task.name.is_empty() {
                self.has_nameless_tasks = true;
            } else if *self.tasks.entry(&task.name).or_insert(index) != index {
                self.findings.report(&at, FaultCode::DuplicateName, || {
                    format!("`{}` is the name of another task", short(&task.name))
                });
            }
        }
    }

    pub(super) fn check_tasks(&mut self, graph: &Result<Dag, Box<Knot>>, plans: &mut [TaskPlan]) {
        let edges = match graph {
            Ok(dag) => dag.edges(),
            Err(knot) => &knot.edges,
        };
        let root = At::Root;
        let at = root.field("tasks");
        for (index, task) in self.document.tasks.iter().enumerate() {
            if self.findings.is_full() {
                break;
            }
            self.note_direct(index, edges.dependencies_of(index));
            self.check_task(index, task, &mut plans[index], &at.index(index));
        }
    }

    fn check_task(&mut self, index: usize, task: &'a Task, plan: &mut TaskPlan, at: &At) {
        let action = self.check_action(&task.action, &at.field("action"));
        let parameters = at.field("parameters");
        let limit = self.limits.parameters;
        self.check_count(task.parameters.len(), limit, "parameters", &parameters);
        let site = |argument| Site::Task(index, Part::Parameter(argument));
        plan.arguments = self.read_values(&task.parameters, site, &parameters);
        if let Some(action) = action {
            self.check_parameters(action, &task.parameters, &plan.arguments, &parameters);
            plan.declared = self.actions.declared(action);
        }
        plan.artifacts =
            self.check_artifacts(index, action, &task.artifacts, &at.field("artifacts"));
        if let Some(items) = &task.with_items {
            let at = at.field("withItems");
            self.check_items(items, &at);
            self.check_item_values(items, plan, &at);
            plan.items = Some(items.clone());
        }
        if let Some(when) = &task.when {
            plan.when = self.read_condition(index, when, &at.field("when"));
        }
    }

    /// Looks the action up; whether the target can run it is asked here too.
    fn check_action(&mut self, name: &'a str, at: &At) -> Option<usize> {
        if name.is_empty() {
            if !self.findings.is_hole(at) {
                self.findings.report(at, FaultCode::Missing, || {
                    "is empty; it has to name an action".to_owned()
                });
            }
            return None;
        }
        let Some(action) = self.actions.find(name) else {
            if check_plain(name, Lines::One, at, self.findings) {
                let near = self.findings.nearest(name, self.actions.names());
                self.findings
                    .report_suggesting(at, FaultCode::UnknownAction, near, || {
                        format!("the catalog has no action `{}`", short(name))
                    });
            }
            return None;
        };
        let target = self.limits.target;
        let signature = self.actions.signature(name)?;
        if let Some(reason) = signature.unsupported.get(&target) {
            self.findings.report(at, FaultCode::Unsupported, || {
                format!("`{name}` cannot run on {target}: {reason}")
            });
        }
        Some(action)
    }

    fn read_condition(&mut self, task: usize, text: &str, at: &At) -> Option<Condition> {
        if !self.check_expression(text, at)
            || !check_characters(text, Lines::Many, at, self.findings)
        {
            return None;
        }
        match Condition::parse(text) {
            Ok(condition) => {
                for reference in condition.references() {
                    self.prove(reference, Site::Task(task, Part::When), at);
                }
                Some(condition)
            }
            Err(error) => {
                self.report_syntax(error, at);
                None
            }
        }
    }

    pub(super) fn check_exit_handler(&mut self) -> Option<TaskPlan> {
        let handler = self.document.on_exit.as_ref()?;
        let root = At::Root;
        let at = root.field("onExit");
        let action = self.check_action(&handler.action, &at.field("action"));
        let parameters = at.field("parameters");
        let limit = self.limits.parameters;
        self.check_count(handler.parameters.len(), limit, "parameters", &parameters);
        let arguments = self.read_values(&handler.parameters, |_| Site::ExitHandler, &parameters);
        let mut plan = TaskPlan::default();
        if let Some(action) = action {
            self.check_parameters(action, &handler.parameters, &arguments, &parameters);
            self.refuse_artifacts(&handler.action, &at.field("action"));
            plan.declared = self.actions.declared(action);
        }
        Some(TaskPlan { arguments, ..plan })
    }

    /// The exit handler can be given no artifacts, so that its action may not need any.
    fn refuse_artifacts(&mut self, action: &'a str, at: &At) {
        let needed = self.actions.signature(action).and_then(|signature| {
            let mut artifacts = signature.artifacts.iter();
            artifacts.find(|artifact| !artifact.optional)
        });
        if let Some(artifact) = needed {
            self.findings.report(at, FaultCode::InvalidArtifact, || {
                format!(
                    "`{action}` needs the artifact `{}`, and the exit handler can be given none",
                    artifact.name
                )
            });
        }
    }

    /// Counts the templates that the document makes: one for each distinct use of an action.
    pub(super) fn check_templates(&mut self) {
        let tasks = &self.document.tasks;
        if tasks.len() < self.limits.templates {
            return;
        }
        let mut templates = HashSet::new();
        for task in tasks {
            let retry = task.retry.as_ref().map(|retry| {
                let pace = (retry.backoff_seconds, retry.factor, retry.max_seconds);
                (retry.limit, retry.policy, pace)
            });
            templates.insert((task.action.as_str(), retry, task.timeout_seconds));
        }
        if let Some(handler) = &self.document.on_exit {
            templates.insert((&handler.action, None, None));
        }
        let root = At::Root;
        let things = "distinct uses of actions (by action, retry and timeout)";
        self.check_count(
            templates.len(),
            self.limits.templates,
            things,
            &root.field("tasks"),
        );
    }
}
