//! One row for each rule: a document that breaks it, and exactly what is told.

use serde_json::{Value, json};
use wf_model::FaultCode::{self, *};
use wf_model::{Draft, Limits, Target};

use crate::catalog::{assert_found, codes, signatures};

/// A task that is right.
fn echo(name: &str) -> Value {
    json!({"name": name, "action": "echo", "parameters": [{"name": "message", "value": "x"}]})
}

/// The value with a field put in.
fn with(mut value: Value, field: &str, content: Value) -> Value {
    value[field] = content;
    value
}

/// A document with these tasks.
fn tasks(tasks: &[Value]) -> Value {
    json!({"name": "w", "tasks": tasks})
}

/// A document that is right, with a field put in.
fn document(field: &str, content: Value) -> Value {
    with(tasks(&[echo("A")]), field, content)
}

/// A document of one task that is right, with a field put in it.
fn task(field: &str, content: Value) -> Value {
    tasks(&[with(echo("A"), field, content)])
}

#[test]
fn a_right_document_has_no_faults() {
    assert_found(&tasks(&[echo("A")]), &[]);
}

#[test]
fn names_of_workflows_follow_their_rule() {
    for (name, code) in [
        ("", Missing),
        ("My", InvalidName),
        ("a_b", InvalidName),
        (&*"a".repeat(49), TooLong),
        ("a\u{0}", ControlCharacter),
        ("{{x}}", TemplateInjection),
    ] {
        assert_found(&document("name", json!(name)), &[(code, "name")]);
    }
}

#[test]
fn names_of_tasks_follow_their_rule() {
    for (name, code) in [
        ("", Missing),
        ("1a", InvalidName),
        ("a_b", InvalidName),
        ("in", ReservedName),
        ("true", ReservedName),
        ("onExit", ReservedName),
        (&*"a".repeat(129), TooLong),
        ("a\n", ControlCharacter),
        ("a{{b}}", TemplateInjection),
    ] {
        assert_found(&tasks(&[echo(name)]), &[(code, "tasks[0].name")]);
    }
    assert_found(
        &tasks(&[echo("A"), echo("A")]),
        &[(DuplicateName, "tasks[1].name")],
    );
}

#[test]
fn there_is_at_least_one_task() {
    assert_found(&tasks(&[]), &[(Missing, "tasks")]);
}

#[test]
fn what_is_not_of_a_task_follows_its_rules() {
    for (field, content, expected) in [
        ("description", json!("two\nlines\tof text"), vec![]),
        (
            "description",
            json!("a\u{0}"),
            vec![(ControlCharacter, "description")],
        ),
        (
            "description",
            json!("{{workflow.name}}"),
            vec![(TemplateInjection, "description")],
        ),
        (
            "description",
            json!("x".repeat(4097)),
            vec![(TooLong, "description")],
        ),
        ("labels", json!({"team": "core", "n": 5}), vec![]),
        (
            "labels",
            json!({"app.kubernetes.io/name": "x", "b": "-"}),
            vec![
                (InvalidLabel, "labels[\"app.kubernetes.io/name\"]"),
                (InvalidLabel, "labels.b"),
            ],
        ),
        (
            "timeoutSeconds",
            json!(0),
            vec![(OutOfRange, "timeoutSeconds")],
        ),
        (
            "timeoutSeconds",
            json!(31_536_001),
            vec![(OutOfRange, "timeoutSeconds")],
        ),
        ("parallelism", json!(0), vec![(OutOfRange, "parallelism")]),
        ("priority", json!(-5), vec![]),
        ("mutex", json!("nightly"), vec![]),
        ("mutex", json!("Nightly"), vec![(InvalidName, "mutex")]),
        (
            "mutex",
            json!("{{workflow.name}}"),
            vec![(TemplateInjection, "mutex")],
        ),
    ] {
        assert_found(&document(field, content), &expected);
    }
}

#[test]
fn declared_parameters_follow_their_rules() {
    for (declaration, expected) in [
        (
            json!({"name": "p", "default": "", "enum": ["", "a"]}),
            vec![],
        ),
        (
            json!({"name": "p.q"}),
            vec![(InvalidName, "parameters[0].name")],
        ),
        (json!({"name": ""}), vec![(Missing, "parameters[0].name")]),
        (
            json!({"name": "p", "enum": []}),
            vec![(Missing, "parameters[0].enum")],
        ),
        (
            json!({"name": "p", "default": "c", "enum": ["a", "b"]}),
            vec![(NotInEnum, "parameters[0].default")],
        ),
        (
            json!({"name": "p", "default": "{{workflow.name}}"}),
            vec![(TemplateInjection, "parameters[0].default")],
        ),
        (
            json!({"name": "p", "default": "a{"}),
            vec![(TemplateInjection, "parameters[0].default")],
        ),
        (
            json!({"name": "p", "enum": ["{{=1}}", "b\u{1b}"]}),
            vec![
                (TemplateInjection, "parameters[0].enum[0]"),
                (ControlCharacter, "parameters[0].enum[1]"),
            ],
        ),
        (
            json!({"name": "p", "description": "{{x}}"}),
            vec![(TemplateInjection, "parameters[0].description")],
        ),
    ] {
        assert_found(&document("parameters", json!([declaration])), &expected);
    }
    assert_found(
        &document("parameters", json!([{"name": "p"}, {"name": "p"}])),
        &[(DuplicateName, "parameters[1].name")],
    );
}

#[test]
fn actions_are_those_of_the_catalog() {
    for (action, code) in [
        ("ehco", UnknownAction),
        ("Echo", UnknownAction),
        ("", Missing),
        ("http", Unsupported),
        ("{{x}}", TemplateInjection),
    ] {
        assert_found(
            &tasks(&[json!({"name": "A", "action": action})]),
            &[(code, "tasks[0].action")],
        );
    }
}

#[test]
fn parameters_are_those_of_the_action() {
    let message = json!({"name": "message", "value": "x"});
    for (parameters, expected) in [
        (json!([]), vec![(MissingParameter, "tasks[0].parameters")]),
        (
            json!([message, {"name": "massage", "value": "x"}]),
            vec![(UndeclaredParameter, "tasks[0].parameters[1].name")],
        ),
        (
            json!([message, message]),
            vec![(DuplicateName, "tasks[0].parameters[1].name")],
        ),
        (
            json!([message, {"name": "a{{b}}", "value": "x"}]),
            vec![(TemplateInjection, "tasks[0].parameters[1].name")],
        ),
        (
            json!([{"name": "message", "value": "a\u{7}"}]),
            vec![(ControlCharacter, "tasks[0].parameters[0].value")],
        ),
        (json!([{"name": "message", "value": "two\nlines"}]), vec![]),
        (json!([{"name": "message", "value": ""}]), vec![]),
        (
            json!([{"name": "", "value": "x"}]),
            vec![(Missing, "tasks[0].parameters[0].name")],
        ),
    ] {
        assert_found(&task("parameters", parameters), &expected);
    }
}

#[test]
fn values_are_those_of_the_enum_where_they_are_known() {
    let uses = |value: &str| {
        let make = json!({"name": "M", "action": "make"});
        let artifacts = json!([{"name": "in", "from": "{{tasks.M.outputs.artifacts.out}}"}]);
        let take = json!({"name": "U", "action": "use", "dependsOn": ["M"], "artifacts": artifacts,
            "parameters": [{"name": "level", "value": value}]});
        tasks(&[make, take])
    };
    assert_found(&uses("debug"), &[]);
    assert_found(&uses("{{tasks.M.outputs.parameters.x}}"), &[]);
    // What is no value at all is not told as one that is not allowed.
    assert_found(
        &uses("{{=x}}"),
        &[(TemplateInjection, "tasks[1].parameters[0].value")],
    );
    assert_found(
        &uses("debgu"),
        &[(NotInEnum, "tasks[1].parameters[0].value")],
    );
}

#[test]
fn dependencies_name_other_tasks() {
    let on = |names: Value| tasks(&[with(echo("A"), "dependsOn", names), echo("B")]);
    for (names, expected) in [
        (json!(["B"]), vec![]),
        (
            json!(["C"]),
            vec![(UnknownDependency, "tasks[0].dependsOn[0]")],
        ),
        (
            json!(["A"]),
            vec![(SelfDependency, "tasks[0].dependsOn[0]")],
        ),
        (
            json!(["B", "B"]),
            vec![(DuplicateName, "tasks[0].dependsOn[1]")],
        ),
        (json!([""]), vec![(Missing, "tasks[0].dependsOn[0]")]),
        (
            json!(["{{item}}"]),
            vec![(TemplateInjection, "tasks[0].dependsOn[0]")],
        ),
    ] {
        assert_found(&on(names), &expected);
    }
}

#[test]
fn cycles_are_told_as_their_path() {
    let on = |name, dependencies: Value| with(echo(name), "dependsOn", dependencies);
    assert_found(
        &tasks(&[on("A", json!(["B"])), on("B", json!(["A"]))]),
        &[(Cycle, "tasks[0].dependsOn[0]")],
    );
    let three = tasks(&[
        echo("X"),
        on("A", json!(["X", "C"])),
        on("B", json!(["A"])),
        on("C", json!(["B"])),
    ]);
    let faults = crate::catalog::validate(three.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        codes(&faults),
        [(Cycle, "tasks[1].dependsOn[1]".to_owned())]
    );
    assert!(faults.to_string().contains("A → C → B → A:"), "{faults}");
}

#[test]
fn depends_is_really_parsed() {
    let fan = with(echo("F"), "withItems", json!([1, 2]));
    let depends = |text: &str| {
        tasks(&[
            with(echo("A"), "depends", json!(text)),
            echo("B"),
            fan.clone(),
        ])
    };
    let at = "tasks[0].depends";
    for (text, expected) in [
        ("B", vec![]),
        ("B.Failed || (F.AllFailed && !F.AnySucceeded)", vec![]),
        ("", vec![(InvalidDepends, at)]),
        ("B &&", vec![(InvalidDepends, at)]),
        ("B.failed", vec![(InvalidDepends, at)]),
        ("B.AnySucceeded", vec![(InvalidDepends, at)]),
        (
            "C || D",
            vec![(UnknownDependency, at), (UnknownDependency, at)],
        ),
        ("A.Failed", vec![(SelfDependency, at)]),
        ("{{B}}", vec![(TemplateInjection, at)]),
        ("B\u{0}", vec![(ControlCharacter, at)]),
    ] {
        assert_found(&depends(text), &expected);
    }
    assert_found(
        &tasks(&[
            with(echo("A"), "depends", json!("B")),
            with(echo("B"), "depends", json!("A")),
        ]),
        &[(Cycle, at)],
    );
}

#[test]
fn depends_and_depends_on_do_not_mix_anywhere() {
    let mixed = |on: Value| {
        tasks(&[
            echo("A"),
            with(echo("B"), "dependsOn", on),
            with(echo("C"), "depends", json!("B")),
        ])
    };
    assert_found(
        &mixed(json!(["A"])),
        &[(MixedDependencies, "tasks[2].depends")],
    );
    assert_found(&mixed(json!([])), &[]);
}

#[test]
fn conditions_are_really_parsed() {
    for (text, code) in [
        ("{{workflow.name}} == 'x'", None),
        ("", Some(InvalidWhen)),
        ("a == b", Some(InvalidWhen)),
        ("{{=1 == 1}}", Some(TemplateInjection)),
        ("'{{item}}' == 'x'", Some(UnknownReference)),
        ("'a' == 'a\u{0}'", Some(ControlCharacter)),
        (&*format!("'{}' == ''", "x".repeat(20_000)), Some(TooLong)),
    ] {
        let expected: Vec<(FaultCode, &str)> = code
            .into_iter()
            .map(|code| (code, "tasks[0].when"))
            .collect();
        assert_found(&task("when", json!(text)), &expected);
    }
}

#[test]
fn items_are_scalars_or_flat_objects() {
    for (items, expected) in [
        (json!([]), vec![]),
        (json!(["a", 1, 2.5, true, {"k": "v", "n": 1}]), vec![]),
        (json!([null]), vec![(WrongType, "tasks[0].withItems[0]")]),
        (json!([1, [2]]), vec![(WrongType, "tasks[0].withItems[1]")]),
        (
            json!([{"k": [1]}]),
            vec![(WrongType, "tasks[0].withItems[0].k")],
        ),
        (
            json!([{"k": {}}]),
            vec![(WrongType, "tasks[0].withItems[0].k")],
        ),
        (
            json!(["{{x}}"]),
            vec![(TemplateInjection, "tasks[0].withItems[0]")],
        ),
        (
            json!(["x{"]),
            vec![(TemplateInjection, "tasks[0].withItems[0]")],
        ),
        (
            json!([{"k": "{{x}}"}]),
            vec![(TemplateInjection, "tasks[0].withItems[0].k")],
        ),
        (
            json!([{"{{k}}": "x"}]),
            vec![(TemplateInjection, "tasks[0].withItems[0][\"{{k}}\"]")],
        ),
        (
            json!([{"k": "\u{0}"}]),
            vec![(ControlCharacter, "tasks[0].withItems[0].k")],
        ),
    ] {
        assert_found(&task("withItems", items), &expected);
    }
}

#[test]
fn retries_follow_their_ranges() {
    for (retry, expected) in [
        (json!({"limit": 0}), vec![]),
        (
            json!({"limit": 3, "policy": "Always", "backoffSeconds": 1, "factor": 2, "maxSeconds": 9}),
            vec![],
        ),
        (json!({}), vec![(Missing, "tasks[0].retry.limit")]),
        (
            json!({"limit": 1001}),
            vec![(OutOfRange, "tasks[0].retry.limit")],
        ),
        (
            json!({"limit": -1}),
            vec![(OutOfRange, "tasks[0].retry.limit")],
        ),
        (
            json!({"limit": 1, "policy": "onFailure"}),
            vec![(OutOfRange, "tasks[0].retry.policy")],
        ),
        (
            json!({"limit": 1, "factor": 0}),
            vec![(OutOfRange, "tasks[0].retry.factor")],
        ),
        (
            json!({"limit": 1, "backoffSeconds": 1e9}),
            vec![(OutOfRange, "tasks[0].retry.backoffSeconds")],
        ),
        (
            json!({"limit": 1, "maxSeconds": 0}),
            vec![(OutOfRange, "tasks[0].retry.maxSeconds")],
        ),
    ] {
        assert_found(&task("retry", retry), &expected);
    }
    assert_found(
        &task("timeoutSeconds", json!(0)),
        &[(OutOfRange, "tasks[0].timeoutSeconds")],
    );
}

#[test]
fn outputs_of_the_workflow_have_names_of_their_own() {
    for (outputs, expected) in [
        (
            json!([{"name": "o", "value": "{{tasks.A.outputs.result}}"}]),
            vec![],
        ),
        (
            json!([{"name": "o", "value": "x"}, {"name": "o", "value": "y"}]),
            vec![(DuplicateName, "outputs[1].name")],
        ),
        (
            json!([{"name": "a b", "value": "x"}]),
            vec![(InvalidName, "outputs[0].name")],
        ),
        (
            json!([{"name": "o", "value": "{{item}}"}]),
            vec![(UnknownReference, "outputs[0].value")],
        ),
    ] {
        assert_found(&document("outputs", outputs), &expected);
    }
}

#[test]
fn the_exit_handler_follows_the_rules_of_tasks() {
    for (handler, expected) in [
        (
            json!({"action": "echo", "parameters": [{"name": "message", "value": "{{workflow.status}}"}]}),
            vec![],
        ),
        (
            json!({"action": "echo"}),
            vec![(MissingParameter, "onExit.parameters")],
        ),
        (
            json!({"action": "ehco"}),
            vec![(UnknownAction, "onExit.action")],
        ),
        (
            json!({"action": "use"}),
            vec![(InvalidArtifact, "onExit.action")],
        ),
        (
            json!({"action": "echo", "parameters": [{"name": "message", "value": "{{tasks.A.outputs.result}}"}]}),
            vec![(UnknownReference, "onExit.parameters[0].value")],
        ),
    ] {
        assert_found(&document("onExit", handler), &expected);
    }
}

#[test]
fn the_limits_of_the_target_are_told_by_its_name() {
    let limits = Limits::of(Target::Argo41Full);
    let told = |document: &Value| {
        let faults = Draft::parse(document.to_string().as_bytes(), &limits)
            .validate(&signatures(), &limits)
            .unwrap_err();
        assert!(faults.to_string().contains("argo-4.1-full"), "{faults}");
        codes(&faults)
    };
    let many: Vec<Value> = (0..201).map(|n| echo(&format!("t{n}"))).collect();
    assert_eq!(told(&tasks(&many)), [(TooLarge, "tasks".to_owned())]);

    let distinct = |n| with(echo(&format!("t{n}")), "timeoutSeconds", json!(n + 1));
    assert_eq!(
        told(&tasks(&(0..200).map(distinct).collect::<Vec<_>>())),
        [(TooLarge, "tasks".to_owned())]
    );

    let parameters: Vec<Value> = (0..501)
        .map(|n| json!({"name": format!("p{n}"), "default": ""}))
        .collect();
    assert_eq!(
        told(&document("parameters", json!(parameters))),
        [(TooLarge, "parameters".to_owned())]
    );

    let items: Vec<u32> = (0..10_001).collect();
    assert_eq!(
        told(&task("withItems", json!(items))),
        [(TooLarge, "tasks[0].withItems".to_owned())]
    );

    let long = task("description", json!("x".repeat(1 << 20)));
    assert_eq!(told(&long), [(TooLarge, String::new())]);
}

#[test]
fn edges_are_counted_however_they_are_written() {
    let mut limits = Limits::of(Target::Embedded);
    limits.edges = 2;
    let depends = with(echo("A"), "depends", json!("B || C || D"));
    let document = tasks(&[depends, echo("B"), echo("C"), echo("D")]);
    let faults = Draft::from_value(document, &limits)
        .validate(&signatures(), &limits)
        .unwrap_err();
    assert_eq!(codes(&faults), [(TooLarge, "tasks".to_owned())]);
}
