//! Templates that stand within an action: each with inputs, outputs and one body of its own.

use serde_json::Value;

use super::body::BodyKind;
use super::composed;
use super::rules;
use super::scope::{Scope, Site, View};
use crate::definitions::Wrong;

/// Tells what is wrong with a template, its fields and their types aside.
pub(super) fn check(template: &Value, path: &str, around: &View<'_>, wrong: &mut Wrong<'_>) {
    let Some(fields) = template.as_object() else {
        return;
    };
    let bodies = BodyKind::ALL.into_iter().filter(|kind| {
        let body = fields.get(kind.field());
        *kind != BodyKind::TemplateRef && body.is_some_and(|it| !it.is_null())
    });
    let bodies: Vec<BodyKind> = bodies.collect();
    let [kind] = bodies.as_slice() else {
        let message = match bodies.as_slice() {
            [] => "it needs a body, as in `container` or `suspend`".to_owned(),
            several => {
                let given = several.iter().map(|kind| format!("`{}`", kind.field()));
                let given: Vec<String> = given.collect();
                format!("it needs exactly one body; it has {}", given.join(" and "))
            }
        };
        wrong(path.to_owned(), message);
        return;
    };
    let scope = Scope::of_template(template);
    refuse_hidden_inputs(&scope, path, around, wrong);
    let body = &fields[kind.field()];
    for (name, value) in fields {
        let path = format!("{path}.{name}");
        if kind.is_composed() && name == kind.field() {
            composed::check(*kind, value, &path, (&scope, Some(around)), wrong);
            continue;
        }
        // What the whole leaves may be what its parts left.
        let parts = composed::surroundings(*kind, body);
        let site = match name.as_str() {
            "metrics" => Site::Metrics,
            "outputs" if kind.is_composed() => Site::Part(&parts),
            _ => Site::Inside,
        };
        let view = View {
            scope: &scope,
            site,
            around: Some(around),
        };
        view.check(value, &path, wrong);
    }
    rules::check(*kind, body, fields, path, wrong);
}

/// Argo puts values into the whole of a template, with those that stand in it
/// (`workflow/common/util.go`, `ProcessArgs`): of two inputs of one name it is the outer one's.
fn refuse_hidden_inputs(scope: &Scope<'_>, path: &str, around: &View<'_>, wrong: &mut Wrong<'_>) {
    for (index, name) in scope.parameters().iter().enumerate() {
        if around.declares(name) {
            let message = format!(
                "the template around it has an input `{name}`, too, and Argo would give its value; take another name"
            );
            wrong(format!("{path}.inputs.parameters[{index}].name"), message);
        }
    }
}

/// What is given to such a template is what it declares, and all that it needs.
pub(super) fn check_arguments(
    template: &Value,
    arguments: Option<&Value>,
    path: &str,
    wrong: &mut Wrong<'_>,
) {
    let declared = Scope::of_template(template);
    let given = arguments.and_then(|it| it.get("parameters"));
    let given = given.and_then(Value::as_array).into_iter().flatten();
    let given: Vec<&str> = given.filter_map(|it| it.get("name")?.as_str()).collect();
    for (index, name) in given.iter().enumerate() {
        if !declared.parameters().contains(name) {
            let path = format!("{path}.arguments.parameters[{index}].name");
            wrong(path, format!("its template declares no parameter `{name}`"));
        }
    }
    let inputs = template.get("inputs").and_then(|it| it.get("parameters"));
    for input in inputs.and_then(Value::as_array).into_iter().flatten() {
        let name = input
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let has = |field: &str| input.get(field).is_some_and(|it| !it.is_null());
        let has_value = has("value") || has("default") || has("valueFrom");
        if !name.is_empty() && !has_value && !given.contains(&name) {
            let message = format!("its template needs the parameter `{name}`");
            wrong(format!("{path}.arguments"), message);
        }
    }
}
