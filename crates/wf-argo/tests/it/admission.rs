//! What a cluster would refuse of a manifest is known before.

use serde_json::{Value, json};
use wf_argo::{Catalog, Profile, render};
use wf_model::{Limits, Target};

use crate::profiles::{profile, valid};

/// What would be refused, with its place.
fn refused(profile: &Profile, actions: &str, tasks: &Value) -> Vec<String> {
    let catalog = Catalog::from_sources([("actions.yaml", actions)])
        .unwrap_or_else(|errors| panic!("{actions}\n{errors:#?}"));
    let workflow = valid(&json!({"name": "w", "tasks": tasks}), &catalog);
    let rendered = render(&workflow, &catalog, profile).unwrap();
    let limits = Limits::of(Target::Argo41Full);
    let refused = rendered.refused(workflow.document(), &limits);
    refused.iter().map(ToString::to_string).collect()
}

fn only(actions: &str) -> Vec<String> {
    refused(
        &Profile::plain(),
        actions,
        &json!([{"name": "A", "action": "job"}]),
    )
}

#[test]
fn a_container_needs_an_image() {
    let bare = "{name: job, container: {command: [run]}}";
    assert_eq!(
        only(bare),
        ["tasks[0].action: it has no image, and the profile has no `defaultContainerImage`"]
    );
    let tasks = json!([{"name": "A", "action": "job"}]);
    let imaged = profile("{name: p, defaultContainerImage: alpine}");
    assert_eq!(refused(&imaged, bare, &tasks), [] as [&str; 0]);
    let set = "{name: job, containerSet: {containers: [{name: main, command: [run]}]}}";
    assert_eq!(only(set).len(), 1);
    let twice = json!([{"name": "A", "action": "job"}, {"name": "B", "action": "job"}]);
    assert_eq!(
        refused(&Profile::plain(), bare, &twice).len(),
        1,
        "told once"
    );
}

#[test]
fn what_is_mounted_has_to_be_there() {
    let mounting = |volumes: &str| {
        format!(
            "{{name: job, {volumes} container: {{image: i, command: [run], volumeMounts: [{{name: v, mountPath: /v}}]}}}}"
        )
    };
    assert_eq!(
        only(&mounting("")),
        ["tasks[0].action: it mounts the volume `v`, which is not there"]
    );
    let own = mounting("volumes: [{name: v, emptyDir: {}}],");
    assert_eq!(only(&own), [] as [&str; 0]);
    let tasks = json!([{"name": "A", "action": "job"}]);
    let shared =
        profile("{name: p, tmpDirectories: {v: {mountPath: /tmp/v, nodeLocal: true, sizeMb: 1}}}");
    assert_eq!(refused(&shared, &mounting(""), &tasks), [] as [&str; 0]);
}

#[test]
fn argo_gives_no_time_limit_to_what_is_no_pod() {
    let limited = json!([{"name": "A", "action": "job", "timeoutSeconds": 5}]);
    for (body, is_limited) in [
        ("suspend: {}", false),
        ("http: {url: 'http://example.com'}", false),
        ("container: {image: i, command: [run]}", true),
    ] {
        let refused = refused(
            &Profile::plain(),
            &format!("{{name: job, {body}}}"),
            &limited,
        );
        let places: Vec<_> = refused
            .iter()
            .filter_map(|it| it.split(':').next())
            .collect();
        let expected: &[&str] = if is_limited {
            &[]
        } else {
            &["tasks[0].timeoutSeconds"]
        };
        assert_eq!(places, expected, "{body}");
    }
}

#[test]
fn an_object_has_a_size_and_a_number_of_templates() {
    let action = "{name: job, parameters: [{name: text}], container: {image: i, command: ['{{inputs.parameters.text}}']}}";
    let text = "x".repeat(60_000);
    let task = |number: usize| json!({"name": format!("t{number}"), "action": "job", "parameters": [{"name": "text", "value": text}]});
    let tasks: Vec<_> = (0..17).map(task).collect();
    assert_eq!(
        refused(&Profile::plain(), action, &json!(tasks)),
        [] as [&str; 0]
    );
    let hooks = (0..3).map(|number| {
        format!("h{number}: {{expression: 'false', action: h{number}, parameters: []}}")
    });
    let hooks = profile(&format!(
        "{{name: p, hooks: {{{}}}}}",
        hooks.collect::<Vec<_>>().join(", ")
    ));
    let actions: Vec<String> = (0..199)
        .map(|number| format!("{{name: a{number}, suspend: {{}}}}"))
        .chain((0..3).map(|number| format!("{{name: h{number}, suspend: {{}}}}")))
        .collect();
    let tasks: Vec<_> = (0..199)
        .map(|number| json!({"name": format!("t{number}"), "action": format!("a{number}")}))
        .collect();
    let refused = refused(&hooks, &actions.join("\n---\n"), &json!(tasks));
    assert_eq!(refused.len(), 1);
    assert!(refused[0].contains("202 ways"), "{refused:?}");
}
