//! A directory of actions: its files, what they say, and whether they have changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wf_argo::Catalog;

use crate::following::{self, FileStamp};

/// The most files that a directory of actions may have.
const MOST_FILES: usize = 1_000;
/// The most bytes that one of them may have.
const MOST_BYTES: u64 = 1 << 20;

/// Reads the actions of a directory.
///
/// # Errors
/// Every reason why they cannot be offered, each with its file.
pub(super) fn load(directory: &Path) -> Result<Catalog, Vec<String>> {
    let mut sources = Vec::new();
    let mut reasons = Vec::new();
    for path in files(directory).map_err(|reason| vec![reason])? {
        let name = path.display().to_string();
        match following::read(&path, MOST_BYTES) {
            Ok(text) => sources.push((name, text)),
            Err(error) => reasons.push(format!("{name}: cannot be read: {error}")),
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Catalog::from_sources(sources)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// What tells whether a directory is as it was, without reading its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(Result<Vec<FileStamp>, String>);

impl Stamp {
    /// How the directory is now.
    pub(crate) fn of(directory: &Path) -> Self {
        let stamps = |files: Vec<PathBuf>| files.into_iter().map(FileStamp::of).collect();
        Self(files(directory).map(stamps))
    }
}

/// The action files of a directory, sorted, so that the catalog does not depend on the disk.
fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: io::Error| format!("the directory cannot be read: {error}");
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_action_file(&path) {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(format!(
                "there are more than {MOST_FILES} files; a catalog has at most as many"
            ));
        }
    }
    files.sort();
    Ok(files)
}

/// Hidden files are those of editors and of Kubernetes.
fn is_action_file(path: &Path) -> bool {
    let is_hidden = path
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let is_yaml = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml");
    is_yaml && !is_hidden
}
