#![doc = include_str!("../README.md")]

mod args;
mod backend;
mod http;
mod instance;
mod metrics;
mod process;
mod secret_file;
mod telemetry;

pub use args::{Args, Listening, PrintedDocument, Program};
pub use backend::{BackendArgs, BackendKind};
pub use http::{Caller, Http, HttpArgs, Origin, Refusal, Shape, context};
pub use instance::{Instance, ServiceArgs};
pub use process::{ListenArgs, main};
pub use telemetry::{LogFormat, TelemetryArgs};
