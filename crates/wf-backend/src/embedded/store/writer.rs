//! The writer: one thread through which every change goes, in groups that share a commit.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::failed;
use crate::embedded::watch::Watchers;
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};

/// How many changes may wait for the thread; who comes later waits before the queue.
const QUEUE: usize = 256;
/// How many changes share one commit at most.
const GROUP: usize = 128;

/// What a change survives when its caller is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Durability {
    /// The end of this process.
    Committed,
    /// The end of the machine's power as well.
    Flushed,
}

/// A handle to the thread; it ends when the last handle is gone.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
}

struct Request {
    durability: Durability,
    work: Box<dyn Work>,
}

/// Something to do in a transaction.
trait Work: Send {
    /// Does it; false when its changes have to be undone.
    fn run(&mut self, change: &mut Change<'_>) -> bool;
    /// Tells the caller, once the fate of the transaction is known.
    fn tell(self: Box<Self>, committed: Result<(), Arc<rusqlite::Error>>);
}

struct Job<T, F> {
    doing: &'static str,
    work: Option<F>,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send,
    F: FnOnce(&mut Change<'_>) -> Result<T> + Send,
{
    fn run(&mut self, change: &mut Change<'_>) -> bool {
        let result = self.work.take().map(|work| work(change));
        let done = matches!(result, Some(Ok(_)));
        self.result = result;
        done
    }

    fn tell(self: Box<Self>, committed: Result<(), Arc<rusqlite::Error>>) {
        let doing = self.doing;
        let result = match (committed, self.result) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => return,
            (Err(source), _) => Err(Error::Unavailable {
                doing,
                source: Box::new(source),
            }),
        };
        // A caller that went away does not mind.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    /// Starts the thread on that connection.
    pub(crate) fn spawn(connection: Connection, watchers: Arc<Watchers>) -> Result<Self> {
        let (queue, requests) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write(&connection, requests, &watchers))
            .map_err(|source| Error::Unavailable {
                doing: "starting the store's thread",
                source: Box::new(source),
            })?;
        Ok(Self { queue })
    }

    /// Runs `work` in a transaction and tells what it gave once that is committed.
    pub(crate) async fn run<T, F>(
        &self,
        durability: Durability,
        doing: &'static str,
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Job {
            doing,
            work: Some(work),
            result: None,
            reply,
        });
        let gone = || Error::Internal {
            doing,
            source: "the store's thread has ended".into(),
        };
        self.queue
            .send(Request { durability, work })
            .await
            .map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// What a change works with: the open transaction, and what it has to tell afterwards.
pub(crate) struct Change<'a> {
    connection: &'a Connection,
    touched: Vec<(Scope, WorkflowId)>,
    attention: bool,
}

impl Change<'_> {
    /// The open transaction.
    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    /// A new revision for a workflow that this changes; its watchers are told after the commit.
    pub(crate) fn touch(&mut self, scope: &Scope, id: WorkflowId) -> rusqlite::Result<i64> {
        self.touched.push((scope.clone(), id));
        self.connection
            .prepare_cached("UPDATE store SET revision = revision + 1 RETURNING revision")?
            .query_row([], |row| row.get(0))
    }

    /// Wakes the executor after the commit.
    pub(crate) fn wake_executor(&mut self) {
        self.attention = true;
    }
}

fn write(connection: &Connection, mut requests: mpsc::Receiver<Request>, watchers: &Watchers) {
    let mut group = Vec::with_capacity(GROUP);
    let mut present = Durability::Flushed;
    while requests.blocking_recv_many(&mut group, GROUP) > 0 {
        let wanted = group
            .iter()
            .map(|request| request.durability)
            .max()
            .unwrap_or(Durability::Flushed);
        let mut change = Change {
            connection,
            touched: Vec::new(),
            attention: false,
        };
        let committed = set_durability(connection, &mut present, wanted)
            .and_then(|()| commit_group(&mut change, &mut group))
            .map_err(Arc::new);
        let Change {
            touched, attention, ..
        } = change;
        if committed.is_ok() {
            watchers.announce(&touched, attention);
        }
        for request in group.drain(..) {
            request.work.tell(committed.clone());
        }
    }
}

fn set_durability(
    connection: &Connection,
    present: &mut Durability,
    wanted: Durability,
) -> rusqlite::Result<()> {
    if *present != wanted {
        let word = match wanted {
            Durability::Committed => "NORMAL",
            Durability::Flushed => "FULL",
        };
        connection.pragma_update(None, "synchronous", word)?;
        *present = wanted;
    }
    Ok(())
}

/// Runs the whole group in one transaction, each request in a savepoint of its own.
fn commit_group(change: &mut Change<'_>, group: &mut [Request]) -> rusqlite::Result<()> {
    let connection = change.connection;
    execute(connection, "BEGIN IMMEDIATE")?;
    let ran = run_group(change, group).and_then(|()| execute(connection, "COMMIT"));
    if ran.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK")?;
    }
    ran
}

fn run_group(change: &mut Change<'_>, group: &mut [Request]) -> rusqlite::Result<()> {
    let connection = change.connection;
    for request in group {
        let told = change.touched.len();
        execute(connection, "SAVEPOINT request")?;
        if request.work.run(change) {
            execute(connection, "RELEASE request")?;
        } else {
            // On a full disk SQLite may have rolled everything back; then this fails, and with it
            // the whole group.
            execute(connection, "ROLLBACK TO request")?;
            execute(connection, "RELEASE request")?;
            change.touched.truncate(told);
        }
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}

/// Sees whether the store takes changes now.
pub(crate) fn probe(change: &mut Change<'_>) -> Result<()> {
    let doing = "asking whether the store can be written";
    change
        .connection
        .prepare_cached("UPDATE store SET revision = revision")
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(failed(doing))
}
