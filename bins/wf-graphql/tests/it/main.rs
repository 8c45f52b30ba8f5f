//! The whole app in process, over the embedded backend.
#![allow(clippy::panic, clippy::unwrap_used)] // The functions that tests share are tests, too.

mod actions;
mod harness;

mod api;
mod bulk;
mod documents;
mod graph;
mod history;
mod http;
mod life;
mod lists;
mod nodes;
mod page;
mod queries;
mod schema;
mod story;
