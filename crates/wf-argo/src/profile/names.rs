//! Names and values that the cluster would refuse.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::check::Check;
use super::source::ProfileSource;
use crate::action::is_known_everywhere;
use crate::names::{is_dns_label, is_domain, is_key, is_label_value, is_qualified};
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
        if !is_key(key) {
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

    /// Annotations, whose names may have capitals, and whose values may be anything but a reference
    /// that not every workflow knows.
    pub(super) fn annotations(&mut self, knob: &str, given: &BTreeMap<String, Scalar>) {
        for (name, value) in given {
            let path = format!("{knob}.{name}");
            self.qualified(&path, &name.to_lowercase());
            self.known_everywhere(&path, &value.0);
        }
        let sizes = given.iter().map(|(name, value)| name.len() + value.0.len());
        if sizes.sum::<usize>() > ANNOTATIONS {
            let message = format!("an object can have {ANNOTATIONS} bytes of annotations at most");
            self.error(knob, message);
        }
    }

    /// A text into which Argo puts only what every workflow has.
    pub(super) fn known_everywhere(&mut self, path: impl AsRef<str>, text: &str) {
        if !is_known_everywhere(text) {
            let rule = "here a text can refer only to what every workflow has: `{{workflow.name}}`, \
                        `{{workflow.namespace}}`, `{{workflow.uid}}` and `{{workflow.creationTimestamp}}`";
            self.error(path, rule);
        }
    }

    /// The names of objects and annotations that no other check has to do with.
    pub(super) fn plain_names(&mut self, source: &ProfileSource) {
        let repository = source.artifact_repository.as_ref();
        if let Some(name) = source.namespace.as_ref().filter(|it| !is_dns_label(it)) {
            let rule = "has to be a DNS label, as namespaces are: lower-case letters, digits and `-`, at most 63, a \
                        letter or a digit at both ends";
            self.error("namespace", format!("`{name}` {rule}"));
        }
        for (knob, name) in [
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
