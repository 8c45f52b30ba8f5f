//! The use cases, each with its file.

mod create;
mod documents;
mod find;
mod follow;
mod offer;
mod steer;
