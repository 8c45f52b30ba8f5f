//! Where the actions on offer come from.

use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use wf_argo::Catalog;

/// The most files that a directory of actions may have.
const MOST_FILES: usize = 1_000;
/// The most bytes that one of them may have.
const MOST_BYTES: u64 = 1 << 20;

/// The actions on offer, which may be exchanged while they are used.
///
/// A use case takes the catalog once and works on that to its end, so an exchange is seen by the
/// next one. Cheap to clone; all clones see an exchange.
#[derive(Debug, Clone)]
pub struct CatalogSource {
    current: Arc<RwLock<Arc<Catalog>>>,
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
            current: Arc::new(RwLock::new(Arc::new(catalog))),
        }
    }

    /// Offers the actions that need no file.
    pub fn builtin() -> Self {
        Self::new(Catalog::builtin())
    }

    /// Offers the actions of a directory: its `*.yaml` files, in the order of their names.
    ///
    /// # Errors
    /// When the directory or one of its files cannot be read, is too large, or is no action.
    pub fn load(directory: &Path) -> Result<Self, CatalogError> {
        load(directory)
            .map(Self::new)
            .map_err(|reasons| CatalogError {
                directory: directory.to_owned(),
                reasons,
            })
    }

    /// The actions on offer now.
    pub fn current(&self) -> Arc<Catalog> {
        // Whoever held the lock only exchanged a pointer: the value is whole even if it panicked.
        Arc::clone(
            &self
                .current
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }

    /// Offers other actions from now on.
    pub fn replace(&self, catalog: Catalog) {
        *self
            .current
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(catalog);
    }
}

fn load(directory: &Path) -> Result<Catalog, Vec<String>> {
    let mut sources = Vec::new();
    let mut reasons = Vec::new();
    for path in files(directory).map_err(|reason| vec![reason])? {
        let name = path.display().to_string();
        match read(&path) {
            Ok(text) => sources.push((name, text)),
            Err(reason) => reasons.push(format!("{name}: {reason}")),
        }
    }
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Catalog::from_sources(sources)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

/// The action files of a directory, sorted, so that the catalog does not depend on the disk.
fn files(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let unreadable = |error: std::io::Error| format!("the directory cannot be read: {error}");
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(format!(
                "there are more than {MOST_FILES} files; a catalog has at most as many"
            ));
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!(
            "has more than {MOST_BYTES} bytes; an action has at most as many"
        ));
    }
    Ok(text)
}
