//! The tasks of a workflow.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use wf_service::{Code, Error, LogQuery, Service, workflow_id};

use super::Tag;
use super::logs::{LogFormat, Logs};
use crate::error::ApiError;
use crate::json::Json;
use crate::view::{RunOf, Task, TaskList, TaskView};

pub(crate) struct TasksApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Tasks")]
impl TasksApi {
    /// All tasks
    ///
    /// Every task of the document, reached or not, as it is in the latest run.
    #[oai(
        path = "/workflows/:id/tasks",
        method = "get",
        operation_id = "listTasks"
    )]
    async fn tasks(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
    ) -> Result<Json<TaskList>, ApiError> {
        let context = wf_runtime::context(request);
        let snapshot = self.0.get(&context, workflow_id(&id)?).await?;
        Ok(Json(TaskList {
            items: Task::all(RunOf::from(&snapshot)),
        }))
    }

    /// One task
    ///
    /// As it is in the latest run, with what it waits for.
    #[oai(
        path = "/workflows/:id/tasks/:name",
        method = "get",
        operation_id = "getTask"
    )]
    async fn task(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The task's name; `onExit` for the exit handler.
        name: Path<String>,
    ) -> Result<Json<TaskView>, ApiError> {
        let context = wf_runtime::context(request);
        let details = self.0.task(&context, workflow_id(&id)?, &name).await?;
        let task = TaskView::named(&details, &name);
        Ok(Json(task.ok_or_else(|| no_task(&name))?))
    }

    /// What a task printed
    ///
    /// As plain text, as a JSON object a line, or as server-sent events, by `Accept`. Of a task
    /// that fans out the lines come item by item. Events are named `line`, then `end` when all has
    /// been told, or `error` with a problem; a stream that ends with neither was cut.
    #[oai(
        path = "/workflows/:id/tasks/:name/logs",
        method = "get",
        operation_id = "getTaskLogs"
    )]
    #[allow(clippy::too_many_arguments)] // each is one thing that can be asked
    async fn logs(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The task's name; `onExit` for the exit handler.
        name: Path<String>,
        /// Whether to go on until the task has ended.
        follow: Query<Option<bool>>,
        /// One item of a task that fans out, from 0; all when absent.
        item: Query<Option<u32>>,
        /// One attempt, from 1; the latest when absent.
        attempt: Query<Option<u32>>,
        /// One run, from 1; the latest when absent.
        run: Query<Option<u32>>,
    ) -> Result<Logs, ApiError> {
        let context = wf_runtime::context(request);
        let query = LogQuery {
            task: name.0,
            item: item.0,
            attempt: attempt.0,
            run: run.0,
            follow: follow.0.unwrap_or(false),
        };
        let lines = self.0.logs(&context, workflow_id(&id)?, query).await?;
        Ok(Logs {
            service: self.0.clone(),
            format: LogFormat::asked_by(request),
            lines,
            request_id: context.request_id,
        })
    }
}

pub(super) fn no_task(name: &str) -> Error {
    let shown: String = name
        .chars()
        .take(128)
        .filter(|shown| !shown.is_control())
        .collect();
    Error::new(Code::NotFound, format!("there is no task `{shown}`"))
}
