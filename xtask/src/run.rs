//! Both servers on their own ports, until Ctrl-C.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};

use crate::program::{Launch, Program};
use crate::servers::binary;
use crate::workspace;

/// A server, where it listens unless told otherwise, and the variable that tells it otherwise.
struct Api {
    name: &'static str,
    listen: &'static str,
    variable: &'static str,
    shows: &'static [(&'static str, &'static str)],
}

const APIS: [Api; 2] = [
    Api {
        name: "wf-graphql",
        listen: "127.0.0.1:8080",
        variable: "WF_GRAPHQL_LISTEN",
        shows: &[("page", "/"), ("GraphQL", "/graphql")],
    },
    Api {
        name: "wf-rest",
        listen: "127.0.0.1:8081",
        variable: "WF_REST_LISTEN",
        shows: &[("REST", "/v1"), ("its document", "/docs")],
    },
];

/// Where workflows are kept between runs, unless `WF_DATA_DIR` says otherwise.
const DATA_DIR: &str = "data";

/// Serves both APIs until Ctrl-C.
///
/// # Errors
/// When a port is taken, or a server ends by itself.
pub fn run() -> Result<()> {
    for api in &APIS {
        free(api)?;
    }
    let folder = tempfile::Builder::new().prefix("workflows-").tempdir()?;
    let mut programs = Vec::new();
    for api in &APIS {
        let program = Program::start(&launch(api, folder.path())?)?;
        for (what, path) in api.shows {
            println!("{what:<13} {}{path}", program.address());
        }
        programs.push(program);
    }
    println!("Ctrl-C stops both.");
    let outcome = until_asked(&mut programs);
    for program in &mut programs {
        // It is gone already when it ended by itself, which is told below.
        drop(program.terminate());
    }
    outcome?;
    programs.iter_mut().try_for_each(Program::wait)
}

/// Waits for Ctrl-C or `SIGTERM`; a server that ends by itself is an error.
fn until_asked(programs: &mut [Program]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut glance = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                _ = interrupt.recv() => return Ok(()),
                _ = terminate.recv() => return Ok(()),
                _ = glance.tick() => all_run(programs)?,
            }
        }
    })
}

fn all_run(programs: &mut [Program]) -> Result<()> {
    for program in programs {
        if let Some(status) = program.ended()? {
            bail!(
                "{} ended with {status}\n{}",
                program.address(),
                program.log_text()
            );
        }
    }
    Ok(())
}

/// Says so when somebody else listens where the server is to listen.
fn free(api: &Api) -> Result<()> {
    let address = std::env::var(api.variable).unwrap_or_else(|_| api.listen.to_owned());
    TcpListener::bind(&address).map(drop).with_context(|| {
        let (name, variable) = (api.name, api.variable);
        format!("{name} cannot listen on {address}; {variable}=127.0.0.1:0 takes a free port")
    })
}

fn launch(api: &Api, folder: &Path) -> Result<Launch> {
    let mut arguments = Vec::new();
    for (flag, variable, path) in [
        ("--data-dir", "WF_DATA_DIR", DATA_DIR),
        ("--actions", "WF_ACTIONS", "fixtures/actions"),
    ] {
        if std::env::var_os(variable).is_none() {
            arguments.extend([flag.into(), workspace::path(path).into_os_string()]);
        }
    }
    Ok(Launch {
        binary: binary(api.name, None)?,
        arguments,
        log: folder.join(format!("{}.log", api.name)),
        keep_environment: true,
        // Ctrl-C is this process's matter; it then stops them in order.
        own_group: true,
    })
}
