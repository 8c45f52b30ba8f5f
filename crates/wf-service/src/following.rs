//! Following: files that change are taken up without a restart.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// What tells whether a file is as it was, without reading it.
///
/// Links are followed: Kubernetes exchanges the files of a mounted `ConfigMap` by turning one link
/// round, which changes neither the directory nor the links in it, but what they lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileStamp {
    path: PathBuf,
    /// Device, inode, size; change and modification in seconds and nanoseconds. Absent for what
    /// cannot be looked at.
    facts: Option<[i64; 7]>,
}

impl FileStamp {
    /// How the file is now.
    pub(crate) fn of(path: PathBuf) -> Self {
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

/// Reads a file of at most so many bytes. What is no file, as a pipe that nobody writes into, is
/// not opened.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    fs::File::open(path)?
        .take(most + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > most {
        let message = format!("it has more than {most} bytes, which is the most");
        return Err(io::Error::other(message));
    }
    Ok(text)
}

/// Looks again and again, and tells when something has come to rest after a change.
///
/// Looking is all there is: notifications miss what happens behind links and on network file
/// systems, which is where a cluster keeps such files.
#[derive(Debug)]
struct Watch<S> {
    /// How it was when it was loaded, in vain or not.
    loaded: S,
    /// How it was when it was last seen to differ from that.
    moving: Option<S>,
}

impl<S: PartialEq + Clone> Watch<S> {
    /// Whether how it is now is news, and is so for the second time: somebody may be in the middle
    /// of writing.
    fn has_settled(&mut self, now: S) -> bool {
        if self.loaded == now {
            self.moving = None;
            return false;
        }
        if self.moving.as_ref() == Some(&now) {
            self.moving = None;
            self.loaded = now;
            return true;
        }
        self.moving = Some(now);
        false
    }
}

/// Calls `take_up` whenever what `look` sees has changed from how it was loaded and looks the same
/// at two looks in a row; ends when `closing` is cancelled.
pub(crate) async fn follow<S, T>(
    every: Duration,
    closing: &CancellationToken,
    (loaded, look): (S, impl Fn() -> S + Clone + Send + 'static),
    take_up: impl Fn() -> T,
) where
    S: PartialEq + Clone + Send + 'static,
    T: Future<Output = ()>,
{
    let mut watch = Watch {
        loaded,
        moving: None,
    };
    while closing
        .run_until_cancelled(tokio::time::sleep(every))
        .await
        .is_some()
    {
        let looked = blocking(look.clone()).await;
        if looked.is_some_and(|now| watch.has_settled(now)) {
            take_up().await;
        }
    }
}

/// What the work came to; nothing when the process ends.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
