//! The operator's page about actions: every action in it is one.

use std::collections::BTreeSet;

use wf_argo::{Action, BodyKind, Catalog};

use crate::fixtures::{read, workspace};

/// The blocks of that language on the page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(language) {
            let block = lines.by_ref().take_while(|line| *line != "```");
            blocks.push(block.collect::<Vec<_>>().join("\n"));
        }
    }
    blocks
}

fn page() -> String {
    read(&workspace().join("docs/actions.md"))
}

#[test]
fn every_action_on_the_page_is_one() {
    let page = page();
    let blocks = blocks(&page, "yaml");
    let mut kinds = BTreeSet::new();
    for block in &blocks {
        let actions = Action::parse("docs/actions.md", block)
            .unwrap_or_else(|errors| panic!("{errors:#?}\n{block}"));
        assert!(!actions.is_empty(), "{block}");
        kinds.extend(actions.iter().map(Action::kind));
    }
    assert_eq!(kinds, BTreeSet::from(BodyKind::ALL), "every kind is shown");
    let numbered = blocks
        .iter()
        .enumerate()
        .map(|(index, block)| (format!("block {index}"), block));
    let catalog = Catalog::from_sources(numbered).unwrap();
    assert!(catalog.get("greet-politely").is_some());
}

#[test]
fn every_document_on_the_page_has_the_shape_of_one() {
    let blocks = blocks(&page(), "json");
    assert!(blocks.len() >= 2);
    for block in blocks {
        let limits = wf_model::Limits::default();
        let draft = wf_model::Draft::parse(block.as_bytes(), &limits);
        draft
            .document()
            .unwrap_or_else(|faults| panic!("{faults}\n{block}"));
    }
}

/// The error of an unknown field lists the fields there are; the page has each of them.
#[test]
fn every_field_is_told_on_the_page() {
    let page = page();
    for text in [
        "name: x\nsuspend: {}\nno-field: 1\n",
        "name: x\nsuspend: {}\nparameters: [{name: a, no-field: 1}]\n",
    ] {
        let errors = Action::parse("x.yaml", text).unwrap_err();
        let error = errors[0].to_string();
        let fields: Vec<&str> = error.split('`').skip(1).step_by(2).skip(1).collect();
        assert!(fields.len() >= 10, "{error}");
        for field in fields.into_iter().filter(|it| !it.contains("no-field")) {
            assert!(page.contains(&format!("`{field}`")), "{field} is not told");
        }
    }
}
