//! Containers: what every container gets that does not say it itself.

use serde_json::{Map, Value, json};

use super::check::Check;
use super::fields::{fields, filled, filled_list, object, text};
use super::source::ProfileSource;

/// The defaults of a container, image included, without mounts.
pub(super) fn defaults(source: &ProfileSource) -> Map<String, Value> {
    fields([
        ("image", text(source.default_container_image.as_deref())),
        ("env", filled_list(environment(source))),
        (
            "resources",
            source.default_resources.clone().map(Value::Object),
        ),
        ("securityContext", filled(security(source))),
    ])
}

/// The variables. The order is a promise: where two have one name, Kubernetes takes the later; and
/// a later one may refer to an earlier one, as in `$(NAME)`.
fn environment(source: &ProfileSource) -> Vec<Value> {
    let from = |name: &str, kind: &str, object: &str, key: &str, optional: bool| json!({"name": name, "valueFrom": {kind: {"name": object, "key": key, "optional": optional}}});
    let own = source.common_secrets.keys();
    let own = own.map(|name| from(name, "secretKeyRef", &source.name, name, false));
    let secrets = source.common_env_from_secrets.iter();
    let secrets =
        secrets.map(|(name, it)| from(name, "secretKeyRef", &it.secret, &it.key, it.optional));
    let maps = source.common_env_from_config_maps.iter();
    let maps = maps.map(|(name, it)| {
        from(
            name,
            "configMapKeyRef",
            &it.config_map,
            &it.key,
            it.optional,
        )
    });
    own.chain(secrets)
        .chain(maps)
        .chain(plain_variables(source))
        .collect()
}

/// What a container has where there is no cluster.
pub(super) fn local(source: &ProfileSource) -> Map<String, Value> {
    fields([("env", filled_list(plain_variables(source).collect()))])
}

fn plain_variables(source: &ProfileSource) -> impl Iterator<Item = Value> {
    let plain = source.common_env.iter();
    plain.map(|(name, value)| json!({"name": name, "value": value.0}))
}

/// The knobs that take variables from objects of the cluster.
pub(super) fn cluster_variables(source: &ProfileSource) -> Vec<String> {
    let knobs = [
        ("commonSecrets", source.common_secrets.is_empty()),
        (
            "commonEnvFromSecrets",
            source.common_env_from_secrets.is_empty(),
        ),
        (
            "commonEnvFromConfigMaps",
            source.common_env_from_config_maps.is_empty(),
        ),
    ];
    let used = knobs.into_iter().filter(|(_, is_empty)| !is_empty);
    used.map(|(knob, _)| knob.to_owned()).collect()
}

/// Who a container is, and what it may.
fn security(source: &ProfileSource) -> Map<String, Value> {
    let is_root = source.run_as_root == Some(true);
    let is_privileged = source.privileged == Some(true);
    let user = user(source);
    let knows_user = user.is_some() || source.run_as_root.is_some();
    let knows_power = source.run_as_root.is_some() || source.privileged.is_some();
    fields([
        ("runAsUser", user.map(Value::from)),
        ("runAsGroup", user.map(Value::from)),
        ("runAsNonRoot", knows_user.then(|| Value::from(!is_root))),
        (
            "allowPrivilegeEscalation",
            knows_power.then(|| Value::from(is_root || is_privileged)),
        ),
        ("readOnlyRootFilesystem", source.read_only.map(Value::from)),
        ("privileged", source.privileged.map(Value::from)),
        ("capabilities", capabilities(source, is_privileged)),
    ])
}

/// All are dropped but those that are asked for; a privileged container has them all anyway.
fn capabilities(source: &ProfileSource, is_privileged: bool) -> Option<Value> {
    let asked = source.linux_capabilities.as_ref();
    (asked.is_some() || source.privileged.is_some()).then(|| {
        let dropped: &[&str] = if is_privileged { &[] } else { &["ALL"] };
        object([
            ("add", asked.map(|it| json!(it))),
            ("drop", Some(json!(dropped))),
        ])
    })
}

/// The user's and the group's number.
fn user(source: &ProfileSource) -> Option<u32> {
    if source.run_as_root == Some(true) {
        Some(0)
    } else {
        source.uid
    }
}

/// The same for the pod, where Argo's own containers are, too: these have to be let alone, so
/// nothing is forbidden here.
pub(super) fn pod_security(source: &ProfileSource) -> Option<Value> {
    let user = user(source);
    let group = source.mount_owner.or(user.filter(|user| *user != 0));
    let knows_user = user.is_some() || source.run_as_root.is_some();
    filled(fields([
        ("runAsUser", user.map(Value::from)),
        ("runAsGroup", user.map(Value::from)),
        ("runAsNonRoot", knows_user.then_some(Value::from(false))),
        ("fsGroup", group.map(Value::from)),
        (
            "fsGroupChangePolicy",
            group.map(|_| Value::from("OnRootMismatch")),
        ),
    ]))
}

/// What the pods of `resource` templates get, whose one container is Argo's.
pub(super) fn resource_patch(source: &ProfileSource) -> Option<Value> {
    let resources = source.resource_pods.as_ref()?.resources.as_ref()?;
    let patch = json!({"containers": [{"name": "main", "resources": resources}]});
    Some(Value::from(patch.to_string()))
}

/// What is wrong with the knobs.
pub(super) fn check(check: &mut Check<'_>, source: &ProfileSource) {
    if source.uid == Some(0) && source.run_as_root != Some(true) {
        check.error("uid", "0 is root; say `runAsRoot: true` if you mean it");
    }
    if source.run_as_root == Some(true) && source.uid.is_some_and(|uid| uid != 0) {
        check.error(
            "uid",
            "root has the number 0; leave out `uid`, or `runAsRoot`",
        );
    }
    if source
        .default_container_image
        .as_deref()
        .is_some_and(|image| image.trim().is_empty())
    {
        check.error(
            "defaultContainerImage",
            "it is empty; leave it out when there is no default",
        );
    }
    for (index, name) in source.linux_capabilities.iter().flatten().enumerate() {
        let is_part = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_part) {
            let message = format!("`{name}` is no capability; they are called as in `NET_ADMIN`");
            check.error(format!("linuxCapabilities[{index}]"), message);
        }
    }
    let groups = [
        ("commonEnv", source.common_env.keys().collect::<Vec<_>>()),
        ("commonSecrets", source.common_secrets.keys().collect()),
        (
            "commonEnvFromSecrets",
            source.common_env_from_secrets.keys().collect(),
        ),
        (
            "commonEnvFromConfigMaps",
            source.common_env_from_config_maps.keys().collect(),
        ),
    ];
    for (knob, names) in groups {
        for name in names.into_iter().filter(|name| !is_variable(name)) {
            let rule = "a variable's name has letters, digits, `_`, `-` and `.`, and does not begin with a digit";
            check.error(format!("{knob}.{name}"), rule);
        }
    }
    for (name, it) in &source.common_env_from_secrets {
        check.object_name(format!("commonEnvFromSecrets.{name}.secret"), &it.secret);
        check.key(format!("commonEnvFromSecrets.{name}.key"), &it.key);
    }
    for (name, it) in &source.common_env_from_config_maps {
        check.object_name(
            format!("commonEnvFromConfigMaps.{name}.configMap"),
            &it.config_map,
        );
        check.key(format!("commonEnvFromConfigMaps.{name}.key"), &it.key);
    }
    if let Some(pods) = &source.resource_pods {
        for (index, class) in pods.node_classes.iter().enumerate() {
            if source.node_classes.iter().all(|known| known.name != *class) {
                let path = format!("resourcePods.nodeClasses[{index}]");
                check.error(path, format!("`{class}` is none of the `nodeClasses`"));
            }
        }
    }
}

fn is_variable(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(inner)
}
