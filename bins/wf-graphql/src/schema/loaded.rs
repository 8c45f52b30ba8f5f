//! A workflow that was read whole, with the edges of its DAG both ways.

use std::collections::HashMap;
use std::sync::OnceLock;

use wf_model::Document;
use wf_service::Snapshot;

/// A snapshot and what is worked out of it when somebody asks.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) snapshot: Snapshot,
    edges: OnceLock<Edges>,
}

/// Which task waits for which, by their indexes in the document.
#[derive(Debug, Default)]
struct Edges {
    depends_on: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
}

impl Loaded {
    /// That snapshot.
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            edges: OnceLock::new(),
        }
    }

    /// The names of the tasks that this one waits for, each once, as it names them.
    pub(crate) fn depends_on(&self, task: usize) -> Vec<&str> {
        self.names(&self.edges().depends_on[task])
    }

    /// The names of the tasks that wait for this one, in the document's order.
    pub(crate) fn needed_by(&self, task: usize) -> Vec<&str> {
        self.names(&self.edges().needed_by[task])
    }

    fn names(&self, tasks: &[usize]) -> Vec<&str> {
        let all = &self.snapshot.document.tasks;
        tasks.iter().map(|&task| all[task].name.as_str()).collect()
    }

    fn edges(&self) -> &Edges {
        self.edges
            .get_or_init(|| Edges::of(&self.snapshot.document))
    }
}

impl Edges {
    /// The edges of a document that was found valid.
    fn of(document: &Document) -> Self {
        let tasks = &document.tasks;
        let index: HashMap<&str, usize> = tasks
            .iter()
            .enumerate()
            .map(|(at, task)| (task.name.as_str(), at))
            .collect();
        let mut edges = Self {
            depends_on: vec![Vec::new(); tasks.len()],
            needed_by: vec![Vec::new(); tasks.len()],
        };
        for (at, task) in tasks.iter().enumerate() {
            let listed = task.depends_on.iter().map(String::as_str);
            let written = task.depends.iter().flat_map(|depends| names_in(depends));
            for name in listed.chain(written) {
                let Some(&dependency) = index.get(name) else {
                    continue;
                };
                // Whoever named it before in this task is the last one in its list.
                if edges.needed_by[dependency].last() != Some(&at) {
                    edges.needed_by[dependency].push(at);
                    edges.depends_on[at].push(dependency);
                }
            }
        }
        edges
    }
}

/// The names of tasks in a `depends` that was found valid: its words without their outcomes.
fn names_in(depends: &str) -> impl Iterator<Item = &str> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    depends
        .split(move |character| !is_word(character))
        .filter_map(|word| word.split('.').next())
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(tasks: &serde_json::Value) -> Document {
        serde_json::from_value(serde_json::json!({"name": "w", "tasks": tasks})).unwrap()
    }

    #[test]
    fn edges_are_found_however_they_are_written() {
        let edges = Edges::of(&document(&serde_json::json!([
            {"name": "A", "action": "echo"},
            {"name": "B-1", "action": "echo", "dependsOn": ["A", "A"]},
            {"name": "C", "action": "echo", "depends": "(A.Failed||B-1) && !A.Succeeded"},
        ])));
        assert_eq!(edges.depends_on, [vec![], vec![0], vec![0, 1]]);
        assert_eq!(edges.needed_by, [vec![1, 2], vec![2], vec![]]);
    }
}
