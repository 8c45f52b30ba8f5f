//! The table of knobs: what each of them changes.

use serde_json::{Value, json};

/// A knob, and what it changes in the manifest of a workflow with one task.
pub(crate) struct Knob {
    /// The knob as it is written.
    pub(crate) yaml: &'static str,
    /// What the profile has besides.
    pub(crate) base: &'static str,
    /// The action of the task.
    pub(crate) action: &'static str,
    /// The places that change, with what is there then.
    pub(crate) changes: Vec<(&'static str, Value)>,
}

fn knob<const N: usize>(yaml: &'static str, changes: [(&'static str, Value); N]) -> Knob {
    Knob {
        yaml,
        base: "",
        action: "job",
        changes: changes.into(),
    }
}

impl Knob {
    fn on(self, action: &'static str) -> Self {
        Self { action, ..self }
    }

    fn beside(self, base: &'static str) -> Self {
        Self { base, ..self }
    }
}

const ENV: &str = "/spec/templates/0/container/env";
const MOUNTS: &str = "/spec/templates/0/container/volumeMounts";
const SECURITY: &str = "/spec/templates/0/container/securityContext";
const RETRY: &str = "/spec/templates/0/retryStrategy";
const RETRIES: &str = "retryMaxAttempts: 5";

/// Every knob at least once.
pub(crate) fn knobs() -> Vec<Knob> {
    [
        run(),
        end(),
        retries(),
        parameters(),
        labels(),
        nodes(),
        containers(),
        files(),
        claims(),
        rights(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn run() -> Vec<Knob> {
    let exit = json!({"template": "job"});
    let hook = json!({"template": "job", "expression": "true"});
    let semaphore = json!({"configMapKeyRef": {"name": "platform-sync", "key": "workflow"}});
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "platform-sync"}, "data": {"workflow": "3"}});
    vec![
        knob(
            "activeDeadlineSeconds: 60",
            [("/spec/activeDeadlineSeconds", json!(60))],
        ),
        knob(
            "archiveLogsEnabled: false",
            [("/spec/archiveLogs", json!(false))],
        ),
        knob(
            "artifactRepository: {configMap: repositories, key: fast}",
            [(
                "/spec/artifactRepositoryRef",
                json!({"configMap": "repositories", "key": "fast"}),
            )],
        ),
        knob(
            "deleteArtifactsOnDeletion: true",
            [(
                "/spec/artifactGC",
                json!({"strategy": "OnWorkflowDeletion"}),
            )],
        ),
        knob(
            "dnsPolicy: Default",
            [("/spec/dnsPolicy", json!("Default"))],
        ),
        knob("suspend: true", [("/spec/suspend", json!(true))]),
        knob("priority: -3", [("/spec/priority", json!(-3))]),
        knob(
            "priorityClassName: low",
            [
                ("/spec/podPriorityClassName", json!("low")),
                ("/spec/templates/0/priorityClassName", json!("low")),
            ],
        ),
        knob("podParallelism: 4", [("/spec/parallelism", json!(4))]),
        knob(
            "workflowParallelism: 3",
            [
                ("/spec/synchronization", json!({"semaphores": [semaphore]})),
                ("/supporting/ConfigMap platform-sync", map),
            ],
        ),
        knob(
            "argoVersion: 3.5",
            [
                ("/spec/synchronization/semaphores", json!(null)),
                ("/spec/synchronization", json!({"semaphore": semaphore})),
            ],
        )
        .beside("workflowParallelism: 3"),
        knob(
            "namespace: jobs",
            [(
                "/supporting/ConfigMap platform-sync/metadata/namespace",
                json!("jobs"),
            )],
        )
        .beside("workflowParallelism: 3"),
        knob(
            "onExit: {action: job}",
            [("/spec/hooks", json!({"exit": exit}))],
        ),
        knob(
            "hooks: {always: {expression: 'true', action: job}}",
            [("/spec/hooks", json!({"always": hook}))],
        ),
    ]
}

fn end() -> Vec<Knob> {
    vec![
        knob(
            "podDeleteDelaySeconds: 180",
            [(
                "/spec/podGC",
                json!({"strategy": "OnWorkflowCompletion", "deleteDelayDuration": "180s"}),
            )],
        ),
        knob(
            "podDeleteLabels: {a: b}",
            [(
                "/spec/podGC/labelSelector",
                json!({"matchLabels": {"a": "b"}}),
            )],
        )
        .beside("podDeleteDelaySeconds: 1"),
        knob(
            "workflowDeleteSecondsAfterCompletion: 1",
            [("/spec/ttlStrategy/secondsAfterCompletion", json!(1))],
        ),
        knob(
            "workflowDeleteSecondsAfterFailure: 2",
            [("/spec/ttlStrategy/secondsAfterFailure", json!(2))],
        ),
        knob(
            "workflowDeleteSecondsAfterSuccess: 0",
            [("/spec/ttlStrategy/secondsAfterSuccess", json!(0))],
        ),
    ]
}

fn retries() -> Vec<Knob> {
    let field =
        |name: &str| -> &'static str { Box::leak(format!("{RETRY}/{name}").into_boxed_str()) };
    vec![
        knob("retryMaxAttempts: 0", [(RETRY, json!({"limit": "0"}))]),
        knob(
            "retryPolicy: OnTransientError",
            [(field("retryPolicy"), json!("OnTransientError"))],
        )
        .beside(RETRIES),
        knob(
            "retryExpression: lastRetry.exitCode != '2'",
            [(field("expression"), json!("lastRetry.exitCode != '2'"))],
        )
        .beside(RETRIES),
        knob(
            "retryBackoffInitialDurationSeconds: 30",
            [(field("backoff"), json!({"duration": "30s"}))],
        )
        .beside(RETRIES),
        knob(
            "retryBackoffFactor: 2",
            [(field("backoff/factor"), json!("2"))],
        )
        .beside("retryMaxAttempts: 5\nretryBackoffInitialDurationSeconds: 1"),
        knob(
            "retryBackoffMaxDurationSeconds: 3600",
            [(field("backoff/maxDuration"), json!("3600s"))],
        )
        .beside("retryMaxAttempts: 5\nretryBackoffInitialDurationSeconds: 1"),
        knob(
            "retryBackoffCapSeconds: 60",
            [(field("backoff/cap"), json!("60s"))],
        )
        .beside("retryMaxAttempts: 5\nretryBackoffInitialDurationSeconds: 1"),
    ]
}

fn parameters() -> Vec<Knob> {
    let passed = json!([{"name": "foo", "value": "bar", "description": "Some input"}]);
    let input = json!([{"name": "foo", "default": "{{workflow.parameters.foo}}", "description": "Some input"}]);
    vec![
        knob(
            "arguments: {parameters: [{name: a, value: 1, enum: [1, 2]}], artifacts: [{name: b, raw: {data: x}}]}",
            [(
                "/spec/arguments",
                json!({"parameters": [{"name": "a", "value": "1", "enum": ["1", "2"]}], "artifacts": [{"name": "b", "raw": {"data": "x"}}]}),
            )],
        ),
        knob(
            "passthroughParameters: [{name: foo, description: Some input, default: bar}]",
            [
                ("/spec/arguments/parameters", passed),
                ("/spec/templates/0/inputs/parameters", input.clone()),
                ("/spec/templates/1/inputs/parameters", input),
                (
                    "/spec/templates/1/dag/tasks/0/arguments/parameters",
                    json!([{"name": "foo", "value": "{{inputs.parameters.foo}}"}]),
                ),
            ],
        ),
    ]
}

fn labels() -> Vec<Knob> {
    vec![
        knob(
            "extraLabels: {a: b c}",
            [
                ("/spec/podMetadata/labels/a", json!("b.c")),
                ("/spec/workflowMetadata/labels/a", json!("b.c")),
                (
                    "/supporting/ConfigMap platform-sync/metadata/labels/a",
                    json!("b.c"),
                ),
            ],
        )
        .beside("workflowParallelism: 1"),
        knob(
            "extraPodLabels: {a: b}",
            [("/spec/podMetadata/labels/a", json!("b"))],
        ),
        knob(
            "extraPodAnnotations: {a: 'b c'}",
            [("/spec/podMetadata/annotations/a", json!("b c"))],
        ),
        knob(
            "extraWorkflowLabels: {a: true}",
            [("/spec/workflowMetadata/labels/a", json!("true"))],
        ),
        knob(
            "workflowAnnotations: {a: 'b c'}",
            [("/spec/workflowMetadata/annotations/a", json!("b c"))],
        ),
        knob(
            "labelsFromParameters: [git-ref, absent]",
            [(
                "/spec/workflowMetadata/labelsFrom/git-ref/expression",
                json!(LABEL),
            )],
        )
        .beside("arguments: {parameters: [{name: git-ref, value: main}]}"),
        knob(
            "labelsFrom: {who: {expression: workflow.name}}",
            [(
                "/spec/workflowMetadata/labelsFrom/who/expression",
                json!("workflow.name"),
            )],
        ),
    ]
}

/// What makes a label of the parameter `git-ref`.
const LABEL: &str = "sprig.regexReplaceAll('[^A-Za-z0-9]+$', sprig.trunc(63, sprig.regexReplaceAll('^[^A-Za-z0-9]+', sprig.regexReplaceAll('[^A-Za-z0-9._-]', workflow.parameters['git-ref'], '.'), '')), '')";

fn nodes() -> Vec<Knob> {
    let spot =
        json!([{"key": "spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"}]);
    let needs = |values: &[&str]| {
        let expression = json!([{"key": "class", "operator": "In", "values": values}]);
        json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": expression}]}}})
    };
    let likes = |expression: Value| {
        let preference = json!([{"weight": 5, "preference": {"matchExpressions": [expression]}}]);
        json!({"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preference}})
    };
    let not_in = likes(json!({"key": "zone", "operator": "NotIn", "values": ["b"]}));
    let exists = likes(json!({"key": "ssd", "operator": "Exists"}));
    let extra = json!([{"operator": "Exists"}]);
    let controllers = json!([{"key": "controller", "operator": "Exists"}]);
    vec![
        knob(
            "nodeClasses: [{name: spot, allowed: true, label: spot-enabled, taint: {key: spot, value: true, effect: NoSchedule}}, {name: arm, label: arm-enabled, taint: {key: arm}}]",
            [
                ("/spec/tolerations", spot.clone()),
                ("/spec/templates/0/tolerations", spot),
                (
                    "/spec/podMetadata/labels",
                    json!({"spot-enabled": "true", "arm-enabled": "false"}),
                ),
            ],
        ),
        knob(
            "nodeClasses: [{name: controller, required: true, taint: {key: controller}, nodes: {key: class, values: [controller]}}]",
            [
                ("/spec/tolerations", controllers.clone()),
                ("/spec/templates/0/tolerations", controllers),
                ("/spec/affinity", needs(&["controller"])),
                ("/spec/templates/0/affinity", needs(&["controller"])),
            ],
        ),
        knob(
            "extraTolerations: [{operator: Exists, key: null}]",
            [
                ("/spec/tolerations", extra.clone()),
                ("/spec/templates/0/tolerations", extra),
            ],
        ),
        knob(
            "nodeRequirements: {class: [a, b]}",
            [
                ("/spec/affinity", needs(&["a", "b"])),
                ("/spec/templates/0/affinity", needs(&["a", "b"])),
            ],
        ),
        knob(
            "nodePreferences: {zone: {weight: 5, operator: NotIn, values: [b]}}",
            [
                ("/spec/affinity", not_in.clone()),
                ("/spec/templates/0/affinity", not_in),
            ],
        ),
        knob(
            "nodePreferences: {ssd: {weight: 5, operator: Exists}}",
            [
                ("/spec/affinity", exists.clone()),
                ("/spec/templates/0/affinity", exists),
            ],
        ),
        knob(
            "schedulerName: other",
            [
                ("/spec/schedulerName", json!("other")),
                ("/spec/templates/0/schedulerName", json!("other")),
            ],
        ),
        knob(
            "disruptionsEnabled: false",
            [("/spec/podDisruptionBudget", json!({"minAvailable": 9999}))],
        ),
        knob(
            "disruptionAnnotations: {stay: 'true'}",
            [("/spec/podMetadata/annotations/stay", json!("true"))],
        )
        .beside("disruptionsEnabled: false"),
    ]
}

fn containers() -> Vec<Knob> {
    let resources = json!({"requests": {"cpu": "50m"}});
    let user = json!({"runAsUser": 7, "runAsGroup": 7, "runAsNonRoot": true});
    let pod = json!({"runAsUser": 7, "runAsGroup": 7, "runAsNonRoot": false, "fsGroup": 7, "fsGroupChangePolicy": "OnRootMismatch"});
    let from = |kind: &str, name: &str| json!([{"name": "A", "valueFrom": {kind: {"name": name, "key": "k", "optional": false}}}]);
    let own = json!([{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "platform", "key": "TOKEN", "optional": false}}}]);
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": "platform"}});
    let arm = json!([{"key": "arm", "operator": "Exists"}]);
    vec![
        knob("defaultContainerImage: busybox", [("/spec/templates/0/container/image", json!("busybox"))]),
        knob("defaultContainerImage: busybox", [("/spec/templates/0/containerSet/containers/0/image", json!("busybox"))])
            .on("set"),
        knob("defaultResources: {requests: {cpu: 50m}}", [("/spec/templates/0/container/resources", resources.clone())]),
        knob("defaultSidecars: true", [("/spec/templates/0/sidecars/0/resources", resources)])
            .on("sided")
            .beside("defaultResources: {requests: {cpu: 50m}}"),
        knob("imagePullSecrets: [a]", [("/spec/imagePullSecrets", json!([{"name": "a"}]))]),
        knob("uid: 7", [(SECURITY, user.clone()), ("/spec/securityContext", pod.clone())]),
        knob("uid: 7", [("/spec/templates/0/script/securityContext", user), ("/spec/securityContext", pod)]).on("lines"),
        knob("mountOwner: 8", [("/spec/securityContext/fsGroup", json!(8))]).beside("uid: 7"),
        knob(
            "runAsRoot: true",
            [
                (SECURITY, json!({"runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": false, "allowPrivilegeEscalation": true})),
                ("/spec/securityContext", json!({"runAsUser": 0, "runAsGroup": 0, "runAsNonRoot": false})),
            ],
        ),
        knob("readOnly: true", [(SECURITY, json!({"readOnlyRootFilesystem": true}))]),
        knob(
            "privileged: true",
            [(SECURITY, json!({"privileged": true, "allowPrivilegeEscalation": true, "capabilities": {"drop": []}}))],
        ),
        knob("linuxCapabilities: [NET_ADMIN]", [(SECURITY, json!({"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}}))]),
        knob("commonEnv: {B: '', A: 1}", [(ENV, json!([{"name": "A", "value": "1"}, {"name": "B", "value": ""}]))]),
        knob("commonSecrets: {TOKEN: s3cret}", [(ENV, own), ("/supporting/Secret platform", secret)]),
        knob("commonEnvFromSecrets: {A: {secret: s, key: k}}", [(ENV, from("secretKeyRef", "s"))]),
        knob("commonEnvFromConfigMaps: {A: {configMap: c, key: k}}", [(ENV, from("configMapKeyRef", "c"))]),
        knob(
            "resourcePods: {nodeClasses: [arm], resources: {limits: {memory: 250Mi}}}",
            [
                ("/spec/templates/0/tolerations", arm),
                (
                    "/spec/templates/0/podSpecPatch",
                    json!(r#"{"containers":[{"name":"main","resources":{"limits":{"memory":"250Mi"}}}]}"#),
                ),
            ],
        )
        .on("make")
        .beside("nodeClasses: [{name: arm, taint: {key: arm}}]"),
    ]
}

/// What a claim of that size asks for.
fn claim(size: &str) -> Value {
    json!({"accessModes": ["ReadWriteOnce"], "volumeMode": "Filesystem", "resources": {"requests": {"storage": size}}})
}

/// The one mount of a container.
fn mounted(name: &str) -> Value {
    json!([{"name": name, "mountPath": "/m"}])
}

fn files() -> Vec<Knob> {
    let mut fast = claim("20Mi");
    fast["storageClassName"] = json!("fast");
    let ephemeral = json!({"volumeClaimTemplate": {"metadata": {"annotations": {"backup": "no"}}, "spec": fast}});
    let read_only = |name: &str| json!([{"name": name, "mountPath": "/m", "readOnly": true}]);
    let keys = json!([
        {"name": "config-map-my.map", "mountPath": "/m/a.sh", "subPath": "a.sh", "readOnly": true},
        {"name": "config-map-my.map", "mountPath": "/m/b.sh", "subPath": "b.sh", "readOnly": true},
    ]);
    let keys: Value = serde_json::from_str(&keys.to_string().replace("my.map", "my-map")).unwrap();
    let secret = json!([{"name": "secret-s", "secret": {"secretName": "s", "defaultMode": 361, "optional": true}}]);
    let map = json!([{"name": "config-map-my-map", "configMap": {"name": "my.map", "defaultMode": 361, "optional": false}}]);
    let field =
        |name: &str| json!({"path": name, "fieldRef": {"fieldPath": format!("metadata.{name}")}});
    let info = json!([{"name": "podinfo", "downwardAPI": {"items": [field("labels"), field("annotations")]}}]);
    let local = json!([{"name": "my-tmp-1", "emptyDir": {"sizeLimit": "100Mi"}}]);
    vec![
        knob(
            "tmpDirectories: {My-Tmp_1: {mountPath: /m, nodeLocal: true}}",
            [("/spec/volumes", local), (MOUNTS, mounted("my-tmp-1"))],
        ),
        knob(
            "tmpDirectories: {t: {mountPath: /m, sizeMb: 20, storageClass: fast, annotations: {backup: no}}}",
            [
                (
                    "/spec/volumes",
                    json!([{"name": "t", "ephemeral": ephemeral}]),
                ),
                (MOUNTS, mounted("t")),
            ],
        ),
        knob(
            "secretMounts: {s: {mountPath: /m, optional: true}}",
            [("/spec/volumes", secret), (MOUNTS, read_only("secret-s"))],
        ),
        knob(
            "configMapMounts: {my.map: {mountPath: /m/, subPaths: [a.sh, b.sh]}}",
            [("/spec/volumes", map), (MOUNTS, keys)],
        ),
        knob(
            "podInfoPath: /m",
            [
                ("/spec/volumes", info.clone()),
                (MOUNTS, read_only("podinfo")),
            ],
        ),
        knob(
            "podInfoPath: /m",
            [
                ("/spec/volumes", info.clone()),
                ("/spec/templates/0/volumes", info),
                (
                    "/spec/templates/0/containerSet/containers/0/volumeMounts",
                    read_only("podinfo"),
                ),
            ],
        )
        .on("set"),
    ]
}

fn claims() -> Vec<Knob> {
    let shared = json!([{"metadata": {"name": "shared"}, "spec": claim("2Gi")}]);
    vec![
        knob(
            "volumeMounts: {shared: {mountPath: /m, sizeGb: 2}}",
            [
                ("/spec/volumeClaimTemplates", shared.clone()),
                (
                    "/spec/volumeClaimGC",
                    json!({"strategy": "OnWorkflowCompletion"}),
                ),
                (MOUNTS, mounted("shared")),
            ],
        ),
        knob(
            "volumeMounts: {shared: {mountPath: /m, sizeGb: 2}}",
            [
                ("/spec/volumeClaimTemplates", shared),
                (
                    "/spec/volumeClaimGC",
                    json!({"strategy": "OnWorkflowCompletion"}),
                ),
                (
                    "/spec/templates/0/containerSet/volumeMounts",
                    mounted("shared"),
                ),
            ],
        )
        .on("set"),
    ]
}

fn rights() -> Vec<Knob> {
    let group = "rbac.authorization.k8s.io";
    let rules = json!([
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"]},
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtasksets"], "verbs": ["list", "watch"]},
        {"apiGroups": ["argoproj.io"], "resources": ["workflowtasksets/status"], "verbs": ["patch"]},
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]},
    ]);
    let binding = |name: &str, kind: &str, role: &str| {
        json!({
            "apiVersion": format!("{group}/v1"), "kind": "RoleBinding", "metadata": {"name": name},
            "roleRef": {"apiGroup": group, "kind": kind, "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": "runner"}],
        })
    };
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "runner", "annotations": {"cloud.example.com/role": "r"}}});
    let role = json!({"apiVersion": format!("{group}/v1"), "kind": "Role", "metadata": {"name": "runner"}, "rules": rules});
    let token = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
        "metadata": {"name": "runner.service-account-token", "annotations": {"kubernetes.io/service-account.name": "runner"}},
    });
    vec![
        knob(
            "serviceAccount: {name: runner, automountToken: true, annotations: {cloud.example.com/role: r}, clusterRoles: ['a:view'], rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]}",
            [
                ("/spec/serviceAccountName", json!("runner")),
                ("/spec/automountServiceAccountToken", json!(true)),
                ("/spec/templates/0/serviceAccountName", json!("runner")),
                ("/supporting/ServiceAccount runner", account),
                ("/supporting/Secret runner.service-account-token", token),
                ("/supporting/Role runner", role),
                ("/supporting/RoleBinding runner", binding("runner", "Role", "runner")),
                ("/supporting/RoleBinding runner:a:view", binding("runner:a:view", "ClusterRole", "a:view")),
            ],
        ),
        knob(
            "serviceAccount: {create: false}",
            [("/spec/serviceAccountName", json!("platform")), ("/spec/templates/0/serviceAccountName", json!("platform"))],
        ),
        knob(
            "deleteArtifactsOnDeletion: true",
            [
                ("/spec/artifactGC", json!({"strategy": "OnWorkflowDeletion", "serviceAccountName": "platform"})),
                (
                    "/supporting/Role platform/rules/3",
                    json!({"apiGroups": ["argoproj.io"], "resources": ["workflowartifactgctasks"], "verbs": ["list", "watch"]}),
                ),
                (
                    "/supporting/Role platform/rules/4",
                    json!({"apiGroups": ["argoproj.io"], "resources": ["workflowartifactgctasks/status"], "verbs": ["patch"]}),
                ),
            ],
        )
        .beside("serviceAccount: {}"),
    ]
}
