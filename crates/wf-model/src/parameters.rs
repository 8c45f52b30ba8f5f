//! Parameters given at the start of a run.

use std::collections::BTreeMap;

use crate::document::ParameterDeclaration;
use crate::fault::{FaultCode, Faults};
use crate::finding::{At, Findings};
use crate::text::{check_value, listed, short};
use crate::valid::ValidWorkflow;

/// All parameters of a run: those that are given, and the defaults of the others.
///
/// # Errors
/// Every fault, at `parameters.<name>`: a parameter that is not declared, one without a default
/// that is not given, a value that its `enum` does not have, or one that could become a reference.
pub fn resolve_parameters(
    workflow: &ValidWorkflow,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Faults> {
    resolve_declared(&workflow.document().parameters, given)
}

/// The same for the declarations of a document that was accepted earlier, whose actions need not
/// be on offer any more.
///
/// # Errors
/// Those of [`resolve_parameters`].
pub fn resolve_declared(
    declared: &[ParameterDeclaration],
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Faults> {
    let mut findings = Findings::default();
    let root = At::Root;
    let at = root.field("parameters");
    report_undeclared(given, declared, &at, &mut findings);
    let mut parameters = BTreeMap::new();
    for declaration in declared {
        let at = at.field(&declaration.name);
        let value = given.get(&declaration.name);
        if let Some(value) = value {
            check_given(declaration, value, &at, &mut findings);
        }
        if let Some(value) = value.or(declaration.default.as_ref()) {
            parameters.insert(declaration.name.clone(), value.clone());
        } else {
            findings.report(&at, FaultCode::MissingParameter, || {
                "is missing; it has no default, and has to be given".to_owned()
            });
        }
    }
    match findings.take_faults() {
        Some(faults) => Err(faults),
        None => Ok(parameters),
    }
}

fn report_undeclared(
    given: &BTreeMap<String, String>,
    declared: &[ParameterDeclaration],
    at: &At,
    findings: &mut Findings,
) {
    let names = || declared.iter().map(|declaration| declaration.name.as_str());
    let known: std::collections::HashSet<&str> = names().collect();
    for name in given.keys().filter(|name| !known.contains(name.as_str())) {
        let near = findings.nearest(name, names());
        findings.report_suggesting(
            &at.field(name),
            FaultCode::UndeclaredParameter,
            near,
            || {
                format!(
                    "the workflow declares no such parameter (declared: {})",
                    listed(names())
                )
            },
        );
    }
}

fn check_given(
    declaration: &ParameterDeclaration,
    value: &String,
    at: &At,
    findings: &mut Findings,
) {
    if check_value(value, at, findings)
        && let Some(allowed) = &declaration.allowed
        && !allowed.contains(value)
    {
        let words = || allowed.iter().map(String::as_str);
        let near = findings.nearest(value, words());
        findings.report_suggesting(at, FaultCode::NotInEnum, near, || {
            format!(
                "`{}` is none of the allowed values: {}",
                short(value),
                listed(words())
            )
        });
    }
}
