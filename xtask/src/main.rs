//! `xtask`: the developer's commands; the Makefile is their list.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, curl, demo, node, run};

/// The developer's commands. `make help` lists them in the words of people.
#[derive(Debug, Parser)]
#[command(name = "xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the example workflow end to end and show its output
    Demo(demo::Options),
    /// Serve both APIs until Ctrl-C
    Run,
    /// Measure what docs/performance.md tells
    Bench(bench::Options),
    /// Generate, compile and run the TypeScript clients
    Clients,
    /// Open the page of wf-graphql in headless Chromium
    Browser,
    /// A small stand-in for curl, for machines without it
    #[command(hide = true)]
    Curl(curl::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Demo(options) => demo::demo(&options),
        Command::Run => run::run(),
        Command::Bench(options) => bench::bench(&options),
        Command::Clients => node::clients(),
        Command::Browser => node::browser(),
        Command::Curl(options) => curl::curl(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
