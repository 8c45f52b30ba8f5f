//! What the process tells of itself while it runs: its log, on standard error.

use std::panic;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

/// What the process tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Log")]
#[non_exhaustive]
pub struct TelemetryArgs {
    /// How the log is written, to standard error.
    #[arg(long, env = "WF_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// What is logged: a level, or directives such as `info,wf_backend=debug`. The audit trail
    /// (`audit`) is logged unless it is named here.
    #[arg(long, env = "WF_LOG_LEVEL", value_name = "FILTER", default_value = LOG_LEVEL)]
    pub log_level: String,
}

const LOG_LEVEL: &str = "info";

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for TelemetryArgs {
    fn default() -> Self {
        Self {
            log_format: LogFormat::Text,
            log_level: LOG_LEVEL.to_owned(),
        }
    }
}

/// Begins to log.
pub(crate) fn init(args: &TelemetryArgs) -> anyhow::Result<()> {
    let TelemetryArgs {
        log_format,
        log_level,
    } = args;
    let filter = filter(log_level)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    let begun = match log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    begun
        .map_err(|error| anyhow::anyhow!(error))
        .context("cannot begin to log")?;
    log_panics();
    Ok(())
}

/// The wish of the operator, over our own: the audit trail always, the HTTP library's chat never.
fn filter(wish: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(format!("audit=info,poem=warn,{wish}")).with_context(|| {
        format!("`--log-level {wish}` is no level and no list of directives; try `info`")
    })
}

/// Panics are logged like everything else, so that a collector of JSON lines sees them.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("a panic without words");
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked: {message}");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_trail_is_logged_unless_it_is_named() {
        assert!(filter("error").unwrap().to_string().contains("audit=info"));
        assert!(
            !filter("error,audit=off")
                .unwrap()
                .to_string()
                .contains("audit=info")
        );
    }

    #[test]
    fn nonsense_is_told() {
        let error = filter("a=b=c").unwrap_err();
        assert!(error.to_string().contains("`--log-level a=b=c`"), "{error}");
    }
}
