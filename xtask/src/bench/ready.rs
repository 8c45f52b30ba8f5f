//! From the start of a process to its first answer, on an empty store.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::figures::{Figures, milliseconds};
use crate::http::Http;
use crate::program::Program;
use crate::servers::{self, Options};

const BUDGET: Duration = Duration::from_millis(100);

/// Starts each server `rounds` times on a store that is not there yet.
pub(super) fn measure(rounds: u32) -> Result<()> {
    println!("ready: from start to the first answer, empty store, {rounds} rounds");
    for (name, path) in [("wf-graphql", "/"), ("wf-rest", "/v1/service")] {
        let measured = (0..rounds)
            .map(|_| once(name, path))
            .collect::<Result<_>>()?;
        let figures = Figures::of(measured).context("at least one round")?;
        let verdict = if figures.median() <= BUDGET {
            "within"
        } else {
            "OVER"
        };
        println!(
            "  {name:<10}  median {}, worst {} ({verdict} its budget of {})",
            milliseconds(figures.median()),
            milliseconds(figures.percentile(100)),
            milliseconds(BUDGET),
        );
    }
    println!();
    Ok(())
}

fn once(name: &str, path: &str) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let launch = servers::launch(name, &Options::default(), folder.path())?;
    let http = Http::default();
    let began = Instant::now();
    let program = Program::start(&launch)?;
    http.send("GET", &format!("{}{path}", program.address()), &[], &[])?;
    let took = began.elapsed();
    program.stop()?;
    Ok(took)
}
