//! History: the runs of a workflow, and who did what to it.

use wf_backend::{Run, RunPage, WorkflowId};
use wf_model::{Fault, FaultCode, Place};

use super::create::faults;
use crate::answers::{AuditListing, ListedEntry, ListedRun, RunDetails, RunListing};
use crate::authorize::{Operation, Resource};
use crate::context::Context;
use crate::error::Result;
use crate::place::{self, WorkflowList};
use crate::requests::Part;
use crate::service::Service;

/// How many runs are told when it is not said, and how many at most: each comes with its tasks.
const RUNS: PageSize = PageSize {
    usual: 20,
    largest: 100,
};
/// The same for entries of the audit.
const ENTRIES: PageSize = PageSize {
    usual: 50,
    largest: 500,
};
/// Of how many workflows the runs are told at once.
const MOST_WORKFLOWS: usize = 500;

/// How large a part of a list may be.
struct PageSize {
    usual: u32,
    largest: u32,
}

impl Service {
    /// One run of a workflow, with its tasks.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow or the run.
    pub async fn run(&self, context: &Context, id: WorkflowId, number: u32) -> Result<RunDetails> {
        let work = async {
            let run = self.backend().run(&context.scope, id, number).await?;
            // Of a workflow that has begun the tasks never change, so that this is the run's
            // document too.
            let snapshot = self.backend().get(&context.scope, id).await?;
            Ok(RunDetails {
                id,
                document: snapshot.document,
                run,
            })
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// A part of the runs of a workflow, newest first: 20, or `first`, at most 100.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID` for a cursor that is not of this list, or a `first` out of range.
    pub async fn runs(&self, context: &Context, id: WorkflowId, part: Part) -> Result<RunListing> {
        let work = async {
            let first = RUNS.of(part.first)?;
            let before = self.place(context, WorkflowList::Runs, id, part.after.as_deref())?;
            let before = before.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
            let page = self
                .backend()
                .runs(&context.scope, id, before, first)
                .await?;
            Ok(self.run_listing(context, id, page))
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// The latest runs of those of the workflows that exist, in the order of `ids`.
    ///
    /// # Errors
    /// `INVALID` for more than 500 ids, or a `first` out of range.
    pub async fn runs_of(
        &self,
        context: &Context,
        ids: &[WorkflowId],
        first: Option<u32>,
    ) -> Result<Vec<(WorkflowId, RunListing)>> {
        let work = async {
            let first = RUNS.of(first)?;
            if ids.len() > MOST_WORKFLOWS {
                let message = format!("{} ids are too many; ask for {MOST_WORKFLOWS}", ids.len());
                let place = Place::root().field("ids");
                return Err(faults(Fault::new(&place, FaultCode::TooLong, message)));
            }
            let pages = self.backend().runs_of(&context.scope, ids, first).await?;
            let listing = |(id, page)| (id, self.run_listing(context, id, page));
            Ok(pages.into_iter().map(listing).collect())
        };
        self.conduct(context, Operation::Read, Resource::Workflows, work)
            .await
    }

    /// A part of who did what to a workflow, newest first: 50 entries, or `first`, at most 500.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID` for a cursor that is not of this list, or a `first` out of range.
    pub async fn audit(
        &self,
        context: &Context,
        id: WorkflowId,
        part: Part,
    ) -> Result<AuditListing> {
        let work = async {
            let first = ENTRIES.of(part.first)?;
            let before = self.place(context, WorkflowList::Audit, id, part.after.as_deref())?;
            let page = self
                .backend()
                .audit(&context.scope, id, before, first)
                .await?;
            let entries = page.items.into_iter();
            let items: Vec<_> = entries
                .map(|entry| ListedEntry {
                    cursor: self.cursor(context, WorkflowList::Audit, id, entry.sequence),
                    entry,
                })
                .collect();
            Ok(AuditListing {
                end_cursor: items.last().map(|last| last.cursor.clone()),
                has_more: page.has_more,
                items,
            })
        };
        self.conduct(context, Operation::ReadAudit, Resource::Workflow(id), work)
            .await
    }

    fn run_listing(&self, context: &Context, id: WorkflowId, page: RunPage) -> RunListing {
        let listed = |run: Run| ListedRun {
            cursor: self.cursor(context, WorkflowList::Runs, id, run.status.number.into()),
            run,
        };
        let items: Vec<_> = page.items.into_iter().map(listed).collect();
        RunListing {
            end_cursor: items.last().map(|last| last.cursor.clone()),
            has_more: page.has_more,
            items,
        }
    }

    fn cursor(&self, context: &Context, list: WorkflowList, id: WorkflowId, at: u64) -> String {
        place::write(&self.options().cursor_secret, &context.scope, list, id, at)
    }

    fn place(
        &self,
        context: &Context,
        list: WorkflowList,
        id: WorkflowId,
        cursor: Option<&str>,
    ) -> Result<Option<u64>> {
        let secret = &self.options().cursor_secret;
        cursor
            .map(|cursor| place::read(secret, &context.scope, list, id, cursor))
            .transpose()
    }
}

impl PageSize {
    /// How many were asked for, when that is in range.
    fn of(&self, first: Option<u32>) -> Result<u32> {
        let first = first.unwrap_or(self.usual);
        if (1..=self.largest).contains(&first) {
            return Ok(first);
        }
        let message = format!("{first} is out of range; ask for 1 to {}", self.largest);
        let place = Place::root().field("first");
        Err(faults(Fault::new(&place, FaultCode::OutOfRange, message)))
    }
}
