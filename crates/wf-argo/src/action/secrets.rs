//! Secrets: what an action reads from the platform, so that no document ever carries it.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::body::BodyKind;
use super::check::Check;
use super::declarations::is_path;
use super::source::{OneOrMany, SecretSource};
use crate::manifest::SecretLists;
use crate::names::{is_domain, is_key};
use crate::reserved::SECRETS;

impl Check<'_> {
    pub(super) fn secrets(&mut self, kind: BodyKind, body: &Value, secrets: &[SecretSource]) {
        if !kind.has_containers() && !secrets.is_empty() {
            let message = format!(
                "only containers and scripts read secrets, and this is `{}`",
                kind.field()
            );
            self.error("secrets", message);
            return;
        }
        let mut variables = variables(kind, body);
        for (index, secret) in secrets.iter().enumerate() {
            let path = format!("secrets[{index}]");
            self.secret_names(&path, secret);
            match (&secret.env, &secret.mount) {
                (Some(env), None) => self.env(&path, secret, env, &mut variables),
                (None, Some(mount)) => self.mount(&path, mount),
                _ => self.error(
                    path,
                    "it is read either by `env`, the names of variables, or by `mount`, the path of a directory",
                ),
            }
        }
    }

    /// The names of the secret and of its keys, as Kubernetes has them; they become parts of
    /// paths elsewhere.
    fn secret_names(&mut self, path: &str, secret: &SecretSource) {
        if !is_domain(&secret.name) {
            self.error(
                format!("{path}.name"),
                "a secret's name has lower-case letters, digits, `-` and `.`, at most 253, a letter or a digit at both \
                 ends",
            );
        }
        if secret.keys.is_empty() {
            self.error(format!("{path}.keys"), "it needs at least one key");
        }
        for (index, key) in secret.keys.iter().enumerate() {
            let path = format!("{path}.keys[{index}]");
            if !is_key(key) {
                self.error(
                    path,
                    "a key has letters, digits, `-`, `_` and `.`, at most 253, and does not begin with `..`",
                );
            } else if secret.keys[..index].contains(key) {
                self.error(path, format!("`{key}` is there twice"));
            }
        }
    }

    fn env(
        &mut self,
        path: &str,
        secret: &SecretSource,
        env: &OneOrMany,
        taken: &mut HashSet<String>,
    ) {
        let names = env.as_slice();
        if names.len() != secret.keys.len() {
            let message = format!(
                "`env` names a variable for each key, in their order; there are {} keys and {} variables",
                secret.keys.len(),
                names.len()
            );
            self.error(format!("{path}.env"), message);
        }
        for name in names {
            if !is_variable(name) {
                self.error(
                    format!("{path}.env"),
                    format!("`{name}` is no variable: letters, digits and `_`, no digit first"),
                );
            } else if !taken.insert(name.clone()) {
                self.error(
                    format!("{path}.env"),
                    format!("the variable `{name}` is there twice"),
                );
            }
        }
    }

    fn mount(&mut self, path: &str, mount: &str) {
        if !mount.starts_with('/') || mount.contains(':') || !is_path(mount) {
            self.error(
                format!("{path}.mount"),
                "it needs the absolute path of a directory, without `..`, `:` and `{{`",
            );
        }
    }
}

/// The variables that the containers name themselves.
fn variables(kind: BodyKind, body: &Value) -> HashSet<String> {
    let names = |container: &Value| {
        let env = container.get("env").and_then(Value::as_array);
        let env = env.into_iter().flatten();
        env.filter_map(|it| Some(it.get("name")?.as_str()?.to_owned()))
            .collect::<Vec<_>>()
    };
    if kind == BodyKind::ContainerSet {
        let containers = body.get("containers").and_then(Value::as_array);
        containers.into_iter().flatten().flat_map(names).collect()
    } else {
        names(body).into_iter().collect()
    }
}

/// Writes the secrets into the body's containers; what is returned are the volumes that they need.
pub(super) fn write(secrets: &[SecretSource], kind: BodyKind, body: &mut Value) -> Vec<Value> {
    let mut volumes = Vec::new();
    for (index, secret) in secrets.iter().enumerate() {
        let volume = format!("{SECRETS}{index}");
        if secret.mount.is_some() {
            let items = secret
                .keys
                .iter()
                .map(|key| json!({"key": key, "path": key}));
            let items: Value = items.collect();
            volumes.push(json!({
                "name": volume,
                "secret": {"secretName": secret.name, "items": items},
            }));
        }
        each_container(kind, body, |container| {
            if let Some(env) = &secret.env {
                let variables = env.as_slice().iter().zip(&secret.keys);
                push(container, "env", variables.map(|(variable, key)| {
                    json!({"name": variable, "valueFrom": {"secretKeyRef": {"name": secret.name, "key": key}}})
                }));
            }
            if let Some(mount) = &secret.mount {
                let mount = json!({"name": volume, "mountPath": mount, "readOnly": true});
                push(container, "volumeMounts", [mount]);
            }
        });
    }
    volumes
}

/// How much of each container's lists that is.
pub(super) fn lists(secrets: &[SecretSource]) -> SecretLists {
    let variables = secrets.iter().filter_map(|secret| secret.env.as_ref());
    let variables = variables.map(|env| env.as_slice().len());
    SecretLists {
        env: variables.sum(),
        mounts: secrets.iter().filter(|it| it.mount.is_some()).count(),
    }
}

fn each_container(kind: BodyKind, body: &mut Value, mut write: impl FnMut(&mut Value)) {
    if kind == BodyKind::ContainerSet {
        let containers = body.get_mut("containers").and_then(Value::as_array_mut);
        containers.into_iter().flatten().for_each(write);
    } else {
        write(body);
    }
}

/// Adds to a list of a container, behind what it has there.
fn push(container: &mut Value, field: &str, added: impl IntoIterator<Item = Value>) {
    let Some(container) = container.as_object_mut() else {
        return;
    };
    let list = container.entry(field).or_insert(Value::Null);
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    if let Some(list) = list.as_array_mut() {
        list.extend(added);
    }
}

fn is_variable(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !name.is_empty() && name.bytes().all(inner) && !name.starts_with(|it: char| it.is_ascii_digit())
}
