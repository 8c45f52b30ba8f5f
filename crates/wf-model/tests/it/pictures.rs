//! Whole pictures, as files that can be looked at.
//!
//! A case is a folder in `tests/pictures` with a `document.json` and, for a picture of a run, a
//! `run.json`. With `UPDATE_PICTURES=1` the expected files are written anew.

use std::path::{Path, PathBuf};

use wf_model::{Document, Picture, RunStatus};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pictures")
        .join(name)
}

fn picture(case: &Path) -> Picture {
    let document = std::fs::read(case.join("document.json")).unwrap();
    let document: Document = serde_json::from_slice(&document).unwrap();
    let run: Option<RunStatus> = std::fs::read(case.join("run.json"))
        .ok()
        .map(|run| serde_json::from_slice(&run).unwrap());
    Picture::of(&document, run.as_ref())
}

#[track_caller]
fn assert_as_drawn(name: &str) {
    let case = case(name);
    let picture = picture(&case);
    let layout = serde_json::to_string_pretty(picture.layout()).unwrap() + "\n";
    let drawn = [
        ("picture.svg", picture.to_svg()),
        ("picture.mmd", picture.to_mermaid()),
        ("picture.dot", picture.to_dot()),
        ("layout.json", layout),
    ];
    for (file, drawn) in drawn {
        let path = case.join(file);
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            drawn == expected,
            "{} is drawn otherwise; look at the difference after UPDATE_PICTURES=1",
            path.display()
        );
    }
}

#[test]
fn a_document_that_was_never_run() {
    assert_as_drawn("diamond");
}

#[test]
fn a_task_in_each_phase() {
    assert_as_drawn("every-phase");
}

#[test]
fn edges_that_ask_for_other_outcomes_and_an_exit_handler() {
    assert_as_drawn("outcomes");
}

#[test]
fn a_fan_out_with_some_of_its_items_ended() {
    assert_as_drawn("fan-out");
}

#[test]
fn edges_that_pass_other_layers() {
    assert_as_drawn("long-edges");
}

#[test]
fn parts_that_nothing_connects() {
    assert_as_drawn("parts");
}

#[test]
fn texts_that_try_to_break_out() {
    assert_as_drawn("hostile");
}

#[test]
fn an_svg_with_hostile_texts_is_well_formed_and_holds_them_as_texts() {
    let svg = picture(&case("hostile")).to_svg();
    let xml = roxmltree::Document::parse(&svg).unwrap();
    let elements = xml.descendants().filter(roxmltree::Node::is_element);
    for element in elements {
        let name = element.tag_name().name();
        let known = [
            "svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g",
        ];
        assert!(known.contains(&name), "<{name}> came out of a text");
        for attribute in element.attributes() {
            assert!(!attribute.name().starts_with("on"), "{attribute:?}");
        }
    }
    assert!(
        xml.descendants()
            .any(|node| node.attribute("data-task") == Some("<script>alert(1)</script>"))
    );
    assert_eq!(xml.root_element().attribute("role"), Some("img"));
}

#[test]
fn every_line_of_a_hostile_mermaid_is_one_of_ours() {
    let mermaid = picture(&case("hostile")).to_mermaid();
    for line in mermaid.lines() {
        let line = line.trim_start();
        let ours = [
            "flowchart LR",
            "accTitle: ",
            "subgraph exit",
            "end",
            "classDef ",
            "class ",
        ];
        let is_task = line
            .strip_prefix('t')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
        assert!(
            is_task || ours.iter().any(|ours| line.starts_with(ours)),
            "{line}"
        );
        // Outside the character codes, quotes stand in pairs around a label.
        assert!(matches!(line.matches('"').count(), 0 | 2), "{line}");
        assert!(!line.contains("<script") && !line.contains("%%") && !line.contains('`'));
    }
}

#[test]
fn every_quote_of_a_hostile_dot_is_closed_on_its_line() {
    let dot = picture(&case("hostile")).to_dot();
    for line in dot.lines() {
        let mut quotes = 0;
        let mut letters = line.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => _ = letters.next(),
                '"' => quotes += 1,
                _ => {}
            }
        }
        assert_eq!(quotes % 2, 0, "{line}");
    }
}
