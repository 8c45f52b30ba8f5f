//! Laws of pictures, over random graphs and large ones.

use proptest::prelude::*;
use wf_model::{Document, Layout, LayoutNode, Picture, RunStatus, Task, TaskPhase, WorkflowPhase};

/// Which earlier tasks each task waits for, and for which outcome.
type Edges = Vec<Vec<(usize, Option<&'static str>)>>;

fn edges() -> impl Strategy<Value = Edges> {
    let outcome = prop_oneof![
        4 => Just(None),
        1 => Just(Some("Failed")),
        1 => Just(Some("AnySucceeded")),
    ];
    let edge = (any::<prop::sample::Index>(), outcome);
    let task = prop::collection::vec(edge, 0..4);
    prop::collection::vec(task, 1..40).prop_map(|tasks| {
        let of_task = |(task, edges): (usize, Vec<(prop::sample::Index, _)>)| {
            let edges = edges.into_iter().filter(|_| task > 0);
            edges
                .map(|(to, outcome)| (to.index(task), outcome))
                .collect()
        };
        tasks.into_iter().enumerate().map(of_task).collect()
    })
}

fn name(task: usize) -> String {
    format!("task-{task}-{}", "x".repeat(task % 7 * 5))
}

fn document(edges: &Edges) -> Document {
    let mut document = Document::default();
    document.name = String::from("random");
    document.tasks = edges
        .iter()
        .enumerate()
        .map(|(index, edges)| {
            let mut task = Task::default();
            task.name = name(index);
            task.action = String::from("echo");
            let asked = edges.iter().map(|(other, outcome)| match outcome {
                Some(outcome) => format!("{}.{outcome}", name(*other)),
                None => name(*other),
            });
            let asked: Vec<String> = asked.collect();
            task.depends = (!asked.is_empty()).then(|| asked.join(" && "));
            task
        })
        .collect();
    document
}

fn node<'l>(layout: &'l Layout, name: &str) -> &'l LayoutNode {
    layout.nodes.iter().find(|node| node.name == name).unwrap()
}

/// Whether a box and the box around a line have more than an edge in common.
fn overlap(node: &LayoutNode, x: (u32, u32), y: (u32, u32)) -> bool {
    node.x < x.1 && x.0 < node.x + node.width && node.y < y.1 && y.0 < node.y + node.height
}

fn assert_boxes_keep_apart(layout: &Layout) -> Result<(), TestCaseError> {
    for (index, one) in layout.nodes.iter().enumerate() {
        prop_assert!(one.x + one.width <= layout.width && one.y + one.height <= layout.height);
        for other in &layout.nodes[index + 1..] {
            let (x, y) = (
                (other.x, other.x + other.width),
                (other.y, other.y + other.height),
            );
            prop_assert!(!overlap(one, x, y), "{} and {}", one.name, other.name);
        }
    }
    Ok(())
}

fn assert_edges_run_between_boxes(layout: &Layout) -> Result<(), TestCaseError> {
    for edge in &layout.edges {
        let (from, to) = (node(layout, &edge.from), node(layout, &edge.to));
        prop_assert!(from.layer < to.layer, "{edge:?}");
        let (first, last) = (edge.points[0], edge.points[edge.points.len() - 1]);
        prop_assert_eq!(
            (first.x, first.y),
            (from.x + from.width, from.y + from.height / 2)
        );
        prop_assert_eq!((last.x, last.y), (to.x, to.y + to.height / 2));
        for pair in edge.points.windows(2) {
            prop_assert!(pair[0].x < pair[1].x, "{edge:?} turns back");
            let x = (pair[0].x, pair[1].x);
            let y = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y) + 1);
            for node in &layout.nodes {
                prop_assert!(!overlap(node, x, y), "{edge:?} runs through {}", node.name);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_edge_goes_to_a_later_layer_and_through_no_box(edges in edges()) {
        let document = document(&edges);
        let picture = Picture::of(&document, None);
        assert_boxes_keep_apart(picture.layout())?;
        assert_edges_run_between_boxes(picture.layout())?;
        let mut asked: Vec<(usize, usize)> = edges
            .iter()
            .enumerate()
            .flat_map(|(to, edges)| edges.iter().map(move |(from, _)| (*from, to)))
            .collect();
        asked.sort_unstable();
        asked.dedup();
        prop_assert_eq!(picture.layout().edges.len(), asked.len());
    }

    #[test]
    fn every_task_is_once_in_every_format_and_the_same_picture_is_the_same_text(edges in edges()) {
        let document = document(&edges);
        let picture = Picture::of(&document, None);
        let again = Picture::of(&document, None);
        let (svg, mermaid, dot) = (picture.to_svg(), picture.to_mermaid(), picture.to_dot());
        prop_assert_eq!(&svg, &again.to_svg());
        prop_assert_eq!(&mermaid, &again.to_mermaid());
        prop_assert_eq!(&dot, &again.to_dot());
        prop_assert_eq!(svg.matches("<g class=\"wf-task").count(), edges.len());
        for index in 0..edges.len() {
            let name = name(index);
            prop_assert_eq!(svg.matches(&format!("data-task=\"{name}\"")).count(), 1);
            prop_assert_eq!(mermaid.matches(&format!("\"{name}<br/>")).count(), 1);
            prop_assert_eq!(dot.matches(&format!("[label=\"{name}\\n")).count(), 1);
        }
        let arrows = mermaid.matches(" --> ").count() + mermaid.matches(" .-> ").count();
        prop_assert_eq!(arrows, picture.layout().edges.len());
        prop_assert_eq!(dot.matches(" -> ").count(), picture.layout().edges.len());
        roxmltree::Document::parse(&svg).unwrap();
    }

    #[test]
    fn nothing_moves_while_a_run_goes_on(edges in edges(), phases in any::<[u8; 40]>()) {
        let document = document(&edges);
        let mut run = RunStatus::fresh(&document, 1, WorkflowPhase::Running);
        let places = |run: &RunStatus| -> Vec<(u32, u32, u32)> {
            let layout = Picture::of(&document, Some(run)).into_layout();
            layout.nodes.iter().map(|node| (node.x, node.y, node.width)).collect()
        };
        let before = places(&run);
        for (task, phase) in run.tasks.iter_mut().zip(phases) {
            task.phase = TaskPhase::ALL[usize::from(phase) % TaskPhase::ALL.len()];
        }
        prop_assert_eq!(places(&run), before);
    }
}

/// That many tasks; each waits for those that it is told.
fn large(tasks: usize, waits_for: impl Fn(usize) -> Vec<usize>) -> Document {
    let edges = |task| {
        waits_for(task)
            .into_iter()
            .map(|other| (other, None))
            .collect()
    };
    document(&(0..tasks).map(edges).collect())
}

fn bends(layout: &Layout) -> usize {
    layout.edges.iter().map(|edge| edge.points.len() - 2).sum()
}

#[test]
fn a_chain_whose_tasks_all_wait_for_its_first_does_not_grow_with_the_square() {
    let chain = large(20_000, |task| match task {
        0 => Vec::new(),
        1 => vec![0],
        _ => vec![0, task - 1],
    });
    let layout = Picture::of(&chain, None).into_layout();
    assert_eq!(layout.edges.len(), 2 * 19_999 - 1);
    assert!(bends(&layout) <= 120_000, "{}", bends(&layout));
    let ends = layout.nodes.iter().map(|node| node.layer).max();
    assert_eq!(ends, Some(19_999));
}

#[test]
fn twenty_thousand_tasks_have_a_picture() {
    let tangle = large(20_000, |task| {
        let scatter = |by: usize| task.wrapping_mul(by) % task.max(1);
        if task == 0 {
            Vec::new()
        } else {
            vec![scatter(7919), scatter(104_729)]
        }
    });
    let picture = Picture::of(&tangle, None);
    assert!(bends(picture.layout()) <= 120_000);
    assert_eq!(
        picture.to_svg().matches("<g class=\"wf-task").count(),
        20_000
    );
}

#[test]
fn everything_waiting_for_everything_is_drawn() {
    let dense = large(400, |task| {
        if task < 200 {
            Vec::new()
        } else {
            (0..200).collect()
        }
    });
    let layout = Picture::of(&dense, None).into_layout();
    assert_eq!(layout.edges.len(), 40_000);
    assert!(
        layout
            .nodes
            .iter()
            .all(|node| node.layer == u32::from(node.x > 0))
    );
}

#[test]
fn a_document_with_faults_has_a_picture_without_what_cannot_be() {
    let document: Document = serde_json::from_str(
        r#"{"name": "faulty", "tasks": [
            {"name": "A", "action": "echo", "dependsOn": ["C", "A", "nobody"]},
            {"name": "B", "action": "echo", "dependsOn": ["A"]},
            {"name": "C", "action": "echo", "dependsOn": ["B"]},
            {"name": "D", "action": "echo", "depends": "A &&"},
            {"name": "B", "action": "echo", "dependsOn": ["B"]}]}"#,
    )
    .unwrap();
    let layout = Picture::of(&document, None).into_layout();
    let edges: Vec<(&str, &str)> = layout
        .edges
        .iter()
        .map(|edge| (edge.from.as_str(), edge.to.as_str()))
        .collect();
    assert_eq!(edges, [("A", "B"), ("B", "C"), ("B", "B")]);
    assert_eq!(layout.nodes.len(), 5);
    assert!(
        Picture::of(&Document::default(), None)
            .to_svg()
            .ends_with("</svg>\n")
    );
}
