//! Steering a workflow that exists: start, stop, delete.

use std::collections::BTreeMap;

use wf_backend::{Snapshot, Stop, WorkflowId};
use wf_model::{Fault, FaultCode, Fit, Place, StopMode, Verb, WorkflowPhase};

use super::create::faults;
use crate::authorize::{Operation, Resource};
use crate::conduct::audit;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::identity;
use crate::service::Service;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 4_096;

impl Service {
    /// Begins a held workflow with these values over its parameters' defaults.
    ///
    /// With a key the request may be repeated: that the workflow has begun already, with the same
    /// values, is then success and no change.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID` with every fault of the parameters, `CONFLICT` when it is not held.
    pub async fn start(
        &self,
        context: &Context,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
        reason: Option<String>,
        key: Option<String>,
    ) -> Result<Snapshot> {
        let work = async {
            check_reason(reason.as_deref())?;
            if let Some(fault) = key.as_deref().and_then(identity::check_key) {
                return Err(faults(fault));
            }
            let held = self.backend().get(&context.scope, id).await?;
            if key.is_none() {
                refuse_unless_held(&held)?;
            }
            let values = wf_model::resolve_declared(&held.document.parameters, &parameters)?;
            if key.is_some() && has_begun_with(&held, &values) {
                return Ok(held);
            }
            match self
                .backend()
                .start(&context.scope, id, values.clone())
                .await
            {
                // Another request with the key may have been faster.
                Err(wf_backend::Error::Phase { .. }) if key.is_some() => {
                    self.replayed_start(context, id, &values).await
                }
                other => Ok(other?),
            }
        };
        self.steer(context, Operation::Start, id, reason.as_deref(), work)
            .await
    }

    /// Stops a workflow; what is told at once is the wish, the phase changes when it is so.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CONFLICT` when it has ended otherwise.
    pub async fn stop(
        &self,
        context: &Context,
        id: WorkflowId,
        mode: StopMode,
        reason: Option<String>,
    ) -> Result<Snapshot> {
        let work = async {
            check_reason(reason.as_deref())?;
            let stop = Stop {
                mode,
                reason: reason.clone(),
                actor: context.actor.clone(),
            };
            Ok(self.backend().stop(&context.scope, id, stop).await?)
        };
        self.steer(context, Operation::Stop, id, reason.as_deref(), work)
            .await
    }

    /// Forgets a workflow with its runs, logs and artifacts. With `force` an unfinished one too:
    /// it is stopped first, and is gone when no process of it is left.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CONFLICT` when it has not ended and `force` is not given.
    pub async fn delete(
        &self,
        context: &Context,
        id: WorkflowId,
        force: bool,
        reason: Option<String>,
    ) -> Result<()> {
        let work = async {
            check_reason(reason.as_deref())?;
            Ok(self.backend().delete(&context.scope, id, force).await?)
        };
        self.steer(context, Operation::Delete, id, reason.as_deref(), work)
            .await
    }

    async fn steer<T>(
        &self,
        context: &Context,
        operation: Operation,
        id: WorkflowId,
        reason: Option<&str>,
        work: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let result = self
            .conduct(context, operation, Resource::Workflow(id), work)
            .await;
        audit(context, operation, Some(id), reason, &result);
        result
    }

    /// The answer to a start that came too late: success when it is as was asked for.
    async fn replayed_start(
        &self,
        context: &Context,
        id: WorkflowId,
        values: &BTreeMap<String, String>,
    ) -> Result<Snapshot> {
        let now = self.backend().get(&context.scope, id).await?;
        if has_begun_with(&now, values) {
            return Ok(now);
        }
        Ok(self
            .backend()
            .start(&context.scope, id, values.clone())
            .await?)
    }
}

/// Of a workflow that is not held the phase is what is wrong, whatever the parameters are.
fn refuse_unless_held(snapshot: &Snapshot) -> Result<()> {
    let (verb, phase) = (Verb::Start, snapshot.summary.phase);
    match verb.fit(phase) {
        Fit::Conflict(fitting) => Err(wf_backend::Error::Phase {
            verb,
            phase,
            fitting,
        }
        .into()),
        Fit::Fits | Fit::AlreadySo => Ok(()),
    }
}

/// Whether it runs or ran with exactly these values. A held workflow that was stopped never began.
fn has_begun_with(snapshot: &Snapshot, values: &BTreeMap<String, String>) -> bool {
    let summary = &snapshot.summary;
    let begun = match summary.phase {
        WorkflowPhase::Held => false,
        WorkflowPhase::Stopped => summary.started_at.is_some(),
        _ => true,
    };
    begun
        && snapshot.parameters.len() == values.len()
        && snapshot.parameters.iter().all(|parameter| {
            values
                .get(&parameter.name)
                .is_some_and(|value| *value == parameter.value)
        })
}

/// A reason is for people: a text of bearable length.
fn check_reason(reason: Option<&str>) -> Result<(), Error> {
    let Some(reason) = reason else { return Ok(()) };
    let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let (code, problem) = if reason.chars().count() > LONGEST_REASON {
        (FaultCode::TooLong, "is too long")
    } else if reason.chars().any(is_odd) {
        (FaultCode::ControlCharacter, "has control characters")
    } else {
        return Ok(());
    };
    let message =
        format!("the reason {problem}; it is a text of at most {LONGEST_REASON} characters");
    Err(faults(Fault::new(
        &Place::root().field("reason"),
        code,
        message,
    )))
}
