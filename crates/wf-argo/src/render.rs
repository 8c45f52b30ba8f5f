//! Rendering: a valid workflow as an Argo Workflow.

mod outputs;
mod retry;
mod spec;
mod tasks;
mod templates;

use serde_json::{Map, Value};
use wf_model::ValidWorkflow;

use self::tasks::TaskRenderer;
use self::templates::Templates;
use crate::catalog::Catalog;
use crate::error::Result;
use crate::manifest::{DagTemplate, Manifest, Metadata, Spec, Template};
use crate::profile::Profile;
use crate::rendered::Rendered;

/// The name of the DAG's template; no action may have it.
pub(crate) const ENTRYPOINT: &str = "wf";
/// Where Argo's own pages look for a description.
pub(crate) const DESCRIPTION: &str = "workflows.argoproj.io/description";

/// Renders a workflow: the same workflow, catalog and profile give the same bytes.
///
/// One template for each distinct use of an action (action, retry, timeout) in the order of first
/// use, then the DAG as `wf`. The plain use of an action is named as the action, others
/// `<action>-2`, `<action>-3` … (without the names of other actions).
///
/// What the profile adds is added at the end, wherever document and action say nothing.
///
/// What the manifest leaves open: a parameter of the workflow without a default has no value yet,
/// and `generateName` is the name as written. Both are for the one who submits it.
///
/// # Errors
/// When the catalog is not the one of the validation, when a task wants of its action what only a
/// template of the workflow's own can give (`retry` or `timeoutSeconds` of a `templateRef`), or when
/// the profile says that the controller refuses such workflows.
pub fn render(workflow: &ValidWorkflow, catalog: &Catalog, profile: &Profile) -> Result<Rendered> {
    profile.refuse(workflow.document())?;
    let mut templates = Templates::new(catalog);
    let mut renderer = TaskRenderer::new(workflow, profile, &mut templates);
    let tasks = renderer.tasks()?;
    let hooks = renderer.hooks()?;
    let mut templates = templates.into_templates();
    templates.push(entrypoint(
        workflow,
        DagTemplate {
            tasks,
            rest: Map::new(),
        },
    ));
    let document = workflow.document();
    let mut manifest = Manifest {
        api_version: "argoproj.io/v1alpha1".to_owned(),
        kind: "Workflow".to_owned(),
        metadata: Metadata {
            generate_name: Some(document.name.clone()),
            rest: spec::metadata(document),
        },
        spec: Spec {
            entrypoint: ENTRYPOINT.to_owned(),
            arguments: spec::arguments(document),
            rest: spec::rest(document, hooks),
            templates,
        },
    };
    profile.apply(&mut manifest);
    Ok(Rendered::new(manifest, profile.supporting_to_show()))
}

fn entrypoint(workflow: &ValidWorkflow, dag: DagTemplate) -> Template {
    Template {
        name: ENTRYPOINT.to_owned(),
        inputs: None,
        outputs: outputs::outputs(workflow),
        dag: Some(dag),
        ..Template::default()
    }
}

/// A JSON object of these fields.
fn object<'f>(fields: impl IntoIterator<Item = (&'f str, Value)>) -> Value {
    let fields = fields.into_iter();
    Value::Object(
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}
