//! The life of a process: from its arguments to its last answer.

mod admin;
mod listen;
mod shutdown;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use poem::IntoEndpoint;
use tokio_util::sync::CancellationToken;
use wf_service::Service;

use crate::args::{Args, Asked, Program, asked, command};
use crate::instance::Instance;
use crate::metrics::Metrics;
use crate::telemetry;
use admin::Readiness;
use listen::Bound;

pub use listen::ListenArgs;

/// How long a probe that is being answered may go on when all else has ended.
const PROBES_GRACE: Duration = Duration::from_millis(200);
/// How long the backend has at least to store what became of the tasks, however short the grace.
const STORING: Duration = Duration::from_secs(1);
/// How long work that cannot be interrupted may go on when all else has ended.
const LAST_WORK: Duration = Duration::from_millis(200);

/// The `main` of a server: does what its arguments ask for.
pub fn main<A>(program: &Program, api: impl FnOnce(Service) -> A) -> ExitCode
where
    A: IntoEndpoint + 'static,
    A::Endpoint: 'static,
{
    let matches = command(program).get_matches();
    let done = match asked(&matches, program) {
        Ok(Asked::Print) => say(&(program.document.print)()),
        Ok(Asked::Serve(args)) => serve(program, &args, api),
        Err(error) => error.exit(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may not have begun; this is what a person in front of it has to see.
            let _ = writeln!(std::io::stderr(), "{}: {error:#}", program.name);
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard output, which is for what was asked for alone.
fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.trim_end()).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")
}

fn serve<A>(program: &Program, args: &Args, api: impl FnOnce(Service) -> A) -> anyhow::Result<()>
where
    A: IntoEndpoint + 'static,
    A::Endpoint: 'static,
{
    telemetry::init(&args.telemetry)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the threads of the process")?;
    let lived = runtime.block_on(live(program, args, api));
    // A long simulation has a thread of its own, and would hold the process.
    runtime.shutdown_timeout(LAST_WORK);
    lived
}

/// A process in the middle of its life.
struct Life<'a> {
    program: &'a Program,
    args: &'a Args,
    metrics: Metrics,
    readiness: Readiness,
    /// Cancelled when the process is to end.
    closing: CancellationToken,
    /// Where the probes are.
    admin: SocketAddr,
}

/// Binds before anything slow is done, so that a taken port is told at once; serves the probes
/// from the first moment, and the API once it can answer.
async fn live<A>(
    program: &Program,
    args: &Args,
    api: impl FnOnce(Service) -> A,
) -> anyhow::Result<()>
where
    A: IntoEndpoint + 'static,
    A::Endpoint: 'static,
{
    let closing = shutdown::on_signal()?;
    let bound = Bound::api(&args.listen, program.listen.env).await?;
    let probes = Bound::admin(&args.listen, program.admin_listen.env).await?;
    let life = Life {
        program,
        args,
        metrics: Metrics::new(program.name),
        readiness: Readiness::default(),
        closing,
        admin: probes.address(),
    };
    let over = CancellationToken::new();
    let admin = admin::endpoint(&life.readiness, &life.metrics, life.admin);
    let admin = probes.serve(admin, over.clone(), PROBES_GRACE);
    tokio::pin!(admin);
    tokio::select! {
        done = life.answer(bound, api) => {
            over.cancel();
            admin.await?;
            done
        }
        ended = &mut admin => ended.and(Err(anyhow::anyhow!("the probes ended by themselves"))),
    }
}

impl Life<'_> {
    /// Opens the backend, and serves the API until the process is to end; then the requests and
    /// the tasks under way end side by side, within one grace.
    async fn answer<A>(&self, bound: Bound, api: impl FnOnce(Service) -> A) -> anyhow::Result<()>
    where
        A: IntoEndpoint + 'static,
        A::Endpoint: 'static,
    {
        let Self {
            program,
            args,
            closing,
            ..
        } = self;
        let address = bound.address();
        let (shape, closed) = (program.shape, closing.clone());
        let instance = Instance::assemble(args, shape, address, &self.metrics, closed).await?;
        let endpoint = instance.http.around(api(instance.service.clone()));
        self.readiness.set_ready(instance.service.clone());
        self.announce(address);
        let grace = args.listen.grace();
        let serving = async {
            let served = bound.serve(endpoint, closing.clone(), grace).await;
            // Should it end by itself, all else ends too.
            closing.cancel();
            served
        };
        let letting_go = async {
            closing.cancelled().await;
            instance.close_within(grace.max(STORING)).await;
        };
        let (served, ()) = tokio::join!(serving, letting_go);
        tracing::info!("{} has ended", program.name);
        served
    }

    /// Tells a person, and whoever started the process, where the API is.
    fn announce(&self, address: SocketAddr) {
        let line = format!("{} listening on http://{address}", self.program.name);
        let data_dir = &self.args.backend.data_dir;
        tracing::info!(
            address = %address,
            admin_address = %self.admin,
            scope = %self.args.service.scope,
            data_dir = %std::path::absolute(data_dir).as_ref().unwrap_or(data_dir).display(),
            version = env!("CARGO_PKG_VERSION"),
            "{line}"
        );
        if !address.ip().is_loopback() {
            tracing::warn!(
                address = %address,
                "WITHOUT AUTHENTICATION: whoever reaches {address} may run any action on this \
                 machine; listen on a loopback address, or put something in front that asks who \
                 calls"
            );
        }
        if let Err(error) = say(&line) {
            // Nobody listens; the log says the same.
            tracing::debug!("{error:#}");
        }
    }
}
