//! Parameters with rules: what an action's file may say of them, and what documents have to heed.

use serde_json::json;
use wf_argo::{Action, Catalog};
use wf_model::{FaultCode, ParameterType};

use crate::fixtures::try_valid;

fn errors(parameters: &str) -> Vec<String> {
    let text = format!("name: x\nsuspend: {{}}\nparameters:\n{parameters}\n");
    let errors = Action::parse("x.yaml", &text).expect_err(&text);
    errors.iter().map(ToString::to_string).collect()
}

fn catalog(parameters: &str) -> Catalog {
    let text = format!("name: x\nsuspend: {{}}\nparameters:\n{parameters}\n");
    Catalog::from_sources([("x.yaml", text)]).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[test]
fn a_parameter_tells_all_that_a_form_needs() {
    let catalog = catalog(
        "
- name: retries
  title: How often
  description: How often it is tried.
  type: integer
  default: 3
  minimum: 1
  maximum: 10
  examples: [1, 5]
  order: 2
- name: notes
  type: string
  pattern: ^[a-z ]*$
  minLength: 2
  maxLength: 200
  multiline: true
",
    );
    let signature = catalog.get("x").unwrap().signature();
    let retries = signature.parameter("retries").unwrap();
    assert_eq!(retries.kind, ParameterType::Integer);
    assert_eq!(retries.default.as_deref(), Some("3"));
    assert_eq!(retries.examples, ["1", "5"]);
    assert_eq!(
        (retries.title.as_deref(), retries.order),
        (Some("How often"), Some(2))
    );
    let notes = signature.parameter("notes").unwrap();
    assert!(notes.multiline && notes.is_required());
    assert_eq!(notes.pattern.as_ref().unwrap().as_str(), "^[a-z ]*$");

    let wire = serde_json::to_value(signature).unwrap();
    assert_eq!(wire["parameters"][0]["type"], "integer");
    assert_eq!(wire["parameters"][0]["minimum"], 1);
    assert!(
        wire["parameters"][1].get("type").is_none(),
        "it is the default"
    );
    let read: wf_model::Signature = serde_json::from_value(wire).unwrap();
    assert_eq!(&read, signature);
}

#[test]
fn rules_that_contradict_each_other_are_told_with_their_lines() {
    for (parameter, told) in [
        (
            "- {name: a, type: int}",
            "x.yaml:4: parameters[0].type: it has to be `string`",
        ),
        (
            "- {name: a, minimum: 1}",
            "x.yaml:4: parameters[0].minimum: action `x`: `minimum` is a rule for numbers, and its type is `string`",
        ),
        (
            "- {name: a, type: boolean, pattern: a}",
            "x.yaml:4: parameters[0].pattern: ",
        ),
        (
            "- {name: a, type: integer, maxLength: 1}",
            "x.yaml:4: parameters[0].maxLength: ",
        ),
        (
            "- {name: a, type: number, multiline: true}",
            "x.yaml:4: parameters[0].multiline: ",
        ),
        (
            "- {name: a, type: number, minimum: 2, maximum: 1}",
            "x.yaml:4: parameters[0]: ",
        ),
        (
            "- {name: a, minLength: 2, maxLength: 1}",
            "x.yaml:4: parameters[0]: ",
        ),
        (
            "- name: a\n  pattern: a(",
            "x.yaml:5: parameters[0].pattern: action `x`: `a(` is no pattern",
        ),
        (
            "- name: a\n  enum: [b, b]",
            "x.yaml:5: parameters[0].enum[1]: ",
        ),
        (
            "- name: a\n  type: integer\n  default: b",
            "x.yaml:6: parameters[0].default: action `x`: `b` is no whole number",
        ),
        (
            "- name: a\n  type: integer\n  enum: [1, b]",
            "x.yaml:6: parameters[0].enum[1]: ",
        ),
        (
            "- name: a\n  enum: [b]\n  examples: [b, c]",
            "x.yaml:6: parameters[0].examples[1]: action `x`: `c` is not in its `enum`",
        ),
        (
            "- name: a\n  type: boolean\n  examples: [yes]",
            "x.yaml:6: parameters[0].examples[0]: ",
        ),
        (
            "- name: a\n  examples: ['{{x}}']",
            "x.yaml:5: parameters[0].examples[0]: ",
        ),
    ] {
        let found = errors(parameter);
        assert_eq!(found.len(), 1, "{parameter}: {found:#?}");
        assert!(found[0].starts_with(told), "{parameter}: {found:#?}");
    }
}

#[test]
fn a_value_that_breaks_a_rule_is_a_fault_and_a_reference_is_not() {
    let catalog = catalog(
        "- {name: n, type: integer, minimum: 1, default: 1}\n- {name: v, pattern: ^v, default: v1}",
    );
    let faults = |value: serde_json::Value| {
        let document = json!({
            "name": "w",
            "parameters": [{"name": "p", "default": "7"}],
            "tasks": [{"name": "A", "action": "x", "parameters": [value]}],
        });
        let faults = try_valid(document.to_string().as_bytes(), &catalog).err();
        faults.map(|faults| {
            let [fault] = faults.as_slice() else {
                panic!("{faults:?}")
            };
            assert_eq!(fault.path, "tasks[0].parameters[0].value");
            assert_eq!(fault.code, FaultCode::InvalidValue);
            fault.message.clone()
        })
    };
    assert_eq!(faults(json!({"name": "n", "value": "2"})), None);
    assert_eq!(faults(json!({"name": "n", "value": 2})), None);
    assert_eq!(
        faults(json!({"name": "n", "value": "{{workflow.parameters.p}}"})),
        None
    );
    let told = |value| faults(value).unwrap();
    assert_eq!(
        told(json!({"name": "n", "value": "x"})),
        "`x` is no whole number, as in `42`"
    );
    assert_eq!(
        told(json!({"name": "n", "value": 0})),
        "0 is less than the minimum, 1"
    );
    assert_eq!(
        told(json!({"name": "v", "value": "1"})),
        "`1` does not match the pattern `^v`"
    );
}
