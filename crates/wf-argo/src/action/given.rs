//! Given: whether a field says something; `null` is as good as absent.

use serde_json::Value;

pub(super) fn is_given(field: Option<&Value>) -> bool {
    field.is_some_and(|value| !value.is_null())
}
