//! The rules around an API, its command line, its process.

// What is allowed in a test is allowed in what tests share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod command_line;
mod http;
mod process;
mod reloading;
mod server;
