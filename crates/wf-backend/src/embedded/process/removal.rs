//! Removal: directories of attempts, also those that a process has closed to everybody.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// What the owner of a directory needs to empty it.
const OPEN: u32 = 0o700;

/// Removes an attempt's directory with all that is in it; tells in the server's log when that
/// cannot be.
pub(crate) fn remove(directory: &Path) {
    let removed = match fs::remove_dir(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => remove_tree(directory),
        other => other,
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %directory.display(), %error, "cannot remove a directory");
        }
        _ => {}
    }
}

/// Removes a directory with all that is in it, whatever may be done with the directories in it.
pub(crate) fn remove_tree(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_up(directory);
            fs::remove_dir_all(directory)
        }
        other => other,
    }
}

/// Lets the owner into a directory and all those in it, as far as it is theirs; follows no link.
pub(super) fn open_up(directory: &Path) {
    let mut open: Vec<PathBuf> = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        // A link is none, wherever it leads.
        let Some(metadata) = fs::symlink_metadata(&directory)
            .ok()
            .filter(fs::Metadata::is_dir)
        else {
            continue;
        };
        let mode = metadata.permissions().mode();
        if mode & OPEN != OPEN {
            // Whether that was enough shows when the directory is removed.
            let _ = fs::set_permissions(&directory, Permissions::from_mode(mode | OPEN));
        }
        let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
        open.extend(
            entries
                .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
                .map(|entry| entry.path()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(directory: &Path) {
        fs::set_permissions(directory, Permissions::from_mode(0o000)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_closed_is_opened_and_removed() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("work/outer/inner");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("file"), "").unwrap();
        close(&inner);
        close(inner.parent().unwrap());
        open_up(&root.path().join("work"));
        assert_eq!(
            (mode(inner.parent().unwrap()), mode(&inner)),
            (0o700, 0o700)
        );
        close(&inner);
        close(inner.parent().unwrap());
        remove_tree(&root.path().join("work")).unwrap();
        assert!(!root.path().join("work").exists());
    }

    #[test]
    fn where_a_link_leads_nothing_changes() {
        let root = tempfile::tempdir().unwrap();
        let (work, other) = (root.path().join("work"), root.path().join("other"));
        fs::create_dir(&work).unwrap();
        fs::create_dir(&other).unwrap();
        fs::set_permissions(&other, Permissions::from_mode(0o500)).unwrap();
        std::os::unix::fs::symlink(&other, work.join("link")).unwrap();
        open_up(&work);
        open_up(&work.join("link"));
        assert_eq!(mode(&other), 0o500);
        remove_tree(&work).unwrap();
        assert!(other.exists());
    }
}
