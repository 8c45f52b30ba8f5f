//! Profiles: what the platform adds to every workflow.

mod account;
mod apply;
mod check;
mod compile;
mod containers;
mod expressions;
mod fields;
mod guard;
mod hooks;
mod labels;
mod names;
mod nodes;
mod passthrough;
mod pods;
mod quantity;
mod reading;
mod retries;
mod secret;
mod source;
mod spec;
mod supporting;
mod volumes;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wf_model::Document;

pub(crate) use self::guard::guarded;
use self::hooks::ProfileHook;
use self::secret::Secret;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::manifest::{NamedArtifact, NamedValue};

/// What the platform adds to every workflow.
///
/// A profile is a YAML document of knobs; `docs/profile.md` tells each of them. A knob that is not
/// there adds nothing, so the profile without knobs is the plain one. What a document or an action
/// says itself is never overwritten: document over action over profile, key by key.
///
/// Everything that the workflows share is computed once, when the profile is read.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    name: Option<String>,
    /// Whether it is for where there is no cluster.
    is_clusterless: bool,
    /// The setting of the controller under which no workflow of ours can run.
    refused_by: Option<String>,
    /// Whether locks are written in the singular, as Argo had them before 3.6.
    singular_locks: bool,
    /// Fields of the workflow's `spec`.
    spec: Map<String, Value>,
    /// `spec.synchronization.semaphores`.
    semaphore: Option<Value>,
    /// What every workflow bears, under `spec.workflowMetadata`.
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
    labels_from: Map<String, Value>,
    /// By parameter: the label that is made of it in the workflows which have it.
    labels_from_parameters: BTreeMap<String, String>,
    /// `spec.arguments`.
    parameters: Vec<NamedValue>,
    artifacts: Vec<NamedArtifact>,
    /// What every template takes, and every use of a template gives.
    passed_inputs: Vec<NamedValue>,
    passed_arguments: Vec<NamedValue>,
    /// Fields of every template that makes a pod, and of those that make one for a `resource`.
    pods: Map<String, Value>,
    resource_pods: Map<String, Value>,
    /// Fields of a template with a `containerSet`.
    set_pods: Map<String, Value>,
    /// `containerSet.volumeMounts`.
    set_mounts: Option<Value>,
    /// `retryStrategy` of every leaf but `suspend`.
    retry: Option<Value>,
    /// Fields of a container, of one in a set, of a script (which has an image), of a sidecar.
    container: Map<String, Value>,
    set_container: Map<String, Value>,
    script: Map<String, Value>,
    sidecar: Map<String, Value>,
    /// Fields of a container where there is no cluster.
    local: Map<String, Value>,
    /// The knobs whose variables only a cluster has.
    cluster_variables: Vec<String>,
    /// `spec.hooks`.
    hooks: Vec<ProfileHook>,
    namespace: Option<String>,
    supporting: Vec<Value>,
    secrets: BTreeMap<String, Secret>,
    warnings: Vec<String>,
}

impl Profile {
    /// The profile that adds nothing: a manifest says what the document says.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// What is wrong with it, with file, line and path, and what would be right.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Error>> {
        let source = reading::source(file, text).map_err(|error| vec![error])?;
        compile::profile(file, text, source)
    }

    /// Its name, which its supporting objects bear; the plain one has none.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What an operator should know of what he asks for, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether the actions that it uses itself are in the catalog, and get what they need.
    ///
    /// # Errors
    /// Every use that is wrong.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Vec<Error>> {
        let uses = self.hooks.iter();
        let errors: Vec<Error> = uses.flat_map(|hook| hook.errors(self, catalog)).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// What is left of the profile where there is no cluster: plain variables, which processes have,
    /// too.
    ///
    /// The retries, time limits and exit handler there are the document's own.
    pub fn without_cluster(&self) -> Self {
        Self {
            name: self.name.clone(),
            is_clusterless: true,
            container: self.local.clone(),
            script: self.local.clone(),
            local: self.local.clone(),
            ..Self::default()
        }
    }

    /// Whether tasks can run under this profile where there is no cluster: variables that come
    /// from objects of one are not there.
    ///
    /// # Errors
    /// Every knob that needs a cluster for the tasks to run at all. Other knobs mean nothing there.
    pub fn check_without_cluster(&self) -> Result<(), Vec<Error>> {
        let needs_cluster = |knob: &String| {
            Error::Unsupported {
            path: format!("profile.{knob}"),
            message: "variables from secrets and config maps need a cluster; the embedded backend has none".to_owned(),
        }
        };
        let errors: Vec<Error> = self.cluster_variables.iter().map(needs_cluster).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// The objects that have to be in the namespace before a workflow that needs them, ready to be
    /// applied: service account, role and bindings, the semaphore's config map, the secret.
    ///
    /// They belong to the profile and not to a run. The given namespace holds where the profile
    /// names none.
    ///
    /// The secret bears its values, so this is nothing to be shown or stored; that is what
    /// [`Rendered::supporting`](crate::Rendered::supporting) is for.
    pub fn supporting(&self, namespace: &str) -> Vec<Value> {
        let namespace = self.namespace.as_deref().unwrap_or(namespace);
        supporting::to_apply(&self.supporting, &self.secrets, namespace)
    }

    /// The same, without the values of secrets.
    pub(crate) fn supporting_to_show(&self) -> Vec<Value> {
        self.supporting.clone()
    }

    /// Whether every use of a template is given that parameter.
    pub(crate) fn passes(&self, parameter: &str) -> bool {
        self.passed_arguments.iter().any(|it| it.name == parameter)
    }

    /// The actions that every workflow runs by itself.
    pub(crate) fn hooks(&self) -> &[ProfileHook] {
        &self.hooks
    }

    /// Refuses what cannot be under this profile.
    pub(crate) fn refuse(&self, document: &Document) -> Result<()> {
        if let Some(setting) = &self.refused_by {
            let path = "profile.templateReferencing".to_owned();
            let message = format!(
                "the controller's `templateReferencing: {setting}` refuses workflows that bring their own templates, as \
                 every workflow here does; it would have to be taken out of the controller's configuration"
            );
            return Err(Error::Unsupported { path, message });
        }
        if self.singular_locks && self.semaphore.is_some() && document.mutex.is_some() {
            let message = "before 3.6 Argo heeds one lock of a workflow only, and the profile's `workflowParallelism` is \
                           one already; leave out `mutex`";
            return Err(Error::Unsupported {
                path: "mutex".to_owned(),
                message: message.to_owned(),
            });
        }
        Ok(())
    }
}
