//! The guard of secrets: no value of a document names one of a container's variables.
//!
//! Kubernetes puts a container's variables for `$(NAME)` into its command, its arguments and its
//! other variables (`third_party/forked/golang/expansion`), and does so after Argo has put the
//! values of parameters in. Where a container has variables that come from a secret, a value with
//! `$(TOKEN)` would be told the secret. So there, values are put in with each `$` doubled, which is
//! how Kubernetes is told that it means no more than that.

use serde_json::{Map, Value};

use super::apply::{inlines_of, steps_of};
use crate::manifest::Template;

/// Guards the containers of the templates that have variables from somewhere else.
pub(super) fn templates(templates: &mut [Template]) {
    for template in templates {
        template_fields(&mut template.rest);
        inlines_of(template.dag.as_mut()).for_each(template_fields);
    }
}

fn template_fields(template: &mut Map<String, Value>) {
    for field in ["container", "script"] {
        template.get_mut(field).into_iter().for_each(container);
    }
    for field in ["sidecars", "initContainers"] {
        list(template.get_mut(field)).for_each(container);
    }
    let set = template.get_mut("containerSet");
    list(set.and_then(|set| set.get_mut("containers"))).for_each(container);
    for step in steps_of(template) {
        if let Some(inline) = step.get_mut("inline").and_then(Value::as_object_mut) {
            template_fields(inline);
        }
    }
}

fn container(container: &mut Value) {
    if !has_foreign_variables(container) {
        return;
    }
    for field in ["command", "args"] {
        list(container.get_mut(field)).for_each(text);
    }
    for variable in list(container.get_mut("env")) {
        variable.get_mut("value").into_iter().for_each(text);
    }
}

fn has_foreign_variables(container: &Value) -> bool {
    let env = container.get("env").and_then(Value::as_array);
    let mut env = env.into_iter().flatten();
    let more = container.get("envFrom").and_then(Value::as_array);
    more.is_some_and(|more| !more.is_empty())
        || env.any(|variable| variable.get("valueFrom").is_some())
}

fn list(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value.and_then(Value::as_array_mut).into_iter().flatten()
}

fn text(value: &mut Value) {
    if let Value::String(text) = value {
        *text = guarded(text);
    }
}

/// The text with its references to inputs doubling each `$`.
pub(crate) fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((tag, after)) = after.split_once("}}") else {
            break;
        };
        out.push_str(before);
        out.push_str(&guarded_tag(tag));
        rest = after;
    }
    out + rest
}

fn guarded_tag(tag: &str) -> String {
    let parameter = tag.trim().strip_prefix("inputs.parameters.");
    let expression = match (parameter, tag.trim().strip_prefix('=')) {
        (Some(name), _) => format!("inputs.parameters['{name}']"),
        (None, Some(expression)) if expression.contains("inputs") => {
            return guarded_expression(expression.trim());
        }
        (None, None) if tag.trim() == "inputs.parameters" => "toJson(inputs.parameters)".to_owned(),
        _ => return format!("{{{{{tag}}}}}"),
    };
    format!("{{{{=sprig.replace('$', '$$', {expression})}}}}")
}

/// Where an input is not known yet, as around a template that stands in a step, Argo leaves an
/// expression as it is when nothing comes of it.
fn guarded_expression(expression: &str) -> String {
    format!("{{{{=({expression}) == nil ? nil : sprig.replace('$', '$$', string({expression}))}}}}")
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn what_is_put_in_has_each_dollar_doubled() {
        for (text, expected) in [
            ("echo $(TOKEN)", "echo $(TOKEN)"),
            (
                "<{{inputs.parameters.a-b}}>",
                "<{{=sprig.replace('$', '$$', inputs.parameters['a-b'])}}>",
            ),
            (
                "{{ inputs.parameters.a }}{{inputs.artifacts.b.path}}",
                "{{=sprig.replace('$', '$$', inputs.parameters['a'])}}{{inputs.artifacts.b.path}}",
            ),
            (
                "{{=inputs.parameters.a + 'x'}}",
                "{{=(inputs.parameters.a + 'x') == nil ? nil : sprig.replace('$', '$$', string(inputs.parameters.a + 'x'))}}",
            ),
            ("{{=1 + 1}} {{", "{{=1 + 1}} {{"),
        ] {
            assert_eq!(guarded(text), expected);
        }
    }
}
