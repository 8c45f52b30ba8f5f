//! Where the actions on offer come from.

mod directory;
mod following;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use wf_argo::Catalog;

use self::directory::Stamp;

/// The actions on offer, which may be exchanged while they are used.
///
/// A use case takes the catalog once and works on that to its end, so an exchange is seen by the
/// next one. Cheap to clone; all clones see an exchange.
#[derive(Debug, Clone)]
pub struct CatalogSource {
    offer: Arc<RwLock<Offer>>,
    origin: Option<Arc<Origin>>,
}

/// What is on offer.
#[derive(Debug)]
struct Offer {
    catalog: Arc<Catalog>,
    /// Why what has come since is not on offer.
    failure: Option<Arc<CatalogError>>,
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
        let offer = Offer {
            catalog: Arc::new(catalog),
            failure: None,
        };
        Self {
            offer: Arc::new(RwLock::new(offer)),
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
        let offer = self.offer.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&offer.catalog)
    }

    /// Why the last change of the directory is not on offer, if it is not.
    pub fn failure(&self) -> Option<Arc<CatalogError>> {
        let offer = self.offer.read().unwrap_or_else(PoisonError::into_inner);
        offer.failure.clone()
    }

    /// Offers other actions from now on.
    pub fn replace(&self, catalog: Catalog) {
        // Whoever held the lock only exchanged pointers: the value is whole even if it panicked.
        let mut offer = self.offer.write().unwrap_or_else(PoisonError::into_inner);
        *offer = Offer {
            catalog: Arc::new(catalog),
            failure: None,
        };
    }

    /// Keeps what is on offer, and remembers why.
    fn fail(&self, error: CatalogError) -> Arc<CatalogError> {
        let error = Arc::new(error);
        let mut offer = self.offer.write().unwrap_or_else(PoisonError::into_inner);
        offer.failure = Some(Arc::clone(&error));
        error
    }
}

fn read(directory: &Path) -> Result<Catalog, CatalogError> {
    directory::load(directory).map_err(|reasons| CatalogError {
        directory: directory.to_owned(),
        reasons,
    })
}
