//! Artifacts: files and directories that one task leaves and another takes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::removal;

/// How deep a directory that is an artifact may be nested.
const DEPTH: usize = 64;
/// How many bytes are copied at most for one attempt, taken and left together each.
pub(super) const COPIED_BYTES: u64 = 1 << 30;
/// How much is copied before it is asked whether to go on.
const CHUNK: u64 = 4 << 20;

/// What ends the copying of an attempt's artifacts before its time.
#[derive(Debug)]
pub(super) struct Copying {
    stop: CancellationToken,
    deadline: Option<Instant>,
    left: u64,
}

impl Copying {
    /// Until that is asked for or the time is over, and at most so many bytes.
    pub(super) fn new(stop: CancellationToken, deadline: Option<Instant>, left: u64) -> Self {
        Self {
            stop,
            deadline,
            left,
        }
    }

    fn go_on(&self) -> io::Result<()> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("it was stopped"));
        }
        if self.deadline.is_some_and(|end| end <= Instant::now()) {
            return Err(io::Error::other("its time is over"));
        }
        Ok(())
    }

    /// Gives a task a copy of its own, which it may change.
    pub(super) fn copy(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        if let Some(directory) = to.parent() {
            fs::create_dir_all(directory)?;
        }
        self.within(from, to, DEPTH)
    }

    fn within(&mut self, from: &Path, to: &Path, depth: usize) -> io::Result<()> {
        self.go_on()?;
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
                self.within(&entry.path(), &to.join(entry.file_name()), deeper)?;
            }
            Ok(())
        } else if kind.is_file() {
            self.file(from, to)
        } else {
            Err(neither())
        }
    }

    fn file(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let mut from = File::open(from)?;
        let mut to = File::create_new(to)?;
        loop {
            self.go_on()?;
            let copied = io::copy(&mut from.by_ref().take(CHUNK), &mut to)?;
            if copied == 0 {
                return to.set_permissions(from.metadata()?.permissions());
            }
            self.left = self.left.checked_sub(copied).ok_or_else(|| {
                let most = COPIED_BYTES >> 20;
                io::Error::other(format!("more than {most} MiB would have to be copied"))
            })?;
        }
    }

    /// Keeps what a task left in its directory, out of which it is moved; of a link, a copy of
    /// what it leads to within that directory.
    pub(super) fn keep(&mut self, left: &Path, kept: &Path, work: &Path) -> io::Result<()> {
        let kind = fs::symlink_metadata(left)?.file_type();
        if !(kind.is_dir() || kind.is_file() || kind.is_symlink()) {
            return Err(neither());
        }
        // Also a directory on the way there may be a link.
        let place = left
            .parent()
            .map_or_else(|| fs::canonicalize(work), fs::canonicalize)?;
        check_inside(&place, work)?;
        if let Some(directory) = kept.parent() {
            fs::create_dir_all(directory)?;
        }
        if !kind.is_symlink() {
            return move_out(left, kept);
        }
        let meant = fs::canonicalize(left)?;
        check_inside(&meant, work)?;
        self.within(&meant, kept, DEPTH).inspect_err(|_| {
            let _ = fs::remove_file(kept);
            removal::remove(kept);
        })
    }
}

/// Moves a file or a directory; one that is closed to everybody is opened for that.
fn move_out(left: &Path, kept: &Path) -> io::Result<()> {
    match fs::rename(left, kept) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            left.parent().into_iter().for_each(removal::open_up);
            fs::rename(left, kept)
        }
        other => other,
    }
}

fn check_inside(place: &Path, work: &Path) -> io::Result<()> {
    if place.starts_with(fs::canonicalize(work)?) {
        return Ok(());
    }
    let message = format!(
        "it is a link to {}, which is outside the attempt's directory",
        place.display()
    );
    Err(io::Error::other(message))
}

fn neither() -> io::Error {
    io::Error::other("it is neither a file nor a directory")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn copying(left: u64) -> Copying {
        Copying::new(CancellationToken::new(), None, left)
    }

    #[test]
    fn a_link_is_kept_only_from_within() {
        let root = tempfile::tempdir().unwrap();
        let (work, kept) = (root.path().join("work"), root.path().join("kept"));
        fs::create_dir_all(work.join("in")).unwrap();
        fs::create_dir(root.path().join("outside")).unwrap();
        fs::write(work.join("in/file"), "in").unwrap();
        fs::write(root.path().join("outside/file"), "out").unwrap();
        symlink("in/file", work.join("good")).unwrap();
        symlink("../outside", work.join("bad")).unwrap();

        let mut copying = copying(100);
        copying
            .keep(&work.join("good"), &kept.join("a"), &work)
            .unwrap();
        assert_eq!(fs::read_to_string(kept.join("a")).unwrap(), "in");
        for left in ["bad", "bad/file"] {
            let refused = copying.keep(&work.join(left), &kept.join("b"), &work);
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("outside the attempt"), "{refused}");
            assert!(!kept.join("b").exists());
        }
        assert!(root.path().join("outside/file").exists());
    }

    #[test]
    fn too_much_is_not_copied_and_nothing_is_left_of_it() {
        let root = tempfile::tempdir().unwrap();
        let (work, kept) = (root.path().join("work"), root.path().join("kept"));
        fs::create_dir_all(work.join("many")).unwrap();
        for number in 0..10 {
            fs::write(work.join("many").join(number.to_string()), "0123456789").unwrap();
        }
        symlink("many", work.join("link")).unwrap();
        let refused = copying(95)
            .keep(&work.join("link"), &kept, &work)
            .unwrap_err();
        assert!(refused.to_string().contains("MiB"), "{refused}");
        assert!(!kept.exists());
        copying(100).keep(&work.join("link"), &kept, &work).unwrap();
    }

    #[test]
    fn copying_ends_when_it_is_asked_to_or_its_time_is_over() {
        let root = tempfile::tempdir().unwrap();
        let (from, to) = (root.path().join("from"), root.path().join("to"));
        fs::write(&from, "x").unwrap();
        let stop = CancellationToken::new();
        let mut late = Copying::new(stop.clone(), Some(Instant::now()), 10);
        assert!(
            late.copy(&from, &to)
                .unwrap_err()
                .to_string()
                .contains("time")
        );
        let mut copying = Copying::new(stop.clone(), None, 10);
        copying.copy(&from, &to).unwrap();
        stop.cancel();
        let stopped = copying.copy(&from, &root.path().join("again"));
        assert!(stopped.unwrap_err().to_string().contains("stopped"));
    }
}
