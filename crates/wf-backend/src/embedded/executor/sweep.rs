//! Sweeping: forgetting workflows whose time is over, with their files.

use std::sync::Arc;

use super::floor::Floor;
use super::trash::Trash;
use crate::embedded::clock;
use crate::embedded::layout::Layout;
use crate::embedded::store::{self, Store};
use crate::error::Result;

impl Floor {
    /// Begins a sweep beside the runs.
    pub(crate) fn sweep(&self) {
        let store = Arc::clone(&self.around.store);
        let layout = self.around.layout.clone();
        let trash = self.around.trash.clone();
        let stop = self.around.stop.clone();
        tokio::spawn(async move {
            let swept = tokio::select! {
                () = stop.cancelled() => return,
                swept = sweep(&store, &layout, &trash) => swept,
            };
            if let Err(error) = swept {
                tracing::warn!(%error, "cannot sweep; the next sweep tries again");
            }
        });
    }
}

async fn sweep(store: &Store, layout: &Layout, trash: &Trash) -> Result<()> {
    let doing = "forgetting workflows whose time is over";
    while store
        .transition(doing, |change| store::expire(change, clock::now()))
        .await?
    {}
    trash.empty(store, layout).await
}
