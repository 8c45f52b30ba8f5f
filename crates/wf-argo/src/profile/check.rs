//! The check of a profile: everything that is wrong with it, not only the first.

use serde_json::{Map, Value};

use super::source::{DnsPolicy, ParameterSource, ProfileSource};
use super::{account, expressions, labels, quantity, reading};
use crate::definitions::definitions;
use crate::error::{Error, SourcePlace};
use crate::lines::Lines;
use crate::names::is_dns_label;

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

    /// Where the profile says that.
    pub(super) fn place(&self, path: &str) -> SourcePlace {
        self.lines.place(self.file, 0, path)
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

    /// A path in a container.
    pub(super) fn absolute(&mut self, path: impl AsRef<str>, given: &str) {
        let is_clean = given.split('/').all(|part| part != "..");
        let has_others = given.contains(':') || given.contains("{{");
        if !given.starts_with('/') || given.len() < 2 || !is_clean || has_others {
            let rule = "has to be an absolute path without `..`, `:` and `{{`, as in `/data`";
            self.error(path, format!("`{given}` {rule}"));
        }
    }

    /// Names and numbers that stand for themselves.
    pub(super) fn plain_knobs(&mut self, source: &ProfileSource) {
        if !is_dns_label(&source.name) {
            let rule = "the name has to be a DNS label: lower-case letters, digits and `-`, at most 63, a letter or a \
                        digit at both ends";
            self.error("name", rule);
        }
        self.plain_names(source);
        if let Some(resources) = &source.default_resources {
            self.passed_on("defaultResources", "ResourceRequirements", resources);
            quantity::check(self, "defaultResources", resources);
        }
        let more = source.resource_pods.as_ref();
        if let Some(resources) = more.and_then(|it| it.resources.as_ref()) {
            self.passed_on("resourcePods.resources", "ResourceRequirements", resources);
            quantity::check(self, "resourcePods.resources", resources);
        }
        for (index, artifact) in source.arguments.artifacts.iter().enumerate() {
            let path = format!("arguments.artifacts[{index}]");
            self.passed_on(&path, "Artifact", artifact);
        }
        for (name, value) in &source.common_env {
            self.known_everywhere(format!("commonEnv.{name}"), &value.0);
        }
        self.values("arguments.parameters", &source.arguments.parameters);
        self.values("passthroughParameters", &source.passthrough_parameters);
        if matches!(source.dns_policy, Some(DnsPolicy::None)) {
            let message =
                "`None` takes name servers, which no knob gives; say another one, or leave it out";
            self.error("dnsPolicy", message);
        }
        self.lifetimes(source);
        self.hooks(source);
        if source.cluster_workflow_template_ref.is_some() {
            let remedy = "Argo takes a workflow either by reference or with templates of its own, and every workflow here \
                          has its own; refer to single templates by actions with a `templateRef` instead";
            self.error("clusterWorkflowTemplateRef", remedy);
        }
        if let Some(account) = &source.service_account {
            account::check(self, account);
        }
    }

    /// Of parameters that every workflow has.
    fn values(&mut self, knob: &str, parameters: &[ParameterSource]) {
        for (index, parameter) in parameters.iter().enumerate() {
            for (field, value) in [("default", &parameter.default), ("value", &parameter.value)] {
                if let Some(value) = value {
                    self.plain_value(&format!("{knob}[{index}].{field}"), value);
                }
            }
            let path = format!("{knob}[{index}].description");
            self.plain_value(&path, parameter.description.as_deref().unwrap_or(""));
            for choice in parameter.allowed.iter().flatten() {
                self.plain_value(&format!("{knob}[{index}].enum"), choice);
            }
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
            ("uid", source.uid),
            ("mountOwner", source.mount_owner),
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
        self.chosen(
            "podDeleteLabels",
            &labels::chosen(&source.pod_delete_labels),
        );
        if source.disruptions_enabled != Some(false) && !source.disruption_annotations.is_empty() {
            self.error(
                "disruptionAnnotations",
                "they stand for `disruptionsEnabled: false`, which is not there",
            );
        }
    }

    /// An expression, which Argo reads without braces.
    pub(super) fn expression(&mut self, path: &str, expression: &str) {
        let braces = "it is an expression already; leave the braces out".to_owned();
        let has_braces = expression.contains("{{");
        let objection = has_braces.then_some(braces);
        if let Some(objection) = objection.or_else(|| expressions::objection(expression)) {
            self.error(path, objection);
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
            self.expression(&format!("{path}.expression"), &hook.expression);
        }
    }
}
