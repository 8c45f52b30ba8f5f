//! What wf-argo promises, from the outside.
#![allow(clippy::panic, clippy::unwrap_used)] // Outside of the test functions, too.

mod action_bodies;
mod actions;
mod actions_page;
mod admission;
mod argo_checks;
mod argo_references;
mod catalog;
mod definitions;
mod documents;
mod explaining;
mod fixtures;
mod golden;
mod hostile_actions;
mod knobs;
mod laws;
mod manifests;
mod meeting;
mod passthrough;
mod profile_files;
mod profiles;
mod reader_law;
mod rendering;
mod schema;
mod secrets;
mod seed;
mod strict_actions;
mod supporting;
mod typed_parameters;
mod yaml;
