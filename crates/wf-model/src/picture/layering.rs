//! Layers: how many edges lie between a task and the beginning.

use crate::dag::Dag;

/// How often tasks are moved towards those that need them. Each pass shortens edges or is the
/// last; on documents that people write, two or three do.
const MOST_PASSES: usize = 8;

/// The layer of each task: as early as its dependencies allow, but for tasks that need less than
/// they are needed, which stand as late as their dependents allow, so that edges are short.
pub(super) fn layers(dag: &Dag) -> Vec<usize> {
    let mut layers = vec![0; dag.len()];
    for &task in dag.topological_order() {
        let before = dag.dependencies_of(task).iter();
        layers[task] = before.map(|&other| layers[other] + 1).max().unwrap_or(0);
    }
    for _ in 0..MOST_PASSES {
        if !tighten(dag, &mut layers) {
            break;
        }
    }
    layers
}

/// One pass, from the end so that a whole branch moves at once; whether anything moved.
fn tighten(dag: &Dag, layers: &mut [usize]) -> bool {
    let mut moved = false;
    for &task in dag.topological_order().iter().rev() {
        let dependents = dag.dependents_of(task);
        if dependents.len() <= dag.dependencies_of(task).len() {
            continue;
        }
        let earliest = dependents.iter().map(|&other| layers[other]).min();
        let latest = earliest.map_or(layers[task], |layer| layer - 1);
        moved |= latest > layers[task];
        layers[task] = latest;
    }
    moved
}
