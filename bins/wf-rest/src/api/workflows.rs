//! Workflows.

use std::collections::BTreeMap;
use std::time::Duration;

use poem::Request;
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use time::OffsetDateTime;
use wf_model::{Fault, FaultCode, Place};
use wf_service::{
    Code, Context, CreateWorkflow, DocumentInput, Error, Filter, ListWorkflows, Service, Snapshot,
    UpdateWorkflow, Wait, workflow_id,
};

use super::answers::{
    ChangedAnswer, CreateAnswer, DeleteAnswer, ListAnswer, WorkflowAnswer, answer, changed, found,
};
use super::{BASE, Tag, etag, key};
use crate::error::ApiError;
use crate::fields::{json, one};
use crate::json::{Bytes, Json, Patch};
use crate::link;
use crate::view::{Document, DocumentView, Until, WorkflowPhase};

pub(crate) struct WorkflowsApi(pub(super) Service);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Workflows")]
impl WorkflowsApi {
    /// Create a workflow
    ///
    /// The body is the document itself. Nothing is stored when it has a fault.
    #[oai(path = "/workflows", method = "post", operation_id = "createWorkflow")]
    #[allow(clippy::too_many_arguments)] // each is one thing that can be asked
    async fn create(
        &self,
        request: &Request,
        body: Bytes<Document>,
        /// Whether it begins at once, with the defaults of its parameters; else it is held until
        /// it is started, which is when parameters without a default are given.
        #[oai(default = "yes")]
        start: Query<bool>,
        /// Values of its parameters over their defaults, each as `name=value`; only when it begins
        /// at once.
        #[oai(default)]
        parameter: Query<Vec<String>>,
        /// Why, for the audit.
        reason: Query<Option<String>>,
        /// Waits until the run has ended, at most so many seconds.
        #[oai(validator(minimum(value = "0"), maximum(value = "300")))]
        wait: Query<Option<u32>>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters. It belongs to whoever asks and to the workflow's name.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<CreateAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        let create = CreateWorkflow {
            document: DocumentInput::Bytes(body.bytes),
            start: start.0,
            parameters: read_pairs(&parameter, "parameter", FaultCode::OutOfRange)?,
            reason: reason.0,
        };
        let created = self.0.create(&context, create).await?;
        let snapshot = self.waited(&context, created.snapshot, wait.0).await?;
        let location = format!("{BASE}/workflows/{}", snapshot.summary.id);
        let (body, etag) = answer(&snapshot);
        Ok(if created.replayed {
            CreateAnswer::Replayed(body, location, etag, "true".to_owned())
        } else {
            CreateAnswer::Created(body, location, etag)
        })
    }

    /// Find workflows
    ///
    /// Newest first, page by page.
    #[oai(path = "/workflows", method = "get", operation_id = "listWorkflows")]
    #[allow(clippy::too_many_arguments)] // each is one thing that can be asked
    async fn list(
        &self,
        request: &Request,
        /// Those with exactly this name.
        name: Query<Option<String>>,
        /// Those in one of these phases.
        #[oai(default)]
        phase: Query<Vec<WorkflowPhase>>,
        /// Those with all of these labels, each as `key=value`.
        #[oai(default)]
        label: Query<Vec<String>>,
        /// Those created at or after this.
        #[oai(name = "createdAfter")]
        created_after: Query<Option<OffsetDateTime>>,
        /// Those created before this.
        #[oai(name = "createdBefore")]
        created_before: Query<Option<OffsetDateTime>>,
        /// How many at most; 50 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "500")))]
        first: Query<Option<u32>>,
        /// The cursor behind which the page begins.
        after: Query<Option<String>>,
    ) -> Result<ListAnswer, ApiError> {
        let list = ListWorkflows {
            filter: Filter {
                name: name.0,
                phases: phase.0.into_iter().map(Into::into).collect(),
                labels: read_pairs(&label, "label", FaultCode::InvalidLabel)?,
                created_after: created_after.0.map(Into::into),
                created_before: created_before.0.map(Into::into),
            },
            first: first.0,
            after: after.0,
        };
        let listing = self.0.list(&wf_runtime::context(request), list).await?;
        let next = listing.end_cursor.as_deref().filter(|_| listing.has_more);
        let next = next.map(|cursor| link::next(request, cursor));
        Ok(ListAnswer::Page(Json((&listing).into()), next))
    }

    /// One workflow
    ///
    /// With its document and every task of its latest run; at once, or once it has ended or
    /// changed.
    #[oai(path = "/workflows/:id", method = "get", operation_id = "getWorkflow")]
    async fn get(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// Waits at most so many seconds; then the workflow is told as it is.
        #[oai(validator(minimum(value = "0"), maximum(value = "300")))]
        wait: Query<Option<u32>>,
        /// What `wait` waits for.
        #[oai(default)]
        until: Query<Until>,
        /// With `until=changed`: since this revision of the workflow; since now when absent.
        revision: Query<Option<String>>,
    ) -> Result<WorkflowAnswer, ApiError> {
        let context = wf_runtime::context(request);
        let id = workflow_id(&id)?;
        let snapshot = match wait.0 {
            None | Some(0) => self.0.get(&context, id).await?,
            Some(seconds) => {
                let wait = Wait {
                    at_most: Duration::from_secs(seconds.into()),
                    until: until.0.into(),
                    since: revision.0,
                };
                self.0.wait(&context, id, wait).await?
            }
        };
        Ok(found(&snapshot))
    }

    /// The document of a workflow
    ///
    /// Exactly what can be sent to create another.
    #[oai(
        path = "/workflows/:id/document",
        method = "get",
        operation_id = "getWorkflowDocument"
    )]
    async fn document(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
    ) -> Result<Json<DocumentView>, ApiError> {
        let context = wf_runtime::context(request);
        let document = self.0.document(&context, workflow_id(&id)?).await?;
        Ok(Json(DocumentView(document)))
    }

    /// Update a workflow
    ///
    /// The body is a merge patch (RFC 7396) of the document: what is left out stays, `null`
    /// removes. Labels and description can always be changed, anything else while the workflow is
    /// held; its name never.
    #[oai(
        path = "/workflows/:id",
        method = "patch",
        operation_id = "updateWorkflow"
    )]
    async fn update(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        body: Patch<Document>,
        /// The `ETag` that it has to have, or `*`; with another one nothing changes.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// Why, for the audit.
        reason: Query<Option<String>>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<ChangedAnswer, ApiError> {
        // All of them, and not the first alone.
        drop(if_match);
        let context = key::context(request, idempotency_key)?;
        let update = UpdateWorkflow {
            if_match: etag::expected(request)?,
            patch: json(&body.bytes)?,
            reason: reason.0,
        };
        let updated = self.0.update(&context, workflow_id(&id)?, update);
        Ok(changed(&updated.await?))
    }

    /// Delete a workflow
    ///
    /// With its runs, logs and artifacts. It has to have ended, or never to have begun; with
    /// `force` it is stopped first, and is gone when no process of it is left.
    #[oai(
        path = "/workflows/:id",
        method = "delete",
        operation_id = "deleteWorkflow"
    )]
    async fn delete(
        &self,
        request: &Request,
        /// The workflow's id.
        id: Path<String>,
        /// Also when it has not ended.
        #[oai(default)]
        force: Query<bool>,
        /// Why, for the audit.
        reason: Query<Option<String>>,
        /// By which a repeated request is told from a new one: 1 to 255 printable ASCII
        /// characters.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<String>>,
    ) -> Result<DeleteAnswer, ApiError> {
        let context = key::context(request, idempotency_key)?;
        self.0
            .delete(&context, workflow_id(&id)?, force.0, reason.0)
            .await?;
        Ok(DeleteAnswer::Deleted)
    }
}

impl WorkflowsApi {
    /// The workflow once it has ended, or as it is when the time is up.
    async fn waited(
        &self,
        context: &Context,
        snapshot: Snapshot,
        seconds: Option<u32>,
    ) -> Result<Snapshot, Error> {
        let Some(seconds) = seconds.filter(|seconds| *seconds > 0) else {
            return Ok(snapshot);
        };
        let wait = Wait {
            at_most: Duration::from_secs(seconds.into()),
            until: wf_service::Until::Finished,
            since: None,
        };
        match self.0.wait(context, snapshot.summary.id, wait).await {
            // It is created: told as it is, also when there is no place to wait.
            Err(error) if error.code() == Code::Unavailable => Ok(snapshot),
            waited => waited,
        }
    }
}

fn yes() -> bool {
    true
}

/// What a repeated query parameter says, each time as `key=value`.
fn read_pairs(
    pairs: &[String],
    field: &'static str,
    code: FaultCode,
) -> Result<BTreeMap<String, String>, Error> {
    let fault = |message: String| one(Fault::new(&Place::root().field(field), code, message));
    let mut read = BTreeMap::new();
    for pair in pairs {
        let (key, value) = pair
            .split_once('=')
            .filter(|(key, _)| !key.is_empty())
            .ok_or_else(|| fault(format!("`{pair}` is not written as `key=value`")))?;
        if read
            .insert(key.to_owned(), value.to_owned())
            .is_some_and(|other| other != value)
        {
            return Err(fault(format!("`{key}` cannot have two values at once")));
        }
    }
    Ok(read)
}
