//! Resources: the manifest of an object of the cluster, before anything is put into it.

use serde::Deserialize;
use serde_json::Value;

use super::given::is_given;
use crate::definitions::Wrong;

/// Tells what is wrong with the body of a `resource`.
pub(super) fn check(body: &Value, path: &str, wrong: &mut Wrong<'_>) {
    let manifest = body.get("manifest").and_then(Value::as_str);
    let has_from = is_given(body.get("manifestFrom"));
    if manifest.is_some() && has_from {
        let message = "the manifest comes from `manifest` or from `manifestFrom`, not from both";
        wrong(path.to_owned(), message.to_owned());
    }
    let action = body
        .get("action")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let needs_one = matches!(action, "create" | "apply" | "replace" | "patch");
    if needs_one && manifest.is_none_or(str::is_empty) && !has_from {
        let message = format!("`{action}` needs a `manifest`, or `manifestFrom`");
        wrong(path.to_owned(), message);
    }
    let Some(manifest) = manifest else { return };
    let path = format!("{path}.manifest");
    for document in serde_yaml::Deserializer::from_str(&without_placeholders(manifest)) {
        match serde_yaml::Value::deserialize(document) {
            Ok(value) if has_braces(&value) => {
                let message =
                    "braces that Argo does not know before the workflow runs have to be in quotes";
                wrong(path, message.to_owned());
                return;
            }
            Ok(_) => {}
            Err(error) => {
                wrong(path, format!("it is no YAML: {error}"));
                return;
            }
        }
    }
}

/// Whether something has a name that is no text, as `{{x}}` is to YAML outside of quotes.
fn has_braces(value: &serde_yaml::Value) -> bool {
    match value {
        serde_yaml::Value::Mapping(fields) => fields
            .iter()
            .any(|(name, value)| name.is_mapping() || has_braces(value)),
        serde_yaml::Value::Sequence(items) => items.iter().any(has_braces),
        _ => false,
    }
}

/// Whether Argo puts something in before it reads the manifest.
fn is_put_in(tag: &str) -> bool {
    let tag = tag.trim();
    let is_late = tag.starts_with("workflow.creationTimestamp");
    let roots = ["inputs.", "workflow.", "pod.", "item", "=", "retries"];
    !is_late && roots.iter().any(|root| tag.starts_with(root))
}

/// The text with a word in the place of each placeholder.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        match after.split_once("}}") {
            Some((tag, behind)) if is_put_in(tag) => {
                out.push('x');
                rest = behind;
            }
            _ => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
