//! Both APIs of the service over one data directory.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::program::{Launch, Program};
use crate::workspace;

/// How to start both servers.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the binaries are; beside this one when absent.
    pub programs: Option<PathBuf>,
    /// Where to keep workflows; a folder of their own that goes with them when absent.
    pub data_dir: Option<PathBuf>,
    /// Flags for both of them.
    pub flags: Vec<OsString>,
}

/// Both servers, ready, on free loopback ports.
#[derive(Debug)]
pub struct Servers {
    /// The GraphQL API.
    pub graphql: Program,
    /// The REST API.
    pub rest: Program,
    // Last, since it is removed after they have been ended.
    own: TempDir,
}

impl Servers {
    /// Starts both on free loopback ports.
    ///
    /// # Errors
    /// When one of them does not become ready; with what it logged.
    pub fn start(options: &Options) -> Result<Self> {
        let own = tempfile::Builder::new().prefix("workflows-").tempdir()?;
        let graphql = Program::start(&launch("wf-graphql", options, own.path())?)?;
        let rest = Program::start(&launch("wf-rest", options, own.path())?)?;
        Ok(Self { graphql, rest, own })
    }

    /// Where GraphQL requests go.
    pub fn graphql_url(&self) -> String {
        format!("{}/graphql", self.graphql.address())
    }

    /// The base of REST's paths.
    pub fn rest_url(&self) -> String {
        format!("{}/v1", self.rest.address())
    }

    /// A folder that lives as long as the servers.
    pub fn folder(&self) -> &Path {
        self.own.path()
    }

    /// Asks both to stop, and waits until they have.
    ///
    /// # Errors
    /// When one does not stop in time, or not with success.
    pub fn stop(self) -> Result<()> {
        let Self { graphql, rest, own } = self;
        rest.stop()?;
        graphql.stop()?;
        own.close().context("cannot remove the servers' folder")
    }
}

/// The REST API alone, which then is what runs the tasks.
///
/// # Errors
/// When it does not become ready; with what it logged.
pub fn rest_alone(options: &Options) -> Result<(Program, TempDir)> {
    let own = tempfile::Builder::new().prefix("workflows-").tempdir()?;
    let rest = Program::start(&launch("wf-rest", options, own.path())?)?;
    Ok((rest, own))
}

/// How to start the server of that name on a free loopback port.
///
/// # Errors
/// When its binary is not there.
pub fn launch(name: &str, options: &Options, folder: &Path) -> Result<Launch> {
    let data_dir = options
        .data_dir
        .clone()
        .unwrap_or_else(|| folder.join("data"));
    let mut arguments: Vec<OsString> = Vec::new();
    for (flag, value) in [
        ("--listen", "127.0.0.1:0".into()),
        ("--admin-listen", "127.0.0.1:0".into()),
        ("--data-dir", data_dir.into_os_string()),
        ("--actions", workspace::path("fixtures/actions").into()),
    ] {
        arguments.extend([flag.into(), value]);
    }
    arguments.extend(options.flags.iter().cloned());
    Ok(Launch {
        binary: binary(name, options.programs.as_deref())?,
        arguments,
        log: folder.join(format!("{name}.log")),
        keep_environment: false,
        own_group: false,
    })
}

/// The binary of that name: in the folder given, else beside this one.
///
/// # Errors
/// When it is not there.
pub fn binary(name: &str, folder: Option<&Path>) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = folder
        .or_else(|| own.parent())
        .context("a program is in a folder")?;
    let path = folder.join(name);
    ensure!(
        path.is_file(),
        "{} is not built: `cargo build -p {name}` makes it",
        path.display()
    );
    Ok(path)
}
