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
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

fn build() -> PathBuf {
    let folder = Path::new(XTASK).parent().unwrap().to_path_buf();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([
            "build",
            "--offline",
            "--quiet",
            "-p",
            "wf-graphql",
            "-p",
            "wf-rest",
            "-p",
            "xtask",
        ])
        .current_dir(workspace::root());
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(
        cargo.status().unwrap().success(),
        "the servers cannot be built"
    );
    folder
}
