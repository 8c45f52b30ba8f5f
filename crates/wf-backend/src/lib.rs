#![doc = include_str!("../README.md")]

mod asked;
#[cfg(feature = "contract")]
pub mod contract;
#[cfg(feature = "embedded")]
mod embedded;
mod error;
mod history;
mod id;
mod logs;
mod port;
mod workflow;

pub use asked::{Answer, By, NewDocument, Repeatable, RequestKey, Restart, Update, answer_word};
#[cfg(feature = "embedded")]
pub use embedded::{EmbeddedBackend, EmbeddedOptions};
pub use error::{BEGUN, Error, Result};
pub use history::{AuditEntry, AuditPage, Refusal, Run, RunPage};
pub use id::{Scope, WorkflowId};
pub use logs::{LogLine, LogQuery, LogStream};
pub use port::{Backend, Description};
pub use workflow::{
    Filter, Page, Position, Query, Snapshot, Start, Submission, Submitted, Summary,
};
