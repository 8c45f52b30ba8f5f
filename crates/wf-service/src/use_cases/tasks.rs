//! One task: read it, stop it, answer it.

use wf_backend::{Answer, Snapshot, WorkflowId};
use wf_model::{Argument, Waiting};

use super::steer::check_words;
use crate::answers::TaskDetails;
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
                self.backend().waiting_for(&context.scope, id, task).await?
            };
            Ok(TaskDetails { snapshot, why })
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// What a task of the latest run waits for; nothing when it runs or has ended.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow or the task.
    pub async fn why(&self, context: &Context, id: WorkflowId, task: &str) -> Result<Vec<Waiting>> {
        let work = async { Ok(self.backend().waiting_for(&context.scope, id, task).await?) };
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
    ) -> Result<Snapshot> {
        let by = context.by(reason.as_deref());
        let work = async {
            let stopped = self.backend().stop_task(&context.scope, id, task, &by);
            Ok(stopped.await?)
        };
        let deed = Deed::new(Operation::StopTask, id, reason.as_deref()).to_task(task);
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
    ) -> Result<Snapshot> {
        let AnswerTask {
            approve,
            item,
            message,
            outputs,
            reason,
        } = request;
        let by = context.by(reason.as_deref());
        let work = async {
            if let Some(message) = &message {
                check_words("message", message)?;
            }
            let outputs = outputs
                .into_iter()
                .map(|(name, value)| Argument::new(name, value))
                .collect();
            let answer = Answer {
                item,
                approve,
                message,
                outputs,
            };
            let answered = self.backend().answer(&context.scope, id, task, answer, &by);
            Ok(answered.await?)
        };
        let deed = Deed::new(Operation::AnswerTask, id, reason.as_deref()).to_task(task);
        self.steer(context, deed, work).await
    }
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
