//! Active runs: a run's state machine, and what of it has to be stored.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rusqlite::Connection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use wf_model::{
    Attempt, ItemStatus, Launch, Machine, RunFacts, StopWish, TaskPhase, TaskReason, TaskRef,
    Timestamp, Unit, WorkflowPhase,
};

use super::Surroundings;
use super::handover::Handed;
use super::prepared::Prepared;
use super::tally::Tally;
use crate::embedded::clock;
use crate::embedded::layout::{Layout, RunLayout};
use crate::embedded::options::EmbeddedOptions;
use crate::embedded::process::{Job, Keep, Program};
use crate::embedded::run_name::{run_name, run_uid};
use crate::embedded::store::{
    self, Heard, HeldStop, Key, LiveAttempt, RestartWish, RunChange, StoredRun, task_number,
};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};

/// A run that is under way.
#[derive(Debug)]
pub(crate) struct ActiveRun {
    pub(crate) key: Key,
    pub(crate) scope: Scope,
    pub(crate) id: WorkflowId,
    pub(crate) priority: i32,
    pub(crate) machine: Machine,
    pub(crate) deleting: bool,
    /// When it has to be looked at, as it is noted among the alarms.
    pub(crate) alarm: Option<Timestamp>,
    /// The units that have a process.
    pub(crate) live: BTreeMap<Unit, Live>,
    /// The units that wait, with the moment when they do no longer.
    pub(crate) waits: BTreeMap<Unit, Wait>,
    pub(crate) prepared: Prepared,
    facts: Arc<RunFacts>,
    pub(crate) layout: RunLayout,
    number: u32,
    etag: String,
    tally: Tally,
    /// By fan-out, what was last stored of its items.
    marks: HashMap<TaskRef, Vec<Mark>>,
    head: String,
    begun: Vec<LiveAttempt>,
    /// What was told to the machine, and is to be forgotten with what came of it.
    pub(crate) heard: Heard,
    /// Somebody's wish that the workflow runs again, as text too.
    pub(crate) restart: Option<(String, RestartWish)>,
}

/// A unit that has a process.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) stop: CancellationToken,
    /// Whether the machine asked for its end.
    pub(crate) asked: bool,
}

/// A unit that waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    pub(crate) attempt: u32,
    pub(crate) due: Option<Timestamp>,
    /// Whether its time is over then, rather than its wait.
    pub(crate) is_timeout: bool,
}

/// After so many losses a unit runs only while no other such unit does: when it is lost once more,
/// with its third loss, that was not for what another one did.
const SUSPECT: usize = 2;

/// What is compared to see whether an item changed; of its message, a hash.
type Mark = (TaskPhase, usize, TaskPhase, u64);

/// What becomes of a held workflow that is stopped; nothing, when it is not held any more.
pub(crate) fn stop_held(
    connection: &Connection,
    around: (&Layout, &EmbeddedOptions),
    place: (Key, Scope, WorkflowId),
    wish: StopWish,
) -> Result<Option<HeldStop>> {
    let (layout, options) = around;
    let Some(mut run) = ActiveRun::load(connection, layout, place, 0, None)? else {
        return Ok(None);
    };
    if run.machine.status().phase != WorkflowPhase::Held {
        return Ok(None);
    }
    run.machine.stop(wish.clone());
    let change = run.take_change(options)?;
    let etag = run.etag;
    Ok(change.map(|change| HeldStop { wish, change, etag }))
}

impl ActiveRun {
    /// A run as it is stored; nothing, when it is not there. What was handed over is not read
    /// again.
    ///
    /// # Errors
    /// Among others those of [`Prepared::of_stored`].
    pub(crate) fn load(
        connection: &Connection,
        layout: &Layout,
        place: (Key, Scope, WorkflowId),
        priority: i32,
        handed: Option<Handed>,
    ) -> Result<Option<Self>> {
        let known = handed.as_ref().map(Handed::known);
        let Some(mut stored) = store::load_run(connection, place.0, known)? else {
            return Ok(None);
        };
        let prepared = match (handed, stored.recorded.take()) {
            (_, Some((document, rendered))) => Prepared::of_stored(document, &rendered)?,
            (Some(handed), None) => handed.prepared,
            (None, None) => return Ok(None),
        };
        Ok(Some(Self::new(layout, place, priority, stored, prepared)))
    }

    fn new(
        layout: &Layout,
        (key, scope, id): (Key, Scope, WorkflowId),
        priority: i32,
        stored: StoredRun,
        prepared: Prepared,
    ) -> Self {
        let number = stored.status.number;
        let facts = RunFacts {
            name: run_name(&stored.name, &scope, id, number),
            namespace: scope.to_string(),
            uid: run_uid(&scope, id, number).to_string(),
            created_at: stored.created_at,
            parameters: stored.parameters,
        };
        let workflow = Arc::clone(&prepared.workflow);
        let machine = Machine::new(workflow, facts.clone(), stored.status);
        let now = clock::now();
        let mut run = Self {
            layout: layout.run(key, number),
            key,
            scope,
            id,
            priority,
            tally: Tally::of(&machine),
            marks: marks(&machine),
            machine,
            deleting: false,
            alarm: None,
            live: BTreeMap::new(),
            waits: BTreeMap::new(),
            prepared,
            facts: Arc::new(facts),
            number,
            etag: stored.etag,
            head: String::new(),
            begun: Vec::new(),
            heard: Heard::default(),
            restart: None,
        };
        run.suspend(stored.suspended, now);
        run.hear(&stored.wishes, now);
        run
    }

    /// What the task comes to on this machine.
    pub(crate) fn program(&self, task: TaskRef) -> Option<&Arc<Program>> {
        self.prepared.program(task)
    }

    /// The attempts of a unit so far.
    pub(crate) fn attempts(&self, unit: Unit) -> Option<&[Attempt]> {
        let run = self.machine.status();
        let task = match unit.task {
            TaskRef::Task(index) => run.tasks.get(index)?,
            TaskRef::ExitHandler => run.exit_handler.as_ref()?,
        };
        match unit.item {
            Some(item) => Some(&task.items.get(item as usize)?.attempts),
            None => Some(&task.attempts),
        }
    }

    /// Whether the unit was lost so often that it may be what kills the process that runs it.
    fn is_suspect(&self, unit: Unit) -> bool {
        let attempts = self.attempts(unit).unwrap_or_default();
        let lost = attempts
            .iter()
            .filter(|attempt| attempt.reason == Some(TaskReason::Lost));
        lost.count() >= SUSPECT
    }

    /// What is told of the run.
    pub(crate) fn facts(&self) -> &RunFacts {
        &self.facts
    }

    /// The job of a launch; that there may be a process is told with the next change.
    pub(crate) fn job(
        &mut self,
        launch: Launch,
        around: &Surroundings,
    ) -> Option<(Arc<Job>, CancellationToken)> {
        let (layout, options) = (&around.layout, &around.options);
        let program = Arc::clone(self.prepared.program(launch.unit.task)?);
        let uuid = Uuid::now_v7();
        let stop = CancellationToken::new();
        let (unit, attempt) = (launch.unit, launch.attempt);
        let held = self.is_suspect(unit);
        self.begun.push(LiveAttempt {
            uuid,
            workflow: self.key,
            run: self.number,
            unit,
            number: attempt,
            held,
            process: None,
        });
        let live = Live {
            stop: stop.clone(),
            asked: false,
        };
        self.live.insert(unit, live);
        let job = Job {
            uuid,
            held,
            program,
            arguments: launch.arguments,
            artifacts: launch.artifacts,
            facts: Arc::clone(&self.facts),
            data_dir: layout.root().to_owned(),
            work: self.layout.work(uuid),
            log: self.layout.log(unit, attempt),
            log_bytes: options.log_bytes,
            secrets_dir: options.secrets_dir.clone(),
            keep: Keep {
                directory: self.layout.artifacts(unit, attempt),
                location: self.layout.artifacts_location(unit, attempt),
            },
            timeout: launch.timeout,
            grace: options.kill_grace,
            hurry: around.hurry.clone(),
            result_wanted: self.prepared.is_result_wanted(unit.task),
        };
        Some((Arc::new(job), stop))
    }

    /// Asks the processes to end whose end the machine wants.
    pub(crate) fn kill(&mut self) {
        for unit in self.machine.kills() {
            if let Some(live) = self.live.get_mut(&unit) {
                live.asked = true;
                live.stop.cancel();
            }
        }
    }

    /// When the run has to be looked at, if nothing happens before.
    pub(crate) fn wake_at(&self) -> Option<Timestamp> {
        let waits = self.waits.values().filter_map(|wait| wait.due);
        waits.chain(self.machine.wake_at()).min()
    }

    /// What has changed since the last call, if anything has.
    pub(crate) fn take_change(&mut self, options: &EmbeddedOptions) -> Result<Option<RunChange>> {
        let changed = self.machine.take_changed();
        let run = self.machine.status();
        let head = json(&run.without_tasks())?;
        let nothing = changed.is_empty() && self.begun.is_empty() && self.heard.is_empty();
        if nothing && head == self.head {
            return Ok(None);
        }
        self.head.clone_from(&head);
        let mut tasks = Vec::with_capacity(changed.len());
        let mut items = Vec::new();
        for task in changed {
            let status = match task {
                TaskRef::Task(index) => {
                    self.tally.note(index, run.tasks[index].phase);
                    &run.tasks[index]
                }
                TaskRef::ExitHandler => match &run.exit_handler {
                    Some(status) => status,
                    None => continue,
                },
            };
            let number = task_number(task);
            if status.items.is_empty() {
                tasks.push((number, json(status)?));
                continue;
            }
            tasks.push((number, json(&status.without_items())?));
            let marks = self.marks.entry(task).or_default();
            for item in changed_items(&status.items, marks) {
                items.push((number, item.index, json(item)?));
            }
        }
        Ok(Some(RunChange {
            key: self.key,
            scope: self.scope.clone(),
            id: self.id,
            run: self.number,
            phase: run.phase,
            message: run.message.clone(),
            started_at: run.started_at,
            finished_at: run.finished_at,
            expires_at: run.finished_at.map(|end| end.plus(options.retention)),
            task_counts: json(&self.tally.counts)?,
            status: head,
            tasks,
            items,
            begun: std::mem::take(&mut self.begun),
            heard: std::mem::take(&mut self.heard),
            successor: self.successor(),
        }))
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|source| Error::Internal {
        doing: "writing a status as JSON",
        source: Box::new(source),
    })
}

/// The items that are not as they were; takes note of how they are.
fn changed_items<'a>(
    items: &'a [ItemStatus],
    marks: &'a mut Vec<Mark>,
) -> impl Iterator<Item = &'a ItemStatus> {
    // A phase that no item's last attempt has, so that every new item differs from its mark.
    marks.resize(
        items.len(),
        (TaskPhase::Omitted, usize::MAX, TaskPhase::Omitted, 0),
    );
    items.iter().zip(marks).filter_map(|(item, mark)| {
        let now = mark_of(item);
        (std::mem::replace(mark, now) != now).then_some(item)
    })
}

fn mark_of(item: &ItemStatus) -> Mark {
    let last = item.attempts.last().map_or(TaskPhase::Pending, |a| a.phase);
    let mut message = std::hash::DefaultHasher::new();
    item.message.hash(&mut message);
    (item.phase, item.attempts.len(), last, message.finish())
}

fn marks(machine: &Machine) -> HashMap<TaskRef, Vec<Mark>> {
    let tasks = machine.status().tasks.iter().enumerate();
    tasks
        .filter(|(_, task)| !task.items.is_empty())
        .map(|(index, task)| {
            let marks = task.items.iter().map(mark_of).collect();
            (TaskRef::Task(index), marks)
        })
        .collect()
}
