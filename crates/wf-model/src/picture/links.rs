//! Links: which task waits for which outcome of which other.

use std::collections::HashMap;

use crate::dag::{Dag, EdgesBuilder};
use crate::depends::{Depends, Outcome};
use crate::document::{Document, Task};

/// The DAG of a document, with what each edge asks for.
#[derive(Debug)]
pub(super) struct Links {
    pub(super) dag: Dag,
    /// Task by task, and for each in the order of [`Dag::dependencies_of`].
    pub(super) all: Vec<Link>,
}

/// That one task waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// What it asks for, in words; absent when it is that the other ended well.
    pub(super) label: Option<String>,
}

/// An outcome that is asked for, or its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    outcome: Outcome,
    negated: bool,
}

/// Reads a document that may have faults.
pub(super) fn links(document: &Document) -> Links {
    let mut found = found(document);
    let knot = match dag(document.tasks.len(), &found) {
        Ok(dag) => return Links { dag, all: found },
        Err(order) => order,
    };
    // Against this order go those that close a cycle, and no others.
    let mut rank = vec![usize::MAX; document.tasks.len()];
    for (position, task) in knot.iter().enumerate() {
        rank[*task] = position;
    }
    for (task, rank) in rank.iter_mut().enumerate() {
        if *rank == usize::MAX {
            *rank = knot.len() + task;
        }
    }
    found.retain(|link| rank[link.from] < rank[link.to]);
    Links {
        dag: dag(document.tasks.len(), &found).expect("every link goes forward in one order"),
        all: found,
    }
}

/// The DAG, or as much of an order as there is.
fn dag(tasks: usize, links: &[Link]) -> Result<Dag, Vec<usize>> {
    let mut builder = EdgesBuilder::new(tasks);
    let mut links = links.iter().peekable();
    for task in 0..tasks {
        while let Some(link) = links.next_if(|link| link.to == task) {
            builder.add(link.from);
        }
        builder.end_task();
    }
    Dag::new(builder.finish()).map_err(|knot| knot.order)
}

fn found(document: &Document) -> Vec<Link> {
    let mut index = HashMap::with_capacity(document.tasks.len());
    for (position, task) in document.tasks.iter().enumerate() {
        index.entry(task.name.as_str()).or_insert(position);
    }
    let mut all = Vec::new();
    for (to, task) in document.tasks.iter().enumerate() {
        let mut asked: Vec<(usize, Vec<Asked>)> = Vec::new();
        let mut places: HashMap<usize, usize> = HashMap::new();
        for (from, wanted) in asked_by(task, &index) {
            if from == to {
                continue;
            }
            let place = *places.entry(from).or_insert_with(|| {
                asked.push((from, Vec::new()));
                asked.len() - 1
            });
            let outcomes = &mut asked[place].1;
            if !outcomes.contains(&wanted) {
                outcomes.push(wanted);
            }
        }
        all.extend(asked.into_iter().map(|(from, asked)| Link {
            from,
            to,
            label: label(&asked),
        }));
    }
    all
}

/// What a task waits for, in the order in which it says so.
fn asked_by(task: &Task, index: &HashMap<&str, usize>) -> Vec<(usize, Asked)> {
    let well = Asked {
        outcome: Outcome::Satisfied,
        negated: false,
    };
    let named = |name: &String| index.get(name.as_str()).map(|&from| (from, well));
    let mut asked: Vec<_> = task.depends_on.iter().filter_map(named).collect();
    if let Some(depends) = &task.depends
        && let Ok(depends) = Depends::parse(depends, |name| index.get(name).copied())
    {
        collect(&depends, false, &mut asked);
    }
    asked
}

/// The expression was parsed, so its depth is bounded.
fn collect(depends: &Depends, negated: bool, asked: &mut Vec<(usize, Asked)>) {
    match depends {
        Depends::All(parts) | Depends::Any(parts) => {
            for part in parts {
                collect(part, negated, asked);
            }
        }
        Depends::Not(part) => collect(part, !negated, asked),
        Depends::Task { task, outcome } => asked.push((
            *task,
            Asked {
                outcome: *outcome,
                negated,
            },
        )),
    }
}

fn label(asked: &[Asked]) -> Option<String> {
    let is_usual = |asked: &Asked| {
        !asked.negated && matches!(asked.outcome, Outcome::Satisfied | Outcome::Succeeded)
    };
    if asked.iter().all(is_usual) {
        return None;
    }
    let words: Vec<String> = asked.iter().map(|asked| asked.words()).collect();
    Some(words.join(" / "))
}

impl Asked {
    fn words(self) -> String {
        let outcome = match self.outcome {
            Outcome::Satisfied | Outcome::Succeeded => "succeeded",
            Outcome::Failed => "failed",
            Outcome::Errored => "errored",
            Outcome::Skipped => "skipped",
            Outcome::Omitted => "omitted",
            Outcome::Daemoned => "daemoned",
            Outcome::AnySucceeded => "any succeeded",
            Outcome::AllFailed => "all failed",
        };
        if self.negated {
            format!("not {outcome}")
        } else {
            outcome.to_owned()
        }
    }
}
