//! Parts: the pieces of a DAG that no edge connects.

use super::links::Links;

/// Tasks that hang together, and the links between them.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// In the document's order.
    pub(super) tasks: Vec<usize>,
    /// Indexes into the links, in their order.
    pub(super) links: Vec<usize>,
}

/// The parts, the largest first; among equals, in the document's order.
pub(super) fn parts(links: &Links) -> Vec<Part> {
    let mut sets = Sets::new(links.dag.len());
    for link in &links.all {
        sets.join(link.from, link.to);
    }
    let mut part_of_root = vec![usize::MAX; links.dag.len()];
    let mut parts: Vec<Part> = Vec::new();
    for task in 0..links.dag.len() {
        let root = sets.root(task);
        if part_of_root[root] == usize::MAX {
            part_of_root[root] = parts.len();
            parts.push(Part::default());
        }
        parts[part_of_root[root]].tasks.push(task);
    }
    for (index, link) in links.all.iter().enumerate() {
        parts[part_of_root[sets.root(link.to)]].links.push(index);
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.tasks.len()));
    parts
}

/// Disjoint sets of tasks.
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(tasks: usize) -> Self {
        Self {
            parent: (0..tasks).collect(),
        }
    }

    /// The one that stands for the set of that task; halves the way there.
    fn root(&mut self, mut task: usize) -> usize {
        while self.parent[task] != task {
            self.parent[task] = self.parent[self.parent[task]];
            task = self.parent[task];
        }
        task
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}
