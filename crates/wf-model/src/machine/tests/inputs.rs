//! What a unit is given: kept with it, and held against what its action declares.

use super::*;
use crate::{ParameterType, Pattern};

/// An action with a rule for each parameter.
fn strict() -> Signatures {
    let mut all = signatures();
    let with = |name: &str, change: fn(&mut ParameterSignature)| {
        let mut parameter = ParameterSignature::required(name);
        parameter.default = Some("1".to_owned());
        change(&mut parameter);
        parameter
    };
    let strict = Signature {
        parameters: vec![
            with("number", |it| it.kind = ParameterType::Integer),
            with("word", |it| {
                it.allowed = Some(vec!["1".into(), "yes".into()]);
            }),
            with("tag", |it| {
                it.pattern = Some(Pattern::new("^[a-z0-9]+$").unwrap());
            }),
        ],
        ..Signature::default()
    };
    all.insert("strict", strict);
    all
}

fn strictly(document: &Value) -> Result<Arc<ValidWorkflow>, crate::Faults> {
    let limits = Limits::default();
    let draft = Draft::from_value(document.clone(), &limits);
    draft.validate(&strict(), &limits).map(Arc::new)
}

fn given(parameter: &str, value: &str) -> Value {
    json!({"name": "strict", "tasks": [
        {"name": "A", "action": "say"},
        {"name": "B", "action": "strict", "dependsOn": ["A"],
         "parameters": [{"name": parameter, "value": value}]},
    ]})
}

fn begun(workflow: Arc<ValidWorkflow>) -> Machine {
    let run = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
    let mut machine = Machine::new(workflow, facts(), run);
    machine.begin(at(0));
    machine
}

fn said(result: &str) -> Ended {
    let outputs = Outputs {
        result: Some(result.to_owned()),
        ..Outputs::default()
    };
    Ended::Succeeded {
        outputs,
        exit_code: Some(0),
    }
}

#[test]
fn a_value_that_comes_from_a_task_has_to_obey_the_action() {
    for (parameter, good, bad) in [
        ("number", "42", "42; rm"),
        ("word", "yes", "no"),
        ("tag", "v1", "v1\nkind: Pod"),
    ] {
        let document = given(parameter, "{{tasks.A.outputs.result}}");
        for (result, expected) in [(good, TaskPhase::Running), (bad, TaskPhase::Error)] {
            let mut machine = begun(strictly(&document).unwrap());
            machine.launches(at(0), 9);
            machine.end(unit(0), said(result), at(1));
            machine.launches(at(1), 9);
            let task = &machine.status().tasks[1];
            assert_eq!(task.phase, expected, "{parameter} {result:?}");
            if expected == TaskPhase::Error {
                assert_eq!(task.reason, Some(TaskReason::InvalidInput));
                let message = task.message.as_deref().unwrap();
                let named = format!("its parameter `{parameter}` cannot be given: ");
                assert!(message.starts_with(&named), "{message}");
                assert!(!message.contains('\n'), "{message}");
            }
        }
    }
}

#[test]
fn items_are_held_against_the_action_before_anything_runs() {
    let document = json!({"name": "strict", "tasks": [
        {"name": "A", "action": "strict", "withItems": [1, "x", {"n": 2}, {"n": "y"}],
         "parameters": [{"name": "number", "value": "{{item}}"}]},
    ]});
    let faults = strictly(&document).unwrap_err();
    let told: Vec<&str> = faults
        .as_slice()
        .iter()
        .map(|it| it.path.as_str())
        .collect();
    let of_items = [
        "tasks[0].withItems[1]",
        "tasks[0].withItems[2]",
        "tasks[0].withItems[3]",
    ];
    assert_eq!(told, of_items);
    assert!(
        faults.as_slice()[0]
            .message
            .contains("`x` is no whole number")
    );
}

#[test]
fn what_many_long_items_make_up_is_not_looked_at_for_ever() {
    let items: Vec<String> = (0..2_000).map(|index| format!("{index:0>500}")).collect();
    let value = "{{item}}".repeat(500);
    let document = json!({"name": "strict", "tasks": [
        {"name": "A", "action": "strict", "withItems": items,
         "parameters": [{"name": "tag", "value": value}]},
    ]});
    strictly(&document).unwrap();
}

#[test]
fn what_a_unit_was_given_is_kept_with_the_defaults() {
    let document = given("tag", "{{tasks.A.outputs.result}}");
    let mut machine = begun(strictly(&document).unwrap());
    machine.launches(at(0), 9);
    machine.end(unit(0), said("v1"), at(1));
    machine.launches(at(1), 9);
    let inputs = &machine.status().tasks[1].inputs;
    let inputs: Vec<_> = inputs.iter().map(|it| (&*it.name, &*it.value)).collect();
    assert_eq!(inputs, [("number", "1"), ("word", "1"), ("tag", "v1")]);
}

#[test]
fn each_item_keeps_its_own_and_a_long_one_is_cut() {
    let long = "é".repeat(5_000);
    let document = json!({"name": "items", "tasks": [
        {"name": "A", "action": "say", "withItems": ["x", long],
         "parameters": [{"name": "message", "value": "{{item}}"}]},
    ]});
    let mut machine = machine(&document);
    machine.launches(at(0), 9);
    let items = &machine.status().tasks[0].items;
    assert_eq!(items[0].inputs[0].value, "x");
    let shown = &items[1].inputs[0].value;
    assert!(shown.ends_with("… (10000 bytes)"), "{shown}");
    assert!(shown.len() < 4_200);
    assert!(machine.status().tasks[0].inputs.is_empty());
}
