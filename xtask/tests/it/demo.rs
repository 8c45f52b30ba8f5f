//! The demonstration: what it shows, and what it does when something is broken.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::live;

#[test]
fn the_demonstration_runs_the_example_to_its_end() {
    let output = demo(&live::programs());
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{errors}");

    let rows: Vec<Vec<&str>> = told
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let a = rows
        .iter()
        .position(|row| *row == ["A", "echo", "-", "SUCCEEDED", "Hello"]);
    let b = rows
        .iter()
        .position(|row| *row == ["B", "echo", "A", "SUCCEEDED", "World"]);
    assert!(a.is_some() && a < b, "Hello, then World, in\n{told}");
    assert!(told.contains("\nSUCCEEDED after "), "{told}");
    assert!(told.contains("\nTry next:\n"), "{told}");
}

#[test]
fn a_server_that_does_not_start_is_told_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["wf-graphql", "wf-rest"] {
        let path = folder.path().join(name);
        fs::write(
            &path,
            "#!/bin/sh\necho 'the store is on fire' >&2\nexit 3\n",
        )
        .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let output = demo(folder.path());
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("wf-graphql did not become ready"),
        "{errors}"
    );
    assert!(errors.contains("the store is on fire"), "{errors}");
}

fn demo(programs: &Path) -> Output {
    Command::new(live::XTASK)
        .arg("demo")
        .arg("--programs")
        .arg(programs)
        .output()
        .unwrap()
}
