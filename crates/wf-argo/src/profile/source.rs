//! The YAML of a profile as it is written, before it is checked.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use wf_model::RetryPolicy;

use super::secret::Secret;
use crate::scalar::{self, Scalar};

/// Every knob, in the order of `docs/profile.md`. One that is not there adds nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProfileSource {
    // Whose it is, and which Argo there is.
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) argo_version: Option<Scalar>,
    pub(super) template_referencing: Option<TemplateReferencing>,

    // The run as a whole.
    pub(super) active_deadline_seconds: Option<NonZeroU32>,
    pub(super) archive_logs_enabled: Option<bool>,
    pub(super) artifact_repository: Option<ArtifactRepositorySource>,
    pub(super) delete_artifacts_on_deletion: Option<bool>,
    pub(super) dns_policy: Option<DnsPolicy>,
    pub(super) suspend: Option<bool>,
    pub(super) priority: Option<i32>,
    pub(super) priority_class_name: Option<String>,
    pub(super) pod_parallelism: Option<NonZeroU32>,
    pub(super) workflow_parallelism: Option<NonZeroU32>,
    pub(super) on_exit: Option<UseSource>,
    #[serde(default)]
    pub(super) hooks: BTreeMap<String, HookSource>,
    pub(super) cluster_workflow_template_ref: Option<Value>,

    // What is left of it.
    pub(super) pod_delete_delay_seconds: Option<u32>,
    #[serde(default)]
    pub(super) pod_delete_labels: BTreeMap<String, Scalar>,
    pub(super) workflow_delete_seconds_after_completion: Option<u32>,
    pub(super) workflow_delete_seconds_after_failure: Option<u32>,
    pub(super) workflow_delete_seconds_after_success: Option<u32>,

    // Retries.
    pub(super) retry_max_attempts: Option<u32>,
    pub(super) retry_policy: Option<RetryPolicy>,
    pub(super) retry_expression: Option<String>,
    pub(super) retry_backoff_initial_duration_seconds: Option<u32>,
    pub(super) retry_backoff_factor: Option<NonZeroU32>,
    pub(super) retry_backoff_max_duration_seconds: Option<u32>,
    pub(super) retry_backoff_cap_seconds: Option<u32>,

    // Parameters.
    #[serde(default)]
    pub(super) arguments: ArgumentsSource,
    #[serde(default)]
    pub(super) passthrough_parameters: Vec<ParameterSource>,

    // Labels and annotations.
    #[serde(default)]
    pub(super) extra_labels: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) extra_pod_labels: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) extra_pod_annotations: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) extra_workflow_labels: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) workflow_annotations: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) labels_from_parameters: Vec<String>,
    #[serde(default)]
    pub(super) labels_from: BTreeMap<String, LabelFromSource>,

    // Where pods run.
    #[serde(default)]
    pub(super) node_classes: Vec<NodeClassSource>,
    #[serde(default)]
    pub(super) extra_tolerations: Vec<TolerationSource>,
    #[serde(default)]
    pub(super) node_requirements: BTreeMap<String, Vec<Scalar>>,
    #[serde(default)]
    pub(super) node_preferences: BTreeMap<String, NodePreferenceSource>,
    pub(super) scheduler_name: Option<String>,
    pub(super) disruptions_enabled: Option<bool>,
    #[serde(default)]
    pub(super) disruption_annotations: BTreeMap<String, Scalar>,

    // Containers.
    pub(super) default_container_image: Option<String>,
    pub(super) default_resources: Option<Map<String, Value>>,
    pub(super) default_sidecars: Option<bool>,
    #[serde(default)]
    pub(super) image_pull_secrets: Vec<String>,
    pub(super) uid: Option<u32>,
    pub(super) mount_owner: Option<u32>,
    pub(super) run_as_root: Option<bool>,
    pub(super) read_only: Option<bool>,
    pub(super) privileged: Option<bool>,
    pub(super) linux_capabilities: Option<Vec<String>>,
    #[serde(default)]
    pub(super) common_env: BTreeMap<String, Scalar>,
    #[serde(default)]
    pub(super) common_secrets: BTreeMap<String, Secret>,
    #[serde(default)]
    pub(super) common_env_from_secrets: BTreeMap<String, SecretKeySource>,
    #[serde(default)]
    pub(super) common_env_from_config_maps: BTreeMap<String, ConfigMapKeySource>,
    pub(super) resource_pods: Option<ResourcePodsSource>,

    // Files.
    #[serde(default)]
    pub(super) tmp_directories: BTreeMap<String, TmpDirectorySource>,
    #[serde(default)]
    pub(super) secret_mounts: BTreeMap<String, MountSource>,
    #[serde(default)]
    pub(super) config_map_mounts: BTreeMap<String, MountSource>,
    #[serde(default)]
    pub(super) volume_mounts: BTreeMap<String, ClaimSource>,
    pub(super) pod_info_path: Option<String>,

    // Rights.
    pub(super) service_account: Option<ServiceAccountSource>,
}

/// The controller's setting of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TemplateReferencing {
    Unrestricted,
    Strict,
    Secure,
}

/// Kubernetes' words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum DnsPolicy {
    ClusterFirst,
    ClusterFirstWithHostNet,
    Default,
    None,
}

/// Where artifacts are kept: a key of a config map.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ArtifactRepositorySource {
    pub(super) config_map: Option<String>,
    pub(super) key: Option<String>,
}

/// The use of an action.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UseSource {
    pub(super) action: String,
    #[serde(default)]
    pub(super) parameters: Vec<GivenSource>,
}

/// The use of an action on an occasion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HookSource {
    pub(super) expression: String,
    pub(super) action: String,
    #[serde(default)]
    pub(super) parameters: Vec<GivenSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenSource {
    pub(super) name: String,
    pub(super) value: Scalar,
}

/// What every workflow is given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArgumentsSource {
    #[serde(default)]
    pub(super) parameters: Vec<ParameterSource>,
    #[serde(default)]
    pub(super) artifacts: Vec<Map<String, Value>>,
}

/// A parameter of every workflow.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ParameterSource {
    pub(super) name: String,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) default: Option<String>,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) value: Option<String>,
    pub(super) description: Option<String>,
    #[serde(rename = "enum", default, deserialize_with = "scalar::optional_list")]
    pub(super) allowed: Option<Vec<String>>,
    pub(super) global_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelFromSource {
    pub(super) expression: String,
}

/// A kind of nodes that the operator has: how it keeps pods off, and how it is told.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NodeClassSource {
    pub(super) name: String,
    #[serde(default)]
    pub(super) allowed: bool,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) taint: Option<TaintSource>,
    pub(super) nodes: Option<NodeLabelSource>,
    pub(super) label: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaintSource {
    pub(super) key: String,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) value: Option<String>,
    pub(super) effect: Option<TaintEffect>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NodeLabelSource {
    pub(super) key: String,
    pub(super) values: Vec<Scalar>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TolerationSource {
    pub(super) key: Option<String>,
    pub(super) operator: Option<TolerationOperator>,
    #[serde(default, deserialize_with = "scalar::optional")]
    pub(super) value: Option<String>,
    pub(super) effect: Option<TaintEffect>,
    pub(super) toleration_seconds: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum TolerationOperator {
    Equal,
    Exists,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NodePreferenceSource {
    pub(super) weight: u32,
    #[serde(default)]
    pub(super) operator: NodeOperator,
    #[serde(default)]
    pub(super) values: Vec<Scalar>,
}

/// Kubernetes' words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum NodeOperator {
    #[default]
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SecretKeySource {
    pub(super) secret: String,
    pub(super) key: String,
    #[serde(default)]
    pub(super) optional: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ConfigMapKeySource {
    pub(super) config_map: String,
    pub(super) key: String,
    #[serde(default)]
    pub(super) optional: bool,
}

/// What the pods of `resource` actions get, which have no container of their own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ResourcePodsSource {
    #[serde(default)]
    pub(super) node_classes: Vec<String>,
    pub(super) resources: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TmpDirectorySource {
    pub(super) mount_path: String,
    pub(super) size_mb: Option<NonZeroU32>,
    #[serde(default)]
    pub(super) node_local: bool,
    pub(super) storage_class: Option<String>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, Scalar>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct MountSource {
    pub(super) mount_path: String,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) sub_paths: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ClaimSource {
    pub(super) mount_path: String,
    pub(super) storage_class: Option<String>,
    pub(super) access_modes: Option<Vec<AccessMode>>,
    pub(super) size_gb: Option<NonZeroU32>,
}

/// Kubernetes' words.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[expect(clippy::enum_variant_names, reason = "they are Kubernetes' words")]
pub(super) enum AccessMode {
    ReadWriteOnce,
    ReadOnlyMany,
    ReadWriteMany,
    ReadWriteOncePod,
}

/// Who the pods are to the cluster.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ServiceAccountSource {
    pub(super) name: Option<String>,
    pub(super) create: Option<bool>,
    #[serde(default)]
    pub(super) annotations: BTreeMap<String, Scalar>,
    pub(super) automount_token: Option<bool>,
    #[serde(default)]
    pub(super) rules: Vec<Map<String, Value>>,
    #[serde(default)]
    pub(super) cluster_roles: Vec<String>,
}
