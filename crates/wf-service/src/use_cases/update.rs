//! Updating a workflow: its labels and description always, the rest of its document while it is
//! held.

use std::sync::Arc;

use serde_json::{Value, json};
use wf_backend::{By, NewDocument, Snapshot, Update, WorkflowId};
use wf_model::{Document, Draft, Fault, FaultCode, Place, Verb, check_labelling};

use super::create::faults;
use super::documents::defect;
use super::steer::refuse_unless_fit;
use crate::answers::Changed;
use crate::authorize::Operation;
use crate::conduct::Deed;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::identity;
use crate::merge::merge;
use crate::requests::{DocumentInput, UpdateWorkflow};
use crate::service::Service;

/// How often an update begins anew when another one was faster.
const ATTEMPTS: usize = 5;

impl Service {
    /// Changes a workflow by a merge patch (RFC 7396) of its document: labels and description
    /// always, anything else while it is held.
    ///
    /// Without etags the patch is put on whatever the document is by then.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID` with every fault of what the document would become; `CONFLICT` when
    /// more than labels and description would change of a workflow that is not held, or its name;
    /// `CONFLICT` as a failed precondition when it has none of the etags.
    pub async fn update(
        &self,
        context: &Context,
        id: WorkflowId,
        request: UpdateWorkflow,
    ) -> Result<Changed> {
        let deed = Deed::new(Operation::Update, id, request.reason.as_deref());
        let work = async {
            let by = deed.by(context, &asked(&request))?;
            let update = async {
                for _ in 1..ATTEMPTS {
                    match self.update_once(context, id, &request, &by).await {
                        // Somebody else was faster; who named no etag does not mind.
                        Err(error)
                            if error.code() == Code::PreconditionFailed
                                && request.if_match.is_none() => {}
                        other => return other,
                    }
                }
                self.update_once(context, id, &request, &by).await
            };
            self.once(context, id, &by, Box::pin(update)).await
        };
        self.steer(context, deed, work).await
    }

    async fn update_once(
        &self,
        context: &Context,
        id: WorkflowId,
        request: &UpdateWorkflow,
        by: &By,
    ) -> Result<Changed> {
        let now = self.backend().get(&context.scope, id).await?;
        let etag = &now.summary.etag;
        if let Some(expected) = &request.if_match
            && !expected.contains(etag)
        {
            let etag = etag.clone();
            return Err(wf_backend::Error::PreconditionFailed { etag }.into());
        }
        let update = self.change(&now, request).await?;
        let updated = self.backend().update(&context.scope, id, update, by);
        Ok(updated.await?.into())
    }

    /// What the patch comes to on the workflow as it is now.
    async fn change(&self, now: &Snapshot, request: &UpdateWorkflow) -> Result<Update> {
        let patched = patched(&now.document, &request.patch)?;
        let limits = self.limits(None);
        let asked = Draft::from_value(patched.clone(), &limits).document()?;
        if asked.name != now.document.name {
            return Err(renamed());
        }
        if is_relabelled_alone(&asked, &now.document) {
            return relabelling(now, asked);
        }
        refuse_unless_fit(Verb::Update, now)?;
        let service = self.clone();
        let prepare = move || service.prepare(DocumentInput::Value(patched));
        let (workflow, rendered) = self.at_the_workbench(prepare).await?;
        let document = workflow.document();
        Ok(Update {
            labels: Some(document.labels.clone()),
            description: Some(document.description.clone()),
            etag: identity::etag(&workflow.canonical_json()),
            if_match: Some(now.summary.etag.clone()),
            document: Some(NewDocument {
                workflow: Arc::new(workflow),
                rendered: Arc::new(rendered),
            }),
        })
    }
}

/// What makes an update another one, for its key.
fn asked(request: &UpdateWorkflow) -> Value {
    json!({ "patch": request.patch, "ifMatch": request.if_match })
}

/// The document with the patch merged in.
fn patched(document: &Document, patch: &Value) -> Result<Value> {
    if !patch.is_object() {
        let message = "a patch is an object with the fields of the document that change";
        let fault = Fault::new(&Place::root(), FaultCode::WrongType, message);
        return Err(faults(fault));
    }
    let mut value = serde_json::to_value(document)
        .map_err(|error| defect("a document could not be written", error))?;
    merge(&mut value, patch);
    Ok(value)
}

/// Whether nothing but labels and description differs.
fn is_relabelled_alone(asked: &Document, now: &Document) -> bool {
    let mut asked = asked.clone();
    asked.labels.clone_from(&now.labels);
    asked.description.clone_from(&now.description);
    asked == *now
}

fn relabelling(now: &Snapshot, asked: Document) -> Result<Update> {
    check_labelling(&asked.labels, asked.description.as_deref())?;
    let mut document = Document::clone(&now.document);
    document.labels = asked.labels;
    document.description = asked.description;
    let canonical = serde_json::to_vec(&document)
        .map_err(|error| defect("a document could not be written", error))?;
    Ok(Update {
        document: None,
        labels: Some(document.labels),
        description: Some(document.description),
        etag: identity::etag(&canonical),
        if_match: Some(now.summary.etag.clone()),
    })
}

fn renamed() -> Error {
    let message = "a workflow keeps its name; leave `name` out, or create another workflow";
    Error::new(Code::Conflict, message)
}
