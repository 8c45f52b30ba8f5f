//! Ancestry: whether a task must have ended before another begins.

use super::{Edges, Knot};

/// Answers which tasks are ancestors of which, for many questions at once.
///
/// A bit for each of 128 possible ancestors is carried along the edges, through the part of the
/// order that the questions span: linear for each 128 ancestors that are asked for.
#[derive(Debug)]
pub(crate) struct Ancestry<'e> {
    edges: &'e Edges,
    /// The tasks in order; those of one cycle stand side by side.
    order: Vec<usize>,
    position: Vec<usize>,
    /// For each task the one that stands for its cycle, which is mostly itself.
    represented_by: Vec<usize>,
}

impl<'e> Ancestry<'e> {
    /// The ancestry of a DAG.
    pub(crate) fn of_dag(edges: &'e Edges, order: &[usize]) -> Self {
        Self::new(edges, order.to_vec(), (0..edges.len()).collect())
    }

    /// The ancestry in spite of cycles: all tasks of one are ancestors of each other.
    pub(crate) fn of_knot(knot: &'e Knot) -> Self {
        let mut order = knot.order.clone();
        let mut represented_by: Vec<usize> = (0..knot.edges.len()).collect();
        for component in super::cycle::components(knot) {
            for &task in &component {
                represented_by[task] = component[0];
            }
            order.extend(component);
        }
        Self::new(&knot.edges, order, represented_by)
    }

    fn new(edges: &'e Edges, order: Vec<usize>, represented_by: Vec<usize>) -> Self {
        let mut position = vec![0; order.len()];
        for (index, &task) in order.iter().enumerate() {
            position[task] = index;
        }
        Self {
            edges,
            order,
            position,
            represented_by,
        }
    }

    /// For each question (ancestor, descendant), whether it is so.
    pub(crate) fn answer(&self, questions: &[(usize, usize)]) -> Vec<bool> {
        let mut answers = vec![false; questions.len()];
        let mut sorted: Vec<usize> = (0..questions.len()).collect();
        sorted.sort_unstable_by_key(|&question| self.position[questions[question].0]);
        let mut bits = Bits {
            own: vec![0; self.order.len()],
            reached: vec![0; self.order.len()],
        };
        let mut rest = sorted.as_slice();
        while !rest.is_empty() {
            let (batch, ancestors) = take_batch(questions, &mut rest);
            self.spread(&ancestors, questions, batch, &mut bits);
            for &question in batch {
                let (ancestor, descendant) = questions[question];
                let is_behind = self.start_of(descendant) >= self.start_of(ancestor);
                let reached = bits.reached[self.represented_by[descendant]];
                answers[question] = is_behind && reached & bits.own[ancestor] != 0;
            }
            for ancestor in ancestors {
                bits.own[ancestor] = 0;
            }
        }
        answers
    }

    /// Carries the ancestors' bits to every task up to the last that a question is about.
    fn spread(
        &self,
        ancestors: &[usize],
        questions: &[(usize, usize)],
        batch: &[usize],
        bits: &mut Bits,
    ) {
        for (bit, &ancestor) in ancestors.iter().enumerate() {
            bits.own[ancestor] = 1 << bit;
        }
        let first = ancestors.iter().map(|&task| self.start_of(task)).min();
        let descendants = batch.iter().map(|&question| questions[question].1);
        let last = descendants.map(|task| self.start_of(task)).max();
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        let end = self.end_of(last);
        let span = &self.order[first.min(end)..end];
        for &task in span {
            bits.reached[self.represented_by[task]] = 0;
        }
        for &task in span {
            let mut arriving = 0;
            for &dependency in self.edges.dependencies_of(task) {
                // What stands before the span has no ancestor in it, and bits of another batch.
                if self.start_of(dependency) >= first {
                    arriving |=
                        bits.reached[self.represented_by[dependency]] | bits.own[dependency];
                }
            }
            bits.reached[self.represented_by[task]] |= arriving;
        }
    }

    /// Where the task's cycle, or the task itself, begins in the order.
    fn start_of(&self, task: usize) -> usize {
        self.position[self.represented_by[task]]
    }

    /// Where the cycle that begins there ends, the end not included.
    fn end_of(&self, start: usize) -> usize {
        let representative = self.represented_by[self.order[start]];
        let members = self.order[start..]
            .iter()
            .take_while(|&&member| self.represented_by[member] == representative);
        start + members.count()
    }
}

/// A bit for each ancestor of a batch: where it is itself, and which tasks it reaches.
struct Bits {
    own: Vec<u128>,
    reached: Vec<u128>,
}

/// Takes as many questions off as there are bits for their ancestors.
fn take_batch<'q>(
    questions: &[(usize, usize)],
    rest: &mut &'q [usize],
) -> (&'q [usize], Vec<usize>) {
    let mut ancestors: Vec<usize> = Vec::new();
    let mut taken = 0;
    for &question in *rest {
        let ancestor = questions[question].0;
        if ancestors.last() != Some(&ancestor) {
            if ancestors.len() == u128::BITS as usize {
                break;
            }
            ancestors.push(ancestor);
        }
        taken += 1;
    }
    let (batch, later) = rest.split_at(taken);
    *rest = later;
    (batch, ancestors)
}

#[cfg(test)]
mod tests {
    use crate::dag::Dag;
    use crate::dag::tests::edges;

    use super::*;

    #[test]
    fn ancestors_are_told_from_others_in_many_batches() {
        // Two chains side by side: even tasks wait for even ones, odd for odd.
        let dependencies: Vec<Vec<usize>> = (0..1000_usize)
            .map(|task| task.checked_sub(2).into_iter().collect())
            .collect();
        let borrowed: Vec<&[usize]> = dependencies.iter().map(Vec::as_slice).collect();
        let edges = edges(&borrowed);
        let dag = Dag::new(edges.clone()).unwrap();
        let ancestry = Ancestry::of_dag(&edges, dag.topological_order());
        let questions: Vec<(usize, usize)> = (0..1000)
            .flat_map(|ancestor| [0, 7, 499, 500, 998, 999].map(|task| (ancestor, task)))
            .collect();
        for (question, answer) in questions.iter().zip(ancestry.answer(&questions)) {
            let (ancestor, task) = *question;
            assert_eq!(
                answer,
                ancestor < task && (task - ancestor) % 2 == 0,
                "{question:?}"
            );
        }
    }
}
