//! Which requests pass: the operator's choices.

use poem::http::HeaderName;

use super::origin::Origin;

/// Which requests pass.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "HTTP")]
#[non_exhaustive]
pub struct HttpArgs {
    /// An origin whose pages may use the API, as in `https://example.org`; may be repeated. A
    /// request of any other origin but the API's own is refused.
    #[arg(
        long,
        env = "WF_CORS_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    pub cors_origin: Vec<Origin>,

    /// Hosts that the API may be called by, besides loopback names, as in `flows.example.org`;
    /// may be repeated. On a loopback address other hosts are refused; elsewhere all are welcome
    /// until one is given here.
    #[arg(
        long,
        env = "WF_ALLOWED_HOSTS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<String>,

    /// How long a request may take, waiting and streaming apart.
    #[arg(long, env = "WF_REQUEST_TIMEOUT_SECONDS", value_name = "SECONDS", default_value_t = TIMEOUT_SECONDS, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub request_timeout_seconds: u32,

    /// How large the body of a request may be.
    #[arg(long, env = "WF_MAX_BODY_BYTES", value_name = "BYTES", default_value_t = BODY_BYTES, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_body_bytes: u32,

    /// The header in which a trusted proxy says who asks. The proxy has to remove it from what
    /// comes in from outside; without this flag nobody is known.
    #[arg(long, env = "WF_ACTOR_HEADER", value_name = "NAME")]
    pub actor_header: Option<HeaderName>,
}

const TIMEOUT_SECONDS: u32 = 30;
/// A document of 8 MiB, which is the largest there can be, with some room around it.
const BODY_BYTES: u32 = 10 << 20;

impl Default for HttpArgs {
    fn default() -> Self {
        Self {
            cors_origin: Vec::new(),
            allowed_hosts: Vec::new(),
            request_timeout_seconds: TIMEOUT_SECONDS,
            max_body_bytes: BODY_BYTES,
            actor_header: None,
        }
    }
}
