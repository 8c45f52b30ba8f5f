#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
mod id;
mod logs;
mod port;
mod workflow;

#[cfg(feature = "embedded")]
pub use embedded::{EmbeddedBackend, EmbeddedOptions};
pub use error::{Error, Result};
pub use id::{Scope, WorkflowId};
pub use logs::{LogLine, LogQuery, LogStream};
pub use port::{Backend, Description};
pub use workflow::{
    Filter, Page, Position, Query, Snapshot, Start, Stop, Submission, Submitted, Summary,
};
