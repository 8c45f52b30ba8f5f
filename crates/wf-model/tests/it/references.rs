//! References are proved, or refused.

use serde_json::{Value, json};
use wf_model::FaultCode::{self, *};

use crate::catalog::assert_found;

/// Two tasks in a row and one beside them; the value is given to the second.
fn document(value: &str, more: &Value) -> Value {
    let mut second = json!({"name": "B", "action": "echo", "dependsOn": ["A"],
        "parameters": [{"name": "message", "value": value}]});
    for (field, content) in more.as_object().unwrap() {
        second[field] = content.clone();
    }
    json!({
        "name": "w",
        "parameters": [{"name": "greeting", "default": "x"}],
        "tasks": [
            {"name": "A", "action": "make"},
            second,
            {"name": "C", "action": "make"},
            {"name": "D", "action": "make", "withItems": [1, 2]},
            {"name": "E", "action": "echo", "dependsOn": ["D"],
             "parameters": [{"name": "message", "value": "x"}]},
        ],
    })
}

fn assert_value(value: &str, more: &Value, code: Option<FaultCode>) {
    let at = "tasks[1].parameters[0].value";
    let expected: Vec<(FaultCode, &str)> = code.into_iter().map(|code| (code, at)).collect();
    assert_found(&document(value, more), &expected);
}

#[test]
fn values_refer_only_to_what_is_known_by_then() {
    for (value, code) in [
        ("{{workflow.parameters.greeting}} {{ workflow.name }}", None),
        (
            "{{workflow.uid}}{{workflow.namespace}}{{workflow.creationTimestamp}}",
            None,
        ),
        ("{{tasks.A.outputs.parameters.x}}", None),
        ("{{tasks.A.exitCode}} {{tasks.A.status}}", None),
        ("{{workflow.parameters.greetings}}", Some(UnknownReference)),
        ("{{workflow.status}}", Some(UnknownReference)),
        ("{{tasks.A.outputs.parameters.z}}", Some(UnknownReference)),
        ("{{tasks.A.outputs.result}}", Some(UnknownReference)),
        ("{{tasks.A.outputs.artifacts.out}}", Some(InvalidArtifact)),
        ("{{tasks.Z.status}}", Some(UnknownReference)),
        ("{{tasks.C.status}}", Some(NotAnAncestor)),
        ("{{tasks.B.status}}", Some(NotAnAncestor)),
        ("{{tasks.E.status}}", Some(NotAnAncestor)),
        ("{{item}}", Some(UnknownReference)),
        ("{{inputs.parameters.message}}", Some(TemplateInjection)),
        ("{{workflow.labels.team}}", Some(TemplateInjection)),
        ("{{=1+1}}", Some(TemplateInjection)),
        ("{{", Some(TemplateInjection)),
        ("x{", Some(TemplateInjection)),
        ("{{{workflow.name}}}", Some(TemplateInjection)),
        (r#"{"json": {"is": "text"}}"#, None),
    ] {
        assert_value(value, &json!({}), code);
    }
}

#[test]
fn items_are_known_where_there_are_items() {
    let objects = json!({"withItems": [{"a": 1, "b": 2}, {"a": 3}]});
    for (value, more, code) in [
        ("{{item}}", json!({"withItems": ["x"]}), None),
        ("{{item}}", objects.clone(), None),
        ("{{item.a}}", objects.clone(), None),
        ("{{item.b}}", objects, Some(UnknownReference)),
        (
            "{{item.a}}",
            json!({"withItems": ["x"]}),
            Some(UnknownReference),
        ),
        ("{{item.a}}", json!({"withItems": []}), None),
    ] {
        assert_value(value, &more, code);
    }
}

#[test]
fn fan_outs_leave_no_single_exit_code_or_artifact() {
    let after_fan_out = |value| document(value, &json!({"dependsOn": ["D"]}));
    assert_found(&after_fan_out("{{tasks.D.outputs.parameters.x}}"), &[]);
    let at = "tasks[1].parameters[0].value";
    assert_found(
        &after_fan_out("{{tasks.D.exitCode}}"),
        &[(UnknownReference, at)],
    );
    let artifacts = json!([{"name": "in", "from": "{{tasks.D.outputs.artifacts.out}}"}]);
    let more =
        json!({"dependsOn": ["D"], "action": "use", "parameters": [], "artifacts": artifacts});
    assert_found(
        &document("", &more),
        &[(InvalidArtifact, "tasks[1].artifacts[0].from")],
    );
}

#[test]
fn artifacts_come_from_ancestors_that_leave_them() {
    let uses = |artifacts: Value| {
        document(
            "",
            &json!({"action": "use", "parameters": [], "artifacts": artifacts}),
        )
    };
    let from = "tasks[1].artifacts[0].from";
    for (artifacts, expected) in [
        (
            json!([{"name": "in", "from": "{{tasks.A.outputs.artifacts.out}}"}]),
            vec![],
        ),
        (json!([]), vec![(InvalidArtifact, "tasks[1].artifacts")]),
        (
            json!([{"name": "in", "from": "{{tasks.A.outputs.artifacts.on}}"}]),
            vec![(InvalidArtifact, from)],
        ),
        (
            json!([{"name": "in", "from": "{{tasks.A.outputs.parameters.x}}"}]),
            vec![(InvalidArtifact, from)],
        ),
        (
            json!([{"name": "in", "from": "s3://bucket"}]),
            vec![(InvalidArtifact, from)],
        ),
        (
            json!([{"name": "in", "from": "a{{tasks.A.outputs.artifacts.out}}"}]),
            vec![(InvalidArtifact, from)],
        ),
        (
            json!([{"name": "in", "from": "{{tasks.C.outputs.artifacts.out}}"}]),
            vec![(NotAnAncestor, from)],
        ),
        (
            json!([{"name": "in", "from": "{{=x}}"}]),
            vec![(TemplateInjection, from)],
        ),
        (
            json!([
                {"name": "in", "from": "{{tasks.A.outputs.artifacts.out}}"},
                {"name": "in", "from": "{{tasks.A.outputs.artifacts.out}}"},
                {"name": "im", "from": "{{tasks.A.outputs.artifacts.out}}"},
            ]),
            vec![
                (DuplicateName, "tasks[1].artifacts[1].name"),
                (InvalidArtifact, "tasks[1].artifacts[2].name"),
            ],
        ),
    ] {
        assert_found(&uses(artifacts), &expected);
    }
}

#[test]
fn conditions_refer_by_the_same_rules() {
    for (when, code) in [
        ("{{tasks.A.status}} == 'Succeeded'", None),
        ("{{tasks.C.status}} == 'Succeeded'", Some(NotAnAncestor)),
        ("{{item}} > 1", Some(UnknownReference)),
    ] {
        let expected: Vec<(FaultCode, &str)> = code
            .into_iter()
            .map(|code| (code, "tasks[1].when"))
            .collect();
        assert_found(&document("", &json!({"when": when})), &expected);
    }
}

#[test]
fn far_ancestors_are_ancestors_in_spite_of_a_cycle_elsewhere() {
    let task = |name: &str, on: Value, value: &str| {
        json!({"name": name, "action": "echo", "dependsOn": on,
            "parameters": [{"name": "message", "value": value}]})
    };
    let document = json!({"name": "w", "tasks": [
        task("A", json!([]), ""),
        task("B", json!(["A"]), ""),
        task("C", json!(["B"]), "{{tasks.A.outputs.result}}"),
        task("D", json!(["B"]), "{{tasks.C.outputs.result}}"),
        task("X", json!(["Y"]), ""),
        task("Y", json!(["X", "B"]), "{{tasks.A.outputs.result}}"),
    ]});
    assert_found(
        &document,
        &[
            (NotAnAncestor, "tasks[3].parameters[0].value"),
            (Cycle, "tasks[4].dependsOn[0]"),
        ],
    );
}
