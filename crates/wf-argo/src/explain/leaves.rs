//! The values in a value, by their pointers.

use serde_json::Value;

/// Tells every scalar, every empty list and every empty object with its JSON pointer.
pub(super) fn for_each_leaf(value: &Value, tell: &mut impl FnMut(&str, &Value)) {
    inside(value, &mut String::new(), tell);
}

fn inside(value: &Value, pointer: &mut String, tell: &mut impl FnMut(&str, &Value)) {
    let own = pointer.len();
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                inside(value, pointer, tell);
                pointer.truncate(own);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, value) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&place.to_string());
                inside(value, pointer, tell);
                pointer.truncate(own);
            }
        }
        _ => tell(pointer, value),
    }
}
