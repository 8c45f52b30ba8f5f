//! Finding workflows.

use std::sync::Arc;

use wf_backend::{Query, Snapshot, WorkflowId};
use wf_model::{Document, Fault, FaultCode, Place};

use super::create::faults;
use crate::answers::{Listed, Listing};
use crate::authorize::{Operation, Resource};
use crate::context::Context;
use crate::cursor;
use crate::error::{Error, Result};
use crate::requests::ListWorkflows;
use crate::service::Service;

/// How many workflows a list tells when it is not said.
const USUAL_PAGE: u32 = 50;
/// How many it tells at most.
const LARGEST_PAGE: u32 = 500;

impl Service {
    /// A workflow as it is now.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn get(&self, context: &Context, id: WorkflowId) -> Result<Snapshot> {
        let work = async { Ok(self.backend().get(&context.scope, id).await?) };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// Those of the workflows that exist, in the order of `ids`.
    ///
    /// # Errors
    /// `INVALID` for more than 500 ids.
    pub async fn get_many(&self, context: &Context, ids: &[WorkflowId]) -> Result<Vec<Snapshot>> {
        let work = async {
            if ids.len() > LARGEST_PAGE as usize {
                let message = format!(
                    "{} ids are too many; ask for {LARGEST_PAGE} at a time",
                    ids.len()
                );
                let place = Place::root().field("ids");
                return Err(faults(Fault::new(&place, FaultCode::TooLong, message)));
            }
            Ok(self.backend().get_many(&context.scope, ids).await?)
        };
        self.conduct(context, Operation::Read, Resource::Workflows, work)
            .await
    }

    /// A part of the list of workflows, newest first.
    ///
    /// # Errors
    /// `INVALID` for a cursor that is not of this list, or a `first` out of range.
    pub async fn list(&self, context: &Context, request: ListWorkflows) -> Result<Listing> {
        let work = async {
            let query = self.query(context, &request)?;
            let page = self.backend().list(&context.scope, &query).await?;
            let cursor = |position| {
                let secret = &self.options().cursor_secret;
                cursor::write(secret, &context.scope, &query.filter, position)
            };
            let listed = |summary: wf_backend::Summary| Listed {
                cursor: cursor(summary.position()),
                summary,
            };
            let items: Vec<_> = page.items.into_iter().map(listed).collect();
            Ok(Listing {
                end_cursor: items.last().map(|last| last.cursor.clone()),
                has_more: page.has_more,
                items,
            })
        };
        self.conduct(context, Operation::List, Resource::Workflows, work)
            .await
    }

    fn query(&self, context: &Context, request: &ListWorkflows) -> Result<Query, Error> {
        let first = request.first.unwrap_or(USUAL_PAGE);
        if !(1..=LARGEST_PAGE).contains(&first) {
            let message = format!("{first} is out of range; ask for 1 to {LARGEST_PAGE}");
            let place = Place::root().field("first");
            return Err(faults(Fault::new(&place, FaultCode::OutOfRange, message)));
        }
        let secret = &self.options().cursor_secret;
        let read = |text: &String| cursor::read(secret, &context.scope, &request.filter, text);
        Ok(Query {
            after: request.after.as_ref().map(read).transpose()?,
            filter: request.filter.clone(),
            first,
        })
    }

    /// A workflow's document, exactly as it can be given to create another.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn document(&self, context: &Context, id: WorkflowId) -> Result<Arc<Document>> {
        self.get(context, id)
            .await
            .map(|snapshot| snapshot.document)
    }
}
