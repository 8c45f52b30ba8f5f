//! The flags: docs/operations.md has those of the binaries, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use xtask::workspace;

use crate::live;

#[test]
fn every_flag_is_documented_and_every_documented_flag_exists() {
    let text = fs::read_to_string(workspace::path("docs/operations.md")).unwrap();
    let rows: String = text
        .lines()
        .filter(|line| line.starts_with("| `--"))
        .collect();
    let told = words(&rows, &["--", "WF_"]);
    let known: BTreeSet<String> = ["wf-graphql", "wf-rest"]
        .into_iter()
        .flat_map(help)
        .collect();
    assert_eq!(
        told, known,
        "flags and variables of docs/operations.md, of the binaries"
    );
}

/// The flags and variables that `--help` tells.
fn help(binary: &str) -> BTreeSet<String> {
    let path = live::programs().join(binary);
    let output = Command::new(path).arg("--help").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut told = words(&text, &["--", "WF_"]);
    told.remove("--help");
    told.remove("--version");
    told
}

fn words(text: &str, beginnings: &[&str]) -> BTreeSet<String> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '-' | '_'))
        .filter(|word| {
            beginnings
                .iter()
                .any(|begin| word.len() > begin.len() && word.starts_with(begin))
        })
        .map(str::to_owned)
        .collect()
}
