#![doc = include_str!("../README.md")]

mod api;
mod app;
mod bounds;
mod caller;
mod endpoint;
mod error;
mod nulls;
mod page;
mod schema;

pub use api::Api;
pub use app::app;
pub use error::shape;
pub use schema::sdl;
