//! Trash: the files of workflows that are forgotten, removed as soon as that can be.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::embedded::layout::Layout;
use crate::embedded::process::remove_tree;
use crate::embedded::store::{self, Store};
use crate::error::Result;

/// How long what could not be removed is left alone; twice as long each time, and at most
/// [`LONGEST`].
const FIRST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);

/// What is known of the trash beside its list in the store: which of it could not be removed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trash {
    refused: Arc<Mutex<HashMap<String, Refused>>>,
}

/// How long to leave something alone that could not be removed.
#[derive(Debug, Clone, Copy)]
struct Refused {
    until: Instant,
    pause: Duration,
}

impl Trash {
    /// Removes the files of workflows that are forgotten, but for those that could not be removed
    /// a short time ago.
    pub(crate) async fn empty(&self, store: &Store, layout: &Layout) -> Result<()> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let paths = store
                .read("reading which files to remove", move |connection| {
                    store::trash(connection, &from)
                })
                .await?;
            match paths.last() {
                None => return Ok(()),
                Some(last) => after.clone_from(last),
            }
            let (trash, root) = (self.clone(), layout.root().to_owned());
            let removing = tokio::task::spawn_blocking(move || trash.remove(paths, &root));
            let Ok(gone) = removing.await else {
                return Ok(());
            };
            if gone.is_empty() {
                continue;
            }
            store
                .transition("noting which files are removed", move |change| {
                    store::emptied(change, &gone)
                })
                .await?;
        }
    }

    /// Removes those directories, and gives those that are gone. Blocks.
    fn remove(&self, mut paths: Vec<String>, root: &Path) -> Vec<String> {
        let now = Instant::now();
        paths.retain(|path| self.may_try(path, now) && self.remove_one(path, root, now));
        paths
    }

    fn remove_one(&self, path: &str, root: &Path, now: Instant) -> bool {
        match remove_tree(&root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%path, %error, "cannot remove files; trying again later");
                self.refuse(path, now);
                false
            }
            _ => {
                self.lock().remove(path);
                true
            }
        }
    }

    fn may_try(&self, path: &str, now: Instant) -> bool {
        let refused = self.lock().get(path).copied();
        refused.is_none_or(|refused| refused.until <= now)
    }

    fn refuse(&self, path: &str, now: Instant) {
        let mut refused = self.lock();
        let before = refused.get(path).map(|before| before.pause);
        let pause = before.map_or(FIRST, |before| (before * 2).min(LONGEST));
        let until = now + pause;
        refused.insert(path.to_owned(), Refused { until, pause });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Refused>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::watch::Watchers;

    fn paths(range: std::ops::Range<usize>) -> Vec<String> {
        range
            .map(|number| format!("workflows/{number:03}"))
            .collect()
    }

    fn insert(path: &Path, trash: &[String]) {
        let connection = store::connect(path).unwrap();
        for path in trash {
            let sql = "INSERT INTO trash (path) VALUES (?)";
            connection.execute(sql, [path]).unwrap();
        }
    }

    #[tokio::test]
    async fn what_cannot_be_removed_is_in_nobody_s_way() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path().to_owned());
        let store = Store::open(layout.store(), Arc::new(Watchers::default())).unwrap();
        let workflows = directory.path().join("workflows");
        std::fs::create_dir(&workflows).unwrap();
        // A file where a directory should be is not removed, whoever asks; not even by root.
        let stuck = paths(0..150);
        for path in &stuck {
            std::fs::write(directory.path().join(path), "").unwrap();
        }
        let free = paths(150..160);
        for path in &free {
            std::fs::create_dir(directory.path().join(path)).unwrap();
        }
        insert(&layout.store(), &stuck);
        insert(&layout.store(), &free);

        let trash = Trash::default();
        trash.empty(&store, &layout).await.unwrap();
        assert_eq!(std::fs::read_dir(&workflows).unwrap().count(), stuck.len());
        let left = store.read("asking", |connection| store::trash(connection, ""));
        assert_eq!(left.await.unwrap()[0], stuck[0]);
        let soon = Instant::now();
        assert!(!trash.may_try(&stuck[0], soon), "it is left alone");
        assert!(trash.may_try(&stuck[0], soon + FIRST));
        trash.refuse(&stuck[0], soon);
        assert!(!trash.may_try(&stuck[0], soon + FIRST), "for longer");
    }
}
