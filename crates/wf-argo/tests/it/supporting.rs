//! Supporting objects: a consistent set, in which no secret can be seen but by who applies it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use wf_argo::Profile;

use crate::fixtures::{folder, read};
use crate::profiles::{document, profile, rendered};

const YAML: &str = "{name: p, workflowParallelism: 2, commonSecrets: {TOKEN: hush-hush}, serviceAccount: {clusterRoles: [view]}}";

fn names(objects: &[Value]) -> Vec<String> {
    let name = |object: &Value| {
        format!(
            "{} {}",
            object["kind"].as_str().unwrap(),
            object["metadata"]["name"].as_str().unwrap()
        )
    };
    objects.iter().map(name).collect()
}

#[test]
fn the_set_is_named_from_the_profile_and_refers_to_itself() {
    let objects = profile(YAML).supporting("jobs");
    let expected = [
        "ServiceAccount p",
        "Secret p.service-account-token",
        "Role p",
        "RoleBinding p",
        "RoleBinding p:view",
        "ConfigMap p-sync",
        "Secret p",
    ];
    assert_eq!(names(&objects), expected);
    for object in &objects {
        assert_eq!(object["metadata"]["namespace"], "jobs");
    }
    assert_eq!(
        objects[3]["roleRef"]["name"],
        objects[2]["metadata"]["name"]
    );
    let subject = json!([{"kind": "ServiceAccount", "name": "p", "namespace": "jobs"}]);
    assert_eq!(objects[3]["subjects"], subject);
    assert_eq!(objects[4]["subjects"], subject);

    let manifest = rendered(YAML, &document("job")).workflow().to_json();
    let spec = &manifest["spec"];
    assert_eq!(spec["serviceAccountName"], objects[0]["metadata"]["name"]);
    let lock = &spec["synchronization"]["semaphores"][0]["configMapKeyRef"];
    assert_eq!(lock["name"], objects[5]["metadata"]["name"]);
    assert_eq!(objects[5]["data"][lock["key"].as_str().unwrap()], "2");
    let variable = &spec["templates"][0]["container"]["env"][0]["valueFrom"]["secretKeyRef"];
    assert_eq!(variable["name"], objects[6]["metadata"]["name"]);
    assert_eq!(
        objects[6]["data"][variable["key"].as_str().unwrap()],
        "aHVzaC1odXNo"
    );
}

#[test]
fn the_namespace_of_the_profile_goes_before() {
    let objects = profile("{name: p, namespace: own, serviceAccount: {}}").supporting("jobs");
    assert_eq!(objects[3]["metadata"]["namespace"], "own");
    assert_eq!(objects[3]["subjects"][0]["namespace"], "own");
}

#[test]
fn a_secret_is_shown_to_nobody() {
    let rendered = rendered(YAML, &document("job"));
    assert_eq!(
        names(rendered.supporting()),
        names(&profile(YAML).supporting("jobs"))
    );
    let shown = [
        serde_json::to_string(&rendered).unwrap(),
        rendered.to_yaml(),
        format!("{rendered:?}"),
        format!("{:?}", profile(YAML)),
    ];
    for shown in shown {
        assert!(
            !shown.contains("hush-hush") && !shown.contains("aHVzaC1odXNo"),
            "{shown}"
        );
    }
    let wrong = Profile::parse(
        "p.yaml",
        "{name: p, commonSecrets: {TOKEN: hush-hush, 'no name': hush-hush}, uid: x}",
    );
    assert!(!format!("{wrong:?}").contains("hush"));
    let wrong = Profile::parse("p.yaml", "{name: p, commonSecrets: {TOKEN: [hush-hush]}}");
    assert!(!format!("{wrong:?}").contains("hush"));
    let wrong = Profile::parse("p.yaml", "{name: p, commonSecrets: hush-hush}");
    assert!(!format!("{wrong:?}").contains("hush"));
}

#[test]
fn the_full_profile_needs_what_its_manifest_names() {
    let yaml = read(&folder("profiles").join("platform.yaml"));
    let objects = profile(&yaml).supporting("other");
    assert_eq!(
        names(&objects),
        [
            "ServiceAccount platform",
            "Secret platform.service-account-token",
            "Role platform",
            "RoleBinding platform",
            "ConfigMap platform-sync"
        ]
    );
    let namespaces: BTreeSet<&str> = objects
        .iter()
        .map(|object| object["metadata"]["namespace"].as_str().unwrap())
        .collect();
    assert_eq!(namespaces, BTreeSet::from(["workflows"]));
}

#[test]
fn without_a_token_of_the_pod_argo_s_containers_have_one_of_a_secret() {
    let yaml = "{name: p, serviceAccount: {automountToken: false}}";
    let rendered = rendered(yaml, &document("job"));
    let spec = rendered.workflow().to_json()["spec"].clone();
    assert_eq!(spec["automountServiceAccountToken"], json!(false));
    assert_eq!(spec["executor"], json!({"serviceAccountName": "p"}));
    let token = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {
            "name": "p.service-account-token",
            "annotations": {"kubernetes.io/service-account.name": "p"},
        },
    });
    let is_secret = |object: &&Value| object["kind"] == "Secret";
    assert_eq!(rendered.supporting().iter().find(is_secret), Some(&token));
    // The cluster fills it; what is applied has no data that would take the token's place.
    let applied = profile(yaml).supporting("ns");
    let secret = applied.iter().find(is_secret).unwrap();
    assert_eq!(secret.get("data"), None);
    assert_eq!(secret["metadata"]["namespace"], "ns");
    let made_elsewhere =
        profile("{name: p, serviceAccount: {create: false, automountToken: false}}");
    assert_eq!(made_elsewhere.supporting("ns"), [] as [Value; 0]);
}
