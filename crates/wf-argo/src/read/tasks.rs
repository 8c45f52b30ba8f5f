//! Tasks: the nodes of the DAG, and the exit handler.

use serde_json::{Map, Value};
use wf_model::{Argument, ArtifactArgument, ExitHandler, Task};

use super::expression;
use super::uses::Uses;
use crate::error::{Error, Result};
use crate::manifest::{Arguments, DagTask, DagTemplate, NamedArtifact, NamedValue, Spec};

/// The tasks in the manifest's order.
pub(super) fn tasks(dag: &DagTemplate, uses: &Uses<'_>) -> Result<Vec<Task>> {
    if let Some(field) = dag.rest.keys().next() {
        return Err(unsayable("spec.templates.dag", field));
    }
    let tasks = dag.tasks.iter().enumerate();
    tasks
        .map(|(index, node)| task(node, uses, &format!("spec.templates.dag.tasks[{index}]")))
        .collect()
}

/// The exit handler, as a hook or as the name of a template.
pub(super) fn exit_handler(spec: &Spec, uses: &Uses<'_>) -> Result<Option<ExitHandler>> {
    let hooks = spec.rest.get("hooks").and_then(Value::as_object);
    if let Some(other) = hooks
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .find(|name| *name != "exit")
    {
        return Err(unsayable("spec.hooks", other));
    }
    // Argo, too, prefers `onExit`.
    if let Some(template) = spec.rest.get("onExit").and_then(Value::as_str) {
        return handler(&named(template), uses, "spec.onExit").map(Some);
    }
    match (
        spec.exit_hook(),
        hooks.is_some_and(|hooks| !hooks.is_empty()),
    ) {
        (Some(hook), _) => handler(&hook, uses, "spec.hooks.exit").map(Some),
        (None, true) => Err(Error::unreadable(
            "spec.hooks.exit",
            "it has another shape than a hook of Argo's",
        )),
        (None, false) => Ok(None),
    }
}

fn named(template: &str) -> DagTask {
    DagTask {
        template: template.to_owned(),
        ..DagTask::default()
    }
}

fn handler(hook: &DagTask, uses: &Uses<'_>, path: &str) -> Result<ExitHandler> {
    let using = uses.of(&hook.template, &hook.rest, path)?;
    if let Some(field) = hook.rest.keys().find(|field| *field != "templateRef") {
        return Err(unsayable(path, field));
    }
    let artifacts = hook
        .arguments
        .as_ref()
        .is_some_and(|arguments| !arguments.artifacts.is_empty());
    if using.retry.is_some() || using.timeout.is_some() || artifacts {
        return Err(Error::unreadable(
            path,
            "an exit handler has no retry, no timeout and no artifacts",
        ));
    }
    Ok(ExitHandler {
        action: using.action,
        parameters: parameters(hook.arguments.as_ref(), path)?,
    })
}

fn task(node: &DagTask, uses: &Uses<'_>, path: &str) -> Result<Task> {
    let using = uses.of(&node.template, &node.rest, path)?;
    let mut task = Task::default();
    task.name.clone_from(&node.name);
    task.action = using.action;
    task.retry = using.retry;
    task.timeout_seconds = using.timeout;
    task.parameters = parameters(node.arguments.as_ref(), path)?;
    task.artifacts = artifacts(node.arguments.as_ref(), path)?;
    task.depends_on.clone_from(&node.dependencies);
    task.depends.clone_from(&node.depends);
    task.when = node
        .when
        .as_deref()
        .map(|when| read_when(when, path))
        .transpose()?;
    task.with_items = items(node, path)?;
    Ok(task)
}

fn parameters(arguments: Option<&Arguments>, path: &str) -> Result<Vec<Argument>> {
    let given = arguments.map_or(&[][..], |arguments| &arguments.parameters);
    let argument = |given: &NamedValue| {
        let value = given.value.clone().ok_or_else(|| {
            let path = format!("{path}.arguments.parameters[name={}]", given.name);
            Error::unreadable(path, "it has no `value`, and a document has nothing else")
        })?;
        Ok(Argument::new(given.name.clone(), value))
    };
    given.iter().map(argument).collect()
}

fn artifacts(arguments: Option<&Arguments>, path: &str) -> Result<Vec<ArtifactArgument>> {
    let given = arguments.map_or(&[][..], |arguments| &arguments.artifacts);
    let argument = |given: &NamedArtifact| {
        if given.from.is_empty() || !given.rest.is_empty() {
            let path = format!("{path}.arguments.artifacts[name={}]", given.name);
            return Err(Error::unreadable(
                path,
                "a document has `from`, another task's output, and nothing else",
            ));
        }
        Ok(ArtifactArgument {
            name: given.name.clone(),
            from: given.from.clone(),
        })
    };
    given.iter().map(argument).collect()
}

/// Ours becomes the document's spelling; another is left to the validation.
fn read_when(when: &str, path: &str) -> Result<String> {
    if !when.trim_start().starts_with("{{=") {
        return Ok(when.to_owned());
    }
    let read = when
        .strip_prefix("{{= ")
        .and_then(|rest| rest.strip_suffix(" }}"))
        .and_then(expression::condition);
    let condition = read.ok_or_else(|| {
        Error::unreadable(
            format!("{path}.when"),
            "the expression says more than a document's `when` can",
        )
    })?;
    Ok(condition.to_string())
}

fn items(node: &DagTask, path: &str) -> Result<Option<Vec<Value>>> {
    let mut items = node.with_items.clone();
    for (field, value) in without_reference(&node.rest) {
        // How rendering writes an empty list of items.
        if field == "withParam" && value == "[]" && items.is_none() {
            items = Some(Vec::new());
        } else {
            return Err(unsayable(path, field));
        }
    }
    Ok(items)
}

fn without_reference(rest: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    rest.iter().filter(|(field, _)| *field != "templateRef")
}

fn unsayable(path: &str, field: &str) -> Error {
    Error::unreadable(format!("{path}.{field}"), "a document cannot say this")
}
