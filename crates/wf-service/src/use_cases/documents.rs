//! Documents that are stored nowhere: checked, rendered, simulated.

use std::collections::HashSet;
use std::sync::Arc;

use wf_argo::{Catalog, Rendered};
use wf_model::{
    Draft, EXIT_HANDLER, Fault, FaultCode, Faults, Limits, Place, Target, ValidWorkflow,
    resolve_parameters, simulate, warnings,
};

use super::create::faults;
use crate::answers::{RenderedDocument, SimulationReport, Validation};
use crate::authorize::{Operation, Resource};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::requests::{DocumentInput, Simulation};
use crate::service::Service;

/// How many faults of what a cluster refuses are told.
const MOST_FAULTS: usize = 100;

impl Service {
    /// Checks a document, for this service's backend or for a named target. What is wrong with it
    /// is the answer, not an error, malformed JSON included.
    pub async fn validate(
        &self,
        context: &Context,
        document: DocumentInput,
        target: Option<Target>,
    ) -> Result<Validation> {
        let limits = self.limits(target);
        let catalog = self.options().catalog.current();
        let service = self.clone();
        let work = self.at_the_workbench(move || {
            let checked = check(document, &catalog, &limits).map_err(Error::from);
            let rendered = checked.and_then(|workflow| {
                service.render_to_run(&workflow, &catalog, &limits)?;
                Ok(workflow)
            });
            match rendered {
                Ok(workflow) => Ok(sound(limits.target, &workflow)),
                Err(error) if error.faults().is_empty() => Err(error),
                Err(error) => Ok(faulty(limits.target, error.into_faults())),
            }
        });
        self.conduct(context, Operation::Validate, Resource::Document, work)
            .await
    }

    /// What a document becomes, checked for this service's backend or for a named target.
    ///
    /// # Errors
    /// `INVALID` with every fault, `TOO_LARGE`.
    pub async fn render(
        &self,
        context: &Context,
        document: DocumentInput,
        target: Option<Target>,
    ) -> Result<RenderedDocument> {
        let service = self.clone();
        let work = self.at_the_workbench(move || {
            let catalog = service.options().catalog.current();
            let limits = service.limits(target);
            let workflow = check(document, &catalog, &limits)?;
            Ok(show(&service.render_valid(&workflow, &catalog, &limits)?))
        });
        self.conduct(context, Operation::Render, Resource::Document, work)
            .await
    }

    /// What a document becomes, and where each value of it comes from.
    ///
    /// # Errors
    /// Those of [`render`](Self::render).
    pub async fn explain(
        &self,
        context: &Context,
        document: DocumentInput,
        target: Option<Target>,
    ) -> Result<RenderedDocument> {
        let service = self.clone();
        let work = self.at_the_workbench(move || {
            let catalog = service.options().catalog.current();
            let limits = service.limits(target);
            let workflow = check(document, &catalog, &limits)?;
            let rendered = service.render_valid(&workflow, &catalog, &limits)?;
            let profile = service.options().profile.current();
            let origins = wf_argo::explain(&workflow, &catalog, &profile);
            Ok(RenderedDocument {
                origins: Some(origins.map_err(unrenderable)?),
                ..show(&rendered)
            })
        });
        self.conduct(context, Operation::Render, Resource::Document, work)
            .await
    }

    /// Plays a document through with canned endings; nothing runs.
    ///
    /// # Errors
    /// `INVALID` with every fault of the document, or of the parameters and outcomes given.
    pub async fn simulate(
        &self,
        context: &Context,
        document: DocumentInput,
        simulation: Simulation,
    ) -> Result<SimulationReport> {
        let limits = self.limits(None);
        let catalog = self.options().catalog.current();
        let work = self.at_the_workbench(move || {
            let workflow = check(document, &catalog, &limits)?;
            play(workflow, &simulation)
        });
        self.conduct(context, Operation::Simulate, Resource::Document, work)
            .await
    }

    /// A document checked, and rendered to be run by this service's backend.
    pub(crate) fn prepare(&self, document: DocumentInput) -> Result<(ValidWorkflow, Rendered)> {
        let catalog = self.options().catalog.current();
        let limits = self.limits(None);
        let workflow = check(document, &catalog, &limits)?;
        let rendered = self.render_to_run(&workflow, &catalog, &limits)?;
        Ok((workflow, rendered))
    }

    /// What is run of it there: without a cluster what is left of the profile then.
    fn render_to_run(
        &self,
        workflow: &ValidWorkflow,
        catalog: &Catalog,
        limits: &Limits,
    ) -> Result<Rendered> {
        if limits.target != Target::Embedded {
            return self.render_valid(workflow, catalog, limits);
        }
        let profile = self.options().profile.current().without_cluster();
        wf_argo::render(workflow, catalog, &profile).map_err(unrenderable)
    }

    /// The manifest under the whole profile; for a cluster, one that the cluster takes.
    fn render_valid(
        &self,
        workflow: &ValidWorkflow,
        catalog: &Catalog,
        limits: &Limits,
    ) -> Result<Rendered> {
        let profile = self.options().profile.current();
        let rendered = wf_argo::render(workflow, catalog, &profile).map_err(unrenderable)?;
        if limits.target == Target::Embedded {
            return Ok(rendered);
        }
        let refused = rendered.refused(workflow.document(), limits).into_iter();
        let faults = refused
            .take(MOST_FAULTS)
            .flat_map(|it| unrenderable(it).into_faults());
        match Faults::from_found(faults.collect()) {
            Some(faults) => Err(faults.into()),
            None => Ok(rendered),
        }
    }

    pub(crate) fn limits(&self, target: Option<Target>) -> Limits {
        target.map_or_else(|| self.backend().description().limits, Limits::of)
    }

    /// Works on a document where it holds up no other request, a few documents at a time.
    pub(crate) async fn at_the_workbench<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.parts.workbench).acquire_owned().await;
        let work = move || {
            // The place is taken until the work is done, also when nobody waits for it any more.
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|error| Err(defect("working on a document panicked", error)))
    }
}

pub(super) fn check(
    document: DocumentInput,
    catalog: &Catalog,
    limits: &Limits,
) -> Result<ValidWorkflow, Faults> {
    let draft = match document {
        DocumentInput::Bytes(bytes) => Draft::parse(&bytes, limits),
        DocumentInput::Value(value) => Draft::from_value(value, limits),
    };
    draft.validate(catalog.signatures(), limits)
}

fn sound(target: Target, workflow: &ValidWorkflow) -> Validation {
    let document = workflow.document();
    let order = workflow.dag().topological_order();
    Validation {
        target,
        faults: Vec::new(),
        warnings: warnings(document),
        order: order
            .iter()
            .map(|&task| document.tasks[task].name.clone())
            .collect(),
        document: Some(document.clone()),
    }
}

fn faulty(target: Target, faults: Vec<Fault>) -> Validation {
    Validation {
        target,
        faults,
        warnings: Vec::new(),
        document: None,
        order: Vec::new(),
    }
}

fn show(rendered: &Rendered) -> RenderedDocument {
    RenderedDocument {
        json: rendered.workflow().to_json(),
        yaml: rendered.to_yaml(),
        stream: rendered.to_yaml_stream(),
        supporting: rendered.supporting().to_vec(),
        origins: None,
    }
}

fn play(workflow: ValidWorkflow, simulation: &Simulation) -> Result<SimulationReport> {
    let unknown = unknown_outcomes(&workflow, simulation);
    let values = match resolve_parameters(&workflow, &simulation.parameters) {
        Ok(values) => values,
        Err(faults) => return Err(gathered(unknown, faults.into_vec())),
    };
    if !unknown.is_empty() {
        return Err(gathered(unknown, Vec::new()));
    }
    let played = simulate(&Arc::new(workflow), values, &simulation.outcomes)?;
    Ok(SimulationReport {
        phase: played.run.phase,
        order: played.order,
        run: played.run,
    })
}

/// A fault for each ending that belongs to no task.
fn unknown_outcomes(workflow: &ValidWorkflow, simulation: &Simulation) -> Vec<Fault> {
    let document = workflow.document();
    let mut known: HashSet<&str> = document
        .tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect();
    if document.on_exit.is_some() {
        known.insert(EXIT_HANDLER);
    }
    let strangers = simulation
        .outcomes
        .keys()
        .filter(|name| !known.contains(name.as_str()));
    strangers
        .map(|name| {
            let place = Place::root().field("outcomes").field(name.clone());
            let message = "the document has no task of this name; give endings to its tasks alone";
            Fault::new(&place, FaultCode::UnknownReference, message)
        })
        .collect()
}

fn gathered(mut faults: Vec<Fault>, others: Vec<Fault>) -> Error {
    faults.extend(others);
    Faults::from_found(faults)
        .expect("there is at least one")
        .into()
}

/// Why a valid document could not be rendered.
fn unrenderable(error: wf_argo::Error) -> Error {
    match error {
        // Not the document's fault: no document could be rendered.
        wf_argo::Error::Unsupported { path, message } if path.starts_with("profile.") => {
            Error::new(Code::Unsupported, format!("{path}: {message}"))
        }
        wf_argo::Error::Unsupported { path, message } => inexpressible(path, message),
        other => defect("a valid document could not be rendered", other),
    }
}

/// What a document says, and Argo cannot: a fault like others, found later.
fn inexpressible(path: String, message: String) -> Error {
    let mut fault = Fault::new(&Place::root(), FaultCode::Unsupported, message);
    fault.pointer = format!("/{}", path.replace(']', "").replace(['[', '.'], "/"));
    fault.path = path;
    faults(fault)
}

/// A failure that is ours.
pub(crate) fn defect(
    what: &str,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(Code::Internal, "the service failed; its log says why").because(Defect {
        what: what.to_owned(),
        cause: cause.into(),
    })
}

/// What of ours failed, for the log.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
struct Defect {
    what: String,
    #[source]
    cause: Box<dyn std::error::Error + Send + Sync>,
}
