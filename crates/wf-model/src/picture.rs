//! The picture: a workflow's DAG laid out in layers, to be drawn as SVG, Mermaid or DOT, or by
//! whoever takes the layout.
//!
//! Sugiyama's way, in near-linear time: each task gets a layer ([`layering`]), an edge that passes
//! layers gets a bend in each ([`grid`]), the layers are put in an order with few crossings
//! ([`crossing`]), and every slot gets a height that keeps edges short ([`placement`]). Parts that
//! nothing connects are laid out one by one and packed like words on lines ([`packing`]).
//!
//! The work is bounded for documents of any size: see [`MOST_BENDS`](grid::MOST_BENDS) for long
//! edges, and [`Effort`](crossing::Effort) for what large parts do without.

mod crossing;
mod dot;
mod grid;
mod layering;
mod layout;
mod links;
mod mermaid;
mod packing;
mod parts;
mod placement;
mod svg;
mod wording;

use crate::document::Document;
use crate::phase::WorkflowPhase;
use crate::status::RunStatus;

pub use layout::{ItemCount, Layout, LayoutEdge, LayoutNode, Point};

/// A workflow's DAG, laid out and ready to be drawn.
///
/// Total: a document with faults has a picture, too. A dependency on a task that there is not is
/// left out of it, and so is one that closes a cycle. The same document and status give the same
/// picture, to the byte.
#[derive(Debug, Clone)]
pub struct Picture {
    pub(self) layout: Layout,
    /// The line above the drawing.
    pub(self) heading: Heading,
    /// What there is to say of each node, in the order of the layout.
    pub(self) notes: Vec<String>,
}

/// What is told of the workflow as a whole.
#[derive(Debug, Clone)]
struct Heading {
    name: String,
    description: Option<String>,
    run: Option<(u32, WorkflowPhase)>,
}

impl Picture {
    /// The picture of a document; with the status of a run, each task in its phase.
    pub fn of(document: &Document, run: Option<&RunStatus>) -> Self {
        let links = links::links(document);
        Self {
            heading: Heading {
                name: document.name.clone(),
                description: document.description.clone(),
                run: run.map(|run| (run.number, run.phase)),
            },
            notes: wording::notes(document, run),
            layout: layout::lay_out(document, run, &links),
        }
    }

    /// Where everything is, for whoever draws it.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The layout by itself.
    pub fn into_layout(self) -> Layout {
        self.layout
    }

    /// As an SVG document: without scripts and without anything from elsewhere, light or dark as
    /// the reader's system is.
    pub fn to_svg(&self) -> String {
        svg::write(self)
    }

    /// As a Mermaid flowchart.
    pub fn to_mermaid(&self) -> String {
        mermaid::write(self)
    }

    /// As a graph in Graphviz' DOT.
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }
}
