//! Restarting: a new run of a workflow, or of one of its tasks.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};
use wf_argo::Rendered;
use wf_backend::{By, Restart, Snapshot, Summary, WorkflowId};
use wf_model::{EXIT_HANDLER, Fault, FaultCode, Faults, Place, RestartMode, Verb};

use super::create::faults;
use super::documents::defect;
use super::steer::refuse_unless_fit;
use super::tasks::no_task;
use crate::answers::Changed;
use crate::authorize::Operation;
use crate::conduct::Deed;
use crate::context::Context;
use crate::error::Result;
use crate::requests::{DocumentInput, RestartKind, RestartTask, RestartWorkflow};
use crate::service::Service;

/// How many faults of one list are told.
const MOST_FAULTS: usize = 100;

impl Service {
    /// Runs a workflow again: a new run, in which the results of the tasks that are not run again
    /// are inherited. An unfinished one is stopped first; until the new run is made it shows
    /// `restarting`.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID` with every fault of the request, and of what cannot be inherited;
    /// `CONFLICT` when it is held, when it succeeded and only failures are to run again, or when
    /// another run is the latest than was expected.
    pub async fn restart(
        &self,
        context: &Context,
        id: WorkflowId,
        request: RestartWorkflow,
    ) -> Result<Changed> {
        let named = request.tasks.as_ref().map(|_| RestartKind::Tasks);
        let kind = request.mode.or(named).map(RestartKind::as_str);
        let deed = Deed::new(Operation::Restart, id, request.reason.as_deref()).in_mode(kind);
        let work = async {
            let now = self.backend().get(&context.scope, id).await?;
            let mode = mode(&request, &now)?;
            let by = deed.by(context, &asked(&mode, &request))?;
            let again = async {
                refuse_unless_fit(Verb::Restart, &now)?;
                refuse_unknown(&mode, &now)?;
                self.begin_again(&now, mode.clone(), &request, &by).await
            };
            self.once(context, id, &by, again).await
        };
        self.steer(context, deed, work).await
    }

    /// Runs one task of a workflow again, and with `downstream` what waits for it: a new run, in
    /// which the others inherit their results.
    ///
    /// # Errors
    /// Those of [`restart`](Self::restart); `NOT_FOUND` also for the task.
    pub async fn restart_task(
        &self,
        context: &Context,
        id: WorkflowId,
        task: &str,
        request: RestartTask,
    ) -> Result<Changed> {
        let RestartTask {
            downstream,
            parameters,
            expected_run,
            latest_actions,
            reason,
        } = request;
        let request = RestartWorkflow {
            parameters,
            expected_run,
            latest_actions,
            reason,
            ..RestartWorkflow::default()
        };
        let deed = Deed::new(Operation::RestartTask, id, request.reason.as_deref());
        let deed = deed
            .to_task(task)
            .in_mode(Some(RestartKind::Tasks.as_str()));
        let work = async {
            let now = self.backend().get(&context.scope, id).await?;
            if now.run.task(task).is_none() {
                return Err(no_task(task));
            }
            refuse_exit_handler(task)?;
            let mode = RestartMode::Tasks {
                names: vec![task.to_owned()],
                downstream,
            };
            let by = deed.by(context, &asked(&mode, &request))?;
            let again = async {
                refuse_unless_fit(Verb::Restart, &now)?;
                self.begin_again(&now, mode.clone(), &request, &by).await
            };
            self.once(context, id, &by, again).await
        };
        self.steer(context, deed, work).await
    }

    async fn begin_again(
        &self,
        now: &Snapshot,
        mode: RestartMode,
        request: &RestartWorkflow,
        by: &By,
    ) -> Result<Changed> {
        check_values(now, &request.parameters)?;
        let restart = Restart {
            mode,
            parameters: request.parameters.clone(),
            expected_run: request.expected_run,
            rendered: self.rendered_anew(now, request).await?,
        };
        let Summary { scope, id, .. } = &now.summary;
        let restarted = self.backend().restart(scope, *id, restart, by);
        Ok(restarted.await?.into())
    }

    /// The document with the actions of now, if that is asked for.
    async fn rendered_anew(
        &self,
        now: &Snapshot,
        request: &RestartWorkflow,
    ) -> Result<Option<Arc<Rendered>>> {
        if !request.latest_actions {
            return Ok(None);
        }
        let document = serde_json::to_value(&*now.document)
            .map_err(|error| defect("a document could not be written", error))?;
        let service = self.clone();
        let prepare = move || service.prepare(DocumentInput::Value(document));
        let (_, rendered) = self.at_the_workbench(prepare).await?;
        Ok(Some(Arc::new(rendered)))
    }
}

/// What makes a restart another one, for its key.
fn asked(mode: &RestartMode, request: &RestartWorkflow) -> Value {
    json!({
        "mode": mode,
        "parameters": request.parameters,
        "expectedRun": request.expected_run,
        "latestActions": request.latest_actions,
    })
}

/// What is asked for, or every way in which it contradicts itself.
fn mode(request: &RestartWorkflow, now: &Snapshot) -> Result<RestartMode> {
    let implied = match request.tasks {
        Some(_) => RestartKind::Tasks,
        None => RestartKind::All,
    };
    let kind = request.mode.unwrap_or(implied);
    let names = request.tasks.as_deref().unwrap_or_default();
    let found = match kind {
        RestartKind::Tasks => faults_of_names(names, now),
        RestartKind::All | RestartKind::FromFailed => contradictions(kind, request),
    };
    if let Some(faults) = Faults::from_found(found) {
        return Err(faults.into());
    }
    Ok(match kind {
        RestartKind::All => RestartMode::All,
        RestartKind::FromFailed => RestartMode::FromFailed,
        RestartKind::Tasks => RestartMode::Tasks {
            names: names.to_vec(),
            downstream: request.downstream.unwrap_or_default(),
        },
    })
}

fn faults_of_names(names: &[String], now: &Snapshot) -> Vec<Fault> {
    let place = Place::root().field("tasks");
    if names.is_empty() {
        let message = "name at least one task, or use the mode ALL or FROM_FAILED";
        return vec![Fault::new(&place, FaultCode::Missing, message)];
    }
    let mut seen = HashSet::new();
    let again = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !seen.insert(*name));
    let fault = |(index, _)| {
        let message = "this task is named already; name it once";
        let place = place.clone().index(index);
        Fault::new(&place, FaultCode::DuplicateName, message)
    };
    let mut found: Vec<Fault> = again.map(fault).take(MOST_FAULTS).collect();
    if !found.is_empty() {
        found.extend(unknown(names, now));
    }
    found
}

/// What belongs to the mode that names tasks, and was given with another.
fn contradictions(kind: RestartKind, request: &RestartWorkflow) -> Vec<Fault> {
    let given = [
        ("tasks", request.tasks.is_some()),
        ("downstream", request.downstream.is_some()),
    ];
    let fault = |(field, _)| {
        let word = kind.as_str();
        let message = format!(
            "`{field}` does not go with the mode {word}; leave it out, or use the mode TASKS"
        );
        Fault::new(&Place::root().field(field), FaultCode::OutOfRange, message)
    };
    given
        .into_iter()
        .filter(|(_, given)| *given)
        .map(fault)
        .collect()
}

/// Refuses names that no task has; told before anything is stopped for them.
fn refuse_unknown(mode: &RestartMode, now: &Snapshot) -> Result<()> {
    let RestartMode::Tasks { names, .. } = mode else {
        return Ok(());
    };
    let found = unknown(names, now);
    Faults::from_found(found).map_or(Ok(()), |faults| Err(faults.into()))
}

/// The names that no task has.
fn unknown(names: &[String], now: &Snapshot) -> Vec<Fault> {
    let tasks = &now.document.tasks;
    let known: HashSet<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    let unknown = names.iter().enumerate();
    let unknown = unknown.filter(|(_, name)| !known.contains(name.as_str()));
    let fault = |(index, name): (usize, &String)| {
        let place = Place::root().field("tasks").index(index);
        let message = format!("{}; name tasks of its document", no_task(name));
        Fault::new(&place, FaultCode::UnknownReference, message)
    };
    unknown.map(fault).take(MOST_FAULTS).collect()
}

fn refuse_exit_handler(task: &str) -> Result<()> {
    if task != EXIT_HANDLER {
        return Ok(());
    }
    let message = "the exit handler runs at the end of every run; restart the workflow, or a task";
    let place = Place::root().field("task");
    Err(faults(Fault::new(&place, FaultCode::ReservedName, message)))
}

/// Whether the values can be put over those of the latest run; asked before anything is stopped.
fn check_values(now: &Snapshot, given: &BTreeMap<String, String>) -> Result<()> {
    let last = now.parameters.iter();
    let mut values: BTreeMap<String, String> = last
        .map(|parameter| (parameter.name.clone(), parameter.value.clone()))
        .collect();
    values.extend(given.clone());
    wf_model::resolve_declared(&now.document.parameters, &values)?;
    Ok(())
}
