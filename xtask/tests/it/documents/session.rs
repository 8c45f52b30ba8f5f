//! Following a document: its commands and its GraphQL, on servers of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;
use xtask::http::Http;
use xtask::servers::{Options, Servers};
use xtask::workspace;

use super::block::Block;
use super::compare::{Known, compare};
use crate::live;

/// Which curl runs the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curl {
    /// The one of this crate, which every machine has.
    StandIn,
    /// The machine's own, when it has one; else the stand-in.
    OfMachine,
}

/// Live servers, and what of the document is known of them.
#[derive(Debug)]
pub(super) struct Session {
    servers: Servers,
    known: Known,
    path: String,
}

impl Session {
    /// Starts servers over a store of their own.
    pub(super) fn start(curl: Curl) -> Self {
        let options = Options {
            programs: Some(live::programs()),
            ..Options::default()
        };
        let servers = Servers::start(&options).unwrap();
        let system = std::env::var("PATH").unwrap_or_default();
        let own = servers.folder().join("bin");
        fs::create_dir(&own).unwrap();
        let stand_in = own.join("curl");
        fs::write(
            &stand_in,
            format!("#!/bin/sh\nexec '{}' curl \"$@\"\n", live::XTASK),
        )
        .unwrap();
        fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
        let own = own.to_string_lossy();
        let path = match curl {
            Curl::StandIn => format!("{own}:{system}"),
            Curl::OfMachine => format!("{system}:{own}"),
        };
        Self {
            servers,
            known: Known::new(),
            path,
        }
    }

    /// Stops the servers.
    pub(super) fn stop(self) {
        self.servers.stop().unwrap();
    }

    /// Does what the document shows, in order; how much of it could be done.
    pub(super) fn follow(&mut self, document: &str, blocks: &[Block]) -> usize {
        let mut followed = 0;
        for (index, block) in blocks.iter().enumerate() {
            let place = format!("{document}:{}", block.at);
            match block.language.as_str() {
                "console" => {
                    for (command, shown) in block.commands() {
                        self.run(&place, &command, &shown);
                        followed += 1;
                    }
                }
                "graphql" => {
                    let answer = blocks.get(index + 1).filter(|next| next.language == "json");
                    let shown = answer.unwrap_or_else(|| panic!("{place}: no answer is shown"));
                    self.operate(&place, &block.text(), &shown.text());
                    followed += 1;
                }
                _ => {}
            }
        }
        followed
    }

    fn run(&mut self, place: &str, command: &str, shown: &str) {
        let (printed, errors) = self.sh(command);
        let shown = if command == "make demo" {
            settled(shown)
        } else {
            shown.to_owned()
        };
        if let Err(difference) = compare(&shown, &printed, &mut self.known) {
            panic!("{place}: `{command}`: {difference}\n{errors}");
        }
    }

    fn operate(&mut self, place: &str, operation: &str, shown: &str) {
        let operation = self.real(operation);
        let url = self.servers.graphql_url();
        let answer = Http::default()
            .graphql_answer(&url, &operation, &json!({}))
            .unwrap();
        if let Err(difference) = compare(shown, &answer.to_string(), &mut self.known) {
            panic!("{place}: {difference}");
        }
    }

    /// What a command prints, on standard output and on standard error.
    pub(super) fn sh(&self, command: &str) -> (String, String) {
        let output = self.command(command).output().unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let printed = self.shown(&text(&output.stdout));
        let printed = if command == "make demo" {
            settled(&printed)
        } else {
            printed
        };
        (printed, text(&output.stderr))
    }

    /// A command as the document writes it, ready to run here.
    pub(super) fn command(&self, command: &str) -> Command {
        let real = match command {
            // What it builds is built, and make is not asked for its opinion of that.
            "make demo" => format!(
                "'{}' demo --programs '{}'",
                live::XTASK,
                live::programs().display()
            ),
            command => self.real(command),
        };
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &real])
            .current_dir(workspace::root())
            .env("PATH", &self.path)
            .env("MAKEFLAGS", "");
        shell
    }

    /// The document's text with what is real here.
    pub(super) fn real(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (shown, real) in self.addresses() {
            text = text.replace(shown, &real);
        }
        for (shown, real) in &self.known {
            text = text.replace(shown, real);
        }
        text
    }

    /// What was printed here, with the addresses that the document has.
    fn shown(&self, text: &str) -> String {
        let addresses = self.addresses();
        addresses
            .iter()
            .fold(text.to_owned(), |text, (shown, real)| {
                text.replace(real, shown)
            })
    }

    fn addresses(&self) -> [(&'static str, String); 2] {
        let bare = |address: &str| address.trim_start_matches("http://").to_owned();
        [
            ("127.0.0.1:8080", bare(self.servers.graphql.address())),
            ("127.0.0.1:8081", bare(self.servers.rest.address())),
        ]
    }
}

/// The demonstration without its progress: how many states it meets depends on the machine.
fn settled(text: &str) -> String {
    let is_progress = |line: &&str| {
        let first = line.split_whitespace().next();
        line.starts_with(' ') && first.is_some_and(|word| word.parse::<f64>().is_ok())
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_progress(line)).collect();
    lines.join("\n")
}
