//! Items: what a task fans out over.

use serde_json::Value;

use crate::document::Document;
use crate::fault::FaultCode;
use crate::finding::At;
use crate::machine::item_text;
use crate::reference::{Reference, Template};
use crate::signature::ParameterSignature;
use crate::text::{Lines, check_plain, check_value};
use crate::valid::TaskPlan;

use super::Checker;

/// How many bytes of the values that a document's items make up are held against what actions
/// declare: a short value may name a long item a thousand times. Those beyond are looked at when
/// their task begins.
pub(super) const LOOKED_AT_BYTES: usize = 4 << 20;

impl Checker<'_, '_> {
    /// Holds the values that are made up of items alone against what the action declares.
    pub(super) fn check_item_values(&mut self, items: &[Value], plan: &TaskPlan, at: &At) {
        for (name, template) in &plan.arguments {
            let Some(declared) = plan.declared(name).filter(|declared| declared.has_rules()) else {
                continue;
            };
            if !is_of_items(template) {
                continue;
            }
            for (index, item) in items.iter().enumerate() {
                if self.item_bytes == 0 || self.findings.is_full() {
                    return;
                }
                self.check_item_value((declared, template), item, &at.index(index));
            }
        }
    }

    fn check_item_value(
        &mut self,
        (declared, template): (&ParameterSignature, &Template),
        item: &Value,
        at: &At,
    ) {
        let value = template.resolve(|reference| match reference {
            Reference::ItemField(key) => item.get(key).map(item_text).ok_or_else(String::new),
            _ => Ok(item_text(item)),
        });
        // One that has no value is told elsewhere, or when its task begins.
        let Ok(value) = value else { return };
        self.item_bytes = self.item_bytes.saturating_sub(value.len());
        if let Some(refusal) = declared.refusal(&value) {
            let name = &declared.name;
            self.findings.report(at, FaultCode::InvalidValue, || {
                format!("gives the parameter `{name}` a value that it cannot have: {refusal}")
            });
        }
    }

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

/// Whether a value is made up of items, and of nothing that is known only later.
fn is_of_items(template: &Template) -> bool {
    let is_of_item =
        |reference: &Reference| matches!(reference, Reference::Item | Reference::ItemField(_));
    template.literal().is_none() && template.references().all(is_of_item)
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
