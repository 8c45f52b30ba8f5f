//! Where a process listens, and how it stops to.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use poem::listener::TcpAcceptor;
use poem::{IntoEndpoint, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Where a server listens, and how it ends.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Process")]
#[non_exhaustive]
pub struct ListenArgs {
    /// Where the API is served; port 0 takes a free one, told on standard output.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub listen: SocketAddr,

    /// Where the probes and metrics are served: `/livez`, `/readyz`, `/metrics`.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub admin_listen: SocketAddr,

    /// How long requests and tasks may go on after the signal to end; a second signal ends at once.
    #[arg(long, env = "WF_SHUTDOWN_GRACE_SECONDS", value_name = "SECONDS", default_value_t = GRACE_SECONDS, value_parser = clap::value_parser!(u32).range(..=3_600))]
    pub shutdown_grace_seconds: u32,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "an address is written as `127.0.0.1:8080` or `[::1]:8080`")
}

const GRACE_SECONDS: u32 = 10;

/// How long a connection may say nothing. A request that waits is not cut off: its connection
/// ends after its answer.
const SILENCE: Duration = Duration::from_mins(2);

impl Default for ListenArgs {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            listen: any,
            admin_listen: any,
            shutdown_grace_seconds: GRACE_SECONDS,
        }
    }
}

impl ListenArgs {
    pub(super) fn grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds.into())
    }
}

/// An address that is ours.
#[derive(Debug)]
pub(super) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// Takes the address of the API.
    pub(super) async fn api(args: &ListenArgs, env: &str) -> anyhow::Result<Self> {
        Self::take(args.listen, "--listen", env).await
    }

    /// Takes the address of the probes.
    pub(super) async fn admin(args: &ListenArgs, env: &str) -> anyhow::Result<Self> {
        Self::take(args.admin_listen, "--admin-listen", env).await
    }

    async fn take(address: SocketAddr, flag: &str, env: &str) -> anyhow::Result<Self> {
        let taken =
            || format!("cannot listen on {address}; choose another address with `{flag}` or {env}");
        let listener = TcpListener::bind(address).await.with_context(taken)?;
        let address = listener.local_addr().with_context(taken)?;
        Ok(Self { listener, address })
    }

    /// The address, with its real port.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `end`, and then what was asked before, for as long as `grace` says.
    pub(super) async fn serve<A>(
        self,
        api: A,
        end: CancellationToken,
        grace: Duration,
    ) -> anyhow::Result<()>
    where
        A: IntoEndpoint + 'static,
        A::Endpoint: 'static,
    {
        let address = self.address;
        let acceptor = TcpAcceptor::from_tokio(self.listener)?;
        Server::new_with_acceptor(acceptor)
            .idle_timeout(SILENCE)
            .run_with_graceful_shutdown(api, end.cancelled_owned(), Some(grace))
            .await
            .with_context(|| format!("cannot serve on {address}"))
    }
}
