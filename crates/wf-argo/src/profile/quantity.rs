//! Quantities of a container, as Kubernetes counts them (`apimachinery/pkg/api/resource`).

use serde_json::{Map, Value};

use super::check::Check;
use crate::names::is_qualified;

/// Tells of names that no resource has, and of requests that are over their limit.
pub(super) fn check(check: &mut Check<'_>, path: &str, resources: &Map<String, Value>) {
    let list = |name: &str| resources.get(name).and_then(Value::as_object);
    for name in ["requests", "limits"] {
        for resource in list(name).into_iter().flatten().map(|(it, _)| it) {
            if !is_qualified(resource) {
                let rule = "`cpu`, `memory`, or as in `example.com/gpu`";
                let message = format!("`{resource}` is no name of a resource; there are {rule}");
                check.error(format!("{path}.{name}"), message);
            }
        }
    }
    for (resource, asked) in list("requests").into_iter().flatten() {
        let limit = list("limits").and_then(|limits| limits.get(resource));
        if let (Some(limit), Some(asked)) = (limit.and_then(amount), amount(asked))
            && asked > limit
        {
            let message = format!("it is more than `limits.{resource}`");
            check.error(format!("{path}.requests.{resource}"), message);
        }
    }
}

/// How much that is; nothing for what is no quantity.
fn amount(quantity: &Value) -> Option<f64> {
    const UNITS: [(&str, f64); 16] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
        ("", 1.0),
    ];
    let text = match quantity {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut units = UNITS.into_iter();
    units.find_map(|(unit, size)| {
        let number = text.strip_suffix(unit)?.parse::<f64>().ok()?;
        Some(number * size)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::amount;

    #[test]
    fn amounts_are_counted_with_their_units() {
        for (quantity, expected) in [
            (json!(2), 2.0),
            (json!("500m"), 0.5),
            (json!("1Gi"), 1_073_741_824.0),
            (json!("1G"), 1e9),
            (json!("1e3"), 1000.0),
            (json!("1E"), 1e18),
        ] {
            assert_eq!(amount(&quantity), Some(expected), "{quantity}");
        }
        assert_eq!(amount(&json!("much")), None);
    }
}
