//! The readers: a few connections, used off the asynchronous threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::error::failed;
use super::schema;
use crate::error::{Error, Result};

/// How many may read at once; who comes later waits.
const READERS: usize = 4;

/// A few connections that only read.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// Connections to the store at that path, opened when they are needed.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            permits: Arc::new(Semaphore::new(READERS)),
            idle: Arc::default(),
        }
    }

    /// Runs `work` in a transaction that only reads.
    pub(crate) async fn run<T, F>(&self, doing: &'static str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(internal(doing))?;
        let path = self.path.clone();
        let idle = Arc::clone(&self.idle);
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match taken {
                Some(connection) => connection,
                None => connect(&path)?,
            };
            let result = read(&connection, doing, work);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            result
        });
        match reading.await {
            Ok(result) => result,
            Err(error) if error.is_panic() => Err(internal(doing)(error)),
            // The runtime is ending.
            Err(error) => Err(Error::Unavailable {
                doing,
                source: Box::new(error),
            }),
        }
    }
}

fn connect(path: &std::path::Path) -> Result<Connection> {
    let connection = schema::connect(path)?;
    connection
        .pragma_update(None, "query_only", true)
        .map_err(failed("opening the store to read"))?;
    Ok(connection)
}

/// One transaction, so that all statements of `work` see the same state.
fn read<T>(
    connection: &Connection,
    doing: &'static str,
    work: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let transaction = connection.unchecked_transaction().map_err(failed(doing))?;
    let result = work(&transaction);
    transaction.finish().map_err(failed(doing))?;
    result
}

fn internal<E>(doing: &'static str) -> impl Fn(E) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |source| Error::Internal {
        doing,
        source: Box::new(source),
    }
}
