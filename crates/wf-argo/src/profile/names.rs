//! Names and values that the cluster would refuse.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::check::Check;
use super::source::ProfileSource;
use crate::names::{LONGEST_DOMAIN, is_domain, is_label_value, is_qualified};
use crate::scalar::Scalar;

/// What Kubernetes allows for all annotations of an object, names and values together.
const ANNOTATIONS: usize = 256 * 1024;

impl Check<'_> {
    /// A name of an object in the cluster.
    pub(super) fn object_name(&mut self, path: impl AsRef<str>, name: &str) {
        if !is_domain(name) {
            let rule = "has to be the name of an object: lower-case letters, digits, `-` and `.`, at most 253, a \
                        letter or a digit at both ends";
            self.error(path, format!("`{name}` {rule}"));
        }
    }

    /// A key of a secret or of a config map.
    pub(super) fn key(&mut self, path: impl AsRef<str>, key: &str) {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_key = (1..=LONGEST_DOMAIN).contains(&key.len()) && key.bytes().all(is_part);
        if !is_key || key == "." || key == ".." {
            self.error(
                path,
                format!("`{key}` has to be a key: letters, digits, `-`, `_` and `.`, at most 253"),
            );
        }
    }

    /// What names a label, a taint or an annotation.
    pub(super) fn qualified(&mut self, path: impl AsRef<str>, name: &str) {
        if !is_qualified(name) {
            let rule = "has to be letters, digits, `-`, `_` and `.`, at most 63, a letter or a digit at both ends; a \
                        domain may stand before it, as in `example.com/pool`";
            self.error(path, format!("`{name}` {rule}"));
        }
    }

    /// What a label or a taint has.
    pub(super) fn label_value(&mut self, path: impl AsRef<str>, value: &str) {
        if !is_label_value(value) {
            let rule = "has to be letters, digits, `-`, `_` and `.`, at most 63, a letter or a digit at both ends, or \
                        nothing";
            self.error(path, format!("`{value}` {rule}"));
        }
    }

    /// Annotations, whose values may be anything.
    pub(super) fn annotations(&mut self, knob: &str, given: &BTreeMap<String, Scalar>) {
        for name in given.keys() {
            self.qualified(format!("{knob}.{name}"), name);
        }
        let sizes = given.iter().map(|(name, value)| name.len() + value.0.len());
        if sizes.sum::<usize>() > ANNOTATIONS {
            let message = format!("an object can have {ANNOTATIONS} bytes of annotations at most");
            self.error(knob, message);
        }
    }

    /// The names of objects and annotations that no other check has to do with.
    pub(super) fn plain_names(&mut self, source: &ProfileSource) {
        let repository = source.artifact_repository.as_ref();
        for (knob, name) in [
            ("namespace", source.namespace.as_ref()),
            ("priorityClassName", source.priority_class_name.as_ref()),
            ("schedulerName", source.scheduler_name.as_ref()),
            (
                "artifactRepository.configMap",
                repository.and_then(|it| it.config_map.as_ref()),
            ),
        ] {
            if let Some(name) = name {
                self.object_name(knob, name);
            }
        }
        for (index, name) in source.image_pull_secrets.iter().enumerate() {
            self.object_name(format!("imagePullSecrets[{index}]"), name);
        }
        if let Some(key) = repository.and_then(|it| it.key.as_ref()) {
            self.key("artifactRepository.key", key);
        }
        self.annotations("disruptionAnnotations", &source.disruption_annotations);
        self.annotations("extraPodAnnotations", &source.extra_pod_annotations);
        self.annotations("workflowAnnotations", &source.workflow_annotations);
    }

    /// Labels by which objects are chosen, once they are mended.
    pub(super) fn chosen(&mut self, knob: &str, mended: &Map<String, Value>) {
        for name in mended.keys() {
            self.qualified(knob, name);
        }
    }
}
