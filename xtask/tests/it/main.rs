//! What no single crate can hold: the layers, the house rules, parity, and the documents.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod demo;
mod documents;
mod layering;
mod live;
mod parity;
mod tidy;
mod words;
