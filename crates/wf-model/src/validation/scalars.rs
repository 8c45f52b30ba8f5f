//! The ranges and lengths that stand as attributes on the document's fields.

use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::document::Document;
use crate::fault::FaultCode;
use crate::finding::{At, Findings};

/// Reports every number outside of its range and every text over its length.
pub(super) fn check(document: &Document, findings: &mut Findings) {
    if let Err(errors) = document.validate() {
        report(&errors, &At::Root, findings);
    }
}

fn report(errors: &ValidationErrors, at: &At, findings: &mut Findings) {
    // The order of a hash map is nobody's order.
    let mut fields: Vec<_> = errors.errors().iter().collect();
    fields.sort_by(|a, b| a.0.cmp(b.0));
    for (field, kind) in fields {
        let name = camel_case(field);
        let at = at.field(&name);
        match kind {
            ValidationErrorsKind::Struct(nested) => report(nested, &at, findings),
            ValidationErrorsKind::List(elements) => {
                for (index, nested) in elements {
                    report(nested, &at.index(*index), findings);
                }
            }
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    report_field(error, &at, findings);
                }
            }
        }
    }
}

fn report_field(error: &ValidationError, at: &At, findings: &mut Findings) {
    if findings.is_hole(at) {
        return;
    }
    let rule = error.message.as_deref().unwrap_or("something else");
    if error.code == "length" {
        findings.report(at, FaultCode::TooLong, || format!("may have {rule}"));
    } else {
        findings.report(at, FaultCode::OutOfRange, || format!("has to be {rule}"));
    }
}

/// The field's name in the document: `timeoutSeconds` for `timeout_seconds`.
fn camel_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    for (index, word) in field.split('_').enumerate() {
        let (first, rest) = word.split_at(word.len().min(1));
        if index == 0 {
            name.push_str(first);
        } else {
            name.push_str(&first.to_uppercase());
        }
        name.push_str(rest);
    }
    name
}
