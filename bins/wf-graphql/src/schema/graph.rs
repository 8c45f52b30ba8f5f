//! Graphs: the DAG of a workflow or a document, to look at.

use async_graphql::Enum;

/// A format in which a DAG can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "wf_service::GraphFormat")]
pub(crate) enum GraphFormat {
    /// A picture that any browser shows; light or dark as the reader's system is.
    Svg,
    /// The text of a Mermaid flowchart.
    Mermaid,
    /// The text of a graph in Graphviz' DOT.
    Dot,
    /// Where each node and edge is, as JSON, for programs that draw by themselves.
    Layout,
}
