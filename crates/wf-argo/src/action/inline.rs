//! Templates that stand within an action: each with inputs, outputs and one body of its own.

use serde_json::Value;

use super::body::BodyKind;
use super::scope::Scope;
use super::site::Site;
use super::view::View;
use super::{composed, fields, mounts, ports, rules};
use crate::definitions::Wrong;

/// Tells what is wrong with a template, its fields and their types aside. Its step gives it those
/// arguments.
pub(super) fn check(
    template: &Value,
    arguments: Option<&Value>,
    path: &str,
    around: &View<'_>,
    wrong: &mut Wrong<'_>,
) {
    let Some(written) = template.as_object() else {
        return;
    };
    let bodies: Vec<(BodyKind, &Value)> = BodyKind::all_in(template).collect();
    let &[(kind, body)] = bodies.as_slice() else {
        let message = match bodies.as_slice() {
            [] => "it needs a body, as in `container` or `suspend`".to_owned(),
            several => {
                let given = several
                    .iter()
                    .map(|(kind, _)| format!("`{}`", kind.field()));
                let given: Vec<String> = given.collect();
                format!("it needs exactly one body; it has {}", given.join(" and "))
            }
        };
        wrong(path.to_owned(), message);
        return;
    };
    let scope = Scope::of_template(template);
    refuse_hidden_inputs(&scope, arguments, path, around, wrong);
    ports::check(kind, template, path, wrong);
    // What the whole leaves may be what its parts left.
    let parts = composed::surroundings(kind, body);
    for (name, value) in written {
        if let Some(objection) = fields::misplaced(name, kind) {
            wrong(format!("{path}.{name}"), objection);
        }
        let path = format!("{path}.{name}");
        if kind.is_composed() && name == kind.field() {
            composed::check(kind, value, &path, (&scope, Some(around)), wrong);
            continue;
        }
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
    rules::check(kind, body, written, path, wrong);
    let brought = ports::brought(template, path);
    mounts::check(kind, body, written, path, &brought, wrong);
}

/// Argo puts values into the whole of a template, with those that stand in it
/// (`workflow/common/util.go`, `ProcessArgs`): of two inputs of one name it is the outer one's.
/// Which is right where the step hands on just that.
fn refuse_hidden_inputs(
    scope: &Scope<'_>,
    arguments: Option<&Value>,
    path: &str,
    around: &View<'_>,
    wrong: &mut Wrong<'_>,
) {
    let given = arguments.and_then(|it| it.get("parameters"));
    let given = given.and_then(Value::as_array);
    let hands_on = |name: &str| {
        let mut given = given.into_iter().flatten();
        given.any(|it| {
            let value = it.get("value").and_then(Value::as_str).unwrap_or_default();
            let tag = value
                .strip_prefix("{{")
                .and_then(|it| it.strip_suffix("}}"));
            let named = tag.and_then(|it| it.trim().strip_prefix("inputs.parameters."));
            it.get("name").is_some_and(|it| it == name) && named == Some(name)
        })
    };
    for (index, name) in scope.parameters().iter().enumerate() {
        if around.declares(name) && !hands_on(name) {
            let message = format!(
                "the template around it has an input `{name}`, too, and Argo would give its value; take another name"
            );
            wrong(format!("{path}.inputs.parameters[{index}].name"), message);
        }
    }
}
