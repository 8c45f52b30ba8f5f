//! Supporting objects: what has to be in the namespace before the workflows that need it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};

use super::fields::{fields, filled, text, texts};
use super::secret::Secret;
use super::source::{ProfileSource, ServiceAccountSource};

const RBAC: &str = "rbac.authorization.k8s.io";
/// The type of a secret that the cluster fills with an account's token.
const TOKEN: &str = "kubernetes.io/service-account-token";
/// The key of the config map that holds the semaphore.
pub(super) const SEMAPHORE: &str = "workflow";

/// The objects, without the values of the secret.
pub(super) fn objects(source: &ProfileSource, labels: &Map<String, Value>) -> Vec<Value> {
    let set = Set { source, labels };
    let account = source.service_account.as_ref();
    let mut objects = Vec::new();
    if let Some(account) = account.filter(|account| is_made(account)) {
        objects.push(set.service_account(account));
        // Argo's agent has no other token (`workflow/controller/agent.go`), and the cluster makes
        // none by itself.
        objects.push(set.token(account));
        objects.push(set.role(account));
        objects.push(set.binding(account, "Role", account_name(source, account), None));
        for role in &account.cluster_roles {
            objects.push(set.binding(account, "ClusterRole", role, Some(role)));
        }
    }
    if let Some(parallelism) = source.workflow_parallelism {
        let mut map = set.object("v1", "ConfigMap", &semaphore_map(source), None);
        map.insert(
            "data".to_owned(),
            json!({SEMAPHORE: parallelism.to_string()}),
        );
        objects.push(Value::Object(map));
    }
    if !source.common_secrets.is_empty() {
        let mut secret = set.object("v1", "Secret", &source.name, None);
        secret.insert("type".to_owned(), Value::from("Opaque"));
        objects.push(Value::Object(secret));
    }
    objects
}

/// The name of the service account that pods have.
pub(super) fn account_name<'s>(
    source: &'s ProfileSource,
    account: &'s ServiceAccountSource,
) -> &'s str {
    account.name.as_deref().unwrap_or(&source.name)
}

/// The name of the config map that holds the semaphore.
pub(super) fn semaphore_map(source: &ProfileSource) -> String {
    format!("{}-sync", source.name)
}

fn is_made(account: &ServiceAccountSource) -> bool {
    account.create != Some(false)
}

/// The objects of one profile, which bear its labels.
struct Set<'s> {
    source: &'s ProfileSource,
    labels: &'s Map<String, Value>,
}

impl Set<'_> {
    fn object(
        &self,
        api_version: &str,
        kind: &str,
        name: &str,
        annotations: Option<Value>,
    ) -> Map<String, Value> {
        let metadata = fields([
            ("name", text(Some(name))),
            ("namespace", text(self.source.namespace.as_deref())),
            ("labels", filled(self.labels.clone())),
            ("annotations", annotations),
        ]);
        fields([
            ("apiVersion", text(Some(api_version))),
            ("kind", text(Some(kind))),
            ("metadata", Some(Value::Object(metadata))),
        ])
    }

    fn service_account(&self, account: &ServiceAccountSource) -> Value {
        let name = account_name(self.source, account);
        let annotations = filled(texts(&account.annotations));
        Value::Object(self.object("v1", "ServiceAccount", name, annotations))
    }

    /// The token that Argo's containers mount where pods get none, under the name by which Argo
    /// looks for it (`workflow/common`, `secrets.TokenName`).
    fn token(&self, account: &ServiceAccountSource) -> Value {
        let account = account_name(self.source, account);
        let of = json!({"kubernetes.io/service-account.name": account});
        let name = format!("{account}.service-account-token");
        let mut secret = self.object("v1", "Secret", &name, Some(of));
        secret.insert("type".to_owned(), Value::from(TOKEN));
        Value::Object(secret)
    }

    /// What Argo's containers need, and its agent for `http`; then what the operator adds.
    fn role(&self, account: &ServiceAccountSource) -> Value {
        let argo = |resource: &str, verbs: &[&str]| json!({"apiGroups": ["argoproj.io"], "resources": [resource], "verbs": verbs});
        let mut rules = vec![
            argo("workflowtaskresults", &["create", "patch"]),
            argo("workflowtasksets", &["list", "watch"]),
            argo("workflowtasksets/status", &["patch"]),
        ];
        if self.source.delete_artifacts_on_deletion == Some(true) {
            rules.push(argo("workflowartifactgctasks", &["list", "watch"]));
            rules.push(argo("workflowartifactgctasks/status", &["patch"]));
        }
        rules.extend(account.rules.iter().cloned().map(Value::Object));
        let name = account_name(self.source, account);
        let mut role = self.object(&format!("{RBAC}/v1"), "Role", name, None);
        role.insert("rules".to_owned(), Value::Array(rules));
        Value::Object(role)
    }

    /// The account has that role, in the namespace.
    fn binding(
        &self,
        account: &ServiceAccountSource,
        kind: &str,
        role: &str,
        suffix: Option<&str>,
    ) -> Value {
        let account = account_name(self.source, account);
        // No account has a `:` in its name, so no other profile has a binding of that one.
        let name = suffix.map_or(account.to_owned(), |role| format!("{account}:{role}"));
        let subject = fields([
            ("kind", text(Some("ServiceAccount"))),
            ("name", text(Some(account))),
            ("namespace", text(self.source.namespace.as_deref())),
        ]);
        let mut binding = self.object(&format!("{RBAC}/v1"), "RoleBinding", &name, None);
        binding.insert(
            "roleRef".to_owned(),
            json!({"apiGroup": RBAC, "kind": kind, "name": role}),
        );
        binding.insert("subjects".to_owned(), json!([subject]));
        Value::Object(binding)
    }
}

/// The objects with their namespace, and with the values of the secret.
pub(super) fn to_apply(
    objects: &[Value],
    secrets: &BTreeMap<String, Secret>,
    namespace: &str,
) -> Vec<Value> {
    let ready = |object: &Value| {
        let mut object = object.clone();
        object["metadata"]["namespace"] = Value::from(namespace);
        for subject in object
            .get_mut("subjects")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            subject["namespace"] = Value::from(namespace);
        }
        if object["kind"] == "Secret" && object["type"] != TOKEN {
            let data = secrets.iter();
            let data = data.map(|(key, value)| {
                (
                    key.clone(),
                    Value::from(BASE64_STANDARD.encode(value.reveal())),
                )
            });
            object["data"] = Value::Object(data.collect());
        }
        object
    };
    objects.iter().map(ready).collect()
}
