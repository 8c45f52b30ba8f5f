//! The tables, their format's version, and the way from each version to the next.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::error::failed;
use crate::error::{Error, Result};

/// The format this version writes: the number of steps in [`MIGRATIONS`].
const FORMAT: u32 = 3;

/// Each step takes the store from the format of its index to the next one. A step that was
/// released is never edited.
const MIGRATIONS: [&str; FORMAT as usize] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
];

/// How long to wait for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(5);

/// A connection that can write, made ready.
pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let doing = "opening the store";
    let connection = Connection::open(path).map_err(failed(doing))?;
    prepare(&connection).map_err(failed(doing))?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(128);
    write_ahead(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // 16 MiB of log between checkpoints: fewer stalls under load than with the default of 4.
    connection.pragma_update(None, "wal_autocheckpoint", 4096)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)
}

/// Turns the write-ahead log on, as the first process to open a store has to.
///
/// SQLite does not wait for a lock here, so when two processes are the first it is tried again.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < BUSY =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

/// Brings the store to the present format, in one transaction.
///
/// Another process may do the same at the same moment: the version is read inside the transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let doing = "bringing the store to the present format";
    if format(connection).map_err(failed(doing))? == FORMAT {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed(doing))?;
    let found = format(&transaction).map_err(failed(doing))?;
    let steps = MIGRATIONS
        .get(found as usize..)
        .ok_or_else(|| newer(found))?;
    for step in steps {
        transaction.execute_batch(step).map_err(failed(doing))?;
    }
    transaction
        .pragma_update(None, "user_version", FORMAT)
        .map_err(failed(doing))?;
    transaction.commit().map_err(failed(doing))
}

fn format(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn newer(found: u32) -> Error {
    Error::Unsupported(format!(
        "the data directory has format {found}, written by a newer version of this service; this \
         version reads up to format {FORMAT}: run the newer version, or use another data directory"
    ))
}
