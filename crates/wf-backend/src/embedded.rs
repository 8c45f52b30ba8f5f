//! The embedded backend: one machine, no cluster; SQLite and local processes.

mod backend;
mod changing;
mod clock;
mod executor;
mod layout;
mod logs;
mod options;
mod process;
mod run_name;
mod store;
mod watch;
mod watching;

pub use backend::EmbeddedBackend;
pub use options::EmbeddedOptions;
