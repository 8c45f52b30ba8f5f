//! Parameters given at the start.

use std::collections::BTreeMap;

use wf_model::FaultCode::{self, *};
use wf_model::resolve_parameters;

use crate::catalog::{codes, validate};

const DOCUMENT: &[u8] = br#"{"name": "w", "parameters": [
    {"name": "needed"}, {"name": "level", "default": "low", "enum": ["low", "high"]}],
    "tasks": [{"name": "A", "action": "make"}]}"#;

fn resolve(given: &[(&str, &str)]) -> Result<BTreeMap<String, String>, Vec<(FaultCode, String)>> {
    let given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    resolve_parameters(&validate(DOCUMENT).unwrap(), &given).map_err(|faults| codes(&faults))
}

#[test]
fn defaults_stand_in_for_what_is_not_given() {
    let parameters = resolve(&[("needed", "{\"a\": 1}")]).unwrap();
    assert_eq!(parameters["needed"], "{\"a\": 1}");
    assert_eq!(parameters["level"], "low");
    assert_eq!(
        resolve(&[("needed", ""), ("level", "high")]).unwrap()["level"],
        "high"
    );
}

#[test]
fn what_may_not_be_given_is_told() {
    let at = |code, name: &str| (code, format!("parameters.{name}"));
    for (given, expected) in [
        (&[][..], vec![at(MissingParameter, "needed")]),
        (
            &[("needed", "{{workflow.name}}")],
            vec![at(TemplateInjection, "needed")],
        ),
        (&[("needed", "a {")], vec![at(TemplateInjection, "needed")]),
        (&[("needed", "a\0")], vec![at(ControlCharacter, "needed")]),
        (
            &[("lvel", "x"), ("level", "middle")],
            vec![
                at(NotInEnum, "level"),
                at(UndeclaredParameter, "lvel"),
                at(MissingParameter, "needed"),
            ],
        ),
    ] {
        assert_eq!(resolve(given), Err(expected), "{given:?}");
    }
}
