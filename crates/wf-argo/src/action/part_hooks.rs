//! Hooks of a step or a task: what is done while it runs, or behind it.

use serde_json::Value;

use super::body::BodyKind;
use super::composed::Part;
use super::given::is_given;
use super::scope::Scope;
use super::site::Surroundings;
use super::view::View;
use crate::definitions::Wrong;

const NO_HOOK: &str = "an action does not know which templates a workflow has, and a hook cannot bring one along; refer to one in the cluster by `hooks.exit.templateRef`";

/// What is done behind a part knows what it has left. What is done while it runs does so in a `dag`
/// only; in `steps` it knows how it is.
pub(super) fn check(
    kind: BodyKind,
    part: &Part<'_>,
    (place, around): (usize, &Surroundings<'_>),
    (scope, outside): (&Scope<'_>, Option<&View<'_>>),
    wrong: &mut Wrong<'_>,
) {
    let hooks = part.fields.get("hooks").and_then(Value::as_object);
    for (name, hook) in hooks.into_iter().flatten() {
        let path = format!("{}.hooks.{name}", part.path);
        let mut known = Surroundings {
            own: Some(place),
            ..around.clone()
        };
        if name == "exit" || kind == BodyKind::Dag {
            known.before.push(place);
        }
        check_hook((name, hook), &path, wrong);
        View::of_part(scope, &known, outside).check(hook, &path, wrong);
    }
    if is_given(part.fields.get("onExit")) {
        wrong(format!("{}.onExit", part.path), NO_HOOK.to_owned());
    }
}

fn check_hook((name, hook): (&str, &Value), path: &str, wrong: &mut Wrong<'_>) {
    let has = |field: &str| is_given(hook.get(field));
    let expression = hook.get("expression").and_then(Value::as_str);
    if name != "exit" && expression.is_none_or(|it| it.trim().is_empty()) {
        let message = "a hook needs its occasion, as in `steps.NAME.status == 'Running'`";
        wrong(format!("{path}.expression"), message.to_owned());
    }
    if has("template") {
        let message = NO_HOOK.replace("hooks.exit.", "");
        wrong(format!("{path}.template"), message);
    } else if !has("templateRef") {
        let message = "it needs a `templateRef`, the template in the cluster that it runs";
        wrong(path.to_owned(), message.to_owned());
    }
}
