#![doc = include_str!("../README.md")]

mod accept;
mod api;
mod app;
mod contract;
mod docs;
mod error;
mod fields;
mod json;
mod link;
mod openapi;
mod program;
mod spans;
mod twice;
mod view;

pub use app::app;
pub use openapi::openapi;
pub use program::PROGRAM;
