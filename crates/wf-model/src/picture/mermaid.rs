//! The picture as a Mermaid flowchart. Mermaid lays it out itself.

use std::fmt::{self, Write};

use super::Picture;
use super::layout::LayoutNode;
use super::wording::{self, clean};
use crate::phase::TaskPhase;

/// Writes a picture.
pub(super) fn write(picture: &Picture) -> String {
    let mut text = String::with_capacity(512 + 128 * picture.layout.nodes.len());
    draw(picture, &mut text).expect("writing to a string does not fail");
    text
}

fn draw(picture: &Picture, text: &mut String) -> fmt::Result {
    writeln!(text, "flowchart LR")?;
    writeln!(
        text,
        "  accTitle: Workflow {}",
        Text(&clean(&picture.heading.name))
    )?;
    for (index, node) in picture.layout.nodes.iter().enumerate() {
        draw_node(index, node, text)?;
    }
    for edge in &picture.layout.edges {
        let (from, to) = edge.ends;
        match &edge.label {
            None => writeln!(text, "  t{from} --> t{to}")?,
            Some(label) => writeln!(text, "  t{from} -. \"{}\" .-> t{to}", Text(label))?,
        }
    }
    draw_phases(&picture.layout.nodes, text)
}

/// A task as a box, a fan-out as several, the exit handler rounded and in a frame of its own.
fn draw_node(index: usize, node: &LayoutNode, text: &mut String) -> fmt::Result {
    let words = Words(node);
    match (node.exit_handler, node.items) {
        (true, _) => writeln!(
            text,
            "  subgraph exit [\"when all have ended\"]\n    t{index}([\"{words}\"])\n  end"
        ),
        (false, Some(_)) => writeln!(text, "  t{index}[[\"{words}\"]]"),
        (false, None) => writeln!(text, "  t{index}[\"{words}\"]"),
    }
}

/// A class for each phase that there is, and who is in it.
fn draw_phases(nodes: &[LayoutNode], text: &mut String) -> fmt::Result {
    for phase in TaskPhase::ALL {
        let mut ids = nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.phase == Some(phase))
            .map(|(index, _)| format!("t{index}"));
        let Some(first) = ids.next() else { continue };
        let (fill, stroke) = colours(phase);
        let word = phase.as_str().to_ascii_lowercase();
        writeln!(
            text,
            "  classDef {word} fill:{fill},stroke:{stroke},color:#1c2128"
        )?;
        let ids = ids.fold(first, |ids, id| ids + "," + &id);
        writeln!(text, "  class {ids} {word}")?;
    }
    Ok(())
}

/// What is in a box and what is around it, as in the SVG.
pub(super) fn colours(phase: TaskPhase) -> (&'static str, &'static str) {
    match phase {
        TaskPhase::Pending => ("#f6f8fa", "#8c959f"),
        TaskPhase::Running => ("#eaf3ff", "#0a66c2"),
        TaskPhase::Waiting => ("#fff6dc", "#b08006"),
        TaskPhase::Succeeded => ("#ecf9f0", "#2c974b"),
        TaskPhase::Failed => ("#ffeeee", "#cf222e"),
        TaskPhase::Error => ("#f8efff", "#8250df"),
        TaskPhase::Skipped => ("#ffffff", "#8c959f"),
        TaskPhase::Omitted => ("#ffffff", "#afb8c1"),
        TaskPhase::Stopped => ("#fff1e5", "#bc4c00"),
    }
}

/// What stands in a box, a line each.
struct Words<'n>(&'n LayoutNode);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let node = self.0;
        let (name, action) = (clean(&node.name), clean(&node.action));
        write!(f, "{}<br/>{}", Text(&name), Text(&action))?;
        if let Some(items) = wording::items(node) {
            write!(f, " · {}", Text(&items))?;
        }
        if let Some(phase) = node.phase {
            write!(f, "<br/>{phase}")?;
        }
        Ok(())
    }
}

/// A text that means nothing to Mermaid, to Markdown or to HTML: whatever is not plainly a part of
/// words is written as Mermaid's character code.
struct Text<'t>(&'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if character.is_alphanumeric() || matches!(character, ' ' | '-' | '.' | '/') {
                f.write_char(character)?;
            } else {
                write!(f, "#{};", u32::from(character))?;
            }
        }
        Ok(())
    }
}
