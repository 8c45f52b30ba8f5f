//! The state machine of a run: what its tasks did so far, and so what may begin now.
//!
//! The semantics are Argo's (`workflow/controller/dag.go`, `workflow/common/ancestry.go`), told
//! without a cluster. The machine does nothing itself: whoever drives it starts what
//! [`Machine::launches`] gives, ends what [`Machine::kills`] names, tells what became of it, and
//! keeps [`Machine::status`]. Every call costs in proportion to what it changes, not to the size
//! of the workflow.

mod advance;
mod answering;
mod ending;
mod outcome;
mod recovery;
mod retry;
mod stopping;
mod units;
mod values;
mod waiting;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::outputs::{ArtifactLocation, Outputs};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::reason::TaskReason;
use crate::status::RunStatus;
use crate::timestamp::Timestamp;
use crate::valid::ValidWorkflow;

pub(crate) use outcome::{ending_of, is_unreached};
pub(crate) use values::{argo_word, item_text};
pub use waiting::Waiting;

/// A task of the run, or its exit handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TaskRef {
    /// The task of that index in the document.
    Task(usize),
    /// The exit handler.
    ExitHandler,
}

/// What has one process at a time: a task, or an item of a fan-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit {
    /// The task.
    pub task: TaskRef,
    /// The item, when the task fans out.
    pub item: Option<u32>,
}

/// What is told of a run to its tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFacts {
    /// `{{workflow.name}}`
    pub name: String,
    /// `{{workflow.namespace}}`
    pub namespace: String,
    /// `{{workflow.uid}}`
    pub uid: String,
    /// `{{workflow.creationTimestamp}}`
    pub created_at: Timestamp,
    /// The value of every parameter of the workflow, defaults included.
    pub parameters: BTreeMap<String, String>,
}

/// Something to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// What.
    pub unit: Unit,
    /// Which try it is: 1, 2 …
    pub attempt: u32,
    /// What the task gives to its action, everything put in.
    pub arguments: Vec<(String, String)>,
    /// The artifacts that the task gives to its action.
    pub artifacts: Vec<(String, ArtifactLocation)>,
    /// How long the attempt may take; whoever runs it sees to that.
    pub timeout: Option<Duration>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Well.
    Succeeded {
        /// What it produced.
        outputs: Outputs,
        /// How its process ended.
        exit_code: Option<i32>,
    },
    /// Badly by its own doing.
    Failed {
        /// Why, for programs.
        reason: TaskReason,
        /// Why, for people.
        message: String,
        /// How its process ended.
        exit_code: Option<i32>,
        /// What it produced all the same.
        outputs: Outputs,
    },
    /// The platform failed it.
    Error {
        /// Why, for programs.
        reason: TaskReason,
        /// Why, for people.
        message: String,
        /// How its process ended, when it had one.
        exit_code: Option<i32>,
    },
    /// It was ended because the machine asked for it.
    Stopped,
}

/// A run, and what may happen next in it.
#[derive(Debug)]
pub struct Machine {
    workflow: Arc<ValidWorkflow>,
    facts: RunFacts,
    run: RunStatus,
    /// Tasks by name.
    index: HashMap<String, usize>,
    /// For each task, how many of its dependencies have not ended.
    unmet: Vec<usize>,
    /// Tasks whose dependencies have all ended, and that were not looked at since.
    reached: BTreeSet<usize>,
    /// What may begin as soon as there is a slot.
    ready: BTreeSet<Unit>,
    /// What begins again at that moment.
    backoffs: BTreeSet<(Timestamp, Unit)>,
    /// What runs or waits for an answer.
    live: BTreeMap<Unit, Live>,
    /// How many of the live units have a process.
    running: usize,
    /// How many tasks have not ended.
    open: usize,
    /// For each task, whether those that wait for it need not do so any more. One that inherited
    /// its result has ended long ago, and still keeps its place between those that run: what waits
    /// for it waits for what it waited for.
    passed: Vec<bool>,
    /// For each fan-out that was reached, how many of its items have not ended.
    open_items: HashMap<usize, usize>,
    /// What [`Machine::kills`] has told before.
    kills_told: BTreeSet<Unit>,
    changed: BTreeSet<TaskRef>,
}

/// A unit that has begun and not ended.
#[derive(Debug, Clone, Copy)]
struct Live {
    attempt: u32,
    /// Whether it waits for an answer and so has no process.
    waits: bool,
}

impl Machine {
    /// A machine for a run in any state: fresh, or as it was last stored.
    pub fn new(workflow: Arc<ValidWorkflow>, facts: RunFacts, run: RunStatus) -> Self {
        recovery::recover(workflow, facts, run)
    }

    /// Lets the run begin: its mutex, if any, is its own. Does nothing to one that has begun.
    pub fn begin(&mut self, now: Timestamp) {
        if self.run.phase == WorkflowPhase::Pending {
            self.run.phase = WorkflowPhase::Running;
            self.run.message = None;
            self.run.started_at.get_or_insert(now);
            self.advance(now);
        }
    }

    /// What is to be started now, at most `slots`; each is `RUNNING` from now on.
    ///
    /// Store the status before starting anything, so that nothing runs that nobody knows of.
    pub fn launches(&mut self, now: Timestamp, slots: usize) -> Vec<Launch> {
        self.tick(now);
        let mut launches = Vec::new();
        while launches.len() < slots && self.may_begin() {
            let Some(unit) = self.next_ready() else { break };
            if let Some(launch) = self.launch(unit, now) {
                launches.push(launch);
            }
        }
        launches
    }

    /// The launched unit has no process but waits for somebody's answer; it takes no slot.
    pub fn wait_for_answer(&mut self, unit: Unit, now: Timestamp) {
        let Some(live) = self.live.get_mut(&unit) else {
            return;
        };
        if !std::mem::replace(&mut live.waits, true) {
            self.running -= 1;
        }
        if let Some(attempt) = self.last_attempt(unit) {
            attempt.phase = TaskPhase::Waiting;
        }
        self.set_unit_phase(unit, TaskPhase::Waiting);
        self.tick(now);
    }

    /// Looks whether the run has taken too long, and whose time to begin again has come.
    pub fn tick(&mut self, now: Timestamp) {
        self.check_deadline(now);
        while let Some(&(due, unit)) = self.backoffs.first() {
            if due > now {
                break;
            }
            self.backoffs.pop_first();
            self.ready.insert(unit);
        }
        self.advance(now);
    }

    /// When [`Machine::launches`] should be called at the latest, when nothing happens before.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let backoff = self.backoffs.first().map(|&(due, _)| due);
        let deadline = self.deadline().filter(|_| !self.run.timed_out);
        backoff.into_iter().chain(deadline).min()
    }

    /// Says why the run has not begun, or that nothing keeps it any more.
    pub fn explain_pending(&mut self, message: Option<String>) {
        if self.run.phase == WorkflowPhase::Pending {
            self.run.message = message;
        }
    }

    /// What runs or waits for an answer, with its attempt.
    pub fn live(&self) -> Vec<(Unit, u32)> {
        self.live
            .iter()
            .map(|(&unit, live)| (unit, live.attempt))
            .collect()
    }

    /// The run as it is now.
    pub fn status(&self) -> &RunStatus {
        &self.run
    }

    /// The workflow whose run this is.
    pub fn workflow(&self) -> &Arc<ValidWorkflow> {
        &self.workflow
    }

    /// Whether the run has ended.
    pub fn is_finished(&self) -> bool {
        self.run.phase.is_finished()
    }

    /// The tasks whose status has changed since the last call.
    pub fn take_changed(&mut self) -> Vec<TaskRef> {
        std::mem::take(&mut self.changed).into_iter().collect()
    }

    /// Begins nothing new; what runs goes on. A run that is being ended cannot be suspended.
    pub fn suspend(&mut self) {
        let ends = self.run.stop.is_some() || self.run.timed_out;
        let phase = self.run.phase;
        if matches!(phase, WorkflowPhase::Pending | WorkflowPhase::Running) && !ends {
            self.run.phase = WorkflowPhase::Suspended;
        }
    }

    /// Goes on after a suspension. Answers no task that waits.
    pub fn resume(&mut self, now: Timestamp) {
        if self.run.phase == WorkflowPhase::Suspended {
            self.run.phase = if self.run.started_at.is_some() {
                WorkflowPhase::Running
            } else {
                WorkflowPhase::Pending
            };
            self.tick(now);
        }
    }

    /// Whether one more unit may begin.
    fn may_begin(&self) -> bool {
        let limit = self.workflow.document().parallelism;
        self.run.phase == WorkflowPhase::Running
            && limit.is_none_or(|limit| self.running < limit as usize)
    }

    fn next_ready(&mut self) -> Option<Unit> {
        self.ready.pop_first()
    }

    /// Marks the unit as running; `None` when its inputs are not what they have to be.
    fn launch(&mut self, unit: Unit, now: Timestamp) -> Option<Launch> {
        let inputs = match self.inputs_of(unit) {
            Ok(inputs) => inputs,
            Err(message) => {
                self.fail_before_start(unit, message, now);
                self.advance(now);
                return None;
            }
        };
        let attempt = self.open_attempt(unit, now);
        self.keep_inputs(unit, &inputs.arguments);
        self.live.insert(
            unit,
            Live {
                attempt,
                waits: false,
            },
        );
        self.running += 1;
        self.set_unit_phase(unit, TaskPhase::Running);
        Some(Launch {
            unit,
            attempt,
            arguments: inputs.arguments,
            artifacts: inputs.artifacts,
            timeout: self.timeout_of(unit),
        })
    }

    fn timeout_of(&self, unit: Unit) -> Option<Duration> {
        match unit.task {
            TaskRef::Task(task) => self.workflow.document().tasks[task].timeout_seconds,
            TaskRef::ExitHandler => None,
        }
        .map(Duration::from_secs)
    }
}

#[cfg(test)]
mod tests;
