//! Artifacts: files and directories that one task leaves and another takes.

use std::fs;
use std::io;
use std::path::Path;

/// How deep a directory that is an artifact may be nested.
const DEPTH: usize = 64;

/// Gives a task a copy of its own, which it may change.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(directory) = to.parent() {
        fs::create_dir_all(directory)?;
    }
    copy_within(from, to, DEPTH)
}

fn copy_within(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_symlink() {
        std::os::unix::fs::symlink(fs::read_link(from)?, to)
    } else if kind.is_dir() {
        let deeper = depth
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("its directories are nested too deep"))?;
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy_within(&entry.path(), &to.join(entry.file_name()), deeper)?;
        }
        Ok(())
    } else if kind.is_file() {
        fs::copy(from, to).map(|_| ())
    } else {
        Err(io::Error::other("it is neither a file nor a directory"))
    }
}

/// Keeps what a task left, out of the directory that is about to be removed.
pub(crate) fn keep(left: &Path, kept: &Path) -> io::Result<()> {
    if let Some(directory) = kept.parent() {
        fs::create_dir_all(directory)?;
    }
    let kind = fs::symlink_metadata(left)?.file_type();
    if kind.is_dir() || kind.is_file() {
        fs::rename(left, kept)
    } else if kind.is_symlink() {
        // The link's own place goes away; what it points to is what is meant.
        copy_within(&fs::canonicalize(left)?, kept, DEPTH)
    } else {
        Err(io::Error::other("it is neither a file nor a directory"))
    }
}

/// Removes an attempt's directory with all that is in it.
pub(crate) fn remove(directory: &Path) {
    let removed = match fs::remove_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            fs::remove_dir_all(directory)
        }
        other => other,
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %directory.display(), %error, "cannot remove a directory");
        }
        _ => {}
    }
}
