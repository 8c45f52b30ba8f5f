//! The rules that every HTTP request has to pass before an API sees it.

mod args;
mod body;
mod caller;
mod cors;
mod endpoint;
mod headers;
mod host;
mod origin;
mod refusal;
mod request_id;

pub use args::HttpArgs;
pub use caller::{Caller, context};
pub use endpoint::Http;
pub use origin::Origin;
pub use refusal::{Refusal, Shape};

pub(crate) use host::HostRule;
