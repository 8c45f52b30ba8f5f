//! The command line of a server, and what a binary says of itself.

use std::path::PathBuf;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};

use crate::backend::BackendArgs;
use crate::http::{HttpArgs, Shape};
use crate::instance::ServiceArgs;
use crate::process::ListenArgs;
use crate::telemetry::TelemetryArgs;

/// What a binary says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name, as in `wf-rest`.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// Where its API is served.
    pub listen: Listening,
    /// Where its probes and metrics are served.
    pub admin_listen: Listening,
    /// The document that it prints of its API.
    pub document: PrintedDocument,
    /// What errors look like that come up before its own code.
    pub shape: Shape,
}

/// An address to listen on: the variable that sets it, and its default.
#[derive(Debug, Clone, Copy)]
pub struct Listening {
    /// The environment's twin of the flag.
    pub env: &'static str,
    /// The address when nobody says another.
    pub default: &'static str,
}

/// A document that a binary prints of its API.
#[derive(Debug, Clone, Copy)]
pub struct PrintedDocument {
    /// The command that prints it.
    pub command: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Makes it.
    pub print: fn() -> String,
}

/// The command line of a server.
#[derive(Debug, Clone, Default, clap::Args)]
#[non_exhaustive]
pub struct Args {
    /// Where it listens, and how it ends.
    #[command(flatten)]
    pub listen: ListenArgs,
    /// What runs the workflows.
    #[command(flatten)]
    pub backend: BackendArgs,
    /// What is offered to whom.
    #[command(flatten)]
    pub service: ServiceArgs,
    /// Which requests pass.
    #[command(flatten)]
    pub http: HttpArgs,
    /// What it tells of itself.
    #[command(flatten)]
    pub telemetry: TelemetryArgs,
}

impl Args {
    /// The defaults, over that data directory; the environment is not asked.
    pub fn over(data_dir: impl Into<PathBuf>) -> Self {
        let mut args = Self::default();
        args.backend.data_dir = data_dir.into();
        args
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// To serve.
    Serve(Box<Args>),
    /// To print the document.
    Print,
}

/// The command line of that program.
pub(crate) fn command(program: &Program) -> Command {
    // The derive sets what it is about to the words on `Args`, so that is said afterwards.
    let serve = |command, about| with_addresses(Args::augment_args(command), program).about(about);
    let top = Command::new(program.name)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(
            "Every flag has a twin in the environment, named beside it; the flag wins.\n\
             Nothing is asked of callers: whoever reaches the address may do everything, so keep \
             it on a loopback address or behind something that asks.",
        );
    let document = Command::new(program.document.command).about(program.document.about);
    serve(top, program.about)
        .args_conflicts_with_subcommands(true)
        .subcommand(serve(
            Command::new("serve"),
            "Serve the API; the same as no command",
        ))
        .subcommand(document)
}

/// The addresses differ from program to program, which a derive cannot know.
fn with_addresses(command: Command, program: &Program) -> Command {
    let Program {
        listen,
        admin_listen,
        ..
    } = *program;
    command
        // A script may add a flag to those of another script; the last one counts.
        .args_override_self(true)
        .mut_arg("listen", |arg| {
            arg.env(listen.env)
                .default_value(listen.default)
                .required(false)
        })
        .mut_arg("admin_listen", |arg| {
            arg.env(admin_listen.env)
                .default_value(admin_listen.default)
                .required(false)
        })
}

/// What the arguments ask for.
pub(crate) fn asked(matches: &ArgMatches, program: &Program) -> Result<Asked, clap::Error> {
    match matches.subcommand() {
        Some((name, _)) if name == program.document.command => Ok(Asked::Print),
        Some((_, serve)) => Args::from_arg_matches(serve)
            .map(Box::new)
            .map(Asked::Serve),
        None => Args::from_arg_matches(matches)
            .map(Box::new)
            .map(Asked::Serve),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: Program = Program {
        name: "wf-test",
        about: "Tests.",
        listen: Listening {
            env: "WF_TEST_LISTEN",
            default: "127.0.0.1:1",
        },
        admin_listen: Listening {
            env: "WF_TEST_ADMIN_LISTEN",
            default: "127.0.0.1:2",
        },
        document: PrintedDocument {
            command: "print",
            about: "Print.",
            print: String::new,
        },
        shape: |_| poem::Response::default(),
    };

    fn ask(arguments: &[&str]) -> Asked {
        let arguments = std::iter::once(&"wf-test").chain(arguments);
        let matches = command(&PROGRAM).try_get_matches_from(arguments).unwrap();
        asked(&matches, &PROGRAM).unwrap()
    }

    fn served(arguments: &[&str]) -> Args {
        match ask(arguments) {
            Asked::Serve(args) => *args,
            Asked::Print => panic!("it prints"),
        }
    }

    #[test]
    fn verify_cli() {
        command(&PROGRAM).debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        assert_eq!(served(&[]).listen.listen.port(), 1);
        assert_eq!(served(&["serve"]).listen.admin_listen.port(), 2);
        assert_eq!(served(&["--listen", "127.0.0.1:3"]).listen.listen.port(), 3);
        assert_eq!(
            served(&["serve", "--listen", "127.0.0.1:3"])
                .listen
                .listen
                .port(),
            3
        );
        assert!(matches!(ask(&["print"]), Asked::Print));
    }

    #[test]
    fn the_last_of_two_counts_and_lists_grow() {
        assert_eq!(
            served(&["--max-tasks", "1", "--max-tasks", "2"])
                .backend
                .max_tasks,
            Some(2)
        );
        let origins = [
            "--cors-origin",
            "https://a.org",
            "--cors-origin",
            "https://b.org,https://c.org",
        ];
        assert_eq!(served(&origins).http.cors_origin.len(), 3);
    }

    #[test]
    fn the_defaults_of_tests_are_those_of_the_command_line() {
        let (told, meant) = (served(&[]), Args::default());
        assert_eq!(told.backend, meant.backend);
        assert_eq!(told.service, meant.service);
        assert_eq!(told.http, meant.http);
        assert_eq!(told.telemetry, meant.telemetry);
        let grace = |args: &Args| args.listen.shutdown_grace_seconds;
        assert_eq!(grace(&told), grace(&meant));
    }
}
