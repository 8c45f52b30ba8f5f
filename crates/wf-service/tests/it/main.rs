//! The use cases, over the embedded backend.

// What is allowed in a test is allowed in what tests share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit;
mod broken;
mod bulk;
mod catalog;
mod conduct;
mod create;
mod documents;
mod fixture_actions;
mod follow;
mod following;
mod graph;
mod history;
mod list;
mod profile;
mod restart;
mod steer;
mod tasks;
mod update;
mod world;
