//! Crossings: the order of slots within each layer, so that few edges cross.

use super::grid::Grid;

/// How much is done against crossings, by how much there is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// How often the layers are swept, forth or back.
    sweeps: usize,
    /// Whether neighbours are tried the other way round afterwards.
    swaps: bool,
}

impl Effort {
    /// Small parts get all of it. Beyond a million slots and connections the first order stays,
    /// which follows each branch to its end.
    pub(super) fn for_size(size: usize) -> Self {
        let sweeps = match size {
            0..=10_000 => 24,
            10_001..=100_000 => 6,
            100_001..=1_000_000 => 2,
            _ => 0,
        };
        Self {
            sweeps,
            swaps: size <= 4_000,
        }
    }
}

/// How many sweeps may bring nothing before there are no more.
const PATIENCE: usize = 4;

/// Puts the slots of each layer in order.
pub(super) fn order(grid: &mut Grid) {
    follow_branches(grid);
    let effort = Effort::for_size(grid.size());
    if effort.sweeps == 0 || grid.layers.len() < 2 {
        return;
    }
    sweep(grid, effort.sweeps);
    if effort.swaps {
        swap_neighbours(grid);
    }
}

/// The first order: in that in which a walk from each beginning to the end of each branch comes
/// by.
fn follow_branches(grid: &mut Grid) {
    let mut seen = vec![false; grid.slots.len()];
    let mut rows: Vec<Vec<usize>> = grid.layers.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<usize> = Vec::new();
    for beginning in 0..grid.slots.len() {
        if !grid.before[beginning].is_empty() {
            continue;
        }
        open.push(beginning);
        while let Some(slot) = open.pop() {
            if std::mem::replace(&mut seen[slot], true) {
                continue;
            }
            rows[grid.slots[slot].layer].push(slot);
            open.extend(grid.after[slot].iter().rev().filter(|&&next| !seen[next]));
        }
    }
    grid.layers = rows;
}

/// Sorts layer after layer by the mean place of what each slot is connected to in the one before
/// (or, on the way back, after) it, and keeps the best order that was seen.
fn sweep(grid: &mut Grid, sweeps: usize) {
    let mut places = vec![0; grid.slots.len()];
    note_places(&grid.layers, &mut places);
    let mut fewest = crossings(grid, &places);
    let mut best = grid.layers.clone();
    let mut in_vain = 0;
    for round in 0..sweeps {
        if fewest == 0 || in_vain == PATIENCE {
            break;
        }
        let forth = round % 2 == 0;
        let late_first = round % 4 >= 2;
        for step in 1..grid.layers.len() {
            let layer = if forth {
                step
            } else {
                grid.layers.len() - 1 - step
            };
            sort_layer(grid, layer, forth, late_first, &mut places);
        }
        let crossings = crossings(grid, &places);
        if crossings < fewest {
            fewest = crossings;
            best.clone_from(&grid.layers);
            in_vain = 0;
        } else {
            in_vain += 1;
        }
    }
    grid.layers = best;
}

fn note_places(layers: &[Vec<usize>], places: &mut [usize]) {
    for row in layers {
        for (place, &slot) in row.iter().enumerate() {
            places[slot] = place;
        }
    }
}

/// Sorts one layer. A slot without a connection on that side stays where it is; those of equal
/// means stay in order, or turn it round.
fn sort_layer(grid: &mut Grid, layer: usize, forth: bool, late_first: bool, places: &mut [usize]) {
    let connected = if forth { &grid.before } else { &grid.after };
    let mut row = std::mem::take(&mut grid.layers[layer]);
    if late_first {
        row.reverse();
    }
    let mut movable: Vec<(usize, usize, usize)> = row
        .iter()
        .filter(|&&slot| !connected[slot].is_empty())
        .map(|&slot| {
            let sum = connected[slot].iter().map(|&other| places[other]).sum();
            (sum, connected[slot].len(), slot)
        })
        .collect();
    // Means are compared as fractions, which no rounding can make differ between machines.
    movable.sort_by(|(sum, count, _), (other_sum, other_count, _)| {
        (sum * other_count).cmp(&(other_sum * count))
    });
    if late_first {
        row.reverse();
    }
    let mut movable = movable.into_iter();
    for slot in &mut row {
        if !connected[*slot].is_empty() {
            *slot = movable.next().map_or(*slot, |(_, _, slot)| slot);
        }
    }
    for (place, &slot) in row.iter().enumerate() {
        places[slot] = place;
    }
    grid.layers[layer] = row;
}

/// How many pairs of connections cross.
fn crossings(grid: &Grid, places: &[usize]) -> usize {
    let mut total = 0;
    let mut ends = Vec::new();
    for pair in grid.layers.windows(2) {
        let mut counter = Counter::new(pair[1].len());
        for &slot in &pair[0] {
            ends.clear();
            ends.extend(grid.after[slot].iter().map(|&other| places[other]));
            ends.sort_unstable();
            for &end in &ends {
                total += counter.above(end);
            }
            for &end in &ends {
                counter.add(end);
            }
        }
    }
    total
}

/// Counts by place, so that those above a place are told in logarithmic time (Fenwick's tree).
struct Counter {
    sums: Vec<usize>,
    all: usize,
}

impl Counter {
    fn new(places: usize) -> Self {
        Self {
            sums: vec![0; places + 1],
            all: 0,
        }
    }

    fn add(&mut self, place: usize) {
        self.all += 1;
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] += 1;
            at += at & at.wrapping_neg();
        }
    }

    /// How many were added at higher places.
    fn above(&self, place: usize) -> usize {
        let mut up_to = 0;
        let mut at = place + 1;
        while at > 0 {
            up_to += self.sums[at];
            at -= at & at.wrapping_neg();
        }
        self.all - up_to
    }
}

/// Exchanges neighbours wherever that leaves fewer crossings, a few times over.
fn swap_neighbours(grid: &mut Grid) {
    const ROUNDS: usize = 6;
    let mut places = vec![0; grid.slots.len()];
    note_places(&grid.layers, &mut places);
    for _ in 0..ROUNDS {
        let mut swapped = false;
        for layer in 0..grid.layers.len() {
            for place in 1..grid.layers[layer].len() {
                let (upper, lower) = (grid.layers[layer][place - 1], grid.layers[layer][place]);
                if gain(grid, &places, upper, lower) > 0 {
                    grid.layers[layer].swap(place - 1, place);
                    places[upper] = place;
                    places[lower] = place - 1;
                    swapped = true;
                }
            }
        }
        if !swapped {
            break;
        }
    }
}

/// How many crossings fewer there are when two neighbours change places.
fn gain(grid: &Grid, places: &[usize], upper: usize, lower: usize) -> isize {
    [&grid.before, &grid.after]
        .into_iter()
        .map(|connected| {
            let mut gain = 0;
            for &one in &connected[upper] {
                for &other in &connected[lower] {
                    gain += match places[one].cmp(&places[other]) {
                        std::cmp::Ordering::Greater => 1,
                        std::cmp::Ordering::Less => -1,
                        std::cmp::Ordering::Equal => 0,
                    };
                }
            }
            gain
        })
        .sum()
}
