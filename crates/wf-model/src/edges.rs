//! Edges: which task of a document waits for which, for whoever shows it.

use std::collections::HashMap;

use crate::document::Document;

/// The edges of a document's DAG both ways, by the tasks' indexes in the document.
///
/// They are read from a document that was checked once and whose actions need not be on offer any
/// more; what does not name a task is passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edges {
    depends_on: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
}

impl Edges {
    /// Reads the edges of that document, whether they stand in `dependsOn` or in `depends`.
    pub fn of(document: &Document) -> Self {
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

    /// The tasks that this one waits for, each once, in the order in which it names them.
    pub fn depends_on(&self, task: usize) -> &[usize] {
        self.depends_on.get(task).map_or(&[], Vec::as_slice)
    }

    /// The tasks that wait for this one, each once, in the document's order.
    pub fn needed_by(&self, task: usize) -> &[usize] {
        self.needed_by.get(task).map_or(&[], Vec::as_slice)
    }
}

/// The names of tasks in a `depends` that was checked: its words without the outcomes after dots.
fn names_in(depends: &str) -> impl Iterator<Item = &str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    depends
        .split(move |letter| !is_word(letter))
        .filter_map(|word| word.split('.').next())
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn edges_are_told_from_both_ends_however_they_are_written() {
        let document: Document = serde_json::from_value(json!({"name": "w", "tasks": [
            {"name": "A", "action": "echo"},
            {"name": "B-1", "action": "echo", "dependsOn": ["A", "A"]},
            {"name": "C", "action": "echo", "depends": "!(A.Failed||B-1) && !A.Succeeded"},
            {"name": "D", "action": "echo", "depends": "C.Errored"},
        ]}))
        .unwrap();
        let edges = Edges::of(&document);
        let both = |task| (edges.depends_on(task), edges.needed_by(task));
        assert_eq!(both(0), (&[][..], &[1, 2][..]));
        assert_eq!(both(1), (&[0][..], &[2][..]));
        assert_eq!(both(2), (&[0, 1][..], &[3][..]));
        assert_eq!(both(3), (&[2][..], &[][..]));
        assert_eq!(both(4), (&[][..], &[][..]));
    }
}
