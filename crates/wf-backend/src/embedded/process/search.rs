//! Search: which file a program's name means.
//!
//! Done here and not by the operating system, because a process whose program is known can be
//! started without copying this one first.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The program of that name: a path as it is (a relative one from `directory`), a plain name on
/// `path`.
///
/// # Errors
/// What is missing, in words.
pub(crate) fn program(name: &str, directory: &Path, path: &OsStr) -> Result<PathBuf, String> {
    if name.is_empty() {
        return Err("the name of its program is empty".to_owned());
    }
    if name.contains('/') {
        return Ok(directory.join(name));
    }
    std::env::split_paths(path)
        .filter(|place| place.is_absolute())
        .map(|place| place.join(name))
        .find(|file| is_executable(file))
        .ok_or_else(|| {
            format!("there is no program `{name}` on this machine: it is not on the PATH")
        })
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
