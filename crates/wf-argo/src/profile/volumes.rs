//! Files: the volumes of every pod, and where its containers find them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::check::Check;
use super::fields::{fields, filled, object, text, texts};
use super::source::{ClaimSource, MountSource, ProfileSource, TmpDirectorySource};
use crate::names::is_key;
use crate::reserved;
use crate::scalar::Scalar;

/// `r-xr-x--x`: the owner and its group read and run, as scripts in a config map want it.
const READ_AND_RUN: u32 = 0o551;

/// Volumes, mounts and claims.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// `spec.volumes`.
    pub(super) volumes: Vec<Value>,
    /// Where a container finds them.
    pub(super) mounts: Vec<Value>,
    /// `spec.volumeClaimTemplates`, shared by the pods of a run.
    pub(super) claims: Vec<Value>,
    /// Where a container finds those.
    pub(super) claim_mounts: Vec<Value>,
    /// Volumes and paths by whose they are, so that no two are one.
    names: BTreeMap<String, String>,
    paths: BTreeMap<String, String>,
}

/// The files that the knobs ask for.
pub(super) fn files(check: &mut Check<'_>, source: &ProfileSource) -> Files {
    let mut files = Files::default();
    if let Some(path) = &source.pod_info_path {
        files.pod_info(check, path);
    }
    for (name, directory) in &source.tmp_directories {
        files.tmp_directory(check, name, directory);
    }
    for (name, mount) in &source.secret_mounts {
        let volume =
            json!({"secretName": name, "defaultMode": READ_AND_RUN, "optional": mount.optional});
        files.mount(check, "secretMounts", name, mount, ("secret", volume));
    }
    for (name, mount) in &source.config_map_mounts {
        let volume = json!({"name": name, "defaultMode": READ_AND_RUN, "optional": mount.optional});
        files.mount(check, "configMapMounts", name, mount, ("configMap", volume));
    }
    for (name, claim) in &source.volume_mounts {
        files.claim(check, name, claim);
    }
    files
}

impl Files {
    /// Labels and annotations of the pod, as files.
    fn pod_info(&mut self, check: &mut Check<'_>, path: &str) {
        let item = |field: &str| json!({"path": field, "fieldRef": {"fieldPath": format!("metadata.{field}")}});
        let name = self.name(check, "podInfoPath", "podinfo");
        self.path(check, "podInfoPath", path);
        let items = [item("labels"), item("annotations")];
        self.volumes
            .push(json!({"name": name, "downwardAPI": {"items": items}}));
        self.mounts
            .push(json!({"name": name, "mountPath": path, "readOnly": true}));
    }

    fn tmp_directory(&mut self, check: &mut Check<'_>, name: &str, source: &TmpDirectorySource) {
        let knob = format!("tmpDirectories.{name}");
        let volume = self.name(check, &knob, name);
        self.path(check, format!("{knob}.mountPath"), &source.mount_path);
        if source.node_local && (source.storage_class.is_some() || !source.annotations.is_empty()) {
            let message = "a directory of the node has no claim; leave out `storageClass` and `annotations`, or `nodeLocal`";
            check.error(&knob, message);
        }
        check.annotations(&format!("{knob}.annotations"), &source.annotations);
        storage_class(check, &knob, source.storage_class.as_deref());
        let size = format!("{}Mi", source.size_mb.map_or(100, u32::from));
        let kind = if source.node_local {
            ("emptyDir", Some(json!({"sizeLimit": size})))
        } else {
            let spec = claim_spec(
                &json!(["ReadWriteOnce"]),
                source.storage_class.as_deref(),
                &size,
            );
            let metadata = metadata(&source.annotations);
            let claim = object([("metadata", metadata), ("spec", Some(spec))]);
            ("ephemeral", Some(json!({"volumeClaimTemplate": claim})))
        };
        self.volumes
            .push(object([("name", text(Some(&volume))), kind]));
        self.mounts
            .push(json!({"name": volume, "mountPath": source.mount_path}));
    }

    /// A secret or a config map: whole, or some keys of it.
    fn mount(
        &mut self,
        check: &mut Check<'_>,
        knob: &str,
        name: &str,
        source: &MountSource,
        (kind, volume): (&str, Value),
    ) {
        let knob = format!("{knob}.{name}");
        check.object_name(&knob, name);
        let prefix = if kind == "secret" {
            "secret"
        } else {
            "config-map"
        };
        let own = self.name(check, &knob, &format!("{prefix}-{name}"));
        if source.sub_paths.is_empty() {
            self.path(check, format!("{knob}.mountPath"), &source.mount_path);
            self.mounts
                .push(json!({"name": own, "mountPath": source.mount_path, "readOnly": true}));
        }
        for key in &source.sub_paths {
            if !is_key(key) {
                let message = format!("`{key}` is no key of it");
                check.error(format!("{knob}.subPaths"), message);
            }
            let path = format!("{}/{key}", source.mount_path.trim_end_matches('/'));
            self.path(check, format!("{knob}.subPaths"), &path);
            self.mounts
                .push(json!({"name": own, "mountPath": path, "subPath": key, "readOnly": true}));
        }
        self.volumes.push(json!({"name": own, kind: volume}));
    }

    /// A volume that the pods of a run share, made for the run.
    fn claim(&mut self, check: &mut Check<'_>, name: &str, source: &ClaimSource) {
        let knob = format!("volumeMounts.{name}");
        let own = self.name(check, &knob, name);
        self.path(check, format!("{knob}.mountPath"), &source.mount_path);
        let modes = match &source.access_modes {
            Some(modes) if modes.is_empty() => {
                check.error(
                    format!("{knob}.accessModes"),
                    "it is empty; leave it out for `ReadWriteOnce`",
                );
                json!([])
            }
            Some(modes) => json!(modes),
            None => json!(["ReadWriteOnce"]),
        };
        storage_class(check, &knob, source.storage_class.as_deref());
        let size = format!("{}Gi", source.size_gb.map_or(1, u32::from));
        let spec = claim_spec(&modes, source.storage_class.as_deref(), &size);
        self.claims
            .push(json!({"metadata": {"name": own}, "spec": spec}));
        self.claim_mounts
            .push(json!({"name": own, "mountPath": source.mount_path}));
    }

    /// The name as a volume's: lower case, without what a volume's name cannot have.
    fn name(&mut self, check: &mut Check<'_>, knob: &str, written: &str) -> String {
        let lower = written.to_lowercase();
        let fits = |it: char| {
            if it.is_ascii_lowercase() || it.is_ascii_digit() {
                it
            } else {
                '-'
            }
        };
        let all: String = lower.chars().map(fits).collect();
        let cut: String = all.trim_matches('-').chars().take(63).collect();
        let name = cut.trim_end_matches('-').to_owned();
        if name.is_empty() {
            check.error(knob, "its name needs a letter or a digit");
        } else if reserved::is_volume(&name) {
            let message =
                format!("its volume would be called `{name}`, as one of Argo's own; rename it");
            check.error(knob, message);
        } else if let Some(other) = self.names.insert(name.clone(), knob.to_owned()) {
            check.error(
                knob,
                format!("its volume would be called `{name}`, as that of `{other}`; rename one"),
            );
        }
        name
    }

    /// The path, which nothing else may have.
    fn path(&mut self, check: &mut Check<'_>, knob: impl Into<String>, path: &str) {
        let knob = knob.into();
        check.absolute(&knob, path);
        let clean = path.trim_end_matches('/').to_owned();
        if reserved::is_path(&clean) {
            let message = format!("`{path}` is a directory of Argo's own; take another one");
            check.error(knob, message);
        } else if let Some(other) = self.paths.insert(clean, knob.clone()) {
            check.error(
                knob,
                format!("`{path}` is the path of `{other}`, too; a path holds one volume"),
            );
        }
    }
}

fn storage_class(check: &mut Check<'_>, knob: &str, name: Option<&str>) {
    if let Some(name) = name {
        check.object_name(format!("{knob}.storageClass"), name);
    }
}

fn claim_spec(modes: &Value, storage_class: Option<&str>, size: &str) -> Value {
    object([
        ("accessModes", Some(modes.clone())),
        ("storageClassName", text(storage_class)),
        ("volumeMode", Some(Value::from("Filesystem"))),
        ("resources", Some(json!({"requests": {"storage": size}}))),
    ])
}

fn metadata(annotations: &BTreeMap<String, Scalar>) -> Option<Value> {
    filled(fields([("annotations", filled(texts(annotations)))]))
}
