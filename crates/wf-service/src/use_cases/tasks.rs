//! One task: read it, stop it, answer it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wf_backend::{Answer, WorkflowId, answer_word};
use wf_model::{Argument, Fault, FaultCode, Place, Waiting};

use super::create::faults;
use super::steer::check_words;
use crate::answers::{Changed, TaskDetails};
use crate::authorize::{Operation, Resource};
use crate::conduct::Deed;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::requests::AnswerTask;
use crate::service::Service;

impl Service {
    /// A task of the latest run (`onExit` is the exit handler), and what it waits for.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow or the task.
    pub async fn task(&self, context: &Context, id: WorkflowId, task: &str) -> Result<TaskDetails> {
        let work = async {
            let snapshot = self.backend().get(&context.scope, id).await?;
            let status = snapshot.run.task(task).ok_or_else(|| no_task(task))?;
            let why = if status.phase.is_finished() {
                Vec::new()
            } else {
                let mut waiting = self.backend().waiting(&context.scope, id).await?;
                waiting.remove(task).unwrap_or_default()
            };
            Ok(TaskDetails { snapshot, why })
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// What each task of the latest run that has not begun, or waits for an answer, waits for; by
    /// its name.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn waiting(
        &self,
        context: &Context,
        id: WorkflowId,
    ) -> Result<BTreeMap<String, Vec<Waiting>>> {
        let work = async { Ok(self.backend().waiting(&context.scope, id).await?) };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// Stops one task of the latest run, or its exit handler; what is told at once is the wish.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow or the task; `CONFLICT` when the task has ended otherwise, or
    /// the workflow is held.
    pub async fn stop_task(
        &self,
        context: &Context,
        id: WorkflowId,
        task: &str,
        reason: Option<String>,
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::StopTask, id, reason.as_deref()).to_task(task);
        let work = async {
            let by = deed.by(context, &Value::Null)?;
            let stopped = self.backend().stop_task(&context.scope, id, task, &by);
            Ok(stopped.await?.into())
        };
        self.steer(context, deed, work).await
    }

    /// Answers a task that waits for somebody: approved it has succeeded, else it has failed.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow, the task or the item; `CONFLICT` when it does not wait, or
    /// when it is not clear which item is meant; `INVALID` with every fault of the outputs.
    pub async fn answer_task(
        &self,
        context: &Context,
        id: WorkflowId,
        task: &str,
        request: AnswerTask,
    ) -> Result<Changed> {
        let reason = request.reason.clone();
        let deed = Deed::new(Operation::AnswerTask, id, reason.as_deref()).to_task(task);
        let deed = deed.in_mode(Some(answer_word(request.approve)));
        let work = async {
            let by = deed.by(context, &asked(&request))?;
            if let Some(message) = &request.message {
                check_words("message", message)?;
            }
            refuse_outputs_of_a_rejection(&request)?;
            let outputs = request.outputs.into_iter();
            let answer = Answer {
                item: request.item,
                approve: request.approve,
                message: request.message,
                outputs: outputs
                    .map(|(name, value)| Argument::new(name, value))
                    .collect(),
            };
            let answered = self.backend().answer(&context.scope, id, task, answer, &by);
            Ok(answered.await?.into())
        };
        self.steer(context, deed, work).await
    }
}

/// A task that is rejected leaves nothing.
fn refuse_outputs_of_a_rejection(request: &AnswerTask) -> Result<()> {
    if request.approve || request.outputs.is_empty() {
        return Ok(());
    }
    let message = "outputs go with an approval alone; leave them out, or approve";
    let place = Place::root().field("outputs");
    Err(faults(Fault::new(&place, FaultCode::OutOfRange, message)))
}

/// What makes an answer another one, for its key.
fn asked(request: &AnswerTask) -> Value {
    json!({
        "approve": request.approve,
        "item": request.item,
        "message": request.message,
        "outputs": request.outputs,
    })
}

/// There is no such task.
pub(super) fn no_task(name: &str) -> Error {
    let shown: String = name
        .chars()
        .take(128)
        .filter(|shown| !shown.is_control())
        .collect();
    Error::new(Code::NotFound, format!("there is no task `{shown}`"))
}
