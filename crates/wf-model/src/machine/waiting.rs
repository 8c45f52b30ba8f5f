//! Waiting: what a task that has not begun, or not ended, waits for.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fmt;

use super::{Machine, TaskRef, Unit};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::timestamp::Timestamp;

/// How many of the tasks that one waits for are named.
const MOST_NAMED: usize = 20;

/// One thing that a task waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// Somebody has to start the workflow.
    Start,
    /// Somebody has to resume the workflow.
    Resume,
    /// Another run has the workflow's mutex.
    Mutex(String),
    /// Another task has not ended.
    Task {
        /// Its name.
        name: String,
        /// Its phase.
        phase: TaskPhase,
    },
    /// So many tasks, or so many more, have not ended.
    Tasks(usize),
    /// As many tasks run as the document allows.
    Parallelism {
        /// How many run.
        running: usize,
        /// How many may.
        limit: u32,
    },
    /// A free place on the machine that runs the tasks.
    Slot,
    /// The time of its next attempt.
    Backoff(Timestamp),
    /// Somebody's answer.
    Answer,
}

impl Machine {
    /// What each task that has neither begun nor ended, or waits for an answer, waits for; by its
    /// name, the exit handler included. Of one that waits for many tasks the first ones are told.
    pub fn waiting(&self) -> BTreeMap<&str, Vec<Waiting>> {
        let mut backoffs = HashMap::new();
        for &(due, unit) in &self.backoffs {
            backoffs.entry(unit.task).or_insert(due);
        }
        let tasks = (0..self.run.tasks.len()).map(TaskRef::Task);
        let handler = self.run.exit_handler.as_ref().map(|_| TaskRef::ExitHandler);
        tasks
            .chain(handler)
            .map(|task| (task, self.task(task)))
            .filter(|(_, status)| !status.phase.is_finished())
            .map(|(task, status)| {
                let waiting = self.waiting_of(task, backoffs.get(&task).copied());
                (status.name.as_str(), waiting)
            })
            .filter(|(_, waiting)| !waiting.is_empty())
            .collect()
    }

    fn waiting_of(&self, task: TaskRef, backoff: Option<Timestamp>) -> Vec<Waiting> {
        let phase = self.task(task).phase;
        match (self.run.phase, task) {
            (WorkflowPhase::Held, _) => vec![Waiting::Start],
            // What has begun goes on, and what waits for an answer may be given it.
            (WorkflowPhase::Suspended, _) if phase == TaskPhase::Pending => vec![Waiting::Resume],
            (WorkflowPhase::Pending, _) => match &self.workflow.document().mutex {
                Some(mutex) => vec![Waiting::Mutex(mutex.clone())],
                None => vec![Waiting::Slot],
            },
            (_, TaskRef::Task(task)) if self.unmet[task] > 0 => self.waiting_for_tasks(task),
            (_, TaskRef::ExitHandler) if self.open > 0 => {
                let tasks = self.run.tasks.iter();
                vec![Waiting::Tasks(
                    tasks.filter(|it| !it.phase.is_finished()).count(),
                )]
            }
            _ => self.waiting_for_turn(task, backoff),
        }
    }

    fn waiting_for_tasks(&self, task: usize) -> Vec<Waiting> {
        let mut open = self.open_before(task);
        let more = open.len().saturating_sub(MOST_NAMED);
        open.truncate(MOST_NAMED);
        let named = open.into_iter().map(|before| Waiting::Task {
            name: self.run.tasks[before].name.clone(),
            phase: self.run.tasks[before].phase,
        });
        named
            .chain((more > 0).then_some(Waiting::Tasks(more)))
            .collect()
    }

    /// The tasks that have not ended and that a task waits for, also by way of such as inherited
    /// their results.
    fn open_before(&self, task: usize) -> Vec<usize> {
        let mut open = Vec::new();
        let mut seen = HashSet::from([task]);
        let mut behind = VecDeque::from([task]);
        while let Some(task) = behind.pop_front() {
            for &before in self.workflow.dag().dependencies_of(task) {
                if self.passed[before] || !seen.insert(before) {
                    continue;
                }
                if self.run.tasks[before].phase.is_finished() {
                    behind.push_back(before);
                } else {
                    open.push(before);
                }
            }
        }
        open
    }

    fn waiting_for_turn(&self, task: TaskRef, backoff: Option<Timestamp>) -> Vec<Waiting> {
        let units = Unit { task, item: None }..=Unit {
            task,
            item: Some(u32::MAX),
        };
        let mut waiting = Vec::new();
        if self.live.range(units.clone()).any(|(_, live)| live.waits) {
            waiting.push(Waiting::Answer);
        }
        waiting.extend(backoff.map(Waiting::Backoff));
        if self.ready.range(units).next().is_some() {
            waiting.push(match self.workflow.document().parallelism {
                Some(limit) if self.running >= limit as usize => Waiting::Parallelism {
                    running: self.running,
                    limit,
                },
                _ => Waiting::Slot,
            });
        }
        waiting
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("the workflow is HELD"),
            Self::Resume => f.write_str("the workflow is SUSPENDED"),
            Self::Mutex(name) => write!(f, "mutex {name}"),
            Self::Task { name, phase } => write!(f, "{name} is {phase}"),
            Self::Tasks(1) => f.write_str("one more task that has not ended"),
            Self::Tasks(count) => write!(f, "{count} tasks that have not ended"),
            Self::Parallelism { running, limit } => write!(f, "parallelism {running} of {limit}"),
            Self::Slot => f.write_str("a free place"),
            Self::Backoff(due) => write!(f, "its next attempt at {due}"),
            Self::Answer => f.write_str("an answer"),
        }
    }
}
