//! What the operator of the embedded backend decides.

use std::path::PathBuf;
use std::time::Duration;

/// What the operator of the embedded backend decides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddedOptions {
    /// Where everything is kept. Several server processes may share it; it has to be on a local
    /// file system, since SQLite's write-ahead log needs shared memory.
    pub data_dir: PathBuf,
    /// How many task processes may run at once, over all workflows.
    pub max_tasks: usize,
    /// How long a workflow is kept after it ended.
    pub retention: Duration,
    /// How long a task may take to end after SIGTERM; then it gets SIGKILL.
    pub kill_grace: Duration,
    /// How many bytes of one attempt's output are kept.
    pub log_bytes: u64,
    /// Where the values of secrets are: a file `<secret>/<key>` each. Without it no secret has one.
    pub secrets_dir: Option<PathBuf>,
}

impl EmbeddedOptions {
    /// The defaults, in that directory.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            data_dir: data_dir.into(),
            max_tasks: 2 * cores,
            retention: Duration::from_hours(30 * 24),
            kill_grace: Duration::from_secs(5),
            log_bytes: 16 << 20,
            secrets_dir: None,
        }
    }

    /// The same with at most so many task processes at once; at least one.
    pub fn max_tasks(mut self, max_tasks: usize) -> Self {
        self.max_tasks = max_tasks.max(1);
        self
    }

    /// The same with that retention.
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// The same with that grace between SIGTERM and SIGKILL.
    pub fn kill_grace(mut self, kill_grace: Duration) -> Self {
        self.kill_grace = kill_grace;
        self
    }

    /// The same with the values of secrets in that directory.
    pub fn secrets_dir(mut self, secrets_dir: impl Into<PathBuf>) -> Self {
        self.secrets_dir = Some(secrets_dir.into());
        self
    }

    /// The same with that cap on an attempt's kept output.
    pub fn log_bytes(mut self, log_bytes: u64) -> Self {
        self.log_bytes = log_bytes;
        self
    }
}
