//! The same for many workflows at once, each for itself.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;
use wf_backend::{Filter, WorkflowId};
use wf_model::{Fault, FaultCode, Faults, Place};

use super::create::faults;
use super::steer::check_reason;
use crate::answers::{BulkItem, BulkOutcome, BulkPreview, Listing};
use crate::context::Context;
use crate::error::Result;
use crate::identity;
use crate::requests::{
    Bulk, BulkOperation, ListWorkflows, RestartKind, RestartWorkflow, Selection,
};
use crate::service::{Service, workflow_id};

/// How many workflows one request works on.
const MOST: usize = 1_000;
/// How many are counted for a preview.
const MOST_COUNTED: u32 = 10_000;
/// How many are read at a time.
const PAGE: u32 = 500;
/// How many are worked on at the same time: enough that a store can commit them together.
const WIDTH: usize = 64;
/// How many faults of one list are told.
const MOST_FAULTS: usize = 100;

/// The workflows that are worked on.
struct Selected {
    ids: Vec<String>,
    has_more: bool,
    end_cursor: Option<String>,
}

impl Service {
    /// To how many workflows something would be done.
    ///
    /// # Errors
    /// `INVALID` for a selection that contradicts itself, or a cursor of another list.
    pub async fn bulk_preview(
        &self,
        context: &Context,
        selection: Selection,
    ) -> Result<BulkPreview> {
        let Selection { ids, filter, after } = checked(selection)?;
        let Some(filter) = filter else {
            let count = ids.map_or(0, |ids| ids.len());
            return Ok(BulkPreview {
                count: u32::try_from(count).unwrap_or(u32::MAX),
                has_more: false,
            });
        };
        let (mut count, mut after) = (0, after);
        loop {
            let page = self.page(context, &filter, after).await?;
            count += u32::try_from(page.items.len()).unwrap_or(u32::MAX);
            if !page.has_more || count >= MOST_COUNTED {
                let has_more = page.has_more;
                return Ok(BulkPreview { count, has_more });
            }
            after = page.end_cursor;
        }
    }

    /// Does something to many workflows, each for itself: one that refuses fails alone.
    ///
    /// The caller's time is for all of them together; those that it does not suffice for end with
    /// `TIMEOUT`.
    ///
    /// # Errors
    /// `INVALID` for a selection that contradicts itself, a cursor of another list, or a reason
    /// that is none.
    pub async fn bulk(&self, context: &Context, request: Bulk) -> Result<BulkOutcome> {
        let until = context.timeout.map(|timeout| Instant::now() + timeout);
        check_reason(request.reason.as_deref())?;
        identity::refuse_bad_key(context.idempotency_key.as_deref())?;
        refuse_named_tasks(&request.operation)?;
        let Bulk {
            operation,
            selection,
            reason,
        } = request;
        let selected = self.select(context, checked(selection)?).await?;
        let one = |id: String| {
            let (operation, reason) = (&operation, reason.clone());
            async move {
                let mut context = context.clone();
                context.timeout = until.map(|until| until - Instant::now());
                let result = self.one_of_many(&context, &id, operation, reason).await;
                BulkItem { id, result }
            }
        };
        let items = stream::iter(selected.ids).map(one).buffered(WIDTH);
        Ok(BulkOutcome {
            items: items.collect().await,
            has_more: selected.has_more,
            end_cursor: selected.end_cursor,
        })
    }

    async fn one_of_many(
        &self,
        context: &Context,
        id: &str,
        operation: &BulkOperation,
        reason: Option<String>,
    ) -> Result<Option<Box<wf_backend::Snapshot>>> {
        let id: WorkflowId = workflow_id(id)?;
        let snapshot = match operation {
            BulkOperation::Stop(mode) => self.stop(context, id, *mode, reason).await?.snapshot,
            BulkOperation::Restart(kind) => {
                let restart = RestartWorkflow {
                    mode: Some(*kind),
                    reason,
                    ..RestartWorkflow::default()
                };
                self.restart(context, id, restart).await?.snapshot
            }
            BulkOperation::Delete { force } => {
                self.delete(context, id, *force, reason).await?;
                return Ok(None);
            }
        };
        Ok(Some(Box::new(snapshot)))
    }

    async fn select(&self, context: &Context, selection: Selection) -> Result<Selected> {
        let Selection { ids, filter, after } = selection;
        let Some(filter) = filter else {
            return Ok(Selected {
                ids: ids.unwrap_or_default(),
                has_more: false,
                end_cursor: None,
            });
        };
        let (mut ids, mut after) = (Vec::new(), after);
        loop {
            let page = self.page(context, &filter, after).await?;
            ids.extend(
                page.items
                    .iter()
                    .map(|listed| listed.summary.id.to_string()),
            );
            if !page.has_more || ids.len() >= MOST {
                return Ok(Selected {
                    ids,
                    has_more: page.has_more,
                    end_cursor: page.end_cursor,
                });
            }
            after = page.end_cursor;
        }
    }

    async fn page(
        &self,
        context: &Context,
        filter: &Filter,
        after: Option<String>,
    ) -> Result<Listing> {
        let list = ListWorkflows {
            filter: filter.clone(),
            first: Some(PAGE),
            after,
        };
        self.list(context, list).await
    }
}

/// Tasks are named of one workflow, not of many.
fn refuse_named_tasks(operation: &BulkOperation) -> Result<()> {
    if !matches!(operation, BulkOperation::Restart(RestartKind::Tasks)) {
        return Ok(());
    }
    let message = "tasks are named when one workflow is restarted; use the mode ALL or FROM_FAILED";
    let place = Place::root().field("mode");
    Err(faults(Fault::new(&place, FaultCode::OutOfRange, message)))
}

/// The selection, if it says which workflows are meant, and says it once.
fn checked(selection: Selection) -> Result<Selection> {
    let fault = |field: &'static str, code, message: &str| {
        Err(faults(Fault::new(
            &Place::root().field(field),
            code,
            message,
        )))
    };
    match &selection {
        Selection {
            ids: Some(_),
            filter: Some(_),
            ..
        } => fault(
            "filter",
            FaultCode::OutOfRange,
            "workflows are named by `ids` or found by `filter`; give one of the two",
        ),
        Selection {
            ids: None,
            filter: None,
            ..
        } => fault(
            "ids",
            FaultCode::Missing,
            "say which workflows are meant, by `ids` or by `filter`",
        ),
        Selection {
            filter: Some(filter),
            ..
        } if *filter == Filter::default() => fault(
            "filter",
            FaultCode::Missing,
            "a filter that lets every workflow pass is not taken here; ask for something, as for \
             a name or for `createdBefore`",
        ),
        Selection {
            ids: Some(_),
            after: Some(_),
            ..
        } => fault(
            "after",
            FaultCode::OutOfRange,
            "a cursor goes on with a `filter`, and `ids` are all there is; leave it out",
        ),
        Selection { ids: Some(ids), .. } => check_ids(ids).map(|()| selection),
        Selection { .. } => Ok(selection),
    }
}

fn check_ids(ids: &[String]) -> Result<()> {
    let place = Place::root().field("ids");
    if ids.is_empty() {
        let message = "name at least one workflow";
        return Err(faults(Fault::new(&place, FaultCode::Missing, message)));
    }
    if ids.len() > MOST {
        let message = format!("{} ids are too many; name {MOST} at a time", ids.len());
        return Err(faults(Fault::new(&place, FaultCode::TooLong, message)));
    }
    let mut seen = HashSet::new();
    let again = ids.iter().enumerate().filter(|(_, id)| !seen.insert(*id));
    let fault = |(index, _)| {
        let place = place.clone().index(index);
        let message = "this workflow is named already; name it once";
        Fault::new(&place, FaultCode::DuplicateName, message)
    };
    let found = again.map(fault).take(MOST_FAULTS).collect();
    Faults::from_found(found).map_or(Ok(()), |faults| Err(faults.into()))
}
