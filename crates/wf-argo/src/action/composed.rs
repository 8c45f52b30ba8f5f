//! Composed bodies: `steps` and `dag`, which say in which order other templates run.

use serde_json::Value;

use super::body::BodyKind;

/// Tells what is wrong with the steps or tasks: each has to bring its template along, since an
/// action cannot know which templates the workflow has that uses it.
pub(super) fn check(kind: BodyKind, body: &Value, mut wrong: impl FnMut(String, String)) {
    for (path, step) in parts(kind, body) {
        let Some(step) = step.as_object() else {
            wrong(path, "it has to be an object, as Argo has it".to_owned());
            continue;
        };
        if step
            .get("name")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            wrong(
                format!("{path}.name"),
                "it is required, and a text".to_owned(),
            );
        }
        if step.contains_key("template") {
            let message = "an action does not know which templates a workflow has; bring the template along by \
                           `inline`, or refer to one in the cluster by `templateRef`";
            wrong(format!("{path}.template"), message.to_owned());
        } else if step.contains_key("inline") == step.contains_key("templateRef") {
            let message = "it needs either `inline`, a template of its own, or `templateRef`, one in the cluster";
            wrong(path, message.to_owned());
        }
    }
}

/// The steps or tasks with their paths.
fn parts(kind: BodyKind, body: &Value) -> Vec<(String, &Value)> {
    if kind == BodyKind::Dag {
        let tasks = body.get("tasks").and_then(Value::as_array);
        let tasks = tasks.into_iter().flatten().enumerate();
        return tasks
            .map(|(index, task)| (format!("dag.tasks[{index}]"), task))
            .collect();
    }
    let groups = body.as_array().into_iter().flatten().enumerate();
    let mut parts = Vec::new();
    for (group, steps) in groups {
        let path = format!("steps[{group}]");
        match steps.as_array() {
            Some(steps) => parts.extend(
                steps
                    .iter()
                    .enumerate()
                    .map(|(index, step)| (format!("{path}[{index}]"), step)),
            ),
            // A step that stands alone is Argo's older spelling; it has to be a list now.
            None => parts.push((path, &Value::Null)),
        }
    }
    parts
}
