//! Parameters that are passed through: exactly what one would write out by hand.

use serde_json::{Value, json};
use wf_argo::Manifest;

use crate::profiles::{profile, rendered};
use crate::schema::assert_accepted;

const PASSED: &str =
    "{name: p, passthroughParameters: [{name: foo, default: bar, description: Some input}]}";

fn manifest(templates: &Value) -> Manifest {
    let manifest = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"generateName": "w"},
        "spec": {"entrypoint": "main", "templates": templates},
    });
    serde_json::from_value(manifest).unwrap()
}

fn applied(templates: &Value) -> Value {
    let mut manifest = manifest(templates);
    profile(PASSED).apply(&mut manifest);
    assert_accepted(&manifest, "passthrough");
    let once = manifest.clone();
    profile(PASSED).apply(&mut manifest);
    assert_eq!(manifest, once, "the second time changes something");
    manifest.to_json()
}

fn input() -> Value {
    json!({"parameters": [{"name": "foo", "default": "{{workflow.parameters.foo}}", "description": "Some input"}]})
}

fn given() -> Value {
    json!({"parameters": [{"name": "foo", "value": "{{inputs.parameters.foo}}"}]})
}

#[test]
fn a_dag_and_what_it_uses_get_the_explicit_form() {
    let container = json!({"image": "a", "command": ["b", "{{inputs.parameters.foo}}"]});
    let hook = json!({"template": "first", "expression": "true"});
    let reference = json!({"name": "shared", "template": "job"});
    let short = json!([
        {"name": "first", "container": container},
        {"name": "main", "dag": {"tasks": [
            {"name": "a", "template": "first", "hooks": {"fail": hook}},
            {"name": "b", "templateRef": reference},
        ]}},
    ]);
    let mut hook = hook.clone();
    hook["arguments"] = given();
    let explicit = json!([
        {"name": "first", "inputs": input(), "container": container},
        {"name": "main", "inputs": input(), "dag": {"tasks": [
            {"name": "a", "template": "first", "arguments": given(), "hooks": {"fail": hook}},
            {"name": "b", "templateRef": reference, "arguments": given()},
        ]}},
    ]);
    let applied = applied(&short);
    assert_eq!(applied["spec"]["templates"], explicit);
    let arguments =
        json!({"parameters": [{"name": "foo", "value": "bar", "description": "Some input"}]});
    assert_eq!(applied["spec"]["arguments"], arguments);
}

#[test]
fn steps_are_kept_and_get_the_same() {
    let hook = json!({"template": "first", "expression": "true"});
    let short = json!([
        {"name": "first", "suspend": {}},
        {"name": "main", "steps": [[{"name": "a", "template": "first"}], [{"name": "b", "template": "first", "hooks": {"h": hook}}]]},
    ]);
    let mut hook = hook.clone();
    hook["arguments"] = given();
    let explicit = json!([
        {"name": "first", "inputs": input(), "suspend": {}},
        {"name": "main", "inputs": input(), "steps": [
            [{"name": "a", "template": "first", "arguments": given()}],
            [{"name": "b", "template": "first", "arguments": given(), "hooks": {"h": hook}}],
        ]},
    ]);
    assert_eq!(applied(&short)["spec"]["templates"], explicit);
}

#[test]
fn what_is_written_wins_and_is_not_there_twice() {
    let own = json!({"parameters": [{"name": "foo", "default": "mine"}]});
    let explicit = json!({"parameters": [{"name": "foo", "value": "42"}]});
    let templates = json!([
        {"name": "first", "inputs": own, "suspend": {}},
        {"name": "steps", "steps": [[{"name": "a", "template": "first", "arguments": explicit}]]},
        {"name": "main", "dag": {"tasks": [{"name": "a", "template": "first", "arguments": explicit}]}},
    ]);
    let found = applied(&templates);
    let templates = &found["spec"]["templates"];
    assert_eq!(templates[0]["inputs"], own);
    assert_eq!(templates[1]["steps"][0][0]["arguments"], explicit);
    assert_eq!(templates[2]["dag"]["tasks"][0]["arguments"], explicit);
}

#[test]
fn a_parameter_of_the_document_goes_before_that_of_the_profile() {
    let document = json!({
        "name": "w", "parameters": [{"name": "foo", "default": "own"}],
        "tasks": [{"name": "A", "action": "job"}, {"name": "B", "action": "elsewhere"}],
    });
    let manifest = rendered(PASSED, &document).workflow().to_json();
    let spec = &manifest["spec"];
    assert_eq!(
        spec["arguments"]["parameters"],
        json!([{"name": "foo", "value": "own"}])
    );
    for task in spec["templates"][1]["dag"]["tasks"].as_array().unwrap() {
        assert_eq!(task["arguments"], given());
    }
}
