#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "what a command prints is its purpose")]

pub mod bench;
pub mod curl;
pub mod demo;
pub mod http;
pub mod node;
pub mod program;
pub mod run;
pub mod servers;
pub mod table;
pub mod workspace;

/// The example of the repository's README, which is compiled and run with this crate's tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
