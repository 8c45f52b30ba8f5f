//! Following a workflow: waiting for it, watching it, reading what its tasks print.

use std::sync::Arc;

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use wf_backend::{LogLine, LogQuery, Snapshot, WorkflowId};

use crate::authorize::{Operation, Resource};
use crate::conduct::log_cause;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::requests::{Until, Wait};
use crate::service::Service;

impl Service {
    /// The workflow once what is waited for is so; at the time-out, or when the service closes,
    /// the workflow as it is then.
    ///
    /// The caller's deadline is for the first look; the wait itself has its own.
    ///
    /// # Errors
    /// `NOT_FOUND`, also when the workflow is deleted meanwhile; `UNAVAILABLE` when too many wait.
    pub async fn wait(&self, context: &Context, id: WorkflowId, wait: Wait) -> Result<Snapshot> {
        let until = Instant::now() + wait.at_most.min(Wait::LONGEST);
        let (mut states, first) = self.look(context, id).await?;
        let Some(mut state) = first else {
            return self.get(context, id).await;
        };
        if is_reached(wait.until, wait.since.as_deref(), &state) {
            return Ok(state);
        }
        let _place = self.place_to_wait()?;
        let known = wait.since.unwrap_or_else(|| state.summary.revision.clone());
        while !is_reached(wait.until, Some(&known), &state) {
            match timeout_at(until, states.next()).await {
                Ok(Some(next)) => state = next?,
                // The workflow is gone, or we are about to go: whichever, `get` knows.
                Ok(None) => return self.get(context, id).await,
                Err(_) => break,
            }
        }
        Ok(state)
    }

    /// A watch with its first state.
    async fn look(
        &self,
        context: &Context,
        id: WorkflowId,
    ) -> Result<(BoxStream<'static, Result<Snapshot>>, Option<Snapshot>)> {
        let work = async {
            let states = self.backend().watch(&context.scope, id).await?;
            let mut states = self.let_out(context, Operation::Read, states);
            let first = states.next().await.transpose()?;
            Ok((states, first))
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// The workflow as it is now, then each time it has changed, in order.
    ///
    /// A slow reader may miss states between, never the last one. Ends after a finished state,
    /// when the workflow is deleted, after an error, and when the service closes.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn watch(
        &self,
        context: &Context,
        id: WorkflowId,
    ) -> Result<BoxStream<'static, Result<Snapshot>>> {
        let work = async { Ok(self.backend().watch(&context.scope, id).await?) };
        let states = self
            .conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await?;
        Ok(self.let_out(context, Operation::Read, states))
    }

    /// What a task printed, in order; with `follow` until the task has ended or the service
    /// closes.
    ///
    /// # Errors
    /// `NOT_FOUND` for the workflow, the run, the task, the item or the attempt; with `follow`
    /// `UNAVAILABLE` when too many wait.
    pub async fn logs(
        &self,
        context: &Context,
        id: WorkflowId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>> {
        let work = async {
            let place = query.follow.then(|| self.place_to_wait()).transpose()?;
            let lines = self.backend().logs(&context.scope, id, query).await?;
            Ok((place, lines))
        };
        let (place, lines) = self
            .conduct(context, Operation::ReadLogs, Resource::Workflow(id), work)
            .await?;
        // The place is free again when the stream is dropped.
        let lines = lines.inspect(move |_| _ = &place);
        Ok(self.let_out(context, Operation::ReadLogs, lines))
    }

    /// A place among those that wait, for as long as it is held.
    fn place_to_wait(&self) -> Result<OwnedSemaphorePermit> {
        let places = Arc::clone(&self.parts.waits);
        places.try_acquire_owned().map_err(|_| {
            let message = format!(
                "{} callers wait already, as many as may; ask again in a while, or without waiting",
                self.options().most_waits
            );
            Error::new(Code::Unavailable, message)
        })
    }

    /// A stream of the port as clients see it: errors told as elsewhere, ended when we close.
    fn let_out<T: 'static>(
        &self,
        context: &Context,
        operation: Operation,
        stream: impl Stream<Item = wf_backend::Result<T>> + Send + 'static,
    ) -> BoxStream<'static, Result<T>> {
        let context = context.clone();
        let closing = self.options().closing.clone();
        stream
            .map(move |item| {
                item.map_err(Error::from)
                    .inspect_err(|error| log_cause(&context, operation, error))
            })
            .take_until(closing.cancelled_owned())
            .boxed()
    }
}

/// Whether the state is what was waited for. A finished run never changes, so nobody waits for that,
/// unless another is about to follow it.
fn is_reached(until: Until, known: Option<&str>, state: &Snapshot) -> bool {
    let finished = state.summary.phase.is_finished() && !state.summary.restarting;
    match until {
        Until::Finished => finished,
        Until::Changed => finished || known.is_some_and(|known| state.summary.revision != known),
    }
}
