//! Creating a workflow, once for each key.

use std::collections::BTreeMap;
use std::sync::Arc;

use wf_argo::Rendered;
use wf_backend::{Start, Submission, Submitted, WorkflowId};
use wf_model::{Fault, FaultCode, Faults, Place, ValidWorkflow, resolve_parameters};

use super::steer::check_reason;
use crate::answers::Changed;
use crate::authorize::{Operation, Resource};
use crate::conduct::{Deed, audit};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::identity;
use crate::requests::CreateWorkflow;
use crate::service::Service;

/// How often an id that turns out to be taken is exchanged for another.
const FRESH_IDS: usize = 3;

/// A request that has been checked, and only wants an id.
struct Order {
    workflow: Arc<ValidWorkflow>,
    rendered: Arc<Rendered>,
    start: Start,
    reason: Option<String>,
    fingerprint: String,
    etag: String,
}

impl Service {
    /// Creates a workflow. With a key the same request creates one workflow, however often it is
    /// made; the key belongs to its caller and to the workflow's name.
    ///
    /// # Errors
    /// `INVALID` with every fault, `TOO_LARGE`, `UNSUPPORTED`; `CONFLICT` when the key was used
    /// for something else.
    pub async fn create(&self, context: &Context, request: CreateWorkflow) -> Result<Changed> {
        let reason = request.reason.clone();
        let work = async {
            check_reason(request.reason.as_deref())?;
            identity::refuse_bad_key(context.idempotency_key.as_deref())?;
            let service = self.clone();
            let order = self
                .at_the_workbench(move || service.take_order(request))
                .await?;
            self.submit(context, &order).await
        };
        let result = self
            .conduct(context, Operation::Create, Resource::Workflows, work)
            .await;
        let deed = Deed {
            operation: Operation::Create,
            workflow: result
                .as_ref()
                .ok()
                .map(|created| created.snapshot.summary.id),
            task: None,
            mode: None,
            reason: reason.as_deref(),
        };
        audit(context, deed, &result);
        result
    }

    fn take_order(&self, request: CreateWorkflow) -> Result<Order> {
        let (workflow, rendered) = self.prepare(request.document)?;
        let canonical = workflow.canonical_json();
        let fingerprint = identity::fingerprint(&canonical, request.start, &request.parameters);
        Ok(Order {
            start: start(&workflow, request.start, &request.parameters)?,
            etag: identity::etag(&canonical),
            fingerprint,
            reason: request.reason,
            workflow: Arc::new(workflow),
            rendered: Arc::new(rendered),
        })
    }

    async fn submit(&self, context: &Context, order: &Order) -> Result<Changed> {
        if let Some(key) = &context.idempotency_key {
            let id = identity::keyed_id(context, &order.workflow.document().name, key);
            return match self.submit_as(context, order, id).await {
                Err(wf_backend::Error::AlreadyExists { .. }) => Err(key_reused()),
                other => other.map_err(Error::from),
            };
        }
        for _ in 1..FRESH_IDS {
            match self.submit_as(context, order, identity::fresh_id()).await {
                Err(wf_backend::Error::AlreadyExists { .. }) => {}
                other => return other.map_err(Error::from),
            }
        }
        Ok(self.submit_as(context, order, identity::fresh_id()).await?)
    }

    async fn submit_as(
        &self,
        context: &Context,
        order: &Order,
        id: WorkflowId,
    ) -> wf_backend::Result<Changed> {
        let submission = Submission {
            scope: context.scope.clone(),
            id,
            workflow: Arc::clone(&order.workflow),
            rendered: Arc::clone(&order.rendered),
            start: order.start.clone(),
            by: context.by(order.reason.as_deref()),
            fingerprint: order.fingerprint.clone(),
            etag: order.etag.clone(),
        };
        let (snapshot, replayed) = match self.backend().submit(submission).await? {
            Submitted::Created(snapshot) => (snapshot, false),
            Submitted::Replayed(snapshot) => (snapshot, true),
        };
        Ok(Changed { snapshot, replayed })
    }
}

/// Whether the workflow begins, and with which values of its parameters.
fn start(workflow: &ValidWorkflow, now: bool, given: &BTreeMap<String, String>) -> Result<Start> {
    if now {
        return Ok(Start::Now(resolve_parameters(workflow, given)?));
    }
    if given.is_empty() {
        return Ok(Start::Hold);
    }
    let message = "values are given when a workflow begins, and this one is to be held; leave \
                   `parameters` out, and give them to its start";
    let place = Place::root().field("parameters");
    Err(faults(Fault::new(
        &place,
        FaultCode::UndeclaredParameter,
        message,
    )))
}

fn key_reused() -> Error {
    let message = "this idempotency key was used before, for another document or other options \
                   (`start`, `parameters`); repeat the request as it was, or use a new key";
    Error::new(Code::Conflict, message)
}

/// An error of one fault.
pub(super) fn faults(fault: Fault) -> Error {
    Faults::from_found(vec![fault])
        .expect("there is one")
        .into()
}
