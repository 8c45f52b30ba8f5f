//! Items: what a task fans out over.

use serde_json::Value;

use crate::document::Document;
use crate::fault::FaultCode;
use crate::finding::At;
use crate::text::{Lines, check_plain, check_value};

use super::Checker;

impl Checker<'_, '_> {
    pub(super) fn check_items(&mut self, items: &[Value], at: &At) {
        self.check_count(items.len(), self.limits.items, "items", at);
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            match item {
                Value::String(text) => {
                    check_value(text, &at, self.findings);
                }
                Value::Number(_) | Value::Bool(_) => {}
                Value::Object(fields) => {
                    for (key, field) in fields {
                        let at = at.field(key);
                        check_plain(key, Lines::One, &at, self.findings);
                        self.check_item_field(field, &at);
                    }
                }
                Value::Null | Value::Array(_) => self.report_item(&at),
            }
        }
    }

    fn check_item_field(&mut self, field: &Value, at: &At) {
        match field {
            Value::String(text) => {
                check_value(text, at, self.findings);
            }
            Value::Number(_) | Value::Bool(_) => {}
            Value::Null | Value::Array(_) | Value::Object(_) => self.report_item(at),
        }
    }

    fn report_item(&mut self, at: &At) {
        if !self.findings.is_hole(at) {
            self.findings.report(at, FaultCode::WrongType, || {
                "has to be a text, a number or a boolean, or as an item an object of these"
                    .to_owned()
            });
        }
    }
}

/// Orders the fields of items by name: documents that differ in nothing else are the same, and
/// `{{item}}` is then the text that Argo makes of it.
pub(super) fn sort_keys(document: &mut Document) {
    let lists = document
        .tasks
        .iter_mut()
        .filter_map(|task| task.with_items.as_mut());
    for item in lists.flatten() {
        if let Value::Object(fields) = item
            && !fields.keys().is_sorted()
        {
            fields.sort_keys();
        }
    }
}
