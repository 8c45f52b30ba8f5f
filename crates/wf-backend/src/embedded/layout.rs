//! The data directory: which file is where.

use std::path::{Path, PathBuf};

use wf_model::{TaskRef, Unit};

use super::store::Key;

/// The data directory.
///
/// ```text
/// store.db (-wal, -shm)                     all that is known
/// executor.lock                             held by the process that runs tasks
/// workflows/<key>/<run>/
///     logs/<unit>.<attempt>.log             what an attempt printed
///     artifacts/<unit>.<attempt>/<name>     what an attempt left
///     work/<uuid>/                          where an attempt runs, until it ends
/// ```
///
/// A unit is a task by its index in the document (`7`), one of its items (`7-12`), or `exit`. Names
/// are not used: two of them may differ only in case, which not every file system can tell apart.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout below that directory, which has to be absolute.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The database.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.join("store.db")
    }

    /// The file whose lock the executor holds.
    pub(crate) fn executor_lock(&self) -> PathBuf {
        self.root.join("executor.lock")
    }

    /// The files of a run.
    pub(crate) fn run(&self, key: Key, run: u32) -> RunLayout {
        let below = format!("{}/{run}", workflow_path(key));
        RunLayout {
            root: self.root.join(&below),
            data_dir: self.root.clone(),
            below,
        }
    }
}

/// Where the files of a workflow are, relative to the data directory. A key is never used twice,
/// so what is removed late never was another's.
pub(crate) fn workflow_path(key: Key) -> String {
    format!("workflows/{}", key.0)
}

/// The files of one run.
#[derive(Debug, Clone)]
pub(crate) struct RunLayout {
    root: PathBuf,
    data_dir: PathBuf,
    below: String,
}

impl RunLayout {
    /// What an attempt printed.
    pub(crate) fn log(&self, unit: Unit, attempt: u32) -> PathBuf {
        let name = format!("{}.log", attempt_name(unit, attempt));
        self.root.join("logs").join(name)
    }

    /// What an attempt left.
    pub(crate) fn artifacts(&self, unit: Unit, attempt: u32) -> PathBuf {
        self.root
            .join("artifacts")
            .join(attempt_name(unit, attempt))
    }

    /// The same, relative to the data directory.
    pub(crate) fn artifacts_location(&self, unit: Unit, attempt: u32) -> String {
        format!("{}/artifacts/{}", self.below, attempt_name(unit, attempt))
    }

    /// Whether what is at that location, relative to the data directory, is still there.
    pub(crate) fn is_kept(&self, location: &str) -> bool {
        self.data_dir.join(location).symlink_metadata().is_ok()
    }

    /// Where an attempt runs.
    pub(crate) fn work(&self, attempt: uuid::Uuid) -> PathBuf {
        self.root.join("work").join(attempt.simple().to_string())
    }
}

fn attempt_name(unit: Unit, attempt: u32) -> String {
    let task = match unit.task {
        TaskRef::Task(index) => index.to_string(),
        TaskRef::ExitHandler => "exit".to_owned(),
    };
    match unit.item {
        Some(item) => format!("{task}-{item}.{attempt}"),
        None => format!("{task}.{attempt}"),
    }
}
