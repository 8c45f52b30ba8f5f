//! Graphs: in which formats a DAG can be shown.

use wf_model::Picture;

/// A format in which a DAG can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum GraphFormat {
    /// A picture that any browser shows.
    #[default]
    Svg,
    /// The text of a Mermaid flowchart.
    Mermaid,
    /// The text of a graph in Graphviz' DOT.
    Dot,
    /// Where each node and edge is, as JSON, for programs that draw by themselves.
    Layout,
}

impl GraphFormat {
    /// Every format, the usual one first.
    pub const ALL: [Self; 4] = [Self::Svg, Self::Mermaid, Self::Dot, Self::Layout];

    /// Its media type, without parameters.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Mermaid => "text/vnd.mermaid",
            Self::Dot => "text/vnd.graphviz",
            Self::Layout => "application/json",
        }
    }

    /// The picture in this format.
    pub(crate) fn write(self, picture: &Picture) -> Result<String, serde_json::Error> {
        Ok(match self {
            Self::Svg => picture.to_svg(),
            Self::Mermaid => picture.to_mermaid(),
            Self::Dot => picture.to_dot(),
            Self::Layout => serde_json::to_string(picture.layout())?,
        })
    }
}
