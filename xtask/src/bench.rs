//! The measurements of `docs/performance.md`: each beside what it is compared with, in one run.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace;

mod figures;
mod pages;
mod ready;
mod tasks;

pub use figures::Figures;

/// Flags of the measurements.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Measure these alone
    #[arg(value_enum)]
    only: Vec<Measurement>,
    /// How often each is repeated
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Measurement {
    /// Parsing, validating and rendering documents, against `serde_json`
    Documents,
    /// 1,000 tasks of `true`, against `xargs -P`
    Tasks,
    /// A page of 50 workflows, of 10,000 and of 100,000
    Pages,
    /// From start to ready on an empty store
    Ready,
    /// Stops and restarts of much at once
    Life,
}

impl Measurement {
    const ALL: [Self; 5] = [
        Self::Ready,
        Self::Tasks,
        Self::Pages,
        Self::Life,
        Self::Documents,
    ];

    fn measure(self, rounds: u32) -> Result<()> {
        match self {
            Self::Documents => documents(),
            Self::Tasks => tasks::measure(rounds),
            Self::Pages => pages::measure(),
            Self::Ready => ready::measure(rounds),
            Self::Life => life(),
        }
    }
}

/// Measures and prints; compares with the budgets, but does not fail on them.
///
/// # Errors
/// When something cannot be measured.
pub fn bench(options: &Options) -> Result<()> {
    let asked = if options.only.is_empty() {
        Measurement::ALL.to_vec()
    } else {
        options.only.clone()
    };
    asked
        .into_iter()
        .try_for_each(|measurement| measurement.measure(options.rounds))
}

/// The benches of the pure crates; each prints its own table.
fn documents() -> Result<()> {
    println!("documents: parse, validate and render, against serde_json's parse of the same bytes");
    cargo_bench(&[
        "-p", "wf-model", "-p", "wf-argo", "--bench", "validate", "--bench", "render", "--bench",
        "catalog",
    ])
}

/// The benches of the embedded backend that no API is needed for.
fn life() -> Result<()> {
    println!("life: stops and restarts of much at once");
    cargo_bench(&[
        "-p",
        "wf-backend",
        "--bench",
        "embedded",
        "--",
        "stop",
        "restart",
        "bulk",
    ])
}

fn cargo_bench(arguments: &[&str]) -> Result<()> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["bench", "--locked"])
        .args(arguments)
        .current_dir(workspace::root())
        .status()
        .context("cargo cannot be started")?;
    ensure!(status.success(), "`cargo bench` failed");
    Ok(())
}
