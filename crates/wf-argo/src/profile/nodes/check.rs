//! What is wrong with what is said of nodes: all that a cluster would refuse, or no node would fit.

use crate::profile::check::Check;
use crate::profile::source::{
    NodeClassSource, NodeOperator, NodePreferenceSource, ProfileSource, TaintEffect,
    TolerationOperator, TolerationSource,
};
use crate::scalar::Scalar;

/// Everything that is wrong.
pub(in crate::profile) fn check(check: &mut Check<'_>, source: &ProfileSource) {
    for (index, class) in source.node_classes.iter().enumerate() {
        let path = format!("nodeClasses[{index}]");
        node_class(check, &path, class);
        let before = &source.node_classes[..index];
        if before.iter().any(|other| other.name == class.name) {
            let message = format!("`{}` is there twice", class.name);
            check.error(format!("{path}.name"), message);
        }
    }
    for (key, values) in &source.node_requirements {
        let path = format!("nodeRequirements.{key}");
        check.qualified(&path, key);
        one_of(check, &path, values);
    }
    for (key, it) in &source.node_preferences {
        let path = format!("nodePreferences.{key}");
        check.qualified(&path, key);
        preference(check, &path, it);
    }
    for (index, it) in source.extra_tolerations.iter().enumerate() {
        toleration(check, &format!("extraTolerations[{index}]"), it);
    }
}

fn node_class(check: &mut Check<'_>, path: &str, class: &NodeClassSource) {
    if class.required && class.nodes.is_none() {
        check.error(path, "a class that is required has to say its `nodes`: a label and the values that it has there");
    }
    if class.allowed && class.taint.is_none() {
        check.error(
            path,
            "a class that is allowed has to say its `taint`; nodes without one need no leave",
        );
    }
    if let Some(taint) = &class.taint {
        check.qualified(format!("{path}.taint.key"), &taint.key);
        check.label_value(
            format!("{path}.taint.value"),
            taint.value.as_deref().unwrap_or(""),
        );
    }
    if let Some(nodes) = &class.nodes {
        check.qualified(format!("{path}.nodes.key"), &nodes.key);
        one_of(check, &format!("{path}.nodes.values"), &nodes.values);
    }
}

/// Values of which a node's label has to have one.
fn one_of(check: &mut Check<'_>, path: &str, values: &[Scalar]) {
    if values.is_empty() {
        check.error(path, "without values no node fits; give one or more");
    }
    label_values(check, path, values);
}

fn label_values(check: &mut Check<'_>, path: &str, values: &[Scalar]) {
    for value in values {
        check.label_value(path, &value.0);
    }
}

fn preference(check: &mut Check<'_>, path: &str, preference: &NodePreferenceSource) {
    if !(1..=100).contains(&preference.weight) {
        check.error(format!("{path}.weight"), "a weight is 1 to 100");
    }
    let values = &preference.values;
    let (fits, rule) = match preference.operator {
        NodeOperator::In | NodeOperator::NotIn => {
            (!values.is_empty(), "it needs one value or more")
        }
        NodeOperator::Exists | NodeOperator::DoesNotExist => {
            (values.is_empty(), "it takes no values")
        }
        NodeOperator::Gt | NodeOperator::Lt => {
            let is_number = |value: &Scalar| value.0.parse::<i64>().is_ok();
            let fits = values.len() == 1 && values.iter().all(is_number);
            (fits, "it needs one value, a whole number")
        }
    };
    let path = format!("{path}.values");
    if !fits {
        let message = format!("`{:?}`: {rule}", preference.operator);
        check.error(&path, message);
    }
    // A label is no number with a sign, but what it is compared with may be one.
    if matches!(preference.operator, NodeOperator::In | NodeOperator::NotIn) {
        label_values(check, &path, values);
    }
}

fn toleration(check: &mut Check<'_>, path: &str, toleration: &TolerationSource) {
    let exists = toleration.operator == Some(TolerationOperator::Exists);
    if exists && toleration.value.is_some() {
        check.error(
            path,
            "`Exists` takes no `value`; leave it out, or say `Equal`",
        );
    }
    match &toleration.key {
        Some(key) => check.qualified(format!("{path}.key"), key),
        None if !exists => check.error(
            path,
            "without a `key` it has to be `operator: Exists`, which tolerates all",
        ),
        None => {}
    }
    let value = toleration.value.as_deref().unwrap_or("");
    check.label_value(format!("{path}.value"), value);
    let is_at_once = toleration.effect != Some(TaintEffect::NoExecute);
    if toleration.toleration_seconds.is_some() && is_at_once {
        let message = "it means something for pods that run already; say `effect: NoExecute`, or leave it out";
        check.error(format!("{path}.tolerationSeconds"), message);
    }
}
