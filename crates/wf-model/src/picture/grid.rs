//! The grid: a slot for each task of a part, and one for each place where a long edge passes a
//! layer.

use std::collections::HashMap;

use super::links::{Link, Links};
use super::parts::Part;

/// How many times edges may bend in one picture, all together. The shortest have it first; those
/// for which nothing is left go straight, behind what stands in their way. Without a bound, a
/// chain whose tasks all wait for its first would need the square of their number.
pub(super) const MOST_BENDS: usize = 60_000;

/// The slots of a part, layer by layer, and which are connected.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) slots: Vec<Slot>,
    /// The slots of each layer, from top to bottom.
    pub(super) layers: Vec<Vec<usize>>,
    /// To which slots of the layer before each is connected.
    pub(super) before: Vec<Vec<usize>>,
    /// To which slots of the layer after each is connected.
    pub(super) after: Vec<Vec<usize>>,
    /// For each link of the part, the slots in which it bends.
    pub(super) bends: Vec<Vec<usize>>,
}

/// A place in a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) layer: usize,
    /// The task that stands there; none where an edge passes.
    pub(super) task: Option<usize>,
}

/// For each link, whether it may bend.
pub(super) fn bending(links: &Links, layers: &[usize]) -> Vec<bool> {
    let span = |link: &Link| layers[link.to] - layers[link.from] - 1;
    let mut by_span: Vec<usize> = (0..links.all.len()).collect();
    by_span.sort_by_key(|&link| span(&links.all[link]));
    let mut left = MOST_BENDS;
    let mut bending = vec![false; links.all.len()];
    for link in by_span {
        let Some(rest) = left.checked_sub(span(&links.all[link])) else {
            break;
        };
        left = rest;
        bending[link] = true;
    }
    bending
}

/// Long edges that begin together, or end together, run as one as far as they go the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Trunk {
    /// All that leave this slot.
    From(usize),
    /// All that reach this slot.
    To(usize),
    /// This link alone.
    Own(usize),
}

impl Grid {
    /// The grid of one part.
    pub(super) fn of(part: &Part, links: &Links, layers: &[usize], bending: &[bool]) -> Self {
        let mut grid = Self::default();
        let mut slot_of = HashMap::with_capacity(part.tasks.len());
        for &task in &part.tasks {
            slot_of.insert(task, grid.add(layers[task], Some(task)));
        }
        let ends = |link: usize| {
            let Link { from, to, .. } = links.all[link];
            (slot_of[&from], slot_of[&to])
        };
        let long: Vec<(usize, usize)> = part
            .links
            .iter()
            .map(|&link| (link, ends(link)))
            .filter(|(link, (from, to))| grid.passes(*from, *to) && bending[*link])
            .map(|(_, ends)| ends)
            .collect();
        let popularity = Popularity::of(&long);
        let mut trunks: HashMap<Trunk, Vec<usize>> = HashMap::new();
        for &link in &part.links {
            let (from, to) = ends(link);
            let bends = if !bending[link] {
                Vec::new()
            } else if grid.passes(from, to) {
                let is_plain = links.all[link].label.is_none();
                let trunk = if is_plain {
                    popularity.trunk(from, to)
                } else {
                    Trunk::Own(link)
                };
                grid.run_along(trunk, trunks.entry(trunk).or_default(), from, to)
            } else {
                grid.connect(from, to);
                Vec::new()
            };
            grid.bends.push(bends);
        }
        grid
    }

    /// How much there is to look at: slots and connections.
    pub(super) fn size(&self) -> usize {
        self.slots.len() + self.after.iter().map(Vec::len).sum::<usize>()
    }

    /// Whether there are layers between them.
    fn passes(&self, from: usize, to: usize) -> bool {
        self.slots[to].layer > self.slots[from].layer + 1
    }

    fn add(&mut self, layer: usize, task: Option<usize>) -> usize {
        let slot = self.slots.len();
        self.slots.push(Slot { layer, task });
        self.before.push(Vec::new());
        self.after.push(Vec::new());
        if self.layers.len() <= layer {
            self.layers.resize(layer + 1, Vec::new());
        }
        self.layers[layer].push(slot);
        slot
    }

    fn connect(&mut self, from: usize, to: usize) {
        self.after[from].push(to);
        self.before[to].push(from);
    }

    /// Leads an edge along its trunk, which grows as far as it has to; tells where it bends.
    fn run_along(
        &mut self,
        trunk: Trunk,
        grown: &mut Vec<usize>,
        from: usize,
        to: usize,
    ) -> Vec<usize> {
        let (first, last) = (self.slots[from].layer + 1, self.slots[to].layer - 1);
        let length = last - first + 1;
        let backwards = matches!(trunk, Trunk::To(_));
        while grown.len() < length {
            let tip = grown.last().copied();
            let layer = if backwards {
                last - grown.len()
            } else {
                first + grown.len()
            };
            let slot = self.add(layer, None);
            match tip {
                Some(tip) if backwards => self.connect(slot, tip),
                None if backwards => self.connect(slot, to),
                Some(tip) => self.connect(tip, slot),
                None => self.connect(from, slot),
            }
            grown.push(slot);
        }
        let mut bends = grown[..length].to_vec();
        if backwards {
            self.connect(from, grown[length - 1]);
            bends.reverse();
        } else {
            self.connect(grown[length - 1], to);
        }
        bends
    }
}

/// How many long edges begin and end at each slot.
struct Popularity {
    leaving: HashMap<usize, usize>,
    reaching: HashMap<usize, usize>,
}

impl Popularity {
    fn of(long: &[(usize, usize)]) -> Self {
        let (mut leaving, mut reaching) = (HashMap::new(), HashMap::new());
        for &(from, to) in long {
            *leaving.entry(from).or_default() += 1;
            *reaching.entry(to).or_default() += 1;
        }
        Self { leaving, reaching }
    }

    /// With whom an edge shares more of its way.
    fn trunk(&self, from: usize, to: usize) -> Trunk {
        if self.reaching[&to] > self.leaving[&from] {
            Trunk::To(to)
        } else {
            Trunk::From(from)
        }
    }
}
