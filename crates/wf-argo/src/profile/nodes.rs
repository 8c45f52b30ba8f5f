//! Nodes: which ones a pod may, must and should run on.

mod check;

use serde_json::{Map, Value, json};

pub(super) use self::check::check;
use super::check::Check;
use super::fields::{fields, filled, filled_list, list, object, text};
use super::source::{
    NodeClassSource, NodeOperator, NodePreferenceSource, ProfileSource, TolerationSource,
};

/// The tolerations: of the classes that are allowed, in their order, then the extra ones.
pub(super) fn tolerations(source: &ProfileSource) -> Option<Value> {
    tolerations_with(source, &[])
}

/// The same, with these classes allowed in any case.
pub(super) fn tolerations_with(source: &ProfileSource, also: &[String]) -> Option<Value> {
    let classes = source.node_classes.iter();
    let allowed = classes.filter(|class| is_allowed(class) || also.contains(&class.name));
    let of_classes = allowed.filter_map(toleration_of);
    let extra = source.extra_tolerations.iter().map(toleration);
    filled_list(of_classes.chain(extra).collect())
}

/// Who must run there may.
pub(super) fn is_allowed(class: &NodeClassSource) -> bool {
    class.allowed || class.required
}

fn toleration_of(class: &NodeClassSource) -> Option<Value> {
    let taint = class.taint.as_ref()?;
    let operator = if taint.value.is_some() {
        "Equal"
    } else {
        "Exists"
    };
    Some(object([
        ("key", text(Some(&taint.key))),
        ("operator", text(Some(operator))),
        ("value", text(taint.value.as_deref())),
        ("effect", taint.effect.map(|effect| json!(effect))),
    ]))
}

fn toleration(source: &TolerationSource) -> Value {
    object([
        ("key", text(source.key.as_deref())),
        ("operator", source.operator.map(|operator| json!(operator))),
        ("value", text(source.value.as_deref())),
        ("effect", source.effect.map(|effect| json!(effect))),
        (
            "tolerationSeconds",
            source.toleration_seconds.map(Value::from),
        ),
    ])
}

/// What a pod asks of its node.
pub(super) fn affinity(source: &ProfileSource) -> Option<Value> {
    let preferences = source.node_preferences.iter();
    let preferences = preferences.map(|(key, it)| preference(key, it)).collect();
    let required = filled_list(requirements(source))
        .map(|expressions| json!({"nodeSelectorTerms": [{"matchExpressions": expressions}]}));
    let node = fields([
        ("requiredDuringSchedulingIgnoredDuringExecution", required),
        (
            "preferredDuringSchedulingIgnoredDuringExecution",
            filled_list(preferences),
        ),
    ]);
    filled(fields([("nodeAffinity", filled(node))]))
}

/// Of the classes that are required, then of the labels by their names.
fn requirements(source: &ProfileSource) -> Vec<Value> {
    let classes = source.node_classes.iter().filter(|class| class.required);
    let nodes = classes.filter_map(|class| class.nodes.as_ref());
    let of_classes =
        nodes.map(|nodes| expression(&nodes.key, NodeOperator::In, list(&nodes.values)));
    let labels = source.node_requirements.iter();
    let of_labels = labels.map(|(key, values)| expression(key, NodeOperator::In, list(values)));
    of_classes.chain(of_labels).collect()
}

fn preference(key: &str, source: &NodePreferenceSource) -> Value {
    let expression = expression(key, source.operator, list(&source.values));
    json!({"weight": source.weight, "preference": {"matchExpressions": [expression]}})
}

fn expression(key: &str, operator: NodeOperator, values: Value) -> Value {
    let values = Some(values).filter(|values| values.as_array().is_some_and(|it| !it.is_empty()));
    object([
        ("key", text(Some(key))),
        ("operator", Some(json!(operator))),
        ("values", values),
    ])
}

/// What the pods are labelled with: for each class that wants it, whether it is allowed.
pub(super) fn labels(check: &mut Check<'_>, source: &ProfileSource) -> Map<String, Value> {
    let mut labels = Map::new();
    for (index, class) in source.node_classes.iter().enumerate() {
        if let Some(label) = &class.label {
            let path = format!("nodeClasses[{index}].label");
            let name = super::labels::checked_name(check, &path, label);
            let is_twice = labels.insert(name, Value::from(is_allowed(class).to_string()));
            if is_twice.is_some() {
                check.error(
                    path,
                    format!("`{label}` is the label of another class, too"),
                );
            }
        }
    }
    labels
}
