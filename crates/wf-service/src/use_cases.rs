//! The use cases, each with its file.

mod bulk;
mod create;
mod documents;
mod find;
mod follow;
mod graph;
mod history;
mod offer;
mod restart;
mod steer;
mod tasks;
mod update;
