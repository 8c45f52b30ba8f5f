//! Other processes: noticing what they change in the store that this process shares with them.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::Surroundings;
use crate::embedded::store;
use crate::embedded::watch::Watchers;
use crate::error::Result;
use crate::id::{Scope, WorkflowId};

/// How often SQLite is asked whether the store has changed; that reads no more than a number.
const ASK: Duration = Duration::from_millis(50);

/// Tells watchers and executor of what other processes have changed, until this one is to end.
pub(crate) async fn follow_others(around: Surroundings) {
    let path = around.layout.store();
    let mut seen = Some(Seen::default());
    loop {
        tokio::select! {
            () = around.stop.cancelled() => return,
            () = tokio::time::sleep(ASK) => {}
        }
        let path = path.clone();
        let watchers = std::sync::Arc::clone(&around.watchers);
        let mut looking = seen.take().unwrap_or_default();
        let looked = tokio::task::spawn_blocking(move || {
            if let Err(error) = looking.look(&path, &watchers) {
                tracing::debug!(%error, "cannot see what other processes do");
                looking = Seen::default();
            }
            looking
        });
        match looked.await {
            Ok(looked) => seen = Some(looked),
            Err(_) => return,
        }
    }
}

/// What was seen of the store.
#[derive(Debug, Default)]
struct Seen {
    connection: Option<Connection>,
    version: Option<i64>,
    revisions: HashMap<(Scope, WorkflowId), Option<String>>,
}

impl Seen {
    fn look(&mut self, path: &Path, watchers: &Watchers) -> Result<()> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => store::connect(path)?,
        };
        let version = data_version(&connection)?;
        if self.version != Some(version) {
            if store::is_asked(&connection)? {
                watchers.ask();
            }
            self.compare(&connection, watchers)?;
            self.version = Some(version);
        }
        self.connection = Some(connection);
        Ok(())
    }

    /// Tells those that watch a workflow whose revision is not what it was.
    fn compare(&mut self, connection: &Connection, watchers: &Watchers) -> Result<()> {
        let mut revisions = HashMap::new();
        let mut changed = Vec::new();
        for place in watchers.watched() {
            let found = store::find_summary(connection, &place.0, place.1)?;
            let revision = found.map(|(_, summary)| summary.revision);
            if self.revisions.get(&place) != Some(&revision) {
                changed.push(place.clone());
            }
            revisions.insert(place, revision);
        }
        self.revisions = revisions;
        watchers.announce(&changed, false);
        Ok(())
    }
}

fn data_version(connection: &Connection) -> Result<i64> {
    connection
        .pragma_query_value(None, "data_version", |row| row.get(0))
        .map_err(store::failed("asking whether the store has changed"))
}
