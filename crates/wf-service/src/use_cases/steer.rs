//! Steering a workflow that exists: start, suspend, resume, stop, delete.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use wf_backend::{By, Refusal, Snapshot, WorkflowId};
use wf_model::{Fault, FaultCode, Fit, Place, StopMode, Verb};

use super::create::faults;
use crate::answers::Changed;
use crate::authorize::{Operation, Resource};
use crate::conduct::{Deed, audit};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::service::Service;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 4_096;
/// How often a start begins anew when somebody changes the document meanwhile.
const ATTEMPTS: usize = 5;
/// How long an answer may be held up by noting that it is a refusal.
const NOTING: Duration = Duration::from_secs(1);

impl Service {
    /// Begins a held workflow with these values over its parameters' defaults.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID` with every fault of the parameters; `CONFLICT` when it is not held.
    pub async fn start(
        &self,
        context: &Context,
        id: WorkflowId,
        parameters: BTreeMap<String, String>,
        reason: Option<String>,
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::Start, id, reason.as_deref());
        let work = async {
            let by = deed.by(context, &json!({ "parameters": parameters }))?;
            let start = async {
                let mut tried = 0;
                loop {
                    let started = self.start_once(context, id, &parameters, &by).await;
                    tried += 1;
                    match started {
                        // Somebody has changed its document in between.
                        Err(error)
                            if error.code() == Code::PreconditionFailed && tried < ATTEMPTS => {}
                        other => return other,
                    }
                }
            };
            self.once(context, id, &by, Box::pin(start)).await
        };
        self.steer(context, deed, work).await
    }

    async fn start_once(
        &self,
        context: &Context,
        id: WorkflowId,
        parameters: &BTreeMap<String, String>,
        by: &By,
    ) -> Result<Changed> {
        let held = self.backend().get(&context.scope, id).await?;
        // Of a workflow that is not held the phase is what is wrong, whatever the parameters are.
        refuse_unless_fit(Verb::Start, &held)?;
        let values = wf_model::resolve_declared(&held.document.parameters, parameters)?;
        let etag = Some(held.summary.etag);
        let started = self.backend().start(&context.scope, id, values, etag, by);
        Ok(started.await?.into())
    }

    /// Begins nothing new of a workflow; what runs goes on.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CONFLICT` when it does not run.
    pub async fn suspend(
        &self,
        context: &Context,
        id: WorkflowId,
        reason: Option<String>,
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::Suspend, id, reason.as_deref());
        let work = async {
            let by = deed.by(context, &Value::Null)?;
            let suspended = self.backend().suspend(&context.scope, id, &by).await?;
            Ok(suspended.into())
        };
        self.steer(context, deed, work).await
    }

    /// Goes on with a suspended workflow. Answers no task that waits.
    ///
    /// # Errors
    /// `NOT_FOUND`, `CONFLICT` when it is not suspended.
    pub async fn resume(
        &self,
        context: &Context,
        id: WorkflowId,
        reason: Option<String>,
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::Resume, id, reason.as_deref());
        let work = async {
            let by = deed.by(context, &Value::Null)?;
            let resumed = self.backend().resume(&context.scope, id, &by).await?;
            Ok(resumed.into())
        };
        self.steer(context, deed, work).await
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
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::Stop, id, reason.as_deref()).in_mode(Some(mode.as_str()));
        let work = async {
            let by = deed.by(context, &json!({ "mode": mode }))?;
            let stopped = self.backend().stop(&context.scope, id, mode, &by).await?;
            Ok(stopped.into())
        };
        self.steer(context, deed, work).await
    }

    /// Forgets a workflow with its runs, audit, logs and artifacts. With `force` an unfinished one
    /// too: it is stopped first, and is gone when no process of it is left.
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
        let deed = Deed::new(Operation::Delete, id, reason.as_deref());
        let work = async {
            let by = deed.by(context, &json!({ "force": force }))?;
            let deleted = self.backend().delete(&context.scope, id, force, &by);
            Ok(deleted.await?)
        };
        self.steer(context, deed, work).await
    }

    /// Does what somebody asked, unless the same request has done it before: then it does not
    /// matter whether it would fit what is so by now.
    pub(super) async fn once(
        &self,
        context: &Context,
        id: WorkflowId,
        by: &By,
        work: impl Future<Output = Result<Changed>> + Send,
    ) -> Result<Changed> {
        if by.key.is_some()
            && let Some(snapshot) = self.backend().replay(&context.scope, id, by).await?
        {
            return Ok(Changed {
                snapshot,
                replayed: true,
            });
        }
        work.await
    }

    /// Does what somebody asked of a workflow, and leaves its traces: in the log always, and in
    /// the workflow's own audit when it was refused. What was done the backend notes itself.
    pub(super) async fn steer<T>(
        &self,
        context: &Context,
        deed: Deed<'_>,
        work: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let resource = deed
            .workflow
            .map_or(Resource::Workflows, Resource::Workflow);
        let work = async {
            check_reason(deed.reason)?;
            work.await
        };
        let result = self.conduct(context, deed.operation, resource, work).await;
        audit(context, deed, &result);
        if let Err(error) = &result
            && let Some(id) = deed.workflow
            && is_refusal(error.code())
        {
            self.note_refusal(context, deed, id, error.code()).await;
        }
        result
    }

    /// Notes a refusal where the workflow's audit is, if that can be done soon: the refusal stands
    /// whether or not it is noted.
    async fn note_refusal(&self, context: &Context, deed: Deed<'_>, id: WorkflowId, code: Code) {
        let refusal = Refusal {
            action: deed.action().to_owned(),
            task: deed.task.map(shortened),
            mode: deed.mode.map(str::to_owned),
            code: code.as_str().to_owned(),
            by: context.by(deed
                .reason
                .filter(|reason| check_reason(Some(reason)).is_ok())),
        };
        let noting = self.backend().record(&context.scope, id, refusal);
        let noted = tokio::time::timeout(NOTING, noting).await;
        if !matches!(noted, Ok(Ok(()) | Err(wf_backend::Error::NotFound { .. }))) {
            tracing::warn!(
                request.id = %context.request_id,
                workflow.id = %id,
                "a refusal could not be noted in the workflow's audit"
            );
        }
    }
}

/// Refuses an operation that does not fit the workflow as it stands.
pub(super) fn refuse_unless_fit(verb: Verb, snapshot: &Snapshot) -> Result<()> {
    let summary = &snapshot.summary;
    match verb.fit(summary.standing()) {
        Fit::Conflict(misfit) => Err(wf_backend::Error::Phase {
            verb,
            phase: summary.phase,
            misfit,
        }
        .into()),
        Fit::Fits | Fit::AlreadySo => Ok(()),
    }
}

/// Whether somebody was told no, rather than that it cannot be answered.
fn is_refusal(code: Code) -> bool {
    match code {
        Code::Invalid
        | Code::Unauthenticated
        | Code::Forbidden
        | Code::NotFound
        | Code::AlreadyExists
        | Code::Conflict
        | Code::PreconditionFailed
        | Code::Gone
        | Code::TooLarge
        | Code::Unsupported => true,
        Code::RateLimited | Code::Internal | Code::Unavailable | Code::Timeout => false,
    }
}

/// A name that somebody sent, which need not be one.
fn shortened(name: &str) -> String {
    name.chars()
        .take(128)
        .filter(|shown| !shown.is_control())
        .collect()
}

/// A reason is for people: a text of bearable length.
pub(super) fn check_reason(reason: Option<&str>) -> Result<(), Error> {
    match reason {
        Some(reason) => check_words("reason", reason),
        None => Ok(()),
    }
}

/// Words for people, in the field of that name: a text of bearable length.
pub(super) fn check_words(field: &'static str, words: &str) -> Result<(), Error> {
    let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let (code, problem) = if words.chars().count() > LONGEST_REASON {
        (FaultCode::TooLong, "is too long")
    } else if words.chars().any(is_odd) {
        (FaultCode::ControlCharacter, "has control characters")
    } else {
        return Ok(());
    };
    let message =
        format!("the {field} {problem}; it is a text of at most {LONGEST_REASON} characters");
    Err(faults(Fault::new(
        &Place::root().field(field),
        code,
        message,
    )))
}
