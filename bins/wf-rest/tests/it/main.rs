//! The whole API in process, over the embedded backend.

// What helps a test may fail it as the test itself may, and takes what reads best at the call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

mod actions;
mod browser;
mod bulk;
mod declared;
mod documents;
mod graph;
mod harness;
mod history;
mod idempotency;
mod lists;
mod logs;
mod openapi;
mod refusals;
mod restarting;
mod steering;
mod story;
mod tasks;
mod updating;
