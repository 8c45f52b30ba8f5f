//! Restarting: a new run of a workflow, or of one of its tasks.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use wf_backend::{Restart, Run, Snapshot, WorkflowId};
use wf_model::{EXIT_HANDLER, Fault, FaultCode, Faults, Place, RestartMode, Verb};

use super::create::faults;
use super::steer::refuse_unless_fit;
use super::tasks::no_task;
use crate::answers::Begun;
use crate::authorize::Operation;
use crate::conduct::Deed;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::identity;
use crate::requests::{RestartKind, RestartTask, RestartWorkflow};
use crate::service::Service;

/// How many faults of one list are told.
const MOST_FAULTS: usize = 100;
/// How many runs are looked at together; each comes with its tasks.
const LOOKED_AT: u32 = 10;

impl Service {
    /// Runs a workflow again: a new run, in which the results of the tasks that are not run again
    /// are inherited. An unfinished one is stopped first; until the new run is made it shows
    /// `restarting`.
    ///
    /// With a key the request may be repeated, as long as the workflow exists.
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
    ) -> Result<Begun> {
        let deed = Deed::new(Operation::Restart, id, request.reason.as_deref());
        let work = async {
            let mode = mode(&request)?;
            let now = self.backend().get(&context.scope, id).await?;
            refuse_unless_fit(Verb::Restart, &now)?;
            refuse_unknown(&mode, &now)?;
            self.begin_again(context, &now, mode, &request).await
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
    ) -> Result<Begun> {
        let RestartTask {
            downstream,
            parameters,
            expected_run,
            reason,
            idempotency_key,
        } = request;
        let request = RestartWorkflow {
            parameters,
            expected_run,
            reason,
            idempotency_key,
            ..RestartWorkflow::default()
        };
        let deed = Deed::new(Operation::RestartTask, id, request.reason.as_deref()).to_task(task);
        let work = async {
            let now = self.backend().get(&context.scope, id).await?;
            if now.run.task(task).is_none() {
                return Err(no_task(task));
            }
            refuse_unless_fit(Verb::Restart, &now)?;
            refuse_exit_handler(task)?;
            let mode = RestartMode::Tasks {
                names: vec![task.to_owned()],
                downstream,
            };
            self.begin_again(context, &now, mode, &request).await
        };
        self.steer(context, deed, work).await
    }

    async fn begin_again(
        &self,
        context: &Context,
        now: &Snapshot,
        mode: RestartMode,
        request: &RestartWorkflow,
    ) -> Result<Begun> {
        let key = request.idempotency_key.as_deref();
        if let Some(fault) = key.and_then(identity::check_key) {
            return Err(faults(fault));
        }
        check_values(now, &request.parameters)?;
        let id = now.summary.id;
        let restart = Restart {
            mode,
            parameters: request.parameters.clone(),
            key: key.map(|key| identity::run_key(context, Verb::Restart, id, key)),
            expected_run: request.expected_run,
        };
        let by = context.by(request.reason.as_deref());
        let asked = restart.clone();
        let begun: Begun = self
            .backend()
            .restart(&context.scope, id, restart, &by)
            .await?
            .into();
        // Of a run that is still to be made nobody knows yet what it was asked for.
        if begun.replayed && !begun.snapshot.summary.restarting {
            self.refuse_other_restart(context, id, &asked).await?;
        }
        Ok(begun)
    }

    /// No run is as is asked for now, so that the key was used for another request.
    async fn refuse_other_restart(
        &self,
        context: &Context,
        id: WorkflowId,
        asked: &Restart,
    ) -> Result<()> {
        let mut before = None;
        loop {
            let runs = self.backend().runs(&context.scope, id, before, LOOKED_AT);
            let page = runs.await?;
            if page.items.iter().any(|run| is_as_asked(run, asked)) {
                return Ok(());
            }
            before = page.items.last().map(|run| run.status.number);
            if !page.has_more || before.is_none() {
                let message = "this idempotency key was used before, for another restart; repeat \
                               the request as it was, or use a new key";
                return Err(Error::new(Code::Conflict, message));
            }
        }
    }
}

/// Whether that request could have made the run.
fn is_as_asked(run: &Run, asked: &Restart) -> bool {
    let named = run.status.tasks.iter().filter(|task| task.forced);
    let named: BTreeSet<&str> = named.map(|task| task.name.as_str()).collect();
    let has = |(name, value): (&String, &String)| {
        let mut parameters = run.parameters.iter();
        parameters.any(|parameter| parameter.name == *name && parameter.value == *value)
    };
    let is_of_mode = match &asked.mode {
        RestartMode::Tasks { names, .. } => named == names.iter().map(String::as_str).collect(),
        RestartMode::All | RestartMode::FromFailed => true,
    };
    run.mode == asked.mode.as_str() && is_of_mode && asked.parameters.iter().all(has)
}

/// What is asked for, or every way in which it contradicts itself.
fn mode(request: &RestartWorkflow) -> Result<RestartMode> {
    let implied = match request.tasks {
        Some(_) => RestartKind::Tasks,
        None => RestartKind::All,
    };
    let kind = request.mode.unwrap_or(implied);
    let names = request.tasks.as_deref().unwrap_or_default();
    let found = match kind {
        RestartKind::Tasks => faults_of_names(names),
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

fn faults_of_names(names: &[String]) -> Vec<Fault> {
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
    again.map(fault).take(MOST_FAULTS).collect()
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
    let tasks = &now.document.tasks;
    let known: HashSet<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    let unknown = names.iter().enumerate();
    let unknown = unknown.filter(|(_, name)| !known.contains(name.as_str()));
    let fault = |(index, name): (usize, &String)| {
        let place = Place::root().field("tasks").index(index);
        let message = format!("{}; name tasks of its document", no_task(name));
        Fault::new(&place, FaultCode::UnknownReference, message)
    };
    let found = unknown.map(fault).take(MOST_FAULTS).collect();
    Faults::from_found(found).map_or(Ok(()), |faults| Err(faults.into()))
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
