//! The DAG: which task waits for which. The graph library stays in this file and below it.

mod ancestry;
mod cycle;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::Directed;
use petgraph::csr::Csr;

pub(crate) use ancestry::Ancestry;
pub(crate) use cycle::{Cycle, find_cycles};

/// The tasks of a document and the edges between them, without a cycle.
///
/// Tasks are indexes into the document's tasks.
#[derive(Debug, Clone)]
pub struct Dag {
    edges: Edges,
    order: Vec<usize>,
}

impl Dag {
    /// How many tasks there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The tasks in an order that respects every edge; among those that could come next, in the
    /// document's order.
    pub fn topological_order(&self) -> &[usize] {
        &self.order
    }

    /// The tasks that `task` waits for, each once, in the order in which it names them.
    ///
    /// # Panics
    /// When there is no such task.
    pub fn dependencies_of(&self, task: usize) -> &[usize] {
        self.edges.dependencies_of(task)
    }

    /// The tasks that wait for `task`, each once, in the document's order.
    ///
    /// # Panics
    /// When there is no such task.
    pub fn dependents_of(&self, task: usize) -> &[usize] {
        self.edges.dependents_of(task)
    }

    /// The edges of the DAG.
    pub(crate) fn edges(&self) -> &Edges {
        &self.edges
    }

    /// Orders the tasks; with a cycle, gives the edges back together with as much of an order as
    /// there is.
    pub(crate) fn new(edges: Edges) -> Result<Self, Box<Knot>> {
        let order = edges.order();
        if order.len() == edges.len() {
            Ok(Self { edges, order })
        } else {
            Err(Box::new(Knot { edges, order }))
        }
    }
}

/// Edges with a cycle in them, and the tasks that are neither in one nor behind one, in order.
#[derive(Debug)]
pub(crate) struct Knot {
    pub(crate) edges: Edges,
    pub(crate) order: Vec<usize>,
}

/// Edges between tasks, kept in both directions.
#[derive(Debug, Clone)]
pub(crate) struct Edges {
    /// Where the dependencies of each task begin in `dependencies`; one more at the end.
    starts: Vec<usize>,
    dependencies: Vec<usize>,
    /// From each task to those that wait for it.
    dependents: Csr<(), (), Directed, usize>,
}

impl Edges {
    /// How many tasks there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn dependencies_of(&self, task: usize) -> &[usize] {
        &self.dependencies[self.starts[task]..self.starts[task + 1]]
    }

    pub(crate) fn dependents_of(&self, task: usize) -> &[usize] {
        self.dependents.neighbors_slice(task)
    }

    /// As many tasks as can be ordered: all, unless there is a cycle.
    fn order(&self) -> Vec<usize> {
        let mut missing: Vec<usize> = (0..self.len())
            .map(|task| self.dependencies_of(task).len())
            .collect();
        let mut ready: BinaryHeap<Reverse<usize>> = (0..self.len())
            .filter(|&task| missing[task] == 0)
            .map(Reverse)
            .collect();
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse(task)) = ready.pop() {
            order.push(task);
            for &dependent in self.dependents_of(task) {
                missing[dependent] -= 1;
                if missing[dependent] == 0 {
                    ready.push(Reverse(dependent));
                }
            }
        }
        order
    }
}

/// Takes the dependencies of one task after the other.
#[derive(Debug)]
pub(crate) struct EdgesBuilder {
    starts: Vec<usize>,
    dependencies: Vec<usize>,
    /// For each task, the one after the last that named it: so is told at once who names it twice.
    named_by: Vec<usize>,
}

impl EdgesBuilder {
    pub(crate) fn new(tasks: usize) -> Self {
        let mut starts = Vec::with_capacity(tasks + 1);
        starts.push(0);
        Self {
            starts,
            dependencies: Vec::with_capacity(tasks),
            named_by: vec![0; tasks],
        }
    }

    /// Adds a dependency of the present task; false when it has it already.
    pub(crate) fn add(&mut self, dependency: usize) -> bool {
        let present = self.starts.len();
        let is_new = self.named_by[dependency] != present;
        if is_new {
            self.named_by[dependency] = present;
            self.dependencies.push(dependency);
        }
        is_new
    }

    /// How many edges there are.
    pub(crate) fn count(&self) -> usize {
        self.dependencies.len()
    }

    /// Ends the present task; the next one begins.
    pub(crate) fn end_task(&mut self) {
        self.starts.push(self.dependencies.len());
    }

    pub(crate) fn finish(self) -> Edges {
        let dependents = self.sorted_by_dependency();
        let mut graph = Csr::from_sorted_edges(&dependents)
            .expect("edges sorted by counting are sorted, and each is there once");
        while graph.node_count() + 1 < self.starts.len() {
            graph.add_node(());
        }
        Edges {
            starts: self.starts,
            dependencies: self.dependencies,
            dependents: graph,
        }
    }

    /// The edges (dependency, dependent), sorted by counting, in linear time.
    fn sorted_by_dependency(&self) -> Vec<(usize, usize)> {
        let mut ends = vec![0; self.named_by.len() + 1];
        for &dependency in &self.dependencies {
            ends[dependency + 1] += 1;
        }
        for task in 1..ends.len() {
            ends[task] += ends[task - 1];
        }
        let mut sorted = vec![(0, 0); self.dependencies.len()];
        for (task, range) in self.starts.windows(2).enumerate() {
            for &dependency in &self.dependencies[range[0]..range[1]] {
                let slot = &mut ends[dependency];
                sorted[*slot] = (dependency, task);
                *slot += 1;
            }
        }
        sorted
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn edges(dependencies: &[&[usize]]) -> Edges {
        let mut builder = EdgesBuilder::new(dependencies.len());
        for task in dependencies {
            for &dependency in *task {
                builder.add(dependency);
            }
            builder.end_task();
        }
        builder.finish()
    }

    #[test]
    fn the_order_respects_edges_and_then_the_document() {
        let dag = Dag::new(edges(&[&[3], &[], &[3, 1, 3], &[], &[]])).unwrap();
        assert_eq!(dag.topological_order(), [1, 3, 0, 2, 4]);
        assert_eq!(dag.dependencies_of(2), [3, 1]);
        assert_eq!(dag.dependents_of(3), [0, 2]);
        assert_eq!(dag.dependents_of(4), [0; 0]);
        assert_eq!(dag.len(), 5);
    }

    #[test]
    fn no_tasks_are_a_dag_and_a_cycle_is_none() {
        assert!(Dag::new(edges(&[])).unwrap().is_empty());
        let knot = Dag::new(edges(&[&[], &[2], &[1], &[2], &[0]])).unwrap_err();
        assert_eq!(knot.order, [0, 4]);
    }

    #[test]
    fn a_long_chain_does_not_overflow_the_stack() {
        let mut builder = EdgesBuilder::new(200_000);
        builder.end_task();
        for task in 1..200_000 {
            builder.add(task - 1);
            builder.end_task();
        }
        let dag = Dag::new(builder.finish()).unwrap();
        assert!(dag.topological_order().iter().copied().eq(0..200_000));
    }
}
