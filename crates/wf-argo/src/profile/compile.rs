//! A profile that was found right, with all that its workflows share computed once.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::check::Check;
use super::fields::{fields, filled, filled_list, text, texts};
use super::passthrough::Parameters;
use super::source::{ProfileSource, TemplateReferencing};
use super::volumes::Files;
use super::{
    Profile, containers, hooks, labels, nodes, passthrough, retries, spec, supporting, volumes,
};
use crate::error::Error;

/// The profile that was written, or everything that is wrong with it.
pub(super) fn profile(
    file: &str,
    yaml: &str,
    source: ProfileSource,
) -> Result<Profile, Vec<Error>> {
    let mut check = Check::new(file, yaml);
    check.plain_knobs(&source);
    nodes::check(&mut check, &source);
    containers::check(&mut check, &source);
    let singular_locks = singular_locks(&mut check, &source);
    let files = volumes::files(&mut check, &source);
    let parameters = passthrough::parameters(&mut check, &source);
    let labels = Labels::new(&mut check, &source);
    let retry = retries::strategy(&mut check, &source);
    let hooks = hooks::hooks(&check, &source);
    let errors = check.into_errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    let profile = Profile {
        refused_by: refused_by(&source),
        singular_locks,
        semaphore: spec::semaphore(&source),
        retry,
        hooks,
        local: containers::local(&source),
        cluster_variables: containers::cluster_variables(&source),
        warnings: warnings(&source),
        ..Profile::default()
    };
    Ok(profile
        .with_labels(&source, labels)
        .with_parameters(parameters)
        .with_pods(&source, &files)
        .with_containers(&source, files)
        .named(source))
}

/// Before 3.6 Argo had one lock of a kind, and since 4.0 only lists of them.
fn singular_locks(check: &mut Check<'_>, source: &ProfileSource) -> bool {
    let Some(version) = &source.argo_version else {
        return false;
    };
    let parts: Vec<&str> = version.0.trim_start_matches('v').split('.').collect();
    let number = |place: usize| parts.get(place).and_then(|part| part.parse::<u32>().ok());
    let (Some(major @ 3..), Some(minor), 2..=3) = (number(0), number(1), parts.len()) else {
        check.error(
            "argoVersion",
            "it has to be a version such as `\"3.7\"` or `\"4.1\"`, 3.0 or later",
        );
        return false;
    };
    (major, minor) < (3, 6)
}

fn refused_by(source: &ProfileSource) -> Option<String> {
    let setting = source.template_referencing?;
    (setting != TemplateReferencing::Unrestricted).then(|| format!("{setting:?}"))
}

/// The labels of a profile, mended.
struct Labels {
    all: Map<String, Value>,
    pods: Map<String, Value>,
    workflow: Map<String, Value>,
    from: Map<String, Value>,
    from_parameters: BTreeMap<String, String>,
}

impl Labels {
    fn new(check: &mut Check<'_>, source: &ProfileSource) -> Self {
        let all = labels::labels(check, "extraLabels", &source.extra_labels);
        let mut pods = all.clone();
        pods.extend(nodes::labels(check, source));
        pods.extend(labels::labels(
            check,
            "extraPodLabels",
            &source.extra_pod_labels,
        ));
        let mut workflow = all.clone();
        workflow.extend(labels::labels(
            check,
            "extraWorkflowLabels",
            &source.extra_workflow_labels,
        ));
        let parameters = source.labels_from_parameters.iter();
        let from_parameters = parameters
            .map(|it| {
                (
                    it.clone(),
                    labels::checked_name(check, "labelsFromParameters", it),
                )
            })
            .collect();
        let mut from = Map::new();
        for (written, label) in &source.labels_from {
            let name = labels::checked_name(check, "labelsFrom", written);
            if label.expression.trim().is_empty() {
                check.error(
                    format!("labelsFrom.{written}"),
                    "it needs an expression, as in `workflow.name`",
                );
            }
            check.expression(
                &format!("labelsFrom.{written}.expression"),
                &label.expression,
            );
            from.insert(
                name,
                Value::Object(fields([("expression", text(Some(&label.expression)))])),
            );
        }
        Self {
            all,
            pods,
            workflow,
            from,
            from_parameters,
        }
    }
}

impl Profile {
    fn with_labels(mut self, source: &ProfileSource, labels: Labels) -> Self {
        let mut annotations = texts(&source.disruption_annotations);
        annotations.extend(texts(&source.extra_pod_annotations));
        let pods = fields([
            ("labels", filled(labels.pods)),
            ("annotations", filled(annotations)),
        ]);
        self.spec.extend(fields([("podMetadata", filled(pods))]));
        self.supporting = supporting::objects(source, &labels.all);
        self.labels = labels.workflow;
        self.annotations = texts(&source.workflow_annotations);
        self.labels_from = labels.from;
        self.labels_from_parameters = labels.from_parameters;
        self
    }

    fn with_parameters(mut self, parameters: Parameters) -> Self {
        self.parameters = parameters.of_workflow;
        self.artifacts = parameters.artifacts;
        self.passed_inputs = parameters.inputs;
        self.passed_arguments = parameters.arguments;
        self
    }

    /// The `spec`, and what stands on templates, too: so that a template brings it along wherever
    /// it is copied to.
    fn with_pods(mut self, source: &ProfileSource, files: &Files) -> Self {
        let spec = spec::spec(source, files);
        let of_spec = |field: &str| spec.get(field).cloned();
        let pods = fields([
            ("serviceAccountName", of_spec("serviceAccountName")),
            ("schedulerName", of_spec("schedulerName")),
            ("priorityClassName", of_spec("podPriorityClassName")),
            ("tolerations", of_spec("tolerations")),
            ("affinity", of_spec("affinity")),
        ]);
        let mut resource_pods = pods.clone();
        if let Some(more) = &source.resource_pods {
            let more = fields([
                (
                    "tolerations",
                    nodes::tolerations_with(source, &more.node_classes),
                ),
                ("podSpecPatch", containers::resource_patch(source)),
            ]);
            resource_pods.extend(more);
        }
        // Argo looks for the volumes of a set's containers on the template only.
        self.set_pods = pods.clone();
        self.set_pods
            .extend(fields([("volumes", of_spec("volumes"))]));
        self.pods = pods;
        self.resource_pods = resource_pods;
        self.spec.extend(spec);
        self
    }

    fn with_containers(mut self, source: &ProfileSource, files: Files) -> Self {
        let defaults = containers::defaults(source);
        let with_mounts = |mounts: Vec<Value>| {
            let mut container = defaults.clone();
            container.extend(fields([("volumeMounts", filled_list(mounts))]));
            container
        };
        // And the volumes that are claimed, under the set's own mounts only.
        self.set_mounts = filled_list(files.claim_mounts.clone());
        self.set_container = with_mounts(files.mounts.clone());
        let mounts = files.mounts.into_iter().chain(files.claim_mounts);
        self.container = with_mounts(mounts.collect());
        self.script.clone_from(&self.container);
        self.script.shift_remove("image");
        if source.default_sidecars == Some(true) {
            self.sidecar.clone_from(&self.script);
        }
        self
    }

    fn named(mut self, source: ProfileSource) -> Self {
        self.name = Some(source.name);
        self.namespace = source.namespace;
        self.secrets = source.common_secrets;
        self
    }
}

fn warnings(source: &ProfileSource) -> Vec<String> {
    let lifetimes = [
        source.workflow_delete_seconds_after_completion,
        source.workflow_delete_seconds_after_failure,
        source.workflow_delete_seconds_after_success,
    ];
    let mut warnings = Vec::new();
    if lifetimes.iter().any(Option::is_some) {
        let message = "`workflowDeleteSecondsAfter…`: Argo deletes workflows by itself, and their history ends there, \
                       whatever the retention of this service is";
        warnings.push(message.to_owned());
    }
    if source.suspend == Some(true) {
        warnings.push("`suspend`: every workflow waits to be resumed after its start".to_owned());
    }
    warnings.extend(passthrough::warnings(source));
    warnings
}
