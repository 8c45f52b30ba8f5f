//! Cycles: what keeps tasks from having an order.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::Knot;

/// How often cycles are looked for and cut. Each time finds one in every group of tasks that wait
/// for each other, so that this bounds the time, and a group with more of them tells the rest once
/// these are mended.
const ROUNDS: usize = 16;

/// Tasks each of which waits for the next, and the last for the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub(crate) tasks: Vec<usize>,
}

impl Cycle {
    /// The edge that is told as the one that closes the cycle: where a task waits for one that
    /// stands behind it in the document, the first such. A cycle has one, since otherwise it would
    /// go on forwards for ever.
    pub(crate) fn closing_edge(&self) -> (usize, usize) {
        let next = self.tasks.iter().cycle().skip(1);
        let edges = self.tasks.iter().copied().zip(next.copied());
        edges
            .filter(|(task, dependency)| task < dependency)
            .min()
            .unwrap_or_default()
    }
}

/// Cycles no two of which share an edge, such that without their edges there would be none
/// (unless there are very many). Which ones depends on the names of the tasks and not on their
/// order: each begins with the first name, and is a shortest one from there.
pub(crate) fn find_cycles<'n>(knot: &Knot, name: impl Fn(usize) -> &'n str) -> Vec<Cycle> {
    let mut tasks = leftover(knot);
    tasks.sort_by_key(|&task| (name(task), task));
    let mut waits = Waits::new(knot, &tasks);
    let mut cycles = Vec::new();
    for _ in 0..ROUNDS {
        let mut found_any = false;
        for component in waits.components() {
            let Some(cycle) = waits.shortest_cycle(&component) else {
                continue;
            };
            found_any = true;
            waits.cut(&cycle);
            cycles.push(Cycle {
                tasks: cycle.into_iter().map(|local| tasks[local]).collect(),
            });
        }
        if !found_any {
            break;
        }
    }
    cycles
}

/// The groups of tasks that wait for each other, and the single tasks behind them, such that each
/// comes after what it waits for.
pub(super) fn components(knot: &Knot) -> Vec<Vec<usize>> {
    let tasks = leftover(knot);
    let mut components = Waits::new(knot, &tasks).components();
    for component in &mut components {
        for task in component {
            *task = tasks[*task];
        }
    }
    components
}

/// The tasks that are in a cycle or behind one.
fn leftover(knot: &Knot) -> Vec<usize> {
    let mut is_ordered = vec![false; knot.edges.len()];
    for &task in &knot.order {
        is_ordered[task] = true;
    }
    (0..knot.edges.len())
        .filter(|&task| !is_ordered[task])
        .collect()
}

/// Which of the leftover tasks waits for which, by their places in the list of these.
struct Waits {
    dependencies: Vec<Vec<usize>>,
}

impl Waits {
    fn new(knot: &Knot, tasks: &[usize]) -> Self {
        let mut local = vec![None; knot.edges.len()];
        for (index, &task) in tasks.iter().enumerate() {
            local[task] = Some(index);
        }
        let dependencies_of = |&task: &usize| {
            let dependencies = knot.edges.dependencies_of(task).iter();
            let mut dependencies: Vec<usize> = dependencies
                .filter_map(|&dependency| local[dependency])
                .collect();
            dependencies.sort_unstable();
            dependencies
        };
        Self {
            dependencies: tasks.iter().map(dependencies_of).collect(),
        }
    }

    /// The strongly connected components, dependencies first, each sorted.
    fn components(&self) -> Vec<Vec<usize>> {
        let edge_count = self.dependencies.iter().map(Vec::len).sum();
        let mut graph =
            DiGraph::<(), (), usize>::with_capacity(self.dependencies.len(), edge_count);
        for _ in &self.dependencies {
            graph.add_node(());
        }
        for (task, dependencies) in self.dependencies.iter().enumerate() {
            for &dependency in dependencies {
                graph.add_edge(task.into(), dependency.into(), ());
            }
        }
        // Postorder over edges from a task to what it waits for: dependencies come first.
        let mut components: Vec<Vec<usize>> = kosaraju_scc(&graph)
            .into_iter()
            .map(|component| component.into_iter().map(NodeIndex::index).collect())
            .collect();
        for component in &mut components {
            component.sort_unstable();
        }
        components
    }

    /// A shortest cycle through the first task of the component, within it; none when the
    /// component is a single task. (No task waits for itself: that is another fault.)
    fn shortest_cycle(&self, component: &[usize]) -> Option<Vec<usize>> {
        let [start, _, ..] = *component else {
            return None;
        };
        let place = |task: usize| component.binary_search(&task).ok();
        let mut came_from = vec![None; component.len()];
        let mut queue = VecDeque::from([start]);
        while let Some(task) = queue.pop_front() {
            for &dependency in &self.dependencies[task] {
                if dependency == start {
                    return Some(path_to(task, start, component, &came_from));
                }
                if let Some(index) = place(dependency)
                    && came_from[index].is_none()
                {
                    came_from[index] = Some(task);
                    queue.push_back(dependency);
                }
            }
        }
        None
    }

    /// Takes the edges of a cycle away.
    fn cut(&mut self, cycle: &[usize]) {
        let next = cycle.iter().cycle().skip(1);
        for (&task, dependency) in cycle.iter().zip(next) {
            if let Ok(index) = self.dependencies[task].binary_search(dependency) {
                self.dependencies[task].remove(index);
            }
        }
    }
}

/// The way from `start` to `task`, as the search went it.
fn path_to(
    task: usize,
    start: usize,
    component: &[usize],
    came_from: &[Option<usize>],
) -> Vec<usize> {
    let mut path = vec![task];
    let mut present = task;
    while present != start {
        let index = component.binary_search(&present).unwrap_or_default();
        present = came_from[index].unwrap_or(start);
        path.push(present);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use crate::dag::tests::edges;
    use crate::dag::{Ancestry, Dag};

    use super::*;

    const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

    fn cycles(dependencies: &[&[usize]]) -> Vec<Vec<usize>> {
        let knot = Dag::new(edges(dependencies)).unwrap_err();
        let found = find_cycles(&knot, |task| NAMES[task]).into_iter();
        let mut cycles: Vec<Vec<usize>> = found.map(|cycle| cycle.tasks).collect();
        cycles.sort();
        cycles
    }

    #[test]
    fn each_cycle_is_found_once() {
        // a and b wait for each other, c waits for a, d and e and f wait in a round.
        let found = cycles(&[&[1], &[0], &[0], &[4], &[5], &[3]]);
        assert_eq!(found, [vec![0, 1], vec![3, 4, 5]]);
    }

    #[test]
    fn two_cycles_through_one_task_are_both_found() {
        assert_eq!(cycles(&[&[1, 2], &[0], &[0]]), [vec![0, 1], vec![0, 2]]);
    }

    #[test]
    fn one_edge_that_closes_many_cycles_is_told_once() {
        // a waits for b and c, both wait for d, and d waits for a.
        let found = cycles(&[&[1, 2], &[3], &[3], &[0]]);
        assert_eq!(found, [vec![0, 1, 3]]);
        assert_eq!(
            Cycle {
                tasks: vec![0, 1, 3]
            }
            .closing_edge(),
            (0, 1)
        );
    }

    #[test]
    fn a_long_cycle_does_not_overflow_the_stack() {
        let dependencies: Vec<Vec<usize>> = (0..100_000)
            .map(|task| vec![(task + 1) % 100_000])
            .collect();
        let borrowed: Vec<&[usize]> = dependencies.iter().map(Vec::as_slice).collect();
        let knot = Dag::new(edges(&borrowed)).unwrap_err();
        let found = find_cycles(&knot, |_| "same");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].tasks.len(), 100_000);
        assert_eq!(found[0].closing_edge(), (0, 1));
    }

    #[test]
    fn ancestry_is_known_in_spite_of_cycles() {
        // a; b and c wait for each other, b also for a; d waits for c; e for nothing.
        let knot = Dag::new(edges(&[&[], &[0, 2], &[1], &[2], &[]])).unwrap_err();
        let ancestry = Ancestry::of_knot(&knot);
        let questions = [
            (0, 1),
            (0, 2),
            (0, 3),
            (1, 3),
            (2, 1),
            (1, 1),
            (3, 1),
            (4, 3),
            (1, 0),
        ];
        assert_eq!(
            ancestry.answer(&questions),
            [true, true, true, true, true, true, false, false, false]
        );
    }
}
