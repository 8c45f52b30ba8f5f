//! Which backend runs the workflows: the one place that knows there is more than one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use wf_backend::{Backend, EmbeddedBackend, EmbeddedOptions};

/// What runs the workflows.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Backend")]
#[non_exhaustive]
pub struct BackendArgs {
    /// What runs the workflows.
    #[arg(long, env = "WF_BACKEND", value_enum, default_value_t = BackendKind::Embedded)]
    pub backend: BackendKind,

    /// Where the embedded backend keeps everything; made when it is not there. Several servers of
    /// one machine may share it. It has to be on a local file system.
    #[arg(
        long,
        env = "WF_DATA_DIR",
        value_name = "DIR",
        default_value = "wf-data"
    )]
    pub data_dir: PathBuf,

    /// How many tasks the embedded backend runs at once [default: twice the number of cores].
    #[arg(long, env = "WF_MAX_TASKS", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max_tasks: Option<u32>,

    /// A directory of secrets for the actions that the embedded backend runs: the value of a key is
    /// the file `<secret>/<key>` in it, read each time a task begins.
    #[arg(long, env = "WF_SECRETS_DIR", value_name = "DIR")]
    pub secrets_dir: Option<PathBuf>,

    /// How many days a workflow is kept after its end.
    #[arg(long, env = "WF_RETENTION_DAYS", value_name = "DAYS", default_value_t = RETENTION_DAYS, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub retention_days: u32,
}

const RETENTION_DAYS: u32 = 30;

/// The backends there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BackendKind {
    /// This machine, with no cluster: a store in the data directory, tasks as local processes.
    Embedded,
}

impl Default for BackendArgs {
    fn default() -> Self {
        Self {
            backend: BackendKind::Embedded,
            data_dir: "wf-data".into(),
            max_tasks: None,
            secrets_dir: None,
            retention_days: RETENTION_DAYS,
        }
    }
}

/// A backend that was opened, and has to be closed.
#[derive(Debug, Clone)]
pub(crate) enum OpenBackend {
    Embedded(Arc<EmbeddedBackend>),
}

impl OpenBackend {
    /// Opens the backend that was chosen.
    pub(crate) async fn open(args: &BackendArgs) -> anyhow::Result<Self> {
        let BackendArgs {
            backend,
            data_dir,
            max_tasks,
            secrets_dir,
            retention_days,
        } = args;
        match backend {
            BackendKind::Embedded => {
                let days = Duration::from_hours(24 * u64::from(*retention_days));
                let mut options = EmbeddedOptions::new(data_dir).retention(days);
                if let Some(max_tasks) = max_tasks {
                    options = options.max_tasks(*max_tasks as usize);
                }
                if let Some(secrets_dir) = secrets_dir {
                    options = options.secrets_dir(secrets_dir);
                }
                let backend = EmbeddedBackend::open(options).await.with_context(|| {
                    format!("cannot open the data directory {}", data_dir.display())
                })?;
                Ok(Self::Embedded(Arc::new(backend)))
            }
        }
    }

    /// The backend as everybody else sees it.
    pub(crate) fn port(&self) -> Arc<dyn Backend> {
        match self {
            Self::Embedded(backend) => Arc::clone(backend) as Arc<dyn Backend>,
        }
    }

    /// Lets go of what is running, so that another process can take it up.
    pub(crate) async fn close(&self) {
        match self {
            Self::Embedded(backend) => backend.shutdown().await,
        }
    }

    /// The same, by an end that was set.
    pub(crate) async fn close_within(&self, limit: Duration) {
        match self {
            Self::Embedded(backend) => backend.shutdown_within(limit).await,
        }
    }
}
