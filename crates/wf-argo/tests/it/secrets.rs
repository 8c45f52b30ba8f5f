//! Secrets: an action names what it reads, and the platform keeps it.

use serde_json::json;
use wf_argo::{Action, Catalog};
use wf_model::Target;

fn errors(text: &str) -> Vec<String> {
    let errors = Action::parse("x.yaml", text).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

fn action(text: &str) -> Action {
    let catalog =
        Catalog::from_sources([("x.yaml", text)]).unwrap_or_else(|errors| panic!("{errors:#?}"));
    catalog.get("x").unwrap().clone()
}

fn with(secrets: &str) -> String {
    format!(
        "name: x\ncontainer: {{image: a, command: [a], env: [{{name: A, value: b}}]}}\nsecrets:\n{secrets}\n"
    )
}

#[test]
fn a_secret_is_a_variable_for_each_key() {
    let action = action(&with(
        "- {name: registry, keys: [user, password], env: [USER, PASSWORD]}\n- {name: api, keys: [token], env: TOKEN}",
    ));
    let env = &action.template().unwrap().rest["container"]["env"];
    let from = |name: &str, key: &str| json!({"secretKeyRef": {"name": name, "key": key}});
    assert_eq!(
        *env,
        json!([
            {"name": "A", "value": "b"},
            {"name": "USER", "valueFrom": from("registry", "user")},
            {"name": "PASSWORD", "valueFrom": from("registry", "password")},
            {"name": "TOKEN", "valueFrom": from("api", "token")},
        ])
    );
    let signature = action.signature();
    assert!(signature.unsupported.is_empty());
    assert_eq!(signature.secrets[0].name, "registry");
    assert_eq!(signature.secrets[0].keys, ["user", "password"]);
}

#[test]
fn a_secret_is_a_directory_that_is_mounted() {
    let text = with("- {name: key, keys: [id_ed25519], mount: /keys}")
        + "volumes: [{name: own, emptyDir: {}}]\n";
    let action = action(&text);
    let rest = &action.template().unwrap().rest;
    assert_eq!(
        rest["volumes"],
        json!([
            {"name": "own", "emptyDir": {}},
            {"name": "action-secret-0", "secret": {"secretName": "key", "items": [{"key": "id_ed25519", "path": "id_ed25519"}]}},
        ])
    );
    assert_eq!(
        rest["container"]["volumeMounts"],
        json!([{"name": "action-secret-0", "mountPath": "/keys", "readOnly": true}])
    );
    let reason = &action.signature().unsupported[&Target::Embedded];
    assert!(reason.contains("can be taken by `env`"), "{reason}");
}

#[test]
fn every_container_of_a_set_reads_them() {
    let action = action(
        "name: x\ncontainerSet: {containers: [{name: a}, {name: main}]}\nsecrets: [{name: s, keys: [k], env: [K]}]\n",
    );
    let containers = &action.template().unwrap().rest["containerSet"]["containers"];
    for index in [0, 1] {
        assert_eq!(containers[index]["env"][0]["name"], "K");
    }
}

#[test]
fn what_is_wrong_with_a_secret_is_told_with_its_line() {
    for (secret, told) in [
        ("- {name: s, keys: [k]}", "x.yaml:4: secrets[0]: "),
        (
            "- {name: s, keys: [k], env: K, mount: /k}",
            "x.yaml:4: secrets[0]: ",
        ),
        (
            "- {name: S, keys: [k], env: K}",
            "x.yaml:4: secrets[0].name: ",
        ),
        (
            "- {name: ../s, keys: [k], env: K}",
            "x.yaml:4: secrets[0].name: ",
        ),
        (
            "- {name: s, keys: [], env: []}",
            "x.yaml:4: secrets[0].keys: ",
        ),
        (
            "- {name: s, keys: [../k], env: K}",
            "x.yaml:4: secrets[0].keys[0]: ",
        ),
        (
            "- {name: s, keys: [k, k], env: [K, L]}",
            "x.yaml:4: secrets[0].keys[1]: ",
        ),
        (
            "- name: s\n  keys: [k, l]\n  env: K",
            "x.yaml:6: secrets[0].env: action `x`: `env` names a variable for each key, in their order; there are 2 keys and 1 variables",
        ),
        (
            "- {name: s, keys: [k], env: 1K}",
            "x.yaml:4: secrets[0].env: ",
        ),
        (
            "- {name: s, keys: [k], env: A}",
            "x.yaml:4: secrets[0].env: action `x`: the variable `A` is there twice",
        ),
        (
            "- {name: s, keys: [k], mount: keys}",
            "x.yaml:4: secrets[0].mount: ",
        ),
        (
            "- {name: s, keys: [k], value: hunter2}",
            "x.yaml:4: secrets[0].value: unknown field `value`",
        ),
    ] {
        let found = errors(&with(secret));
        assert_eq!(found.len(), 1, "{secret}: {found:#?}");
        assert!(found[0].starts_with(told), "{secret}: {found:#?}");
        assert!(!found[0].contains("hunter2"));
    }
    let found = errors("name: x\nsuspend: {}\nsecrets: [{name: s, keys: [k], env: K}]\n");
    assert!(
        found[0].starts_with("x.yaml:3: secrets: action `x`: only containers and scripts"),
        "{found:?}"
    );
}
