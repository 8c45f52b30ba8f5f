//! Where the actions on offer come from.

mod directory;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wf_argo::Catalog;

use self::directory::Stamp;
use crate::following::{blocking, follow};
use crate::offer::Offer;

/// The actions on offer, which may be exchanged while they are used.
///
/// A use case takes the catalog once and works on that to its end, so an exchange is seen by the
/// next one. Cheap to clone; all clones see an exchange.
#[derive(Debug, Clone)]
pub struct CatalogSource {
    offer: Offer<Catalog, CatalogError>,
    origin: Option<Arc<Origin>>,
}

/// The directory that was loaded, as it was before.
#[derive(Debug)]
struct Origin {
    directory: PathBuf,
    stamp: Stamp,
}

/// Why a directory of actions cannot be offered: every reason, each with its file.
#[derive(Debug, thiserror::Error)]
pub struct CatalogError {
    directory: PathBuf,
    reasons: Vec<String>,
}

impl CatalogError {
    /// The reasons, each with its file.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the actions of {} cannot be offered",
            self.directory.display()
        )?;
        self.reasons
            .iter()
            .try_for_each(|reason| write!(f, "\n  {reason}"))
    }
}

impl CatalogSource {
    /// Offers these actions.
    pub fn new(catalog: Catalog) -> Self {
        Self {
            offer: Offer::new(catalog),
            origin: None,
        }
    }

    /// Offers the actions that need no file.
    pub fn builtin() -> Self {
        Self::new(Catalog::builtin())
    }

    /// Offers the actions of a directory: its `*.yaml` and `*.yml` files, in the order of their
    /// names. Later changes are seen by [`follow`](Self::follow).
    ///
    /// # Errors
    /// When the directory or one of its files cannot be read, is too large, or is no action.
    pub fn load(directory: &Path) -> Result<Self, CatalogError> {
        // Looked at before it is read, so that what changes meanwhile is seen as a change.
        let stamp = Stamp::of(directory);
        let source = Self::new(read(directory)?);
        let directory = directory.to_owned();
        Ok(Self {
            origin: Some(Arc::new(Origin { directory, stamp })),
            ..source
        })
    }

    /// The actions on offer now.
    pub fn current(&self) -> Arc<Catalog> {
        self.offer.current()
    }

    /// Why the last change of the directory is not on offer, if it is not.
    pub fn failure(&self) -> Option<Arc<CatalogError>> {
        self.offer.failure()
    }

    /// Offers other actions from now on.
    pub fn replace(&self, catalog: Catalog) {
        self.offer.replace(catalog);
    }

    /// Offers the actions of the directory anew whenever its files have changed; ends when
    /// `closing` is cancelled, and at once when there is no directory.
    ///
    /// A change is taken up once the directory looks the same at two looks in a row, and when
    /// `accept` has nothing against it. Actions that are wrong are told in the log and by
    /// [`failure`](Self::failure), and what was offered before stays. `told` hears how each taking
    /// up went.
    pub async fn follow(
        &self,
        every: Duration,
        closing: &CancellationToken,
        accept: impl Fn(&Catalog) -> Result<(), Vec<String>>,
        told: impl Fn(Result<(), &CatalogError>),
    ) {
        let Some(origin) = &self.origin else {
            return;
        };
        let directory = origin.directory.clone();
        let look = move || Stamp::of(&directory);
        let take_up = || self.take_up(&origin.directory, &accept, &told);
        follow(every, closing, (origin.stamp.clone(), look), take_up).await;
    }

    async fn take_up(
        &self,
        directory: &Path,
        accept: &impl Fn(&Catalog) -> Result<(), Vec<String>>,
        told: &impl Fn(Result<(), &CatalogError>),
    ) {
        let path = directory.to_owned();
        let Some(read) = blocking(move || read(&path)).await else {
            return;
        };
        let accepted = read.and_then(|catalog| match accept(&catalog) {
            Ok(()) => Ok(catalog),
            Err(reasons) => Err(CatalogError {
                directory: directory.to_owned(),
                reasons,
            }),
        });
        match accepted {
            Ok(catalog) => {
                let actions = catalog.iter().count();
                self.replace(catalog);
                told(Ok(()));
                tracing::info!(
                    directory = %directory.display(),
                    actions,
                    "the actions have changed; {actions} are on offer"
                );
            }
            Err(error) => {
                let error = self.offer.fail(error);
                told(Err(&error));
                tracing::error!(
                    directory = %directory.display(),
                    "{error}\nthe actions that were on offer stay"
                );
            }
        }
    }
}

fn read(directory: &Path) -> Result<Catalog, CatalogError> {
    directory::load(directory).map_err(|reasons| CatalogError {
        directory: directory.to_owned(),
        reasons,
    })
}
