//! The use cases, over the embedded backend.

// What is allowed in a test is allowed in what tests share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit;
mod broken;
mod catalog;
mod conduct;
mod create;
mod documents;
mod follow;
mod list;
mod steer;
mod world;
