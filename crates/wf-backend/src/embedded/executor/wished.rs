//! What was wished for a run: told to its machine, and planned when the run is to be followed by
//! another.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wf_model::{Timestamp, Unit, Waiting};

use super::active::ActiveRun;
use super::handover::Handed;
use super::prepared::Prepared;
use super::restarting;
use crate::asked::Restart;
use crate::embedded::clock;
use crate::embedded::layout::Layout;
use crate::embedded::process::Program;
use crate::embedded::store::{
    self, Attention, Key, Located, NewRun, Refused, RestartWish, Successor, Wishes, item_number,
    task_number,
};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};

/// A restart that need not be planned, or its plan.
#[derive(Debug)]
pub(crate) enum Plan {
    /// It was done before.
    Repetition,
    /// The run to make, and what its workflow comes to here.
    Run(Box<NewRun>, Handed),
}

/// Plans the next run of a workflow as it is stored.
///
/// # Errors
/// Those of [`Backend::restart`](crate::Backend::restart).
pub(crate) fn plan_restart(
    connection: &Connection,
    layout: &Layout,
    (scope, id): (&Scope, WorkflowId),
    (restart, wish): (&Restart, &RestartWish),
) -> Result<Plan> {
    let (key, summary) = store::existing_summary(connection, scope, id)?;
    if store::preview_restart(connection, key, &summary, (restart, &wish.by))? {
        return Ok(Plan::Repetition);
    }
    let place = (key, scope.clone(), id);
    let Some(run) = ActiveRun::load(connection, layout, place, 0, None)? else {
        return Err(crate::error::Error::no_workflow(id));
    };
    let interrupts = !summary.phase.is_finished();
    let (next, prepared) = run.plan_next(wish, interrupts, wish.by.at)?;
    let handed = Handed {
        etag: summary.etag,
        prepared,
    };
    Ok(Plan::Run(Box::new(next), handed))
}

/// What each task of the latest run waits for, by its name.
///
/// # Errors
/// `NotFound`.
pub(crate) fn waiting(
    connection: &Connection,
    layout: &Layout,
    (scope, id): (&Scope, WorkflowId),
) -> Result<BTreeMap<String, Vec<Waiting>>> {
    let (key, _) = store::existing_summary(connection, scope, id)?;
    let Some(mut run) = ActiveRun::load(connection, layout, (key, scope.clone(), id), 0, None)?
    else {
        return Ok(BTreeMap::new());
    };
    // Looks at what was reached, as the executor did.
    run.machine.tick(clock::now());
    let waiting = run.machine.waiting().into_iter();
    Ok(waiting.map(|(task, why)| (task.to_owned(), why)).collect())
}

/// What a task comes to on this machine.
pub(crate) fn program_of(connection: &Connection, located: &Located) -> Result<Program> {
    let document = store::document(connection, located.key)?;
    let rendered = store::rendered(connection, located.key)?;
    super::prepared::program_of(&document, &rendered, located.task)
}

impl ActiveRun {
    /// Tells the machine all that is wished for its run.
    pub(super) fn obey(&mut self, attention: Attention, now: Timestamp) {
        self.deleting |= attention.deleting;
        self.restart = attention.restart;
        // First of all: an answer may leave nothing to do, and would end the run as if nobody had
        // wished anything.
        if attention.stop.is_some() || attention.suspended {
            self.machine.suspend();
        }
        self.hear(&attention.wishes, now);
        if let Some(stop) = attention.stop {
            self.machine.stop(stop.clone());
            self.machine.replace_stop(stop);
        } else {
            self.suspend(attention.suspended, now);
            // It may have been suspended between its admission and its beginning.
            self.machine.begin(now);
        }
    }

    /// Has the run begin nothing, or go on.
    pub(super) fn suspend(&mut self, suspended: bool, now: Timestamp) {
        if suspended {
            self.machine.suspend();
        } else {
            self.machine.resume(now);
        }
    }

    /// Tells the machine what is wished for single tasks. That it was heard is stored with what
    /// comes of it.
    pub(super) fn hear(&mut self, wishes: &Wishes, now: Timestamp) {
        for &task in &wishes.stops {
            self.heard.stops.push(task_number(task));
            self.machine.stop_task(task, now);
        }
        for (unit, answer) in &wishes.answers {
            let Unit { task, item } = *unit;
            self.heard
                .answers
                .push((task_number(task), item_number(item)));
            if self.is_waiting(*unit, answer.attempt) {
                self.waits.remove(unit);
                let (message, outputs) = (answer.message.clone(), answer.outputs.clone());
                self.machine
                    .answer(*unit, answer.approve, message, outputs, now);
            }
        }
    }

    /// What the next run comes to here: what this one does, unless it is to have other actions.
    fn prepared_for(&self, wish: &RestartWish) -> Result<Prepared> {
        let Some(rendered) = &wish.rendered else {
            return Ok(self.prepared.clone());
        };
        let rendered = serde_json::from_str(rendered).map_err(|source| Error::Internal {
            doing: "reading a rendering",
            source: Box::new(source),
        })?;
        let document = self.machine.workflow().document().clone();
        Prepared::of_stored(document, &rendered)
    }

    /// Plans the run that follows this one, which has ended or, when it is interrupted, will; and
    /// what that comes to here.
    pub(super) fn plan_next(
        &self,
        wish: &RestartWish,
        interrupts: bool,
        now: Timestamp,
    ) -> Result<(NewRun, Prepared)> {
        let prepared = self.prepared_for(wish)?;
        let last = (&*prepared.workflow, self.machine.status());
        let given = &self.facts().parameters;
        let is_kept = |location: &str| self.layout.is_kept(location);
        let next = restarting::plan(last, given, wish, (interrupts, now), &is_kept)?;
        Ok((next, prepared))
    }

    /// What follows the end of this run, when somebody wished that it runs again.
    pub(super) fn successor(&self) -> Option<Successor> {
        let (text, wish) = self.restart.as_ref()?;
        if !self.machine.is_finished() {
            return None;
        }
        let planned = self.plan_next(wish, true, clock::now());
        let planned = planned.map(|(run, _)| run);
        Some(succeed(text, wish, planned))
    }
}

/// The run that was planned, or why there is none.
pub(super) fn succeed(text: &str, wish: &RestartWish, planned: Result<NewRun>) -> Successor {
    Successor {
        wish: text.to_owned(),
        run: planned.map_err(|error| Refused {
            why: error.to_string(),
            mode: wish.mode.clone(),
            by: wish.by.clone(),
        }),
    }
}

/// The workflow of an attention.
pub(super) fn place_of(attention: &Attention) -> (Key, Scope, WorkflowId) {
    (attention.key, attention.scope.clone(), attention.id)
}
