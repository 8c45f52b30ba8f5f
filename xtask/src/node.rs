//! What needs Node: the TypeScript clients, and the page in a browser.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::servers::{Options, Servers};
use crate::workspace;

/// Generates the TypeScript clients, compiles them, and runs their stories on live servers.
///
/// # Errors
/// When any step fails, or Node is not there.
pub fn clients() -> Result<()> {
    let folder = workspace::path("clients/typescript");
    install(&folder)?;
    npm(&folder, &["run", "generate"], None)?;
    npm(&folder, &["run", "build"], None)?;
    with_servers(|servers| npm(&folder, &["test"], Some(servers)))
}

/// Opens the page in headless Chromium, on live servers.
///
/// # Errors
/// When any step fails, or Node or Chromium is not there.
pub fn browser() -> Result<()> {
    let folder = workspace::path("clients/browser");
    install(&folder)?;
    with_servers(|servers| npm(&folder, &["test"], Some(servers)))
}

fn with_servers(story: impl FnOnce(&Servers) -> Result<()>) -> Result<()> {
    let servers = Servers::start(&Options::default())?;
    if let Err(error) = story(&servers) {
        for server in [&servers.graphql, &servers.rest] {
            eprint!("{}", server.log_text());
        }
        return Err(error);
    }
    servers.stop()
}

/// Installs what the lock file names, once per lock file.
fn install(folder: &Path) -> Result<()> {
    let (lock, done) = ("package-lock.json", "node_modules/.package-lock.json");
    let changed = |file| {
        folder
            .join(file)
            .metadata()
            .and_then(|data| data.modified())
    };
    match (changed(lock), changed(done)) {
        (Ok(lock), Ok(done)) if lock <= done => Ok(()),
        _ => npm(folder, &["ci", "--no-audit", "--no-fund"], None),
    }
}

fn npm(folder: &Path, arguments: &[&str], servers: Option<&Servers>) -> Result<()> {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(folder);
    if let Some(servers) = servers {
        command
            .env("WORKFLOWS_GRAPHQL", servers.graphql_url())
            .env("WORKFLOWS_REST", servers.rest.address())
            .env("WORKFLOWS_PAGE", servers.graphql.address())
            .env("WORKFLOWS_ROOT", workspace::root());
    }
    let status = command
        .status()
        .context("npm cannot be started; it comes with Node 20 or newer")?;
    ensure!(status.success(), "`npm {}` failed", arguments.join(" "));
    Ok(())
}
