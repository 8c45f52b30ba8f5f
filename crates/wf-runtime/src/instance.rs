//! An instance: the service put together from the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wf_service::{
    CatalogSource, Profile, ProfileSource, ProfileUse, Scope, Secret, Service, ServiceOptions,
};

use crate::args::Args;
use crate::backend::{BackendArgs, BackendKind, OpenBackend};
use crate::http::{Http, Shape};
use crate::metrics::Metrics;
use crate::secret_file;

/// What is offered to whom.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Service")]
#[non_exhaustive]
pub struct ServiceArgs {
    /// The tenant whose workflows are served: a DNS label. Workflows of one scope do not exist
    /// for another.
    #[arg(long, env = "WF_SCOPE", value_name = "NAME", default_value = SCOPE, value_parser = scope)]
    pub scope: Scope,

    /// A directory of actions to offer, one or more to each `*.yaml` file, besides the built-in
    /// `echo`.
    #[arg(long, env = "WF_ACTIONS", value_name = "DIR")]
    pub actions: Option<PathBuf>,

    /// A file with the platform's profile: what is added to every workflow that is rendered. Plain
    /// when absent: nothing is added.
    #[arg(long, env = "WF_PROFILE", value_name = "FILE")]
    pub profile: Option<PathBuf>,

    /// A file with a secret of at least 16 bytes, by which the cursors of lists are sealed.
    /// Servers over one store share it; over one data directory they do so by themselves.
    #[arg(long, env = "WF_SECRET_FILE", value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

const SCOPE: &str = "default";

fn scope(name: &str) -> Result<Scope, &'static str> {
    Scope::new(name).ok_or("a scope has 1 to 63 lower-case letters, digits and inner hyphens")
}

impl Default for ServiceArgs {
    fn default() -> Self {
        Self {
            scope: Scope::new(SCOPE).expect("it is a DNS label"),
            actions: None,
            profile: None,
            secret_file: None,
        }
    }
}

/// A service, and the rules around its API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Instance {
    /// The use cases.
    pub service: Service,
    /// The rules around the API.
    pub http: Http,
    backend: OpenBackend,
    /// Takes up changes of the actions until the service closes.
    following: JoinHandle<()>,
}

impl Instance {
    /// Puts a service together as `main` does, with a loopback address and without a listener:
    /// for a test of a whole API in process.
    pub async fn open(args: &Args, shape: Shape) -> anyhow::Result<Self> {
        let metrics = Metrics::new("test");
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::assemble(args, shape, address, &metrics, CancellationToken::new()).await
    }

    pub(crate) async fn assemble(
        args: &Args,
        shape: Shape,
        address: SocketAddr,
        metrics: &Metrics,
        closing: CancellationToken,
    ) -> anyhow::Result<Self> {
        let Args {
            backend,
            service,
            http,
            listen: _,
            telemetry: _,
        } = args;
        let ServiceArgs {
            scope,
            actions,
            profile,
            secret_file,
        } = service;
        let catalog = match actions {
            Some(directory) => CatalogSource::load(directory)?,
            None => CatalogSource::builtin(),
        };
        let profile = profile_of(profile.as_deref(), backend, &catalog)?;
        let opened = OpenBackend::open(backend).await?;
        let mut options = ServiceOptions::new(opened.port());
        options.catalog = catalog;
        options.profile = profile;
        options.cursor_secret = secret(secret_file.as_ref(), backend)?;
        options.observer = Arc::new(metrics.clone());
        options.closing = closing;
        let service = Service::new(options);
        let followed = service.clone();
        Ok(Self {
            following: tokio::spawn(async move { followed.follow_files().await }),
            service,
            http: Http::new(http, scope.clone(), address, shape).counted_by(&metrics.http),
            backend: opened,
        })
    }

    /// Ends every wait and every stream, and lets go of what is running, so that another process
    /// can take it up.
    pub async fn close(self) {
        let backend = self.backend.clone();
        self.end_waits().await;
        backend.close().await;
    }

    /// The same within that limit: what has not ended then is cut off.
    pub(crate) async fn close_within(self, limit: Duration) {
        let backend = self.backend.clone();
        let closed = async {
            self.end_waits().await;
            backend.close_within(limit).await;
        };
        if tokio::time::timeout(limit, closed).await.is_err() {
            tracing::warn!("the backend did not end within the grace; what ran counts as lost");
        }
    }

    async fn end_waits(self) {
        self.service.closing().cancel();
        if let Err(error) = self.following.await {
            tracing::error!("following the files ended by itself: {error}");
        }
    }
}

/// The profile of that file; the plain one when there is none.
fn profile_of(
    file: Option<&Path>,
    backend: &BackendArgs,
    catalog: &CatalogSource,
) -> anyhow::Result<ProfileSource> {
    let Some(file) = file else {
        return Ok(Profile::plain().into());
    };
    let use_of = match backend.backend {
        BackendKind::Embedded => ProfileUse::WithoutCluster,
    };
    Ok(ProfileSource::load(file, use_of, &catalog.current())?)
}

fn secret(given: Option<&PathBuf>, backend: &BackendArgs) -> anyhow::Result<Secret> {
    match (given, backend.backend) {
        (Some(file), _) => secret_file::read(file),
        (None, BackendKind::Embedded) => secret_file::of_directory(&backend.data_dir)
            .context("without `--secret-file` it is kept beside the data"),
    }
}
