//! Changing: what takes more than one look at the store before it can be asked of it.
//!
//! What is made ready is read first and written later; when the workflow is not the same any more
//! by then, it is done once more. That ends, since something changes each time.

use std::sync::Arc;

use rusqlite::Connection;
use wf_model::{RunStatus, StopMode};

use super::executor::{self, Handed, Plan, Prepared, Surroundings};
use super::process::Suspension;
use super::store::{
    self, GivenAnswer, Inserted, Key, NewWorkflow, RestartWish, Restarted, Revised, Stopped,
};
use crate::asked::{Answer, By, Repeatable, Restart, Update};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::workflow::{Snapshot, Start, Submission, Submitted};

type Place<'a> = (&'a Scope, WorkflowId);

pub(super) async fn submit(around: &Surroundings, submission: Submission) -> Result<Submitted> {
    let preparing = move || {
        let workflow = Arc::clone(&submission.workflow);
        let handed = Handed {
            etag: submission.etag.clone(),
            prepared: Prepared::of(workflow, &submission.rendered)?,
        };
        let new = NewWorkflow::of(&submission)?;
        let document = Arc::new(submission.workflow.document().clone());
        Ok((handed, new, document, submission.start))
    };
    let (handed, new, document, start) = prepare("preparing a workflow", preparing).await?;
    let handover = Arc::clone(&around.handover);
    let inserted = around
        .store
        .command("making a workflow", move |change| {
            let inserted = store::submit(change, &new)?;
            if let Inserted::New(key, _) = inserted {
                handover.put(key, handed);
            }
            Ok(inserted)
        })
        .await?;
    let summary = match inserted {
        Inserted::Replayed(snapshot) => return Ok(Submitted::Replayed(*snapshot)),
        Inserted::New(_, summary) => *summary,
    };
    let given = match &start {
        Start::Hold => None,
        Start::Now(parameters) => Some(parameters),
    };
    Ok(Submitted::Created(Snapshot {
        parameters: store::parameters(&document, given),
        run: RunStatus::fresh(&document, summary.run, summary.phase),
        document,
        summary,
    }))
}

pub(super) async fn stop(
    around: &Surroundings,
    (scope, id): Place<'_>,
    mode: StopMode,
    by: &By,
) -> Result<Repeatable> {
    loop {
        let (noting, asked) = (scope.clone(), by.clone());
        let stopped = around
            .store
            .command("stopping a workflow", move |change| {
                store::stop(change, &noting, id, (mode, &asked))
            })
            .await?;
        match stopped {
            Stopped::Noted(told) => return Ok(*told),
            Stopped::Held(key) => {
                if let Some(snapshot) = stop_held(around, (key, scope, id), mode, by).await? {
                    return Ok(Repeatable::Done(snapshot));
                }
            }
        }
    }
}

/// Ends a held workflow at once. `None` when it is not held any more, or not as it was.
async fn stop_held(
    around: &Surroundings,
    (key, scope, id): (Key, &Scope, WorkflowId),
    mode: StopMode,
    by: &By,
) -> Result<Option<Snapshot>> {
    let wish = store::stop_wish(mode, by);
    let place = (key, scope.clone(), id);
    let (layout, options) = (around.layout.clone(), around.options.clone());
    let held = around
        .store
        .read("reading a held workflow", move |connection| {
            executor::stop_held(connection, (&layout, &options), place, wish)
        })
        .await?;
    let Some(held) = held else {
        return Ok(None);
    };
    let (scope, by) = (scope.clone(), by.clone());
    around
        .store
        .command("stopping a held workflow", move |change| {
            store::stop_held(change, &scope, id, (&held, &by))
        })
        .await
}

pub(super) async fn restart(
    around: &Surroundings,
    (scope, id): Place<'_>,
    restart: Restart,
    by: &By,
) -> Result<Repeatable> {
    let rendered = restart.rendered.as_deref().map(serde_json::to_string);
    let wish = RestartWish {
        mode: restart.mode.clone(),
        parameters: restart.parameters.clone(),
        rendered: rendered.transpose().map_err(|source| Error::Internal {
            doing: "writing a rendering as JSON",
            source: Box::new(source),
        })?,
        by: by.clone(),
        stopped: None,
    };
    let asked = Arc::new((restart, wish));
    loop {
        let planned = plan_restart(around, (scope, id), Arc::clone(&asked)).await?;
        let Plan::Run(run, handed) = planned else {
            let snapshot = read_snapshot(around, (scope, id)).await?;
            return Ok(Repeatable::Replayed(snapshot));
        };
        let (writing, asked) = (scope.clone(), Arc::clone(&asked));
        let handover = Arc::clone(&around.handover);
        let restarted = around
            .store
            .command("restarting a workflow", move |change| {
                let restarted = store::restart(change, &writing, id, (&asked.0, &run))?;
                if let Restarted::Made(key, _) = restarted {
                    handover.put(key, handed);
                }
                Ok(restarted)
            })
            .await?;
        match restarted {
            Restarted::Made(_, told) | Restarted::Noted(told) => return Ok(*told),
            Restarted::Moved => {}
        }
    }
}

async fn plan_restart(
    around: &Surroundings,
    (scope, id): Place<'_>,
    asked: Arc<(Restart, RestartWish)>,
) -> Result<Plan> {
    let (scope, layout) = (scope.clone(), around.layout.clone());
    around
        .store
        .read("planning a run", move |connection| {
            executor::plan_restart(connection, &layout, (&scope, id), (&asked.0, &asked.1))
        })
        .await
}

pub(super) async fn update(
    around: &Surroundings,
    (scope, id): Place<'_>,
    update: Update,
    by: &By,
) -> Result<Repeatable> {
    let new = update.document.clone();
    let preparing = move || {
        let prepared = |new: crate::asked::NewDocument| Prepared::of(new.workflow, &new.rendered);
        new.map(prepared).transpose()
    };
    let prepared = prepare("preparing a workflow", preparing).await?;
    let update = Arc::new(update);
    loop {
        let (reading, asked, asking) = (scope.clone(), Arc::clone(&update), by.clone());
        let revised = around
            .store
            .read("reading a workflow to update it", move |connection| {
                Revised::of(connection, &reading, id, (&asked, &asking))
            })
            .await?;
        let Some(revised) = revised else {
            return already_so(around, (scope, id), by).await;
        };
        let (writing, by) = (scope.clone(), by.clone());
        let handover = Arc::clone(&around.handover);
        let handed = prepared.clone().map(|prepared| Handed {
            etag: update.etag.clone(),
            prepared,
        });
        let updated = around
            .store
            .command("updating a workflow", move |change| {
                let updated = store::update(change, &writing, id, (&revised, &by))?;
                if let (Some((key, _)), Some(handed)) = (&updated, handed) {
                    handover.put(*key, handed);
                }
                Ok(updated)
            })
            .await?;
        if let Some((_, snapshot)) = updated {
            return Ok(Repeatable::Done(snapshot));
        }
    }
}

/// The workflow as it is, for whoever asked for what is so; a key of theirs is remembered.
async fn already_so(around: &Surroundings, (scope, id): Place<'_>, by: &By) -> Result<Repeatable> {
    if by.key.is_none() {
        return read_snapshot(around, (scope, id))
            .await
            .map(Repeatable::Done);
    }
    let (scope, by) = (scope.clone(), by.clone());
    around
        .store
        .command("remembering a request", move |change| {
            store::already_so(change, &scope, id, &by)
        })
        .await
}

pub(super) async fn stop_task(
    around: &Surroundings,
    (scope, id): Place<'_>,
    task: &str,
    by: &By,
) -> Result<Repeatable> {
    loop {
        let (reading, name) = (scope.clone(), task.to_owned());
        let located = around
            .store
            .read("looking for a task", move |connection| {
                store::locate(connection, &reading, id, None, &name)
            })
            .await?;
        let (writing, name, by) = (scope.clone(), task.to_owned(), by.clone());
        let noted = around
            .store
            .command("stopping a task", move |change| {
                store::stop_task(change, (&writing, id), (&located, &name), &by)
            })
            .await?;
        if let Some(told) = noted {
            return Ok(told);
        }
    }
}

pub(super) async fn answer(
    around: &Surroundings,
    (scope, id): Place<'_>,
    task: &str,
    answer: Answer,
    by: &By,
) -> Result<Repeatable> {
    let answer = Arc::new(answer);
    loop {
        let (reading, name, said) = (scope.clone(), task.to_owned(), Arc::clone(&answer));
        let asked = by.clone();
        let given = around
            .store
            .read("looking for a task that waits", move |connection| {
                given_answer(connection, (&reading, id), &name, (&said, &asked))
            })
            .await?;
        let Some((located, mut given)) = given else {
            return already_so(around, (scope, id), by).await;
        };
        let (writing, name, item) = (scope.clone(), task.to_owned(), answer.item);
        let by = by.clone();
        let noted = around
            .store
            .command("answering a task", move |change| {
                let place = (&writing, id);
                store::answer(change, place, (&located, &name), (item, &mut given), &by)
            })
            .await?;
        if let Some(told) = noted {
            return Ok(told);
        }
    }
}

/// The task that waits, and what is to be kept of what is said to it; nothing, when the same
/// request has said it before.
fn given_answer(
    connection: &Connection,
    (scope, id): Place<'_>,
    task: &str,
    (said, by): (&Answer, &By),
) -> Result<Option<(store::Located, GivenAnswer)>> {
    let located = store::locate(connection, scope, id, None, task)?;
    if store::is_repetition(connection, located.key, by)? {
        return Ok(None);
    }
    let (_, attempt) = store::waiting(connection, &located, task, said.item)?;
    let program = executor::program_of(connection, &located)?;
    let outputs =
        Suspension::answered(&program, said.approve, &said.outputs).map_err(Error::Invalid)?;
    let given = GivenAnswer {
        attempt,
        approve: said.approve,
        message: said.message.clone(),
        outputs,
        at: by.at,
    };
    Ok(Some((located, given)))
}

pub(super) async fn read_snapshot(
    around: &Surroundings,
    (scope, id): Place<'_>,
) -> Result<Snapshot> {
    let scope = scope.clone();
    around
        .store
        .read("reading a workflow", move |connection| {
            store::get(connection, &scope, id)
        })
        .await
}

/// Does something that takes a while off the asynchronous threads.
async fn prepare<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|source| Error::Internal {
            doing,
            source: Box::new(source),
        })?
}
