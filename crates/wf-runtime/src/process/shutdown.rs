//! How a process is told to end.

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that the first SIGTERM or SIGINT cancels; the second ends the process at once.
pub(super) fn on_signal() -> anyhow::Result<CancellationToken> {
    let mut signals = Signals::new().context("cannot listen to signals")?;
    let closing = CancellationToken::new();
    let token = closing.clone();
    tokio::spawn(async move {
        let first = signals.next().await;
        tracing::info!(signal = first.name, "ending; a second signal ends at once");
        token.cancel();
        let second = signals.next().await;
        tracing::warn!(signal = second.name, "ended at once");
        // As a shell tells a process that a signal ended.
        std::process::exit(128 + second.number);
    });
    Ok(closing)
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

struct Received {
    name: &'static str,
    number: i32,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Received {
        tokio::select! {
            _ = self.terminate.recv() => Received { name: "SIGTERM", number: 15 },
            _ = self.interrupt.recv() => Received { name: "SIGINT", number: 2 },
        }
    }
}
