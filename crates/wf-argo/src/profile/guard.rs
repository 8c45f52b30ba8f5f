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

/// The text with its references to inputs doubling each `$`, and with no `$` of its own left that a
/// value could go on with.
pub(crate) fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match tag_of(rest) {
            Some(tag) => {
                out.push_str(&guarded_tag(tag));
                tag.len() + 4
            }
            None if rest.starts_with('$') => {
                let taken = dollars(rest);
                // What a value follows, or is within, is no name of a variable.
                if is_gone_on_with(&rest[taken..]) && taken == 1 {
                    out.push('$');
                }
                out.push_str(&rest[..taken]);
                taken
            }
            None => {
                out.push('{');
                1
            }
        };
        rest = &rest[taken..];
    }
    out + rest
}

/// What stands between the braces with which the text begins.
fn tag_of(text: &str) -> Option<&str> {
    let (tag, _) = text.strip_prefix("{{")?.split_once("}}")?;
    Some(tag)
}

/// How many of the text's first characters are one `$` to Kubernetes.
fn dollars(text: &str) -> usize {
    if text.starts_with("$$") { 2 } else { 1 }
}

/// Whether a value stands where the name of a variable would, behind a `$`.
fn is_gone_on_with(behind: &str) -> bool {
    let name = behind
        .strip_prefix('(')
        .map(|inside| match inside.split_once(')') {
            Some((name, _)) => name,
            None => inside,
        });
    behind.starts_with("{{") || name.is_some_and(|name| name.contains("{{"))
}

/// What is put in for it is a text of somebody else: of a task, or of a list that is fanned out.
fn guarded_tag(tag: &str) -> String {
    let name = tag.trim();
    let parameter = name.strip_prefix("inputs.parameters.");
    let expression = match (parameter, name.strip_prefix('=')) {
        (Some(parameter), _) => format!("inputs.parameters['{parameter}']"),
        (None, Some(expression)) if is_of_others(expression) => {
            return guarded_expression(expression.trim());
        }
        (None, None) if name == "inputs.parameters" => "toJson(inputs.parameters)".to_owned(),
        (None, None) if name == "item" => name.to_owned(),
        _ => return format!("{{{{{tag}}}}}"),
    };
    format!("{{{{=sprig.replace('$', '$$', {expression})}}}}")
}

fn is_of_others(expression: &str) -> bool {
    ["inputs", "item"].iter().any(|it| expression.contains(it))
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
    fn no_value_goes_on_with_a_dollar_of_the_text() {
        let put_in = "{{=sprig.replace('$', '$$', inputs.parameters['a'])}}";
        for (text, expected) in [
            ("${{inputs.parameters.a}}", "$$<>"),
            ("$${{inputs.parameters.a}}", "$$<>"),
            ("$$${{inputs.parameters.a}}", "$$$$<>"),
            ("$(DB_{{inputs.parameters.a}})", "$$(DB_<>)"),
            ("$$(DB_{{inputs.parameters.a}})", "$$(DB_<>)"),
            ("$(HOST){{inputs.parameters.a}}", "$(HOST)<>"),
            ("$({{inputs.parameters.a}}", "$$(<>"),
            ("$HOST $ {", "$HOST $ {"),
        ] {
            assert_eq!(guarded(text), expected.replace("<>", put_in), "{text}");
        }
    }

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
            ("<{{item}}>", "<{{=sprig.replace('$', '$$', item)}}>"),
            (
                "{{=item}}",
                "{{=(item) == nil ? nil : sprig.replace('$', '$$', string(item))}}",
            ),
        ] {
            assert_eq!(guarded(text), expected);
        }
    }
}
