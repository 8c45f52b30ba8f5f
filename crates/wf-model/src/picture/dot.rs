//! The picture as a graph in Graphviz' DOT. Graphviz lays it out itself.

use std::fmt::{self, Write};

use super::Picture;
use super::layout::LayoutNode;
use super::mermaid::colours;
use super::wording::{self, clean};

/// Writes a picture.
pub(super) fn write(picture: &Picture) -> String {
    let mut text = String::with_capacity(512 + 192 * picture.layout.nodes.len());
    draw(picture, &mut text).expect("writing to a string does not fail");
    text
}

fn draw(picture: &Picture, text: &mut String) -> fmt::Result {
    let name = clean(&picture.heading.name);
    writeln!(text, "digraph workflow {{")?;
    writeln!(
        text,
        "  graph [rankdir=LR, label=\"{}\", labelloc=t, fontname=\"sans-serif\"];",
        Text(&name)
    )?;
    writeln!(
        text,
        "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f8fa\", color=\"#8c959f\", fontname=\"sans-serif\", fontsize=11];"
    )?;
    writeln!(
        text,
        "  edge [color=\"#6e7781\", fontname=\"sans-serif\", fontsize=10];"
    )?;
    let nodes = picture.layout.nodes.iter().zip(&picture.notes);
    for (index, (node, note)) in nodes.enumerate() {
        draw_node(index, node, note, text)?;
    }
    for edge in &picture.layout.edges {
        let (from, to) = edge.ends;
        write!(text, "  t{from} -> t{to}")?;
        if let Some(label) = &edge.label {
            write!(text, " [style=dashed, label=\"{}\"]", Text(label))?;
        }
        text.push_str(";\n");
    }
    text.push_str("}\n");
    Ok(())
}

fn draw_node(index: usize, node: &LayoutNode, told: &str, text: &mut String) -> fmt::Result {
    let (before, after) = if node.exit_handler {
        (
            "subgraph cluster_exit { label=\"when all have ended\"; style=dashed; color=\"#8c959f\"; ",
            " }",
        )
    } else {
        ("", "")
    };
    let (name, action) = (clean(&node.name), clean(&node.action));
    write!(
        text,
        "  {before}t{index} [label=\"{}\\n{}",
        Text(&name),
        Text(&action)
    )?;
    if let Some(items) = wording::items(node) {
        write!(text, " · {items}")?;
    }
    if let Some(phase) = node.phase {
        let (fill, line) = colours(phase);
        write!(text, "\\n{phase}\", fillcolor=\"{fill}\", color=\"{line}")?;
    }
    if node.items.is_some() {
        text.push_str("\", peripheries=\"2");
    }
    writeln!(text, "\", tooltip=\"{}\"];{after}", Text(told))
}

/// A text that means nothing within DOT's quotes, where backslashes and, in labels, the entities
/// of HTML do.
struct Text<'t>(&'t str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '&' => f.write_str("&amp;")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
