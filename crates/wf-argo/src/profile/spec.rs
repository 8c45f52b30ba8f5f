//! The fields of a workflow's `spec`.

use serde_json::{Map, Value, json};

use super::fields::{fields, filled, filled_list, object, seconds, text};
use super::source::ProfileSource;
use super::supporting::{self, SEMAPHORE};
use super::volumes::Files;
use super::{containers, labels, nodes};

/// More than any workflow has pods, so that none may be evicted. A percentage or `maxUnavailable`
/// would need an owner that can be scaled, which pods of a workflow have not.
const ALL_PODS: u32 = 9999;

/// The fields by their names.
pub(super) fn spec(source: &ProfileSource, files: &Files) -> Map<String, Value> {
    let mut spec = of_the_run(source);
    spec.extend(of_the_end(source));
    spec.extend(of_the_pods(source, files));
    spec
}

fn of_the_run(source: &ProfileSource) -> Map<String, Value> {
    let repository = source.artifact_repository.as_ref().map(|it| {
        object([
            ("configMap", text(it.config_map.as_deref())),
            ("key", text(it.key.as_deref())),
        ])
    });
    let account = source.service_account.as_ref();
    let account = account.map(|it| supporting::account_name(source, it));
    let gc = source.delete_artifacts_on_deletion.filter(|&it| it);
    // The pods that remove artifacts have no other account than the one that is named here.
    let gc = gc.map(|_| {
        object([
            ("strategy", text(Some("OnWorkflowDeletion"))),
            ("serviceAccountName", text(account)),
        ])
    });
    fields([
        (
            "activeDeadlineSeconds",
            source
                .active_deadline_seconds
                .map(|it| Value::from(it.get())),
        ),
        (
            "parallelism",
            source.pod_parallelism.map(|it| Value::from(it.get())),
        ),
        ("priority", source.priority.map(Value::from)),
        ("suspend", source.suspend.map(Value::from)),
        ("archiveLogs", source.archive_logs_enabled.map(Value::from)),
        ("artifactRepositoryRef", repository),
        ("artifactGC", gc),
    ])
}

/// What is taken away once the run, or one of its pods, has ended.
fn of_the_end(source: &ProfileSource) -> Map<String, Value> {
    let labels = filled(labels::chosen(&source.pod_delete_labels));
    let pods = source.pod_delete_delay_seconds.map(|delay| {
        object([
            ("strategy", Some(Value::from("OnWorkflowCompletion"))),
            ("deleteDelayDuration", Some(seconds(delay))),
            (
                "labelSelector",
                labels.map(|labels| json!({"matchLabels": labels})),
            ),
        ])
    });
    let lifetimes = fields([
        (
            "secondsAfterCompletion",
            source
                .workflow_delete_seconds_after_completion
                .map(Value::from),
        ),
        (
            "secondsAfterFailure",
            source
                .workflow_delete_seconds_after_failure
                .map(Value::from),
        ),
        (
            "secondsAfterSuccess",
            source
                .workflow_delete_seconds_after_success
                .map(Value::from),
        ),
    ]);
    fields([("podGC", pods), ("ttlStrategy", filled(lifetimes))])
}

fn of_the_pods(source: &ProfileSource, files: &Files) -> Map<String, Value> {
    let account = source.service_account.as_ref();
    // Without a token of the pod, Argo's own containers need one that is mounted from a secret.
    let executor = account.filter(|it| it.automount_token == Some(false));
    let executor =
        executor.map(|it| json!({"serviceAccountName": supporting::account_name(source, it)}));
    let budget =
        (source.disruptions_enabled == Some(false)).then(|| json!({"minAvailable": ALL_PODS}));
    let pull_secrets = source
        .image_pull_secrets
        .iter()
        .map(|name| json!({"name": name}))
        .collect();
    let given = |items: &[Value]| (!items.is_empty()).then(|| Value::from(items.to_vec()));
    let claims = given(&files.claims);
    fields([
        (
            "serviceAccountName",
            account.map(|it| Value::from(supporting::account_name(source, it))),
        ),
        (
            "automountServiceAccountToken",
            account.and_then(|it| it.automount_token).map(Value::from),
        ),
        ("executor", executor),
        ("imagePullSecrets", filled_list(pull_secrets)),
        ("schedulerName", text(source.scheduler_name.as_deref())),
        (
            "podPriorityClassName",
            text(source.priority_class_name.as_deref()),
        ),
        ("dnsPolicy", source.dns_policy.map(|it| json!(it))),
        ("tolerations", nodes::tolerations(source)),
        ("affinity", nodes::affinity(source)),
        ("securityContext", containers::pod_security(source)),
        ("podDisruptionBudget", budget),
        ("volumes", given(&files.volumes)),
        (
            "volumeClaimGC",
            claims
                .as_ref()
                .map(|_| json!({"strategy": "OnWorkflowCompletion"})),
        ),
        ("volumeClaimTemplates", claims),
    ])
}

/// The lock of which as many workflows may have a part as the config map says.
pub(super) fn semaphore(source: &ProfileSource) -> Option<Value> {
    source.workflow_parallelism?;
    let map = supporting::semaphore_map(source);
    Some(json!({"configMapKeyRef": {"name": map, "key": SEMAPHORE}}))
}
