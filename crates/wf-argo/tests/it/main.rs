//! What wf-argo promises, from the outside.
#![allow(clippy::panic, clippy::unwrap_used)] // Outside of the test functions, too.

mod actions;
mod catalog;
mod documents;
mod fixtures;
mod golden;
mod laws;
mod manifests;
mod reader_law;
mod rendering;
mod schema;
mod seed;
mod yaml;
