//! What is done around every use case: permission, deadline, log, audit, count.

use std::future::Future;
use std::time::Instant;

use serde_json::Value;
use wf_backend::{By, WorkflowId};

use crate::authorize::{Operation, Resource};
use crate::context::{Context, actor_word};
use crate::error::{Code, Error, Result};
use crate::identity;
use crate::service::Service;

impl Service {
    /// Does the work if the caller may, within the caller's time; a failure that clients are not
    /// told the cause of is logged here, once.
    pub(crate) async fn conduct<T>(
        &self,
        context: &Context,
        operation: Operation,
        resource: Resource,
        work: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let began = Instant::now();
        let authorizer = &self.options().authorizer;
        let permitted = async {
            authorizer.authorize(context, operation, resource).await?;
            work.await
        };
        let result = match context.timeout {
            Some(limit) => tokio::time::timeout(limit, permitted)
                .await
                .unwrap_or_else(|_| Err(too_slow(operation, limit))),
            None => permitted.await,
        };
        let result = result.inspect_err(|error| log_cause(context, operation, error));
        let code = result.as_ref().err().map(Error::code);
        self.options()
            .observer
            .observe(operation, code, began.elapsed());
        result
    }
}

fn too_slow(operation: Operation, limit: std::time::Duration) -> Error {
    let message = format!(
        "{operation} took longer than {} seconds; it may have been done all the same",
        limit.as_secs_f32()
    );
    Error::new(Code::Timeout, message)
}

/// Logs what clients are not told.
pub(crate) fn log_cause(context: &Context, operation: Operation, error: &Error) {
    let Some(cause) = std::error::Error::source(error) else {
        return;
    };
    tracing::error!(
        request.id = %context.request_id,
        operation = operation.as_str(),
        code = error.code().as_str(),
        cause = %chain(cause),
        "{operation} failed"
    );
}

/// An error and its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// Something that somebody does to workflows, or tries to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'a> {
    pub(crate) operation: Operation,
    /// Which workflow, once that is known.
    pub(crate) workflow: Option<WorkflowId>,
    /// Which of its tasks, when it is one.
    pub(crate) task: Option<&'a str>,
    /// In which of several ways, in the words of the audit.
    pub(crate) mode: Option<&'static str>,
    pub(crate) reason: Option<&'a str>,
}

impl<'a> Deed<'a> {
    /// What is done to a workflow as a whole.
    pub(crate) fn new(operation: Operation, id: WorkflowId, reason: Option<&'a str>) -> Self {
        Self {
            operation,
            workflow: Some(id),
            task: None,
            mode: None,
            reason,
        }
    }

    /// The same in one of several ways.
    pub(crate) fn in_mode(self, mode: Option<&'static str>) -> Self {
        Self { mode, ..self }
    }

    /// The same to one of its tasks.
    pub(crate) fn to_task(self, task: &'a str) -> Self {
        Self {
            task: Some(task),
            ..self
        }
    }

    /// The word of the audit, which tells the task apart.
    pub(crate) fn action(&self) -> &'static str {
        match self.operation {
            Operation::StopTask => Operation::Stop.as_str(),
            Operation::RestartTask => Operation::Restart.as_str(),
            Operation::AnswerTask => "answer",
            other => other.as_str(),
        }
    }

    /// Who does it now, as a backend keeps it; with the caller's key, when there is one, and what
    /// is asked.
    ///
    /// # Errors
    /// `INVALID` when the key is none.
    pub(crate) fn by(self, context: &Context, asked: &Value) -> Result<By> {
        let key = context.idempotency_key.as_deref();
        identity::refuse_bad_key(key)?;
        Ok(By {
            key: key.map(|key| identity::request_key(context, self, key, asked)),
            ..context.by(self.reason)
        })
    }
}

/// Leaves the trace that somebody changed something, or tried to: who, what and how it went.
pub(crate) fn audit<T>(context: &Context, deed: Deed<'_>, result: &Result<T>) {
    let outcome = match result {
        Ok(_) => "OK",
        Err(error) => error.code().as_str(),
    };
    let action = deed.action();
    tracing::event!(
        target: "audit",
        tracing::Level::INFO,
        request.id = %context.request_id,
        scope = %context.scope,
        actor = actor_word(context.actor.as_deref()),
        action = action,
        workflow.id = deed.workflow.map(tracing::field::display),
        task = deed.task,
        mode = deed.mode,
        reason = deed.reason,
        outcome = outcome,
        "{action}: {outcome}"
    );
}
