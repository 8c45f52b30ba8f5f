//! Strays: what left the process group of an attempt that has ended, ended as well.
//!
//! After a short attempt only few processes can be its strays. Else all processes of the machine
//! have to be looked at. When many attempts are ended at
//! once they share such looks, so that a thousand of them do not take a thousand.

use std::collections::HashSet;
use std::mem::take;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::marked::{self, Since};

/// Attempts of which strays are still to be looked for.
static WANTED: Mutex<Option<HashSet<Uuid>>> = Mutex::new(None);
/// Held by whoever looks.
static LOOKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Ends every process of that attempt, and waits until none is left.
pub(super) async fn end(attempt: Uuid, since: Since) {
    if marked::are_few(&since) {
        let one = HashSet::from([attempt]);
        return look(move || marked::end_marked(&one, &since)).await;
    }
    wanted(|wanted| wanted.insert(attempt));
    let _looking = LOOKING.lock().await;
    // Whoever looked before this one has taken it along, unless it was too late for that.
    if !wanted(|wanted| wanted.contains(&attempt)) {
        return;
    }
    let all = wanted(take);
    look(move || marked::end_marked(&all, &Since::default())).await;
}

async fn look(looking: impl FnOnce() + Send + 'static) {
    let looking = tokio::task::spawn_blocking(looking);
    if looking.await.is_err() {
        tracing::debug!("the runtime ended before all strays were looked for");
    }
}

fn wanted<T>(with: impl FnOnce(&mut HashSet<Uuid>) -> T) -> T {
    let mut wanted = WANTED.lock().unwrap_or_else(PoisonError::into_inner);
    with(wanted.get_or_insert_default())
}
