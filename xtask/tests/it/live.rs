//! Live servers for tests: built once, as the demonstration builds them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use xtask::workspace;

/// This crate's own binary.
pub(crate) const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// The folder of the servers' binaries, which are up to date.
///
/// Cargo builds the binaries of other packages for nobody's tests, so they are built here, with the
/// features that `make demo` builds them with: after a demonstration this takes no time.
pub(crate) fn programs() -> PathBuf {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match BUILT.get_or_init(build) {
        Ok(folder) => folder.clone(),
        Err(errors) => panic!("the servers cannot be built: {errors}"),
    }
}

fn build() -> Result<PathBuf, String> {
    let folder = Path::new(XTASK).parent().unwrap().to_path_buf();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--offline", "--quiet"])
        .args(["-p", "wf-graphql", "-p", "wf-rest", "-p", "xtask"])
        .current_dir(workspace::root());
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let output = cargo.output().unwrap();
    if output.status.success() {
        return Ok(folder);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let errors = told.find("error").map_or(&*told, |at| &told[at..]);
    Err(errors.chars().take(2000).collect())
}
