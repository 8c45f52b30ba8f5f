#![doc = include_str!("../README.md")]

mod action;
mod admission;
mod catalog;
mod definitions;
mod error;
mod explain;
mod expression;
mod lines;
mod manifest;
mod names;
mod profile;
mod read;
mod render;
mod rendered;
mod reserved;
mod scalar;
mod suggestion;
mod wording;
mod yaml;

pub use action::{Action, BodyKind};
pub use catalog::Catalog;
pub use error::{Error, Result, SourcePlace};
pub use explain::{Origin, explain};
pub use manifest::{
    Arguments, ArtifactPort, Body, DagTask, DagTemplate, Inputs, Manifest, Metadata, NamedArtifact,
    NamedValue, OutputParameter, Outputs, Spec, Template, ValueFrom,
};
pub use profile::Profile;
pub use read::read_document;
pub use render::render;
pub use rendered::Rendered;
