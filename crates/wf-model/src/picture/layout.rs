//! The layout: where each node and edge of a picture is, in pixels.

use std::collections::HashMap;

use serde::Serialize;

use super::crossing;
use super::grid::{self, Grid};
use super::layering;
use super::links::{Link, Links};
use super::packing::{self, Size};
use super::parts::{self, Part};
use super::placement::{self, Room};
use super::wording;
use crate::document::{Document, Task};
use crate::phase::TaskPhase;
use crate::status::{EXIT_HANDLER, RunStatus, TaskStatus};

/// The height of every node.
const NODE_HEIGHT: u32 = 52;
/// The least room between two layers, in which edges go up and down.
const BETWEEN_LAYERS: u32 = 64;
/// Between parts that nothing connects.
const BETWEEN_PARTS: u32 = 28;
/// Between the tasks and the exit handler.
const BEFORE_EXIT: u32 = 72;

/// Where each node and edge of a picture is, in pixels from the upper left corner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Layout {
    /// The width of it all.
    pub width: u32,
    /// The height of it all.
    pub height: u32,
    /// The tasks in the document's order, then the exit handler.
    pub nodes: Vec<LayoutNode>,
    /// The edges, by the task that waits.
    pub edges: Vec<LayoutEdge>,
}

/// A task, or the exit handler, as a box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LayoutNode {
    /// The task's name; `onExit` for the exit handler.
    pub name: String,
    /// The action that it uses.
    pub action: String,
    /// Whether it is the exit handler, which stands apart and has no edges.
    #[serde(skip_serializing_if = "is_false")]
    pub exit_handler: bool,
    /// What has become of it, when the picture is of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<TaskPhase>,
    /// Its items, when it fans out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<ItemCount>,
    /// How many layers lie before it; every edge goes to a later one.
    pub layer: u32,
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// How many items a fan-out has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ItemCount {
    /// All of them.
    pub total: u32,
    /// Those that have ended; absent when the picture is of no run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<u32>,
}

/// That one task waits for another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayoutEdge {
    /// The task that is waited for.
    pub from: String,
    /// The task that waits.
    pub to: String,
    /// What is asked for, as in `failed / errored`; absent when it is that the other ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where it runs, from the right edge of one to the left edge of the other. Between two points
    /// of one height it is level; else it bends, level at both ends.
    pub points: Vec<Point>,
    /// The places of both in the layout's nodes; names need not be unique in a faulty document.
    #[serde(skip)]
    pub(super) ends: (usize, usize),
}

/// A point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // what they are is as plain as it gets
pub struct Point {
    pub x: u32,
    pub y: u32,
}

/// Lays a document out.
pub(super) fn lay_out(document: &Document, run: Option<&RunStatus>, links: &Links) -> Layout {
    let statuses = statuses(run);
    let fresh = TaskStatus::default();
    let status = |task: &Task| statuses.get(task.name.as_str()).copied().unwrap_or(&fresh);
    let mut nodes: Vec<LayoutNode> = document
        .tasks
        .iter()
        .map(|task| node(task, run.map(|_| status(task))))
        .collect();
    let layers = layering::layers(&links.dag);
    for (node, layer) in nodes.iter_mut().zip(&layers) {
        node.layer = u32::try_from(*layer).unwrap_or(u32::MAX);
    }
    let bending = grid::bending(links, &layers);
    let parts = parts::parts(links);
    even_out_loners(&parts, &mut nodes);
    let drafts: Vec<Draft> = parts
        .iter()
        .map(|part| Draft::of(part, links, &layers, &bending, &nodes))
        .collect();
    let sizes: Vec<Size> = drafts.iter().map(|draft| draft.size).collect();
    let (corners, whole) = packing::pack(&sizes, BETWEEN_PARTS);
    let mut edges: Vec<LayoutEdge> = links.all.iter().map(|link| edge(link, &nodes)).collect();
    for ((draft, part), corner) in drafts.iter().zip(&parts).zip(corners) {
        draft.set_at(corner, part, links, &mut nodes, &mut edges);
    }
    let mut layout = Layout {
        width: whole.width,
        height: whole.height,
        nodes,
        edges,
    };
    if let Some(handler) = exit_handler(document, run) {
        layout.add_exit_handler(handler);
    }
    layout
}

impl Layout {
    /// Sets the exit handler behind all else, half way down.
    fn add_exit_handler(&mut self, mut handler: LayoutNode) {
        let last = self.nodes.iter().map(|node| node.layer).max();
        handler.layer = last.map_or(0, |layer| layer + 1);
        if last.is_some() {
            handler.x = self.width.saturating_add(BEFORE_EXIT);
        }
        self.height = self.height.max(handler.height);
        self.width = handler.x.saturating_add(handler.width);
        handler.y = (self.height - handler.height) / 2;
        self.nodes.push(handler);
    }
}

/// The status of each task by its name.
fn statuses(run: Option<&RunStatus>) -> HashMap<&str, &TaskStatus> {
    let tasks = run.into_iter().flat_map(|run| &run.tasks);
    tasks.map(|task| (task.name.as_str(), task)).collect()
}

/// A task without its place; without a status when the picture is of no run.
fn node(task: &Task, status: Option<&TaskStatus>) -> LayoutNode {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let ended = |status: &TaskStatus| {
        let ended = status.items.iter().filter(|item| item.phase.is_finished());
        count(ended.count())
    };
    let node = LayoutNode {
        name: task.name.clone(),
        action: task.action.clone(),
        phase: status.map(|status| status.phase),
        items: task.with_items.as_ref().map(|items| ItemCount {
            total: count(items.len()),
            ended: status.map(ended),
        }),
        height: NODE_HEIGHT,
        ..LayoutNode::default()
    };
    LayoutNode {
        width: wording::node_width(&node),
        ..node
    }
}

fn exit_handler(document: &Document, run: Option<&RunStatus>) -> Option<LayoutNode> {
    let mut task = Task::default();
    EXIT_HANDLER.clone_into(&mut task.name);
    task.action.clone_from(&document.on_exit.as_ref()?.action);
    let fresh = TaskStatus::default();
    let status = run.map(|run| run.exit_handler.as_ref().unwrap_or(&fresh));
    let node = node(&task, status);
    Some(LayoutNode {
        exit_handler: true,
        ..node
    })
}

/// Gives all tasks that are parts by themselves one width, so that they stand in columns.
fn even_out_loners(parts: &[Part], nodes: &mut [LayoutNode]) {
    let loners = || parts.iter().filter(|part| part.tasks.len() == 1);
    let widest = loners().map(|part| nodes[part.tasks[0]].width).max();
    for part in loners() {
        nodes[part.tasks[0]].width = widest.unwrap_or_default();
    }
}

/// An edge without its way.
fn edge(link: &Link, nodes: &[LayoutNode]) -> LayoutEdge {
    LayoutEdge {
        from: nodes[link.from].name.clone(),
        to: nodes[link.to].name.clone(),
        label: link.label.clone(),
        points: Vec::new(),
        ends: (link.from, link.to),
    }
}

/// A part that is laid out by itself.
struct Draft {
    grid: Grid,
    /// The middle of each slot.
    middles: Vec<u32>,
    /// Where each layer begins, and how wide it is.
    columns: Vec<Column>,
    size: Size,
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    x: u32,
    width: u32,
}

impl Draft {
    fn of(
        part: &Part,
        links: &Links,
        layers: &[usize],
        bending: &[bool],
        nodes: &[LayoutNode],
    ) -> Self {
        let mut grid = Grid::of(part, links, layers, bending);
        crossing::order(&mut grid);
        let room = Room {
            task: NODE_HEIGHT,
            between_tasks: 20,
            around_bend: 14,
        };
        let (middles, height) = placement::place(&grid, room);
        let columns = columns(&grid, part, links, nodes);
        let width = columns
            .last()
            .map_or(0, |last| last.x.saturating_add(last.width));
        Self {
            grid,
            middles,
            columns,
            size: Size { width, height },
        }
    }

    /// Puts the part where it belongs.
    fn set_at(
        &self,
        (left, top): (u32, u32),
        part: &Part,
        links: &Links,
        nodes: &mut [LayoutNode],
        edges: &mut [LayoutEdge],
    ) {
        for (slot, middle) in self.grid.slots.iter().zip(&self.middles) {
            let Some(task) = slot.task else { continue };
            let column = self.columns[slot.layer];
            let node = &mut nodes[task];
            node.x = left.saturating_add(column.x);
            node.y = top.saturating_add(middle - NODE_HEIGHT / 2);
            node.width = column.width;
        }
        for (&link, bends) in part.links.iter().zip(&self.grid.bends) {
            let Link { from, to, .. } = links.all[link];
            let passed = bends.iter().flat_map(|&slot| {
                let column = self.columns[self.grid.slots[slot].layer];
                let x = left.saturating_add(column.x);
                let y = top.saturating_add(self.middles[slot]);
                [x, x.saturating_add(column.width)].map(|x| Point { x, y })
            });
            let begin = Point {
                x: nodes[from].x.saturating_add(nodes[from].width),
                y: nodes[from].y.saturating_add(NODE_HEIGHT / 2),
            };
            let end = Point {
                x: nodes[to].x,
                y: nodes[to].y.saturating_add(NODE_HEIGHT / 2),
            };
            let way = std::iter::once(begin).chain(passed).chain([end]);
            edges[link].points = without_needless(way);
        }
    }
}

/// As wide as the widest node of each layer, and as far apart as the labels between them need.
fn columns(grid: &Grid, part: &Part, links: &Links, nodes: &[LayoutNode]) -> Vec<Column> {
    let mut columns = vec![Column::default(); grid.layers.len()];
    for slot in &grid.slots {
        let width = slot.task.map_or(0, |task| nodes[task].width);
        columns[slot.layer].width = columns[slot.layer].width.max(width);
    }
    let mut gaps = vec![BETWEEN_LAYERS; grid.layers.len()];
    for &link in &part.links {
        let Link { to, label, .. } = &links.all[link];
        let needed = label.as_deref().map_or(0, wording::label_room);
        let gap = &mut gaps[nodes[*to].layer as usize];
        *gap = needed.max(*gap);
    }
    let mut x = 0_u32;
    for (column, gap) in columns.iter_mut().zip(gaps.iter().skip(1).chain([&0])) {
        column.x = x;
        x = x.saturating_add(column.width).saturating_add(*gap);
    }
    columns
}

/// Leaves out the points between two others of one height.
fn without_needless(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if let [.., before, last] = kept.as_slice()
            && before.y == last.y
            && last.y == point.y
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

#[allow(clippy::trivially_copy_pass_by_ref)] // what serde calls it with
fn is_false(value: &bool) -> bool {
    !value
}
