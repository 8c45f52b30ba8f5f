//! The whole app in process, over the embedded backend.
#![allow(clippy::panic, clippy::unwrap_used)] // The functions that tests share are tests, too.

mod actions;
mod harness;

mod api;
mod documents;
mod graph;
mod http;
mod lists;
mod nodes;
mod page;
mod queries;
mod schema;
mod story;
