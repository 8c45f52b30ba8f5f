//! A graph's view: where each node and edge of a DAG is, for programs that draw it themselves.
//!
//! The service writes it; what is here declares its shape, and a test holds both together.

use poem_openapi::Object;

use super::phase::TaskPhase;

/// Where each node and edge of a DAG is, in pixels from the upper left corner.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub(crate) struct GraphLayout {
    /// The width of it all.
    width: u32,
    /// The height of it all.
    height: u32,
    /// The tasks in the document's order, then the exit handler.
    nodes: Vec<GraphNode>,
    /// The edges, by the task that waits.
    edges: Vec<GraphEdge>,
}

/// A task, or the exit handler, as a box.
#[derive(Debug, Object)]
#[oai(
    rename_all = "camelCase",
    deny_unknown_fields,
    skip_serializing_if_is_none
)]
struct GraphNode {
    /// The task's name; `onExit` for the exit handler.
    name: String,
    /// The action that it uses.
    action: String,
    /// Present, and true, for the exit handler, which stands apart and has no edges.
    exit_handler: Option<bool>,
    /// What has become of it, when the graph is of a workflow.
    phase: Option<TaskPhase>,
    /// Its items, when it fans out.
    items: Option<GraphItemCount>,
    /// How many layers lie before it; every edge goes to a later one.
    layer: u32,
    /// Its left edge.
    x: u32,
    /// Its upper edge.
    y: u32,
    /// How wide it is.
    width: u32,
    /// How high it is.
    height: u32,
}

/// How many items a fan-out has.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
struct GraphItemCount {
    /// All of them.
    total: u32,
    /// Those that have ended, when the graph is of a workflow.
    ended: Option<u32>,
}

/// That one task waits for another.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
struct GraphEdge {
    /// The task that is waited for.
    from: String,
    /// The task that waits.
    to: String,
    /// What is asked for, as in `failed / errored`; absent when it is that the other ended well.
    label: Option<String>,
    /// Where it runs, from the right edge of one to the left edge of the other. Between two points
    /// of one height it is level; else it bends, level at both ends.
    points: Vec<GraphPoint>,
}

/// A point.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct GraphPoint {
    /// From the left.
    x: u32,
    /// From above.
    y: u32,
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::{ParseFromJSON, ToJSON};
    use serde_json::json;

    use super::*;

    #[test]
    fn the_shape_is_the_one_that_is_written() {
        let document: wf_model::Document = serde_json::from_value(json!({
            "name": "w",
            "onExit": {"action": "echo"},
            "tasks": [
                {"name": "a", "action": "echo", "withItems": ["x"]},
                {"name": "b", "action": "echo", "depends": "a.Failed"},
            ],
        }))
        .unwrap();
        let run = wf_model::RunStatus::fresh(&document, 1, wf_model::WorkflowPhase::Running);
        for run in [None, Some(&run)] {
            let layout = wf_model::Picture::of(&document, run).into_layout();
            let written = serde_json::to_value(layout).unwrap();
            let read = GraphLayout::parse_from_json(Some(written.clone())).unwrap();
            assert_eq!(read.to_json(), Some(written));
        }
    }
}
