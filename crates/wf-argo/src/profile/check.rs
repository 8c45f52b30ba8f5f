//! The check of a profile: everything that is wrong with it, not only the first.

use serde_json::{Map, Value};

use super::reading;
use super::source::{ProfileSource, ServiceAccountSource};
use crate::definitions::definitions;
use crate::error::Error;
use crate::lines::Lines;

/// What was found so far.
pub(super) struct Check<'a> {
    file: &'a str,
    lines: Lines<'a>,
    errors: Vec<Error>,
}

impl<'a> Check<'a> {
    pub(super) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            lines: Lines::new(text),
            errors: Vec::new(),
        }
    }

    pub(super) fn error(&mut self, path: impl AsRef<str>, message: impl AsRef<str>) {
        let error = reading::fault(self.file, &self.lines, path.as_ref(), message.as_ref());
        self.errors.push(error);
    }

    pub(super) fn into_errors(self) -> Vec<Error> {
        self.errors
    }

    /// What is passed on as it is written, to where Argo's objects have something of that
    /// definition.
    pub(super) fn passed_on(&mut self, path: &str, definition: &str, given: &Map<String, Value>) {
        let given = Value::Object(given.clone());
        let mut found = Vec::new();
        definitions().check(definition, &given, path, &mut |path, message| {
            found.push((path, message));
        });
        for (path, message) in found {
            self.error(path, message);
        }
    }

    /// A name of an object in the cluster.
    pub(super) fn object_name(&mut self, path: impl AsRef<str>, name: &str) {
        if !(1..=253).contains(&name.len()) || !name.split('.').all(is_dns_label) {
            let rule = "has to be the name of an object: lower-case letters, digits, `-` and `.`, at most 253, a \
                        letter or a digit at both ends";
            self.error(path, format!("`{name}` {rule}"));
        }
    }

    /// A path in a container.
    pub(super) fn absolute(&mut self, path: impl AsRef<str>, given: &str) {
        let is_clean = given.split('/').all(|part| part != "..");
        if !given.starts_with('/') || given.len() < 2 || !is_clean || given.contains(':') {
            self.error(
                path,
                format!("`{given}` has to be an absolute path without `..` and `:`, as in `/data`"),
            );
        }
    }

    /// Names and numbers that stand for themselves.
    pub(super) fn plain_knobs(&mut self, source: &ProfileSource) {
        if !is_dns_label(&source.name) {
            let rule = "the name has to be a DNS label: lower-case letters, digits and `-`, at most 63, a letter or a \
                        digit at both ends";
            self.error("name", rule);
        }
        for (knob, name) in [
            ("namespace", &source.namespace),
            ("priorityClassName", &source.priority_class_name),
            ("schedulerName", &source.scheduler_name),
        ] {
            if let Some(name) = name {
                self.object_name(knob, name);
            }
        }
        if let Some(resources) = &source.default_resources {
            self.passed_on("defaultResources", "ResourceRequirements", resources);
        }
        let more = source.resource_pods.as_ref();
        if let Some(resources) = more.and_then(|it| it.resources.as_ref()) {
            self.passed_on("resourcePods.resources", "ResourceRequirements", resources);
        }
        for (index, artifact) in source.arguments.artifacts.iter().enumerate() {
            let path = format!("arguments.artifacts[{index}]");
            self.passed_on(&path, "Artifact", artifact);
        }
        for (name, value) in &source.common_env {
            self.plain_value(&format!("commonEnv.{name}"), &value.0);
        }
        for (index, parameter) in source.passthrough_parameters.iter().enumerate() {
            if let Some(default) = &parameter.default {
                self.plain_value(&format!("passthroughParameters[{index}].default"), default);
            }
        }
        self.lifetimes(source);
        self.hooks(source);
        if source.cluster_workflow_template_ref.is_some() {
            let remedy = "Argo takes a workflow either by reference or with templates of its own, and every workflow here \
                          has its own; refer to single templates by actions with a `templateRef` instead";
            self.error("clusterWorkflowTemplateRef", remedy);
        }
        if let Some(account) = &source.service_account {
            self.service_account(account);
        }
    }

    /// A value that Argo would take for a reference, to something that not every workflow has.
    fn plain_value(&mut self, path: &str, value: &str) {
        if value.contains("{{") {
            let message =
                "it is taken as it is, and `{{` would be a reference to Argo; leave the braces out";
            self.error(path, message);
        }
    }

    /// Kubernetes counts these in 32 bits with a sign.
    fn lifetimes(&mut self, source: &ProfileSource) {
        let knobs = [
            ("podDeleteDelaySeconds", source.pod_delete_delay_seconds),
            (
                "workflowDeleteSecondsAfterCompletion",
                source.workflow_delete_seconds_after_completion,
            ),
            (
                "workflowDeleteSecondsAfterFailure",
                source.workflow_delete_seconds_after_failure,
            ),
            (
                "workflowDeleteSecondsAfterSuccess",
                source.workflow_delete_seconds_after_success,
            ),
            ("retryMaxAttempts", source.retry_max_attempts),
            (
                "activeDeadlineSeconds",
                source.active_deadline_seconds.map(Into::into),
            ),
        ];
        for (knob, value) in knobs {
            if value.is_some_and(|value| i32::try_from(value).is_err()) {
                self.error(knob, "it can be 2147483647 at most");
            }
        }
        if source.pod_delete_delay_seconds.is_none() && !source.pod_delete_labels.is_empty() {
            self.error(
                "podDeleteLabels",
                "it narrows `podDeleteDelaySeconds`, which is not there",
            );
        }
        if source.disruptions_enabled != Some(false) && !source.disruption_annotations.is_empty() {
            self.error(
                "disruptionAnnotations",
                "they stand for `disruptionsEnabled: false`, which is not there",
            );
        }
    }

    fn hooks(&mut self, source: &ProfileSource) {
        for (name, hook) in &source.hooks {
            let path = format!("hooks.{name}");
            if name == "exit" {
                self.error(&path, "`exit` is the exit handler; say `onExit` instead");
            } else if !is_dns_label(&name.to_ascii_lowercase()) {
                self.error(&path, "the name of a hook has letters, digits and `-`");
            }
            if hook.expression.trim().is_empty() {
                self.error(
                    format!("{path}.expression"),
                    "a hook needs its occasion, as in `workflow.status == \"Running\"`",
                );
            }
        }
    }

    fn service_account(&mut self, account: &ServiceAccountSource) {
        if let Some(name) = &account.name {
            self.object_name("serviceAccount.name", name);
        }
        for role in &account.cluster_roles {
            if role.is_empty() || role.contains('/') || role.contains('%') {
                self.error(
                    "serviceAccount.clusterRoles",
                    format!("`{role}` is no name of a cluster role"),
                );
            }
        }
        for (index, rule) in account.rules.iter().enumerate() {
            let path = format!("serviceAccount.rules[{index}]");
            for field in ["apiGroups", "resources", "verbs"] {
                if rule
                    .get(field)
                    .and_then(Value::as_array)
                    .is_none_or(Vec::is_empty)
                {
                    self.error(&path, format!("a rule has `apiGroups`, `resources` and `verbs`, a list each; `{field}` is missing"));
                }
            }
        }
        if account.create == Some(false) {
            let extras = [
                ("annotations", account.annotations.is_empty()),
                ("rules", account.rules.is_empty()),
                ("clusterRoles", account.cluster_roles.is_empty()),
            ];
            for (field, _) in extras.into_iter().filter(|(_, is_empty)| !is_empty) {
                let message = "it belongs to a service account that is made; leave it out, or `create: false`";
                self.error(format!("serviceAccount.{field}"), message);
            }
        }
    }
}

pub(super) fn is_dns_label(name: &str) -> bool {
    let is_end = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.len() <= 63
        && bytes.first().copied().is_some_and(is_end)
        && bytes.last().copied().is_some_and(is_end)
        && bytes.iter().all(|&byte| is_end(byte) || byte == b'-')
}
