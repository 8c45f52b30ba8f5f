//! Where a profile meets an action that says something itself.

use serde_json::{Value, json};
use wf_argo::{Catalog, explain, render};
use wf_argo::{Origin, Profile};

use crate::profiles::{document, profile, valid};
use crate::schema::assert_accepted;

const VARIABLES: &str = "{name: p, commonEnv: {REGION: eu, TOKEN: not-this}, tmpDirectories: {scratch: {mountPath: /scratch, nodeLocal: true, sizeMb: 1}}}";

/// The manifest of a task that uses the only action.
fn shown(profile: &Profile, action: &str, document: &Value) -> Value {
    let catalog = Catalog::from_sources([("actions.yaml", action)])
        .unwrap_or_else(|errors| panic!("{action}\n{errors:#?}"));
    let rendered = render(&valid(document, &catalog), &catalog, profile)
        .unwrap_or_else(|error| panic!("{action}\n{error}"));
    assert_accepted(rendered.workflow(), action);
    rendered.workflow().to_json()
}

fn template(yaml: &str, action: &str) -> Value {
    shown(&profile(yaml), action, &document("job"))["spec"]["templates"][0].clone()
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| item["name"].as_str().unwrap()).collect()
}

#[test]
fn an_action_s_secrets_stand_before_the_profile_s_variables_and_mounts() {
    let action = "{name: job, secrets: [{name: s, keys: [k], env: TOKEN}, {name: s, keys: [k], mount: /s}], \
                  container: {image: i, command: [run]}}";
    let template = template(VARIABLES, action);
    assert_eq!(names(&template["container"]["env"]), ["TOKEN", "REGION"]);
    let secret = &template["container"]["env"][0]["valueFrom"]["secretKeyRef"];
    assert_eq!(*secret, json!({"name": "s", "key": "k"}));
    let mounts = names(&template["container"]["volumeMounts"]);
    assert_eq!(mounts, ["action-secret-1", "scratch"]);

    let catalog = Catalog::from_sources([("actions.yaml", action)]).unwrap();
    let workflow = valid(&document("job"), &catalog);
    let origins = explain(&workflow, &catalog, &profile(VARIABLES)).unwrap();
    let of = |place: &str| origins[&format!("/spec/templates/0/container/{place}")];
    assert_eq!(of("env/0/valueFrom/secretKeyRef/name"), Origin::Action);
    assert_eq!(of("env/1/value"), Origin::Profile);
    assert_eq!(of("volumeMounts/0/mountPath"), Origin::Action);
    assert_eq!(of("volumeMounts/1/mountPath"), Origin::Profile);
}

#[test]
fn an_action_s_own_variables_are_all_that_it_has() {
    let action = "{name: job, secrets: [{name: s, keys: [k], env: TOKEN}], \
                  container: {image: i, command: [run], env: [{name: OWN, value: x}]}}";
    let template = template(VARIABLES, action);
    assert_eq!(names(&template["container"]["env"]), ["OWN", "TOKEN"]);
}

#[test]
fn a_set_with_volumes_of_its_own_mounts_none_of_the_profile_s() {
    let set = |volumes: &str| {
        format!(
            "{{name: job, {volumes} containerSet: {{containers: [{{name: main, image: i, command: [run]}}]}}}}"
        )
    };
    let mounts = |action: &str| {
        let template = template(VARIABLES, action);
        let mounts = template["containerSet"]["containers"][0]["volumeMounts"].clone();
        names(&mounts)
            .iter()
            .map(|&it| it.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(mounts(&set("")), ["scratch"]);
    let own = set("volumes: [{name: own, emptyDir: {}}],");
    assert_eq!(mounts(&own), [] as [&str; 0]);
}

#[test]
fn a_set_with_a_mounted_secret_has_the_profile_s_volumes_too() {
    let action = "{name: job, secrets: [{name: s, keys: [k], mount: /s}], \
                  containerSet: {containers: [{name: main, image: i, command: [run]}]}}";
    let template = template(VARIABLES, action);
    assert_eq!(names(&template["volumes"]), ["action-secret-0", "scratch"]);
    let mounts = names(&template["containerSet"]["containers"][0]["volumeMounts"]);
    assert_eq!(mounts, ["action-secret-0", "scratch"]);
}

#[test]
fn an_action_s_own_volumes_take_the_profile_s_away() {
    let mounts = |volumes: &str| {
        let action = format!("{{name: job, {volumes} container: {{image: i, command: [run]}}}}");
        let template = template(VARIABLES, &action);
        let mounts = names(&template["container"]["volumeMounts"]);
        mounts.iter().map(|&it| it.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(mounts(""), ["scratch"]);
    assert_eq!(mounts("volumes: [],"), [] as [&str; 0]);
    assert_eq!(
        mounts("volumes: [{name: own, emptyDir: {}}],"),
        [] as [&str; 0]
    );
}

#[test]
fn what_is_tried_again_as_a_whole_is_not_tried_again_in_its_parts() {
    let yaml = "{name: p, retryMaxAttempts: 5}";
    let action =
        "{name: job, steps: [[{name: a, inline: {container: {image: i, command: [run]}}}]]}";
    let mut document = document("job");
    document["tasks"][0]["retry"] = json!({"limit": 0});
    let manifest = shown(&profile(yaml), action, &document);
    let template = &manifest["spec"]["templates"][0];
    assert_eq!(template["retryStrategy"]["limit"], "0");
    assert_eq!(template["steps"][0][0]["inline"].get("retryStrategy"), None);
}

#[test]
fn an_input_that_stands_in_a_step_is_not_given_the_profile_s_value() {
    let yaml =
        "{name: p, passthroughParameters: [{name: one, default: P}, {name: tier, default: low}]}";
    let action = "{name: job, steps: [[{name: a, arguments: {parameters: [{name: one, value: own}]}, inline: \
                  {inputs: {parameters: [{name: one}]}, container: {image: i, command: [run, '{{inputs.parameters.one}}']}}}]]}";
    let template = template(yaml, action);
    assert_eq!(names(&template["inputs"]["parameters"]), ["tier"]);
    let step = &template["steps"][0][0];
    assert_eq!(step["arguments"]["parameters"][0]["value"], "own");
}

#[test]
fn what_the_action_has_at_a_path_goes_before_the_profile_s() {
    let yaml = "{name: p, tmpDirectories: {tmp: {mountPath: /tmp}}, configMapMounts: {scripts: {mountPath: /scripts}}, \
                volumeMounts: {shared: {mountPath: /shared}}}";
    let paths = |action: &str| -> Vec<String> {
        let template = template(yaml, action);
        let mounts = template["container"]["volumeMounts"]
            .as_array()
            .unwrap()
            .clone();
        mounts
            .iter()
            .map(|it| it["mountPath"].as_str().unwrap().to_owned())
            .collect()
    };
    let bare = "container: {image: i, command: [run]}";
    let all = paths(&format!("{{name: job, {bare}}}"));
    assert_eq!(all.len(), 3, "{all:?}");
    let secret = format!("{{name: job, secrets: [{{name: s, keys: [k], mount: /tmp}}], {bare}}}");
    let mut with = paths(&secret);
    with.sort();
    assert_eq!(with, ["/scripts", "/shared", "/tmp"]);
    let own = format!("{{name: job, volumes: [{{name: own, emptyDir: {{}}}}], {bare}}}");
    assert_eq!(
        paths(&own),
        ["/shared"],
        "what is claimed for the run stays"
    );
}

#[test]
fn what_stands_beside_it_is_given_the_workflow_s_value() {
    let yaml = "{name: p, passthroughParameters: [{name: one, default: P}]}";
    let own = "{inputs: {parameters: [{name: one}]}, container: {image: i, command: [run, '{{inputs.parameters.one}}']}}";
    let action = format!(
        "{{name: job, dag: {{tasks: [{{name: a, inline: {{container: {{image: i, command: [run]}}}}}}, {{name: c, \
         templateRef: {{name: t, template: u}}, hooks: {{exit: {{templateRef: {{name: t, template: v}}}}}}}}, \
         {{name: d, arguments: {{parameters: [{{name: one, value: own}}]}}, inline: {own}}}]}}}}"
    );
    let template = template(yaml, &action);
    assert_eq!(names(&template["inputs"]["parameters"]), [] as [&str; 0]);
    let tasks = &template["dag"]["tasks"];
    let given = |place: &serde_json::Value| place["arguments"]["parameters"][0]["value"].clone();
    let of_workflow = "{{workflow.parameters.one}}";
    assert_eq!(given(&tasks[0]), of_workflow);
    assert_eq!(given(&tasks[1]), of_workflow);
    assert_eq!(given(&tasks[1]["hooks"]["exit"]), of_workflow);
    assert_eq!(given(&tasks[2]), "own");
}

#[test]
fn templates_in_steps_get_what_other_templates_get() {
    let yaml = "{name: p, commonEnv: {REGION: eu}, retryMaxAttempts: 2, passthroughParameters: [{name: tier, default: low}]}";
    let action = "{name: job, steps: [[{name: a, inline: {container: {image: i, command: [run]}}}, \
                  {name: b, inline: {steps: [[{name: c, inline: {script: {image: i, command: [sh], source: 'true'}}}]]}}]]}";
    let template = template(yaml, action);
    let a = &template["steps"][0][0]["inline"];
    assert_eq!(names(&a["container"]["env"]), ["REGION"]);
    assert_eq!(names(&a["inputs"]["parameters"]), ["tier"]);
    assert_eq!(a["retryStrategy"]["limit"], "2");
    let b = &template["steps"][0][1]["inline"];
    assert_eq!(names(&b["inputs"]["parameters"]), ["tier"]);
    let c = &b["steps"][0][0];
    assert_eq!(names(&c["arguments"]["parameters"]), ["tier"]);
    assert_eq!(names(&c["inline"]["script"]["env"]), ["REGION"]);
    assert_eq!(c["inline"]["retryStrategy"]["limit"], "2");
}

#[test]
fn templates_in_tasks_of_a_dag_get_it_too() {
    let yaml = "{name: p, commonSecrets: {TOKEN: hush}, retryMaxAttempts: 2, passthroughParameters: [{name: tier, default: low}]}";
    let action = "{name: job, parameters: [{name: text, default: x}], dag: {tasks: [{name: a, inline: \
                  {container: {image: i, command: [run, '{{inputs.parameters.text}}']}}}]}}";
    let template = template(yaml, action);
    let inline = &template["dag"]["tasks"][0]["inline"];
    assert_eq!(names(&inline["container"]["env"]), ["TOKEN"]);
    assert_eq!(names(&inline["inputs"]["parameters"]), ["tier"]);
    assert_eq!(inline["retryStrategy"]["limit"], "2");
    let guarded = inline["container"]["command"][1].as_str().unwrap();
    assert!(guarded.contains("sprig.replace"), "{guarded}");
}

#[test]
fn no_tolerations_are_none_although_argo_takes_an_empty_list_for_no_list() {
    let platform = profile("{name: p, extraTolerations: [{key: spot, operator: Exists}]}");
    let catalog = "
name: job
container: {image: i, command: [run]}
tolerations: []
---
name: other
container: {image: i, command: [run]}
";
    let document = json!({"name": "w", "tasks": [
        {"name": "A", "action": "job"}, {"name": "B", "action": "other"}]});
    let manifest = shown(&platform, catalog, &document);
    let templates = &manifest["spec"]["templates"];
    assert_eq!(manifest["spec"]["tolerations"][0]["key"], "spot");
    let none = json!([{"key": "workflows.medulla/none", "operator": "Exists"}]);
    assert_eq!(templates[0]["tolerations"], none, "no taint has that key");
    assert_eq!(templates[1]["tolerations"][0]["key"], "spot");
}

#[test]
fn a_value_cannot_name_a_variable_where_some_come_from_a_secret() {
    let body = "parameters: [{name: message}], container: {image: i, command: [echo, '$(REGION)', '{{inputs.parameters.message}}']}";
    let with = format!("{{name: job, secrets: [{{name: s, keys: [k], env: TOKEN}}], {body}}}");
    let without = format!("{{name: job, {body}}}");
    let mut document = document("job");
    document["tasks"][0]["parameters"] = json!([{"name": "message", "value": "$(TOKEN)"}]);
    let command = |profile: &Profile, action: &str| {
        shown(profile, action, &document)["spec"]["templates"][0]["container"]["command"].clone()
    };
    let guarded = json!([
        "echo",
        "$(REGION)",
        "{{=sprig.replace('$', '$$', inputs.parameters['message'])}}"
    ]);
    let plain = json!(["echo", "$(REGION)", "{{inputs.parameters.message}}"]);
    assert_eq!(command(&Profile::plain(), &with), guarded);
    assert_eq!(command(&Profile::plain(), &without), plain);
    let secret = profile("{name: p, commonSecrets: {PASSWORD: hush}}");
    assert_eq!(command(&secret, &without), guarded);
    // What runs without a cluster is not read twice.
    assert_eq!(command(&secret.without_cluster(), &with), plain);

    let catalog = Catalog::from_sources([("actions.yaml", &*with)]).unwrap();
    let workflow = valid(&document, &catalog);
    let origins = explain(&workflow, &catalog, &Profile::plain()).unwrap();
    assert_eq!(
        origins["/spec/templates/0/container/command/2"],
        Origin::Action
    );
}
