//! Waiting: what a task that has not begun, or not ended, waits for.

use std::fmt;

use super::{Machine, TaskRef, Unit};
use crate::phase::{TaskPhase, WorkflowPhase};
use crate::timestamp::Timestamp;

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
    /// What the task of that name waits for; nothing when it runs, has ended, or is not there.
    pub fn waiting_for(&self, name: &str) -> Vec<Waiting> {
        let Some(&task) = self.index.get(name) else {
            return Vec::new();
        };
        if self.run.tasks[task].phase.is_finished() {
            return Vec::new();
        }
        match self.run.phase {
            WorkflowPhase::Held => vec![Waiting::Start],
            WorkflowPhase::Suspended => vec![Waiting::Resume],
            WorkflowPhase::Pending => match &self.workflow.document().mutex {
                Some(mutex) => vec![Waiting::Mutex(mutex.clone())],
                None => vec![Waiting::Slot],
            },
            _ if self.unmet[task] > 0 => self.waiting_for_tasks(task),
            _ => self.waiting_for_turn(task),
        }
    }

    fn waiting_for_tasks(&self, task: usize) -> Vec<Waiting> {
        self.workflow
            .dag()
            .dependencies_of(task)
            .iter()
            .map(|&before| &self.run.tasks[before])
            .filter(|before| !before.phase.is_finished())
            .map(|before| Waiting::Task {
                name: before.name.clone(),
                phase: before.phase,
            })
            .collect()
    }

    fn waiting_for_turn(&self, task: usize) -> Vec<Waiting> {
        let task = TaskRef::Task(task);
        let units = Unit { task, item: None }..=Unit {
            task,
            item: Some(u32::MAX),
        };
        let mut waiting = Vec::new();
        if self.live.range(units.clone()).any(|(_, live)| live.waits) {
            waiting.push(Waiting::Answer);
        }
        if let Some((due, _)) = self.backoffs.iter().find(|(_, unit)| unit.task == task) {
            waiting.push(Waiting::Backoff(*due));
        }
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
            Self::Parallelism { running, limit } => write!(f, "parallelism {running} of {limit}"),
            Self::Slot => f.write_str("a free place"),
            Self::Backoff(due) => write!(f, "its next attempt at {due}"),
            Self::Answer => f.write_str("an answer"),
        }
    }
}
