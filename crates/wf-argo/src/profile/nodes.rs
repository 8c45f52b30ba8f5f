//! Nodes: which ones a pod may, must and should run on.

use serde_json::{Map, Value, json};

use super::check::Check;
use super::fields::{fields, filled, filled_list, list, object, text};
use super::source::{
    NodeClassSource, NodeOperator, NodePreferenceSource, ProfileSource, TolerationOperator,
    TolerationSource,
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
            let name =
                super::labels::checked_name(check, &format!("nodeClasses[{index}].label"), label);
            labels.insert(name, Value::from(is_allowed(class).to_string()));
        }
    }
    labels
}

/// What is wrong with the knobs.
pub(super) fn check(check: &mut Check<'_>, source: &ProfileSource) {
    for (index, class) in source.node_classes.iter().enumerate() {
        let path = format!("nodeClasses[{index}]");
        if class.required && class.nodes.is_none() {
            check.error(&path, "a class that is required has to say its `nodes`: a label and the values that it has there");
        }
        if class.allowed && class.taint.is_none() {
            check.error(
                &path,
                "a class that is allowed has to say its `taint`; nodes without one need no leave",
            );
        }
        if class
            .nodes
            .as_ref()
            .is_some_and(|nodes| nodes.values.is_empty())
        {
            check.error(
                format!("{path}.nodes.values"),
                "without values no node fits; give one or more",
            );
        }
        if source.node_classes[..index]
            .iter()
            .any(|other| other.name == class.name)
        {
            check.error(
                format!("{path}.name"),
                format!("`{}` is there twice", class.name),
            );
        }
    }
    for (key, values) in &source.node_requirements {
        if values.is_empty() {
            check.error(
                format!("nodeRequirements.{key}"),
                "without values no node fits; give one or more",
            );
        }
    }
    for (key, preference) in &source.node_preferences {
        check_preference(check, &format!("nodePreferences.{key}"), preference);
    }
    for (index, toleration) in source.extra_tolerations.iter().enumerate() {
        check_toleration(check, &format!("extraTolerations[{index}]"), toleration);
    }
}

fn check_preference(check: &mut Check<'_>, path: &str, preference: &NodePreferenceSource) {
    if !(1..=100).contains(&preference.weight) {
        check.error(format!("{path}.weight"), "a weight is 1 to 100");
    }
    let count = preference.values.len();
    let (fits, rule) = match preference.operator {
        NodeOperator::In | NodeOperator::NotIn => (count > 0, "it needs one value or more"),
        NodeOperator::Exists | NodeOperator::DoesNotExist => (count == 0, "it takes no values"),
        NodeOperator::Gt | NodeOperator::Lt => (count == 1, "it needs one value, a whole number"),
    };
    if !fits {
        check.error(
            format!("{path}.values"),
            format!("`{:?}`: {rule}", preference.operator),
        );
    }
}

fn check_toleration(check: &mut Check<'_>, path: &str, toleration: &TolerationSource) {
    let exists = toleration.operator == Some(TolerationOperator::Exists);
    if exists && toleration.value.is_some() {
        check.error(
            path,
            "`Exists` takes no `value`; leave it out, or say `Equal`",
        );
    }
    if !exists && toleration.key.is_none() {
        check.error(
            path,
            "without a `key` it has to be `operator: Exists`, which tolerates all",
        );
    }
}
