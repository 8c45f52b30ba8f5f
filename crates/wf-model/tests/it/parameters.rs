//! Parameters given at the start.

use std::collections::BTreeMap;

use wf_model::FaultCode::{self, *};
use wf_model::resolve_parameters;

use crate::catalog::{codes, validate};

const DOCUMENT: &[u8] = br#"{"name": "w", "parameters": [
    {"name": "needed"}, {"name": "level", "default": "low", "enum": ["low", "high"]}],
    "tasks": [{"name": "A", "action": "make"}]}"#;

static LONG: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| "x".repeat(wf_model::LARGEST_VALUE + 1));

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
        (&[("needed", LONG.as_str())], vec![at(TooLong, "needed")]),
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

#[test]
fn a_value_has_to_fit_what_it_is_given_to() {
    use wf_model::{Draft, Limits, ParameterSignature, ParameterType, Signature, Signatures};
    let port = ParameterSignature {
        kind: ParameterType::Integer,
        maximum: Some(65_535.into()),
        ..ParameterSignature::required("port")
    };
    let serve = Signature {
        parameters: vec![port],
        ..Signature::default()
    };
    let signatures = Signatures::from_iter([("serve".to_owned(), serve)]);
    let document = br#"{"name": "w", "parameters": [{"name": "a", "default": "80"}, {"name": "b", "default": "80"}],
        "tasks": [{"name": "A", "action": "serve",
                   "parameters": [{"name": "port", "value": "{{workflow.parameters.b}}{{workflow.parameters.a}}"}]}],
        "onExit": {"action": "serve", "parameters": [{"name": "port", "value": "{{workflow.parameters.a}}"}]}}"#;
    let limits = Limits::default();
    let workflow = Draft::parse(document, &limits)
        .validate(&signatures, &limits)
        .unwrap();
    let faults = |given: &[(&str, &str)]| {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let resolved = resolve_parameters(&workflow, &given);
        resolved.map_err(|faults| {
            let faults = faults.as_slice().iter();
            faults
                .map(|fault| (fault.path.clone(), fault.message.clone()))
                .collect::<Vec<_>>()
        })
    };
    assert!(faults(&[]).is_ok());
    let of_b = "gives `port` of task `A` a value that it cannot have: 90080 is more than the maximum, 65535";
    assert_eq!(
        faults(&[("b", "900")]),
        Err(vec![("parameters.b".to_owned(), of_b.to_owned())])
    );
    let told = faults(&[("a", "x")]).unwrap_err();
    let paths: Vec<&str> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["parameters.a", "parameters.b"], "{told:?}");
    assert!(told[0].1.contains("task `onExit`"), "{told:?}");
}
