//! Where the actions on offer come from.

mod directory;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wf_argo::Catalog;

pub(crate) use self::directory::Stamp;
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
    /// A change is taken up once the directory looks the same at two looks in a row. Actions that
    /// are wrong are told in the log and by [`failure`](Self::failure), and what was offered before
    /// stays. `told` hears how each taking up went.
    pub async fn follow(
        &self,
        every: Duration,
        closing: &CancellationToken,
        told: impl Fn(Result<(), &CatalogError>),
    ) {
        let Some((loaded, look)) = self.looking() else {
            return;
        };
        let take_up = async || {
            if let Some(read) = self.read_anew().await {
                let settled = self.settle(read);
                told(
                    settled
                        .as_ref()
                        .map_or_else(|error| Err(&**error), |()| Ok(())),
                );
            }
        };
        follow(every, closing, (loaded, look), take_up).await;
    }

    /// How the directory was when it was loaded, and how to look at it.
    pub(crate) fn looking(&self) -> Option<(Stamp, impl Fn() -> Stamp + Clone + Send + 'static)> {
        let origin = self.origin.as_ref()?;
        let directory = origin.directory.clone();
        Some((origin.stamp.clone(), move || Stamp::of(&directory)))
    }

    /// What the directory has now, or why that cannot be offered; nothing without a directory, and
    /// when the process ends.
    pub(crate) async fn read_anew(&self) -> Option<Result<Catalog, CatalogError>> {
        let path = self.origin.as_ref()?.directory.clone();
        blocking(move || read(&path)).await
    }

    /// Why the directory cannot be offered, when that is not its own fault.
    pub(crate) fn objection(&self, reasons: Vec<String>) -> CatalogError {
        let directory = self.origin.as_ref().map(|origin| origin.directory.clone());
        CatalogError {
            directory: directory.unwrap_or_default(),
            reasons,
        }
    }

    /// Whether it is not so already.
    pub(crate) fn is_news(&self, read: &Result<Catalog, CatalogError>) -> bool {
        self.offer
            .is_news(read, |one, other| one.iter().eq(other.iter()))
    }

    /// Offers what was read, or keeps what is on offer; tells the log which.
    pub(crate) fn settle(
        &self,
        read: Result<Catalog, CatalogError>,
    ) -> Result<(), Arc<CatalogError>> {
        match read {
            Ok(catalog) => {
                let actions = catalog.iter().count();
                self.replace(catalog);
                tracing::info!(actions, "the actions have changed; {actions} are on offer");
                Ok(())
            }
            Err(error) => {
                let error = self.offer.fail(error);
                tracing::error!("{error}\nthe actions that were on offer stay");
                Err(error)
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
