//! The picture as SVG: a file of its own, without scripts and without anything from elsewhere.

mod style;

use std::fmt::{self, Write};

use super::layout::{Layout, LayoutEdge, LayoutNode, Point};
use super::wording::{self, DETAIL_SIZE, NAME_SIZE, PADDING, clean, fit};
use super::{Heading, Picture};
use crate::phase::TaskPhase;

const MARGIN: u32 = 24;
/// Where the drawing begins, below the heading.
const TOP: u32 = 64;
/// The least width, for the heading's sake.
const NARROWEST: u32 = 360;

/// Writes a picture.
pub(super) fn write(picture: &Picture) -> String {
    let mut svg = String::with_capacity(2048 + 1024 * picture.layout.nodes.len());
    draw(picture, &mut svg).expect("writing to a string does not fail");
    svg
}

fn draw(picture: &Picture, svg: &mut String) -> fmt::Result {
    let layout = &picture.layout;
    let width = layout.width.saturating_add(2 * MARGIN).max(NARROWEST);
    let height = layout.height.saturating_add(TOP + MARGIN);
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="wf-picture" role="img" aria-labelledby="wf-title wf-desc" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
    )?;
    draw_words(picture, width, svg)?;
    writeln!(svg, r#"<g transform="translate({MARGIN} {TOP})">"#)?;
    // Those that ask for something special come last, so that they are seen.
    for is_special in [false, true] {
        for edge in &layout.edges {
            if edge.label.is_some() == is_special {
                draw_edge(edge, svg)?;
            }
        }
    }
    for (node, note) in layout.nodes.iter().zip(&picture.notes) {
        draw_node(node, note, layout, svg)?;
    }
    for edge in &layout.edges {
        draw_label(edge, svg)?;
    }
    svg.push_str("</g>\n</svg>\n");
    Ok(())
}

/// Title and description for those who do not see it, the style, and the heading.
fn draw_words(picture: &Picture, width: u32, svg: &mut String) -> fmt::Result {
    let Heading {
        name,
        description,
        run,
    } = &picture.heading;
    let name = clean(name);
    let (state, class) = match run {
        Some((number, phase)) => (format!("{phase} · run {number}"), workflow_class(*phase)),
        None => (String::new(), ""),
    };
    writeln!(
        svg,
        "<title id=\"wf-title\">Workflow {}</title>\n<desc id=\"wf-desc\">{}</desc>",
        Text(&name),
        Text(&describe(picture))
    )?;
    writeln!(svg, "<style>\n{}</style>", style::STYLE)?;
    svg.push_str(
        "<defs><marker id=\"wf-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" \
         markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path class=\"wf-tip\" d=\"M0 0.5 7.5 4 0 7.5z\"/></marker></defs>\n",
    );
    writeln!(svg, r#"<rect class="wf-page" width="100%" height="100%"/>"#)?;
    let state_width = wording::text_width(&state, DETAIL_SIZE);
    let room = width - 2 * MARGIN;
    let shown = fit(&name, 16, room.saturating_sub(state_width + 16));
    let state_x = MARGIN + wording::text_width(&shown, 16) + 16;
    writeln!(
        svg,
        r#"<text class="wf-heading" x="{MARGIN}" y="30">{}</text>"#,
        Text(&shown)
    )?;
    if !state.is_empty() {
        writeln!(
            svg,
            r#"<text class="wf-state {class}" x="{state_x}" y="30">{}</text>"#,
            Text(&state)
        )?;
    }
    if let Some(description) = description {
        let shown = fit(&clean(description), DETAIL_SIZE, room);
        writeln!(
            svg,
            r#"<text class="wf-detail" x="{MARGIN}" y="48">{}</text>"#,
            Text(&shown)
        )?;
    }
    Ok(())
}

/// What is seen, in a sentence.
fn describe(picture: &Picture) -> String {
    let nodes = &picture.layout.nodes;
    let tasks = nodes.iter().filter(|node| !node.exit_handler);
    let count = tasks.clone().count();
    let mut told = match count {
        1 => "1 task".to_owned(),
        count => format!("{count} tasks"),
    };
    let edges = picture.layout.edges.len();
    let _ = write!(told, ", {edges} dependencies");
    if nodes.len() > count {
        told.push_str(", and an exit handler");
    }
    let Some((number, phase)) = picture.heading.run else {
        return told + ".";
    };
    let _ = write!(told, ". Run {number} is {phase}");
    let counts = TaskPhase::ALL.map(|phase| {
        let tasks = tasks.clone();
        (
            phase,
            tasks.filter(|node| node.phase == Some(phase)).count(),
        )
    });
    for (position, (phase, count)) in counts.iter().filter(|(_, count)| *count > 0).enumerate() {
        let before = if position == 0 { ": " } else { ", " };
        let _ = write!(told, "{before}{count} {phase}");
    }
    told + "."
}

fn draw_edge(edge: &LayoutEdge, svg: &mut String) -> fmt::Result {
    let class = if edge.label.is_some() {
        "wf-edge wf-special"
    } else {
        "wf-edge"
    };
    write!(svg, r#"<path class="{class}" d=""#)?;
    let Some((begin, rest)) = edge.points.split_first() else {
        return Ok(());
    };
    write!(svg, "M{} {}", begin.x, begin.y)?;
    let mut at = *begin;
    for &Point { x, y } in rest {
        if y == at.y {
            write!(svg, "H{x}")?;
        } else {
            let middle = u32::midpoint(at.x, x);
            write!(svg, "C{middle} {} {middle} {y} {x} {y}", at.y)?;
        }
        at = Point { x, y };
    }
    svg.push_str("\"/>\n");
    Ok(())
}

/// What an edge asks for, where it comes in to the one who asks.
fn draw_label(edge: &LayoutEdge, svg: &mut String) -> fmt::Result {
    let (Some(label), [.., before, end]) = (&edge.label, edge.points.as_slice()) else {
        return Ok(());
    };
    let begin = before
        .x
        .max(end.x.saturating_sub(wording::label_room(label)));
    let x = u32::midpoint(begin, end.x);
    let y = if begin == before.x {
        u32::midpoint(before.y, end.y)
    } else {
        end.y
    };
    let width = wording::text_width(label, DETAIL_SIZE);
    writeln!(
        svg,
        r#"<rect class="wf-page" x="{}" y="{}" width="{width}" height="14"/><text class="wf-label" x="{x}" y="{}">{}</text>"#,
        x.saturating_sub(width / 2),
        y.saturating_sub(7),
        y.saturating_add(4),
        Text(label)
    )
}

fn draw_node(node: &LayoutNode, told: &str, layout: &Layout, svg: &mut String) -> fmt::Result {
    let LayoutNode {
        x,
        y,
        width,
        height,
        ..
    } = *node;
    if node.exit_handler {
        draw_exit_line(node, layout, svg)?;
    }
    let phase = node.phase.map_or("wf-unrun", task_class);
    writeln!(
        svg,
        r#"<g class="wf-task {phase}" data-task="{}"><title>{}</title>"#,
        Text(&clean(&node.name)),
        Text(told)
    )?;
    if node.items.is_some() {
        // A second sheet behind the first: there are several of it.
        let (x, y) = (x.saturating_add(5), y.saturating_add(5));
        writeln!(
            svg,
            r#"<rect class="wf-box" x="{x}" y="{y}" width="{width}" height="{height}" rx="7"/>"#
        )?;
    }
    writeln!(
        svg,
        r#"<rect class="wf-box" x="{x}" y="{y}" width="{width}" height="{height}" rx="7"/>"#
    )?;
    // Along the left edge, within the corners.
    let mark = x.saturating_add(7);
    writeln!(
        svg,
        r#"<path class="wf-mark" d="M{mark} {y}h-1a6 6 0 0 0 -6 6v{}a6 6 0 0 0 6 6h1z"/>"#,
        height - 12
    )?;
    draw_node_words(node, svg)?;
    svg.push_str("</g>\n");
    Ok(())
}

fn draw_node_words(node: &LayoutNode, svg: &mut String) -> fmt::Result {
    let left = node.x.saturating_add(PADDING);
    let name = fit(
        &clean(&node.name),
        NAME_SIZE,
        node.width.saturating_sub(2 * PADDING),
    );
    let detail = wording::detail(node);
    writeln!(
        svg,
        r#"<text class="wf-name" x="{left}" y="{}">{}</text><text class="wf-detail" x="{left}" y="{}">{}</text>"#,
        node.y.saturating_add(22),
        Text(&name),
        node.y.saturating_add(40),
        Text(&detail)
    )?;
    if let Some(phase) = node.phase {
        let right = node
            .x
            .saturating_add(node.width)
            .saturating_sub(PADDING - 4);
        writeln!(
            svg,
            r#"<text class="wf-phase" x="{right}" y="{}">{phase}</text>"#,
            node.y.saturating_add(40)
        )?;
    }
    Ok(())
}

/// The line between the tasks and the exit handler, which no edge crosses.
fn draw_exit_line(node: &LayoutNode, layout: &Layout, svg: &mut String) -> fmt::Result {
    let (middle, above) = (
        node.x.saturating_add(node.width / 2),
        node.y.saturating_sub(9),
    );
    if layout.nodes.len() > 1 {
        let x = node.x.saturating_sub(36);
        writeln!(
            svg,
            r#"<path class="wf-border" d="M{x} 0V{}"/>"#,
            layout.height
        )?;
    }
    writeln!(
        svg,
        r#"<text class="wf-caption" x="{middle}" y="{above}">when all have ended</text>"#
    )
}

/// The class that gives a task its colours.
fn task_class(phase: TaskPhase) -> &'static str {
    match phase {
        TaskPhase::Pending => "wf-pending",
        TaskPhase::Running => "wf-running",
        TaskPhase::Waiting => "wf-waiting",
        TaskPhase::Succeeded => "wf-succeeded",
        TaskPhase::Failed => "wf-failed",
        TaskPhase::Error => "wf-error",
        TaskPhase::Skipped => "wf-skipped",
        TaskPhase::Omitted => "wf-omitted",
        TaskPhase::Stopped => "wf-stopped",
    }
}

/// The same for a workflow.
fn workflow_class(phase: crate::phase::WorkflowPhase) -> &'static str {
    use crate::phase::WorkflowPhase;
    match phase {
        WorkflowPhase::Held | WorkflowPhase::Pending => "wf-pending",
        WorkflowPhase::Running => "wf-running",
        WorkflowPhase::Suspended => "wf-waiting",
        WorkflowPhase::Succeeded => "wf-succeeded",
        WorkflowPhase::Failed => "wf-failed",
        WorkflowPhase::Error => "wf-error",
        WorkflowPhase::Stopped => "wf-stopped",
    }
}

/// A text that means nothing to XML, within an element or an attribute.
struct Text<'t>(&'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' => f.write_str("&#10;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
