//! History: the runs of a workflow, and who did what to it.

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use wf_service::{Code, Error, Part, Service, workflow_id};

use super::Tag;
use super::answers::{AuditAnswer, RunsAnswer};
use super::tasks::no_task;
use crate::error::ApiError;
use crate::json::Json;
use crate::link;
use crate::view::{RunOf, RunPage, RunView, Task};

pub(crate) struct HistoryApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::History")]
impl HistoryApi {
    /// The runs of a workflow
    ///
    /// Newest first, page by page. Old runs never change.
    #[oai(
        path = "/workflows/:id/runs",
        method = "get",
        operation_id = "listRuns"
    )]
    async fn runs(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// How many at most; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        first: Query<Option<u32>>,
        /// The cursor behind which the page begins.
        after: Query<Option<String>>,
    ) -> Result<RunsAnswer, ApiError> {
        let context = wf_runtime::context(request);
        let id = workflow_id(&id)?;
        let part = Part {
            first: first.0,
            after: after.0,
        };
        let listing = self.0.runs(&context, id, part).await?;
        let next = listing.end_cursor.as_deref().filter(|_| listing.has_more);
        let next = next.map(|cursor| link::next(request, cursor));
        Ok(RunsAnswer::Page(Json(RunPage::of(id, &listing)), next))
    }

    /// One run
    ///
    /// With every task, those that it inherited from an earlier run included.
    #[oai(
        path = "/workflows/:id/runs/:number",
        method = "get",
        operation_id = "getRun"
    )]
    async fn run(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The run's number: 1, 2 …
        number: Path<String>,
    ) -> Result<Json<RunView>, ApiError> {
        let context = wf_runtime::context(request);
        let (id, number) = (workflow_id(&id)?, run_number(&number)?);
        let details = self.0.run(&context, id, number).await?;
        Ok(Json((&details).into()))
    }

    /// One task of a run
    #[oai(
        path = "/workflows/:id/runs/:number/tasks/:name",
        method = "get",
        operation_id = "getRunTask"
    )]
    async fn task(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// The run's number: 1, 2 …
        number: Path<String>,
        /// The task's name; `onExit` for the exit handler.
        name: Path<String>,
    ) -> Result<Json<Task>, ApiError> {
        let context = wf_runtime::context(request);
        let (id, number) = (workflow_id(&id)?, run_number(&number)?);
        let details = self.0.run(&context, id, number).await?;
        let task = Task::named(RunOf::from(&details), &name);
        Ok(Json(task.ok_or_else(|| no_task(&name))?))
    }

    /// Who did what to a workflow
    ///
    /// And what was refused to whom, newest first, page by page. Kept as long as the workflow, the
    /// newest thousand entries of it.
    #[oai(
        path = "/workflows/:id/audit",
        method = "get",
        operation_id = "getAudit"
    )]
    async fn audit(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// How many at most; 50 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "500")))]
        first: Query<Option<u32>>,
        /// The cursor behind which the page begins.
        after: Query<Option<String>>,
    ) -> Result<AuditAnswer, ApiError> {
        let context = wf_runtime::context(request);
        let part = Part {
            first: first.0,
            after: after.0,
        };
        let listing = self.0.audit(&context, workflow_id(&id)?, part).await?;
        let next = listing.end_cursor.as_deref().filter(|_| listing.has_more);
        let next = next.map(|cursor| link::next(request, cursor));
        Ok(AuditAnswer::Page(Json(listing.into()), next))
    }
}

/// The number that a text spells; to a client, another text is a run that there is not.
fn run_number(text: &str) -> Result<u32, Error> {
    text.parse().map_err(|_| {
        let shown = text.chars().take(64).filter(|shown| !shown.is_control());
        let shown: String = shown.collect();
        Error::new(Code::NotFound, format!("there is no run `{shown}`"))
    })
}
