//! Following: a directory of actions that changes is offered anew, without a restart.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::directory::Stamp;
use super::{CatalogError, CatalogSource};

/// Looks at a directory again and again, and tells when it has come to rest after a change.
///
/// Looking is all there is: notifications miss what happens behind links and on network file
/// systems, which is where a cluster keeps such directories.
#[derive(Debug)]
struct Watch {
    directory: PathBuf,
    /// How it was when it was loaded, in vain or not.
    loaded: Option<Stamp>,
    /// How it was when it was last seen to differ from that.
    moving: Option<Stamp>,
}

impl Watch {
    /// How the directory is, when that is news and is so for the second time: somebody may be in
    /// the middle of writing the files.
    fn settled(&mut self, now: Stamp) -> Option<Stamp> {
        if self.loaded.as_ref() == Some(&now) {
            self.moving = None;
            return None;
        }
        if self.moving.as_ref() == Some(&now) {
            self.moving = None;
            self.loaded = Some(now.clone());
            return Some(now);
        }
        self.moving = Some(now);
        None
    }
}

impl CatalogSource {
    /// Offers the actions of the directory anew whenever its files have changed; ends when
    /// `closing` is cancelled, and at once when there is no directory.
    ///
    /// A change is taken up once the directory looks the same at two looks in a row. Actions that
    /// are wrong are told in the log and by [`failure`](Self::failure), and what was offered
    /// before stays. `told` hears how each taking up went.
    pub async fn follow(
        &self,
        every: Duration,
        closing: &CancellationToken,
        told: impl Fn(Result<(), &CatalogError>),
    ) {
        let Some(origin) = &self.origin else {
            return;
        };
        let mut watch = Watch {
            directory: origin.directory.clone(),
            loaded: Some(origin.stamp.clone()),
            moving: None,
        };
        while closing
            .run_until_cancelled(tokio::time::sleep(every))
            .await
            .is_some()
        {
            let directory = watch.directory.clone();
            let looked = blocking(move || Stamp::of(&directory)).await;
            if looked.and_then(|now| watch.settled(now)).is_some() {
                self.take_up(&watch.directory, &told).await;
            }
        }
    }

    async fn take_up(&self, directory: &Path, told: &impl Fn(Result<(), &CatalogError>)) {
        let path = directory.to_owned();
        match blocking(move || super::read(&path)).await {
            Some(Ok(catalog)) => {
                let actions = catalog.iter().count();
                self.replace(catalog);
                told(Ok(()));
                tracing::info!(
                    directory = %directory.display(),
                    actions,
                    "the actions have changed; {actions} are on offer"
                );
            }
            Some(Err(error)) => {
                let error = self.fail(error);
                told(Err(&error));
                tracing::error!(
                    directory = %directory.display(),
                    "{error}\nthe actions that were on offer stay"
                );
            }
            None => {}
        }
    }
}

/// What the work came to; nothing when the process ends.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
