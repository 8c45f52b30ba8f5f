//! Tasks: the nodes of the DAG, and the exit handler.

use serde_json::{Map, Value};
use wf_model::{Argument, Document, Task, TaskPlan, ValidWorkflow};

use super::templates::{TemplateName, Templates, Use};
use crate::action::Action;
use crate::error::Result;
use crate::expression;
use crate::manifest::{Arguments, DagTask, NamedArtifact, NamedValue};
use crate::profile::Profile;

/// What renders the tasks of one workflow.
pub(super) struct TaskRenderer<'a, 't> {
    workflow: &'a ValidWorkflow,
    profile: &'a Profile,
    templates: &'t mut Templates<'a>,
}

impl<'a, 't> TaskRenderer<'a, 't> {
    pub(super) fn new(
        workflow: &'a ValidWorkflow,
        profile: &'a Profile,
        templates: &'t mut Templates<'a>,
    ) -> Self {
        Self {
            workflow,
            profile,
            templates,
        }
    }

    /// The tasks in the document's order.
    pub(super) fn tasks(&mut self) -> Result<Vec<DagTask>> {
        let tasks = self.document().tasks.iter().enumerate();
        tasks.map(|(index, task)| self.task(index, task)).collect()
    }

    /// What is run on occasions, by the names of these: the document's exit handler, and the
    /// profile's hooks.
    pub(super) fn hooks(&mut self) -> Result<Map<String, Value>> {
        let mut hooks = Map::new();
        if let Some(handler) = &self.document().on_exit {
            let hook = self.hook(&handler.action, &handler.parameters, || "onExit".to_owned())?;
            hooks.insert("exit".to_owned(), Value::Object(hook));
        }
        for given in self.profile.hooks() {
            if hooks.contains_key(&given.name) {
                continue;
            }
            let path = || format!("profile.{}", given.path());
            let mut hook = self.hook(&given.action, &given.parameters, path)?;
            if let Some(expression) = &given.expression {
                hook.insert("expression".to_owned(), Value::from(expression.as_str()));
            }
            hooks.insert(given.name.clone(), Value::Object(hook));
        }
        Ok(hooks)
    }

    /// A hook: a task without a name. (`onExit` takes no arguments; the hook named `exit` does and
    /// is otherwise the same.)
    fn hook(
        &mut self,
        action: &'a str,
        given: &[Argument],
        path: impl Fn() -> String,
    ) -> Result<Map<String, Value>> {
        let mut hook = DagTask::default();
        self.use_action(&mut hook, Use::new(action, None, None), given, path)?;
        let hook = serde_json::to_value(hook).expect("a task has text keys only");
        let Value::Object(mut hook) = hook else {
            return Ok(Map::new());
        };
        hook.shift_remove("name");
        Ok(hook)
    }

    fn document(&self) -> &'a Document {
        self.workflow.document()
    }

    fn task(&mut self, index: usize, task: &'a Task) -> Result<DagTask> {
        let mut rendered = DagTask {
            name: task.name.clone(),
            dependencies: task.depends_on.clone(),
            depends: task.depends.clone(),
            when: when(self.workflow.plan(index)),
            ..DagTask::default()
        };
        let using = Use::new(&task.action, task.retry.as_ref(), task.timeout_seconds);
        self.use_action(&mut rendered, using, &task.parameters, || {
            format!("tasks[{index}]")
        })?;
        add_artifacts(&mut rendered, task);
        add_items(&mut rendered, task);
        Ok(rendered)
    }

    /// Names the template and gives it the parameters.
    fn use_action(
        &mut self,
        task: &mut DagTask,
        using: Use<'a>,
        given: &[Argument],
        path: impl Fn() -> String,
    ) -> Result<()> {
        let mut parameters: Vec<NamedValue> = given.iter().map(argument).collect();
        match self.templates.name_of(using, path)? {
            TemplateName::Own(name) => name.clone_into(&mut task.template),
            TemplateName::OfTheCluster(action, reference) => {
                task.rest
                    .insert("templateRef".to_owned(), reference.clone());
                let defaults = defaults(action, given);
                // What the profile passes through goes before a default.
                parameters.extend(defaults.filter(|it| !self.profile.passes(&it.name)));
            }
        }
        if !parameters.is_empty() {
            task.arguments.get_or_insert_default().parameters = parameters;
        }
        Ok(())
    }
}

fn argument(given: &Argument) -> NamedValue {
    NamedValue {
        name: given.name.clone(),
        value: Some(given.value.clone()),
        ..NamedValue::default()
    }
}

/// The defaults of an action that the task gives nothing for: the template in the cluster need not
/// have them.
fn defaults(action: &Action, given: &[Argument]) -> impl Iterator<Item = NamedValue> {
    let declared = action.signature().parameters.iter();
    let left_out =
        declared.filter(|parameter| given.iter().all(|given| given.name != parameter.name));
    left_out.filter_map(|parameter| {
        let value = Some(parameter.default.clone()?);
        let name = parameter.name.clone();
        Some(NamedValue {
            name,
            value,
            ..NamedValue::default()
        })
    })
}

fn add_artifacts(rendered: &mut DagTask, task: &Task) {
    if task.artifacts.is_empty() {
        return;
    }
    let artifacts = task.artifacts.iter().map(|given| NamedArtifact {
        name: given.name.clone(),
        from: given.from.clone(),
        rest: Map::new(),
    });
    rendered
        .arguments
        .get_or_insert_with(Arguments::default)
        .artifacts = artifacts.collect();
}

/// Argo takes an empty `withItems` for none at all and would run the task once; an empty
/// `withParam` is skipped, as the document means it.
fn add_items(rendered: &mut DagTask, task: &Task) {
    match task.with_items.as_deref() {
        Some([]) => {
            rendered
                .rest
                .insert("withParam".to_owned(), Value::from("[]"));
        }
        Some(items) => rendered.with_items = Some(items.to_vec()),
        None => {}
    }
}

/// One expression, which is `true` or `false` before Argo looks at the `when`.
fn when(plan: &TaskPlan) -> Option<String> {
    let condition = plan.when.as_ref()?;
    Some(format!("{{{{= {} }}}}", expression::condition(condition)))
}
