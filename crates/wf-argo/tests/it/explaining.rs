//! Explanations: where each value of a manifest comes from.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wf_argo::{Catalog, Origin, Profile, explain, render};

use crate::fixtures::{catalog, files, folder, read};
use crate::profiles::{profile, valid};

const ACTIONS: &str = "
name: own
container: {image: alpine, command: [x], env: []}
---
name: shared
parameters: [{name: size, default: small}]
templateRef: {name: t, template: u}
";

fn explained(document: &Value, yaml: &str) -> BTreeMap<String, Origin> {
    let catalog = Catalog::from_sources([("actions.yaml", ACTIONS)]).unwrap();
    explain(&valid(document, &catalog), &catalog, &profile(yaml)).unwrap()
}

#[test]
fn each_value_is_told_with_where_it_comes_from() {
    let document = json!({
        "name": "w", "labels": {"a/b": "c"}, "timeoutSeconds": 5, "mutex": "m",
        "outputs": [{"name": "o", "value": "{{tasks.A.outputs.result}}"}],
        "tasks": [
            {"name": "A", "action": "own"},
            {"name": "B", "action": "own", "retry": {"limit": 1, "factor": 2}},
            {"name": "C", "action": "shared"},
        ],
    });
    let yaml = "{name: p, uid: 7, podParallelism: 3, activeDeadlineSeconds: 5, commonEnv: {A: b}, retryMaxAttempts: 5,
                 workflowParallelism: 1, onExit: {action: echo, parameters: [{name: message, value: bye}]}}";
    let origins = explained(&document, yaml);
    for (pointer, origin) in [
        ("/kind", Origin::BuiltIn),
        ("/spec/entrypoint", Origin::BuiltIn),
        ("/metadata/generateName", Origin::Document),
        ("/metadata/labels/a~1b", Origin::Document),
        ("/spec/activeDeadlineSeconds", Origin::Document),
        ("/spec/parallelism", Origin::Profile),
        ("/spec/synchronization/mutexes/0/name", Origin::Document),
        (
            "/spec/synchronization/semaphores/0/configMapKeyRef/key",
            Origin::Profile,
        ),
        ("/spec/hooks/exit/template", Origin::Profile),
        ("/spec/templates/0/name", Origin::Action),
        ("/spec/templates/0/container/image", Origin::Action),
        ("/spec/templates/0/container/env", Origin::Action),
        (
            "/spec/templates/0/container/securityContext/runAsUser",
            Origin::Profile,
        ),
        ("/spec/templates/0/retryStrategy/limit", Origin::Profile),
        ("/spec/templates/1/name", Origin::BuiltIn),
        ("/spec/templates/1/retryStrategy/limit", Origin::Document),
        (
            "/spec/templates/1/retryStrategy/backoff/factor",
            Origin::Document,
        ),
        (
            "/spec/templates/1/retryStrategy/backoff/duration",
            Origin::BuiltIn,
        ),
        ("/spec/templates/2/name", Origin::Action),
        ("/spec/templates/2/container/image", Origin::Action),
        (
            "/spec/templates/2/container/securityContext/runAsUser",
            Origin::Profile,
        ),
        ("/spec/templates/3/name", Origin::BuiltIn),
        ("/spec/templates/3/dag/tasks/0/name", Origin::Document),
        (
            "/spec/templates/3/dag/tasks/2/templateRef/name",
            Origin::Action,
        ),
        (
            "/spec/templates/3/dag/tasks/2/arguments/parameters/0/value",
            Origin::Action,
        ),
        (
            "/spec/templates/3/outputs/parameters/0/valueFrom/parameter",
            Origin::Document,
        ),
        (
            "/spec/templates/3/outputs/parameters/0/valueFrom/default",
            Origin::BuiltIn,
        ),
    ] {
        assert_eq!(
            origins.get(pointer),
            Some(&origin),
            "{pointer}\n{origins:#?}"
        );
    }
}

#[test]
fn parameters_that_are_passed_through_are_the_profiles() {
    let document = json!({"name": "w", "tasks": [{"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "x"}]}]});
    let origins = explained(
        &document,
        "{name: p, passthroughParameters: [{name: foo, default: bar}]}",
    );
    let given = |place| format!("/spec/templates/1/dag/tasks/0/arguments/parameters/{place}/value");
    assert_eq!(origins[&given(0)], Origin::Document);
    assert_eq!(origins[&given(1)], Origin::Profile);
    assert_eq!(
        origins["/spec/templates/0/inputs/parameters/0/name"],
        Origin::Action
    );
    assert_eq!(
        origins["/spec/templates/0/inputs/parameters/1/name"],
        Origin::Profile
    );
    assert_eq!(
        origins["/spec/arguments/parameters/0/value"],
        Origin::Profile
    );
}

#[test]
fn every_value_of_every_example_has_an_origin_and_none_is_the_plain_profiles() {
    let catalog = catalog();
    let full = profile(&read(&folder("profiles").join("platform.yaml")));
    for (file, text) in files(&folder("workflows"), "json") {
        let workflow = valid(&serde_json::from_str(&text).unwrap(), &catalog);
        let plain = explain(&workflow, &catalog, &Profile::plain()).unwrap();
        assert!(
            plain.values().all(|origin| *origin != Origin::Profile),
            "{file}\n{plain:#?}"
        );
        let origins = explain(&workflow, &catalog, &full).unwrap();
        let manifest = render(&workflow, &catalog, &full)
            .unwrap()
            .workflow()
            .to_json();
        assert!(
            origins.values().any(|origin| *origin == Origin::Profile),
            "{file}"
        );
        for pointer in origins.keys() {
            let value = manifest.pointer(pointer);
            assert!(
                value.is_some_and(|it| !it.is_object() || it == &json!({})),
                "{file}: {pointer}"
            );
        }
        // What was there without the profile still comes from where it came from.
        let by_profile = origins
            .values()
            .filter(|origin| **origin == Origin::Profile)
            .count();
        assert_eq!(origins.len() - by_profile, plain.len(), "{file}");
    }
}
