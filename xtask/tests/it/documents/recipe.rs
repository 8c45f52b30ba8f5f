//! The recipe for pipelines: the script that docs/api.md shows does what it says.

use std::fs;
use std::process::Output;

use xtask::workspace;

use super::block::blocks;
use super::session::{Curl, Session};

struct Recipe {
    session: Session,
    folder: tempfile::TempDir,
}

impl Recipe {
    fn start() -> Self {
        let text = fs::read_to_string(workspace::path("docs/api.md")).unwrap();
        let blocks = blocks(&text);
        let is_script = |lines: &[String]| lines.first().is_some_and(|line| line == "#!/bin/sh");
        let script = blocks
            .iter()
            .find(|block| is_script(&block.lines))
            .expect("a script is shown");
        let session = Session::start(Curl::StandIn);
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("run-workflow.sh"),
            session.real(&script.text()),
        )
        .unwrap();
        Self { session, folder }
    }

    fn run(&self, document: &str, key: &str) -> Output {
        let script = self.folder.path().join("run-workflow.sh");
        let command = format!("sh '{}' {document} '{key}'", script.display());
        self.session.command(&command).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_pipeline_passes_once_per_key_when_the_workflow_succeeds() {
    let recipe = Recipe::start();
    let first = recipe.run("fixtures/my-workflow.json", "build 1");
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let again = recipe.run("fixtures/my-workflow.json", "build 1");
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert_eq!(
        text(&first.stdout),
        text(&again.stdout),
        "the same workflow"
    );
    let other = recipe.run("fixtures/my-workflow.json", "build 2");
    assert_ne!(text(&first.stdout), text(&other.stdout), "another workflow");
    recipe.session.stop();
}

#[test]
fn the_pipeline_fails_with_the_output_of_what_failed() {
    let recipe = Recipe::start();
    let failing = recipe.folder.path().join("failing.json");
    let document = r#"{"name": "failing", "tasks": [
        {"name": "fine", "action": "echo", "parameters": [{"name": "message", "value": "quiet"}]},
        {"name": "broken", "action": "fail", "parameters": [{"name": "message", "value": "a wheel came off"}]}
    ]}"#;
    fs::write(&failing, document).unwrap();
    let output = recipe.run(&failing.to_string_lossy(), "build 1");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = text(&output.stderr);
    assert!(
        told.contains("FAILED") && told.contains("a wheel came off"),
        "{told}"
    );
    assert!(!told.contains("quiet"), "{told}");
    recipe.session.stop();
}

#[test]
fn the_pipeline_fails_with_the_faults_of_a_document() {
    let recipe = Recipe::start();
    let faulty = recipe.folder.path().join("faulty.json");
    fs::write(
        &faulty,
        r#"{"name": "faulty", "tasks": [{"name": "A", "action": "ecko"}]}"#,
    )
    .unwrap();
    let output = recipe.run(&faulty.to_string_lossy(), "build 1");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        text(&output.stderr).contains("UNKNOWN_ACTION"),
        "{output:?}"
    );
    recipe.session.stop();
}
