//! Dependencies of a remainder: what is left of a `depends` when some outcomes are known.

use super::{Fate, Reducing};
use crate::depends::{Depends, Outcome};
use crate::machine::ending_of;

/// What is known of a `depends` before anything runs.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    /// It is met, or never will be.
    Decided(bool),
    /// What is left of it.
    Left(Depends),
}

impl Reducing<'_> {
    /// Decides a task, those that it depends on being decided.
    pub(super) fn decide(&mut self, task: usize) {
        let depends = self.workflow.plan(task).depends.as_ref();
        if let (Fate::Open, Some(depends)) = (self.fates[task], depends) {
            match self.known(task, depends, true) {
                Known::Decided(false) => self.fates[task] = Fate::Excluded,
                Known::Decided(true) => self.left[task] = self.waiting(task, None),
                Known::Left(left) => self.left[task] = self.waiting(task, Some(left)),
            }
        }
        if self.fates[task] != Fate::Open {
            self.behind[task] = self.open_before(task);
        }
    }

    /// What is known of a part of a task's `depends`; `wanted` is what the part would have to be
    /// for the whole to be met. A task that was named runs whatever the inherited ones came to.
    fn known(&self, task: usize, depends: &Depends, wanted: bool) -> Known {
        match depends {
            Depends::All(parts) => self.joined(task, parts, wanted, false),
            Depends::Any(parts) => self.joined(task, parts, wanted, true),
            Depends::Not(part) => match self.known(task, part, !wanted) {
                Known::Decided(is) => Known::Decided(!is),
                Known::Left(left) => Known::Left(Depends::Not(Box::new(left))),
            },
            Depends::Task { task: on, outcome } => {
                let forced = self.run.tasks[task].forced;
                match self.fates[*on] {
                    Fate::Open => Known::Left(depends.clone()),
                    Fate::Inherited if forced => Known::Decided(wanted),
                    Fate::Inherited => {
                        Known::Decided(outcome.is_met(ending_of(&self.run.tasks[*on])))
                    }
                    Fate::Excluded => Known::Decided(*outcome == Outcome::Omitted),
                }
            }
        }
    }

    /// Parts joined by `||`, which one that is true decides, or by `&&`, which one that is false
    /// decides.
    fn joined(&self, task: usize, parts: &[Depends], wanted: bool, decides: bool) -> Known {
        let mut left = Vec::with_capacity(parts.len());
        for part in parts {
            match self.known(task, part, wanted) {
                Known::Decided(is) if is == decides => return Known::Decided(decides),
                Known::Decided(_) => {}
                Known::Left(part) => left.push(part),
            }
        }
        match left.len() {
            0 => Known::Decided(!decides),
            1 => Known::Left(left.remove(0)),
            _ if decides => Known::Left(Depends::Any(left)),
            _ => Known::Left(Depends::All(left)),
        }
    }

    /// A task waits for the end of every task that it depends on, whether or not that decides
    /// anything, and of those that inherited ones stand behind: for those that nothing is left of,
    /// what is left says so.
    fn waiting(&self, task: usize, left: Option<Depends>) -> Option<Depends> {
        let mut awaited = self.open_before(task);
        if let Some(left) = &left {
            left.visit(&mut |on, _| awaited.retain(|other| *other != on));
        }
        let ended = awaited.into_iter().map(either_way);
        let mut parts: Vec<Depends> = left.into_iter().chain(ended).collect();
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Depends::All(parts)),
        }
    }

    /// The open tasks that a task waits for, also by way of such as do not run.
    fn open_before(&self, task: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for &before in self.workflow.dag().dependencies_of(task) {
            match self.fates[before] {
                Fate::Open => open.push(before),
                Fate::Inherited | Fate::Excluded => open.extend(&self.behind[before]),
            }
        }
        open.sort_unstable();
        open.dedup();
        open
    }
}

/// True once the task has ended, however it ended.
fn either_way(task: usize) -> Depends {
    let ended = Depends::Task {
        task,
        outcome: Outcome::Succeeded,
    };
    Depends::Any(vec![ended.clone(), Depends::Not(Box::new(ended))])
}

/// The same with each task under its place in the remainder.
pub(super) fn moved(depends: Depends, place: &[usize]) -> Depends {
    let all = |parts: Vec<Depends>| parts.into_iter().map(|part| moved(part, place)).collect();
    match depends {
        Depends::All(parts) => Depends::All(all(parts)),
        Depends::Any(parts) => Depends::Any(all(parts)),
        Depends::Not(part) => Depends::Not(Box::new(moved(*part, place))),
        Depends::Task { task, outcome } => Depends::Task {
            task: place[task],
            outcome,
        },
    }
}
