//! Placement: how far down each slot stands, so that edges are short and as level as can be.

use super::grid::Grid;

/// How often the layers are swept, forth and back, to find about where everything belongs.
const ROUGH_SWEEPS: usize = 6;
/// How often they are swept after that, to make edges level that nearly are.
const FINE_SWEEPS: usize = 16;
/// What is done of either for parts with more than [`LARGE`] slots and connections.
const SWEEPS_OF_LARGE: usize = 3;
const LARGE: usize = 100_000;
/// In the rough an edge pulls the more, the steeper it is; in the fine all those that are steeper
/// than so many pixels pull alike. So the many that can be level are, and the few that cannot do
/// not bend them.
const LEVEL: f64 = 32.0;
/// How much of it is left after each fine sweep: half a pixel in the end.
const FINER: f64 = 0.76;

/// How much room slots need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// The height of a task.
    pub(super) task: u32,
    /// Between two tasks.
    pub(super) between_tasks: u32,
    /// Between an edge that passes and what is above or below it.
    pub(super) around_bend: u32,
}

/// The middle of each slot, from 0 down, and the height of it all.
pub(super) fn place(grid: &Grid, room: Room) -> (Vec<u32>, u32) {
    let mut places = Places::stacked(grid, room);
    let (rough, fine) = if grid.size() > LARGE {
        (SWEEPS_OF_LARGE, SWEEPS_OF_LARGE)
    } else {
        (ROUGH_SWEEPS, FINE_SWEEPS)
    };
    for _ in 0..rough {
        for layer in 1..grid.layers.len() {
            places.settle(layer, Heed::Before);
        }
        for layer in (0..grid.layers.len()).rev() {
            places.settle(layer, Heed::After);
        }
    }
    let mut level = LEVEL;
    for _ in 0..fine {
        for layer in 0..grid.layers.len() {
            places.settle(layer, Heed::Level(level));
        }
        for layer in (0..grid.layers.len()).rev() {
            places.settle(layer, Heed::Level(level));
        }
        level *= FINER;
    }
    places.finish()
}

/// Which edges a slot heeds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Heed {
    /// Those that come in.
    Before,
    /// Those that go out.
    After,
    /// All; those that are steeper than this no more than those that are as steep.
    Level(f64),
}

struct Places<'g> {
    grid: &'g Grid,
    room: Room,
    middles: Vec<f64>,
}

/// Slots that touch, and move as one.
struct Block {
    /// The weighted mean of where they want to be.
    middle: f64,
    weight: f64,
    slots: usize,
}

impl<'g> Places<'g> {
    /// Every layer stacked as closely as it can be, all around one line.
    fn stacked(grid: &'g Grid, room: Room) -> Self {
        let mut places = Self {
            grid,
            room,
            middles: vec![0.0; grid.slots.len()],
        };
        for row in &grid.layers {
            let mut at = 0.0;
            for (position, &slot) in row.iter().enumerate() {
                if position > 0 {
                    at += places.distance(row[position - 1], slot);
                }
                places.middles[slot] = at;
            }
            for &slot in row {
                places.middles[slot] -= at / 2.0;
            }
        }
        places
    }

    fn is_bend(&self, slot: usize) -> bool {
        self.grid.slots[slot].task.is_none()
    }

    /// How far apart the middles of two neighbours have to be.
    fn distance(&self, upper: usize, lower: usize) -> f64 {
        let Room {
            task,
            between_tasks,
            around_bend,
        } = self.room;
        f64::from(match (self.is_bend(upper), self.is_bend(lower)) {
            (true, true) => around_bend,
            (false, false) => task + between_tasks,
            _ => task / 2 + around_bend,
        })
    }

    /// Where a slot wants to be, and how much.
    fn wish(&self, slot: usize, heed: Heed) -> (f64, f64) {
        let before = self.grid.before[slot].iter();
        let after = self.grid.after[slot].iter();
        let heeded = before
            .take(if heed == Heed::After { 0 } else { usize::MAX })
            .chain(after.take(if heed == Heed::Before { 0 } else { usize::MAX }));
        let (mut sum, mut weight) = (0.0, 0.0);
        for &other in heeded {
            let mut pull = self.pull(slot, other);
            if let Heed::Level(level) = heed {
                pull /= (self.middles[slot] - self.middles[other]).abs().max(level);
            }
            sum += pull * self.middles[other];
            weight += pull;
        }
        if weight == 0.0 {
            // It stays, unless somebody who wants something pushes it.
            (self.middles[slot], f64::EPSILON)
        } else {
            (sum / weight, weight)
        }
    }

    /// How much an edge wants to be level: the more, the longer it is.
    fn pull(&self, slot: usize, other: usize) -> f64 {
        match (self.is_bend(slot), self.is_bend(other)) {
            (true, true) => 8.0,
            (false, false) => 1.0,
            _ => 2.0,
        }
    }

    /// Moves the slots of a layer as near to their wishes as their order and room allow: the
    /// least squares, found by joining those that would overlap (pool adjacent violators).
    fn settle(&mut self, layer: usize, heed: Heed) {
        let row = &self.grid.layers[layer];
        let mut blocks: Vec<Block> = Vec::with_capacity(row.len());
        let mut offsets = Vec::with_capacity(row.len());
        let mut offset = 0.0;
        for (position, &slot) in row.iter().enumerate() {
            if position > 0 {
                offset += self.distance(row[position - 1], slot);
            }
            offsets.push(offset);
            let (wish, weight) = self.wish(slot, heed);
            let mut block = Block {
                middle: wish - offset,
                weight,
                slots: 1,
            };
            while let Some(above) = blocks.pop_if(|above| above.middle > block.middle) {
                block = above.joined(&block);
            }
            blocks.push(block);
        }
        let mut position = 0;
        for block in blocks {
            for _ in 0..block.slots {
                self.middles[row[position]] = block.middle + offsets[position];
                position += 1;
            }
        }
    }

    /// In whole pixels, the topmost edge at 0.
    fn finish(self) -> (Vec<u32>, u32) {
        let half = self.room.task / 2;
        let top = self.middles.iter().copied().fold(f64::INFINITY, f64::min);
        let middles: Vec<u32> = self
            .middles
            .iter()
            .map(|middle| pixels(middle - top).saturating_add(half))
            .collect();
        let bottom = middles.iter().copied().max().unwrap_or(0);
        (middles, bottom.saturating_add(half))
    }
}

impl Block {
    fn joined(&self, below: &Self) -> Self {
        let weight = self.weight + below.weight;
        Self {
            middle: (self.middle * self.weight + below.middle * below.weight) / weight,
            weight,
            slots: self.slots + below.slots,
        }
    }
}

/// The nearest whole number of pixels.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` clamps, and nothing is above the top
fn pixels(length: f64) -> u32 {
    length.round() as u32
}
