//! Parameters given at the start of a run.

use std::collections::BTreeMap;

use crate::document::ParameterDeclaration;
use crate::fault::{FaultCode, Faults};
use crate::finding::{At, Findings};
use crate::literal::not_allowed;
use crate::reference::{Reference, Template};
use crate::signature::ParameterSignature;
use crate::status::EXIT_HANDLER;
use crate::text::{check_value, listed};
use crate::valid::{TaskPlan, ValidWorkflow};

/// How many bytes of what parameters are put into are held against what actions declare: a short
/// value may name a long parameter a thousand times. What is beyond is looked at when its task
/// begins.
const LOOKED_AT_BYTES: usize = 4 << 20;

/// All parameters of a run: those that are given, and the defaults of the others.
///
/// # Errors
/// Every fault, at `parameters.<name>`: a parameter that is not declared, one without a default
/// that is not given, a value that its `enum` does not have, one that could become a reference, or
/// one that makes a value which the action it is given to cannot have.
pub fn resolve_parameters(
    workflow: &ValidWorkflow,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Faults> {
    let parameters = resolve_declared(&workflow.document().parameters, given)?;
    let mut findings = Findings::default();
    check_uses(workflow, &parameters, &mut findings);
    match findings.take_faults() {
        Some(faults) => Err(faults),
        None => Ok(parameters),
    }
}

/// The same for the declarations alone, without asking what the values are given to.
///
/// # Errors
/// Those of [`resolve_parameters`], but for the last.
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

/// Holds the values that are made up of parameters alone against what actions declare.
fn check_uses(
    workflow: &ValidWorkflow,
    parameters: &BTreeMap<String, String>,
    findings: &mut Findings,
) {
    let tasks = workflow.document().tasks.iter().enumerate();
    let plans = tasks.map(|(index, task)| (task.name.as_str(), workflow.plan(index)));
    let handler = workflow.exit_handler().map(|plan| (EXIT_HANDLER, plan));
    let mut left = LOOKED_AT_BYTES;
    for (task, plan) in plans.chain(handler) {
        for (declared, template) in ruled_values(plan) {
            if left == 0 || findings.is_full() {
                return;
            }
            check_use(task, (declared, template), parameters, &mut left, findings);
        }
    }
}

/// The values for which the action has rules, and that are made up of parameters alone.
fn ruled_values(plan: &TaskPlan) -> impl Iterator<Item = (&ParameterSignature, &Template)> {
    let is_parameter = |reference: &Reference| matches!(reference, Reference::Parameter(_));
    plan.arguments.iter().filter_map(move |(name, template)| {
        let is_made_of_them =
            template.literal().is_none() && template.references().all(is_parameter);
        let declared = plan.declared(name).filter(|_| is_made_of_them)?;
        declared.has_rules().then_some((declared, template))
    })
}

fn check_use(
    task: &str,
    (declared, template): (&ParameterSignature, &Template),
    parameters: &BTreeMap<String, String>,
    left: &mut usize,
    findings: &mut Findings,
) {
    let value = template.resolve(|reference| match reference {
        Reference::Parameter(name) => parameters.get(name).cloned().ok_or_else(String::new),
        _ => Err(String::new()),
    });
    let Ok(value) = value else { return };
    *left = left.saturating_sub(value.len());
    let Some(refusal) = declared.refusal(&value) else {
        return;
    };
    let root = At::Root;
    let at = root.field("parameters");
    let first = template.references().find_map(|reference| match reference {
        Reference::Parameter(name) => Some(name.as_str()),
        _ => None,
    });
    let name = &declared.name;
    findings.report(
        &at.field(first.unwrap_or_default()),
        FaultCode::InvalidValue,
        || format!("gives `{name}` of task `{task}` a value that it cannot have: {refusal}"),
    );
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
        let near = findings.nearest(value, allowed.iter().map(String::as_str));
        findings.report_suggesting(at, FaultCode::NotInEnum, near, || {
            not_allowed(value, allowed)
        });
    }
}
