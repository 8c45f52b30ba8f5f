//! Processes: one attempt of a task, from its template to how it ended.

mod argument;
mod artifacts;
mod attempt;
mod capture;
mod group;
mod log_file;
mod marked;
mod outputs;
mod placeholder;
mod prepare;
mod program;
mod progress;
mod removal;
mod search;
mod secret;
mod strays;
mod suspend;

pub(crate) use attempt::{Job, Outcome, run};
pub(crate) use log_file::parse_line;
pub(crate) use marked::end_all;
pub(crate) use outputs::Keep;
pub(crate) use program::{Program, Work};
pub(crate) use progress::{Stamp, read as progress};
pub(crate) use removal::{remove as remove_directory, remove_tree};
pub(crate) use suspend::Suspension;

/// What every process of an attempt has in its environment, with the attempt's UUID.
pub(crate) const MARKER: &str = "WF_ATTEMPT";

/// The most that is kept of a result or of an output parameter.
pub(crate) const VALUE_BYTES: usize = 256 << 10;
