//! Sweeping: forgetting workflows whose time is over, and removing files that nobody needs.

use std::io;
use std::sync::Arc;

use super::floor::Floor;
use crate::embedded::clock;
use crate::embedded::layout::Layout;
use crate::embedded::store::{self, Store};
use crate::error::Result;

impl Floor {
    /// Begins a sweep beside the runs.
    pub(crate) fn sweep(&self) {
        let store = Arc::clone(&self.around.store);
        let layout = self.around.layout.clone();
        let stop = self.around.stop.clone();
        tokio::spawn(async move {
            let swept = tokio::select! {
                () = stop.cancelled() => return,
                swept = sweep(&store, &layout) => swept,
            };
            if let Err(error) = swept {
                tracing::warn!(%error, "cannot sweep; the next sweep tries again");
            }
        });
    }
}

async fn sweep(store: &Store, layout: &Layout) -> Result<()> {
    let doing = "forgetting workflows whose time is over";
    while store
        .transition(doing, |change| store::expire(change, clock::now()))
        .await?
    {}
    empty_trash(store, layout).await
}

/// Removes the files of workflows that are forgotten.
pub(crate) async fn empty_trash(store: &Store, layout: &Layout) -> Result<()> {
    loop {
        let paths = store
            .read("reading which files to remove", store::trash)
            .await?;
        if paths.is_empty() {
            return Ok(());
        }
        let root = layout.root().to_owned();
        let removing = tokio::task::spawn_blocking(move || {
            let mut gone = Vec::new();
            for path in paths {
                match std::fs::remove_dir_all(root.join(&path)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        tracing::warn!(%path, %error, "cannot remove files");
                    }
                    _ => gone.push(path),
                }
            }
            gone
        });
        let Ok(gone) = removing.await else {
            return Ok(());
        };
        if gone.is_empty() {
            return Ok(());
        }
        store
            .transition("noting which files are removed", move |change| {
                store::emptied(change, &gone)
            })
            .await?;
    }
}
