//! Whole lists of faults, as a user gets them.

use crate::catalog::validate;

#[track_caller]
fn told(document: &str) -> String {
    let faults = validate(document.as_bytes()).unwrap_err();
    let lines = faults.as_slice().iter().map(|fault| {
        let code = serde_json::to_value(fault.code).unwrap();
        format!("{} {} {}\n", code.as_str().unwrap(), fault.pointer, fault)
    });
    lines.collect()
}

#[test]
fn a_document_with_typing_errors() {
    insta::assert_snapshot!(told(
        r#"{"name": "My workflow", "lables": {"team": "core"},
            "parameters": [{"name": "greeting", "default": "Hello"}],
            "tasks": [
                {"name": "A", "action": "ehco", "parameters": [{"name": "message", "value": "x"}]},
                {"name": "B", "action": "echo", "dependsOn": ["A", "b"],
                 "parameters": [{"name": "massage", "value": "{{workflow.parameters.greting}}"}]},
                {"name": "C", "action": "make", "when": "{{workflow.parameters.greeting}} = Hello",
                 "retry": {"limit": -1, "policy": "onfailure"}}]}"#
    ));
}

#[test]
fn a_document_with_a_knot_of_dependencies() {
    insta::assert_snapshot!(told(
        r#"{"name": "knot", "tasks": [
            {"name": "build", "action": "make", "dependsOn": ["test", "build"]},
            {"name": "test", "action": "make", "dependsOn": ["build", "lint"]},
            {"name": "lint", "action": "make", "dependsOn": ["publish"]},
            {"name": "publish", "action": "make", "dependsOn": ["test"]},
            {"name": "tell", "action": "make", "depends": "publish.Failed || bulid.succeeded"}]}"#
    ));
}

#[test]
fn a_document_that_tries_to_inject() {
    insta::assert_snapshot!(told(
        r#"{"name": "evil", "description": "{{=sprig.env(\"HOME\")}}",
            "parameters": [{"name": "p", "default": "{{workflow.uid}}"}],
            "tasks": [
                {"name": "A", "action": "echo", "withItems": ["{{=1}}", "{"],
                 "parameters": [{"name": "message", "value": "{{=sprig.env('HOME')}}"}]},
                {"name": "B", "action": "echo", "when": "'{{=1}}' == '1'",
                 "parameters": [{"name": "message", "value": "{{inputs.parameters.message}} {"}]}]}"#
    ));
}
