//! Reserved: the volumes, paths and containers that are added to pods, most of them by Argo
//! (`workflow/controller/workflowpod.go`, `workflow/common/common.go`).

const VOLUMES: [&str; 4] = [
    "var-run-argo",
    "tmp-dir-argo",
    "input-artifacts",
    "argo-staging",
];
const PATHS: [&str; 4] = [
    "/var/run/argo",
    "/argo/staging",
    "/argo/inputs/artifacts",
    "/mainctrfs",
];
const CONTAINERS: [&str; 3] = ["init", "wait", "supervisor"];
/// The volumes of an action's secrets, which are rendered here.
pub(crate) const SECRETS: &str = "action-secret-";
const PLUGINS: &str = "artifact-plugin-";

/// Whether a volume would take the place of one of Argo's, or of an action's secret.
pub(crate) fn is_volume(name: &str) -> bool {
    VOLUMES.contains(&name) || name.starts_with(SECRETS)
}

/// Whether a mount would take the place of one of Argo's.
pub(crate) fn is_path(path: &str) -> bool {
    PATHS.contains(&path.trim_end_matches('/'))
}

/// Whether a container would be taken for one of Argo's.
pub(crate) fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name) || name.starts_with(PLUGINS)
}
