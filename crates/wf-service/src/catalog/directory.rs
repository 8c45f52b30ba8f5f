//! A directory of actions: its files, what they say, and whether they have changed.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use wf_argo::Catalog;

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
        match read(&path) {
            Ok(text) => sources.push((name, text)),
            Err(reason) => reasons.push(format!("{name}: {reason}")),
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Catalog::from_sources(sources)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// What tells whether a directory is as it was, without reading its files.
///
/// Links are followed: Kubernetes exchanges the files of a mounted `ConfigMap` by turning one link
/// round, which changes neither the directory nor the links in it, but what they lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp(Result<Vec<FileStamp>, String>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct FileStamp {
    path: PathBuf,
    /// Device, inode, size; change and modification in seconds and nanoseconds. Absent for what
    /// cannot be looked at.
    facts: Option<[i64; 7]>,
}

impl Stamp {
    /// How the directory is now.
    pub(super) fn of(directory: &Path) -> Self {
        let stamps = |files: Vec<PathBuf>| files.into_iter().map(FileStamp::of).collect();
        Self(files(directory).map(stamps))
    }
}

impl FileStamp {
    fn of(path: PathBuf) -> Self {
        let facts = fs::metadata(&path).ok().map(|it| {
            [
                it.dev().cast_signed(),
                it.ino().cast_signed(),
                it.size().cast_signed(),
                it.ctime(),
                it.ctime_nsec(),
                it.mtime(),
                it.mtime_nsec(),
            ]
        });
        Self { path, facts }
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

fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!(
            "has more than {MOST_BYTES} bytes; an action has at most as many"
        ));
    }
    Ok(text)
}
