//! What SQLite's errors mean to whoever called.

use rusqlite::ErrorCode;

use crate::error::Error;

/// Turns an error of SQLite into one of the port.
///
/// What may pass by itself (a lock, a full disk, no memory) is `Unavailable`; all else is a defect.
pub(crate) fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |source| {
        let passing = source.sqlite_error_code().is_some_and(may_pass);
        let source = Box::new(source);
        if passing {
            Error::Unavailable { doing, source }
        } else {
            Error::Internal { doing, source }
        }
    }
}

fn may_pass(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::OutOfMemory
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::PermissionDenied
    )
}

/// A stored text that cannot be read.
pub(crate) fn unreadable(doing: &'static str) -> impl Fn(serde_json::Error) -> Error {
    move |source| Error::Internal {
        doing,
        source: Box::new(source),
    }
}
