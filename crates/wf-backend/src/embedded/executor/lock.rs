//! The executor's lock: held by one process at a time, let go by its end, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct ExecutorLock {
    _file: File,
}

/// The lock on that file, unless another process has it.
pub(crate) fn try_acquire(path: &Path) -> io::Result<Option<ExecutorLock>> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(ExecutorLock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
