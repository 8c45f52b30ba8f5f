//! Reserved: the volumes, paths and containers that Argo adds to every pod
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
const PLUGINS: &str = "artifact-plugin-";

/// Whether a volume would take the place of one of Argo's.
pub(crate) fn is_volume(name: &str) -> bool {
    VOLUMES.contains(&name)
}

/// Whether a mount would take the place of one of Argo's.
pub(crate) fn is_path(path: &str) -> bool {
    PATHS.contains(&path.trim_end_matches('/'))
}

/// Whether a container would be taken for one of Argo's.
pub(crate) fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name) || name.starts_with(PLUGINS)
}
