//! 1,000 tasks of `true` in one workflow, against `xargs -P` of the same width.

use std::process::{Command, Stdio};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::figures::{Figures, milliseconds, ratio};
use crate::http::Http;
use crate::program::Program;
use crate::servers::{self, Options};

const TASKS: usize = 1000;
const BUDGET: f64 = 1.5;

/// Measures both in turn, `rounds` times, after one round that does not count.
pub(super) fn measure(rounds: u32) -> Result<()> {
    // The default of `--max-tasks`.
    let width = 2 * available_parallelism()?.get();
    println!("tasks: {TASKS} x `true`, {width} at once, {rounds} rounds");
    let (rest, _folder) = servers::rest_alone(&Options {
        flags: vec!["--max-tasks".into(), width.to_string().into()],
        ..Options::default()
    })?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let (workflow, xargs) = (workflow(&rest)?, xargs(width)?);
        if round > 0 {
            ours.push(workflow);
            theirs.push(xargs);
        }
    }
    rest.stop()?;
    let ours = Figures::of(ours).context("at least one round")?.median();
    let theirs = Figures::of(theirs).context("at least one round")?.median();
    println!(
        "  workflow  median {} from POST to its end",
        milliseconds(ours)
    );
    println!("  xargs -P  median {}", milliseconds(theirs));
    println!("  ratio     {}", ratio(ours, theirs, BUDGET));
    println!();
    Ok(())
}

/// Creates the workflow and waits for its end, as a client does.
fn workflow(rest: &Program) -> Result<Duration> {
    let tasks: Vec<Value> = (0..TASKS)
        .map(|number| json!({"name": format!("t{number}"), "action": "true"}))
        .collect();
    let document = json!({"name": "bench", "tasks": tasks});
    let url = format!("{}/v1/workflows?wait=120", rest.address());
    let began = Instant::now();
    let workflow = Http::default().post(&url, &document)?;
    let took = began.elapsed();
    ensure!(
        workflow["phase"] == "SUCCEEDED",
        "the workflow is {}",
        workflow["phase"]
    );
    Ok(took)
}

fn xargs(width: usize) -> Result<Duration> {
    let numbers: Vec<String> = (0..TASKS).map(|number| number.to_string()).collect();
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), numbers.join("\n"))?;
    let began = Instant::now();
    let status = Command::new("xargs")
        .args(["-n", "1", "-P", &width.to_string(), "true"])
        .stdin(Stdio::from(file.reopen()?))
        .status()
        .context("xargs cannot be started")?;
    let took = began.elapsed();
    ensure!(status.success(), "xargs failed");
    Ok(took)
}
