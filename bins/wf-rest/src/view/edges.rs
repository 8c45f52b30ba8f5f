//! Edges: which task waits for which, as names, read from a document that was checked.

use std::collections::HashMap;

/// The edges of a document's DAG, by task in the document's order.
#[derive(Debug)]
pub(crate) struct Edges {
    /// The tasks that it waits for, each once, in the order in which it names them.
    pub(crate) depends_on: Vec<Vec<String>>,
    /// The tasks that wait for it, in the document's order.
    pub(crate) needed_by: Vec<Vec<String>>,
}

impl Edges {
    /// Reads the edges of that document.
    pub(crate) fn of(document: &wf_model::Document) -> Self {
        let tasks = &document.tasks;
        let index: HashMap<&str, usize> = tasks
            .iter()
            .enumerate()
            .map(|(position, task)| (task.name.as_str(), position))
            .collect();
        let mut depends_on = vec![Vec::new(); tasks.len()];
        let mut needed_by = vec![Vec::new(); tasks.len()];
        for (position, task) in tasks.iter().enumerate() {
            let mut seen = std::collections::HashSet::new();
            let listed = task.depends_on.iter().map(String::as_str);
            let expressed = task.depends.iter().flat_map(|depends| names_in(depends));
            for name in listed.chain(expressed) {
                if let Some(&other) = index.get(name)
                    && seen.insert(other)
                {
                    depends_on[position].push(name.to_owned());
                    needed_by[other].push(task.name.clone());
                }
            }
        }
        Self {
            depends_on,
            needed_by,
        }
    }
}

/// The task names in a `depends` that was checked: its words, without the outcomes after dots.
fn names_in(depends: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    depends
        .split(move |c| !is_word(c))
        .map(|word| word.split('.').next().unwrap_or_default())
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_told_from_both_ends_whichever_way_they_are_written() {
        let document: wf_model::Document = serde_json::from_value(serde_json::json!({
            "name": "w",
            "tasks": [
                {"name": "a", "action": "echo"},
                {"name": "b", "action": "echo", "dependsOn": ["a"]},
                {"name": "c-1", "action": "echo", "depends": "!(a.Failed&&b) || a.Succeeded"},
                {"name": "d", "action": "echo", "depends": "c-1.Errored"},
            ],
        }))
        .unwrap();
        let edges = Edges::of(&document);
        assert_eq!(
            edges.depends_on,
            [vec![], vec!["a"], vec!["a", "b"], vec!["c-1"]]
        );
        assert_eq!(
            edges.needed_by,
            [vec!["b", "c-1"], vec!["c-1"], vec!["d"], vec![]]
        );
    }
}
