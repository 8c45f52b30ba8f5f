//! Capture: what a process prints, line by line into its log, its standard output also whole.

use std::future::Future;

use tokio::io::{AsyncRead, AsyncReadExt};

use super::VALUE_BYTES;
use super::log_file::LogFile;
use crate::embedded::clock;
use crate::logs::LogStream;

/// The longest line that is kept; more of it is left out, and that is told.
const LINE_BYTES: usize = 64 << 10;
/// How much is read at once.
const CHUNK: usize = 16 << 10;

/// Reads both streams to their end, or until `cut` is over, whichever comes first.
///
/// Gives what was printed on standard output, as far as it is kept.
pub(crate) async fn capture(
    mut stdout: impl AsyncRead + Unpin,
    mut stderr: impl AsyncRead + Unpin,
    mut log: LogFile,
    cut: impl Future<Output = ()>,
) -> Captured {
    let mut captured = Captured::default();
    let mut out = Lines::new(LogStream::Stdout);
    let mut err = Lines::new(LogStream::Stderr);
    let mut out_chunk = vec![0; CHUNK];
    let mut err_chunk = vec![0; CHUNK];
    tokio::pin!(cut);
    while out.open || err.open {
        tokio::select! {
            read = stdout.read(&mut out_chunk), if out.open => {
                let chunk = &out_chunk[..read.unwrap_or(0)];
                captured.keep(chunk);
                out.take(chunk, &mut log);
            }
            read = stderr.read(&mut err_chunk), if err.open => {
                err.take(&err_chunk[..read.unwrap_or(0)], &mut log);
            }
            () = &mut cut => break,
        }
        log = flush(log).await;
    }
    out.end(&mut log);
    err.end(&mut log);
    let mut log = flush(log).await;
    if log.is_missing() {
        // Nothing to do about it when the process ends at this moment.
        let _ = tokio::task::spawn_blocking(move || log.close()).await;
    }
    captured
}

/// Writes what is pending, off the asynchronous threads.
async fn flush(mut log: LogFile) -> LogFile {
    if !log.is_pending() {
        return log;
    }
    let written = tokio::task::spawn_blocking(move || {
        log.write();
        log
    });
    match written.await {
        Ok(log) => log,
        // Only when the process ends: then there is nobody left to write for.
        Err(_) => LogFile::new(std::path::PathBuf::new(), 0),
    }
}

/// What a process printed on standard output, as far as it is kept.
#[derive(Debug, Default)]
pub(crate) struct Captured {
    stdout: Vec<u8>,
}

impl Captured {
    fn keep(&mut self, chunk: &[u8]) {
        let room = VALUE_BYTES.saturating_sub(self.stdout.len());
        self.stdout
            .extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    /// The whole as a text, without one line end.
    pub(crate) fn into_result(self) -> String {
        let mut text = match String::from_utf8(self.stdout) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        if text.ends_with('\n') {
            text.pop();
        }
        text
    }
}

/// One stream, cut into lines.
#[derive(Debug)]
struct Lines {
    stream: LogStream,
    open: bool,
    line: Vec<u8>,
    cut: bool,
}

impl Lines {
    fn new(stream: LogStream) -> Self {
        Self {
            stream,
            open: true,
            line: Vec::new(),
            cut: false,
        }
    }

    /// Takes what was read; nothing means the end.
    fn take(&mut self, mut chunk: &[u8], log: &mut LogFile) {
        self.open = !chunk.is_empty();
        while let Some(end) = chunk.iter().position(|&byte| byte == b'\n') {
            if self.line.is_empty() && end <= LINE_BYTES {
                log.add(clock::now(), self.stream, &chunk[..end]);
            } else {
                self.extend(&chunk[..end]);
                self.finish(log);
            }
            chunk = &chunk[end + 1..];
        }
        self.extend(chunk);
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = LINE_BYTES - self.line.len();
        self.cut |= bytes.len() > room;
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn finish(&mut self, log: &mut LogFile) {
        let now = clock::now();
        log.add(now, self.stream, &self.line);
        if std::mem::take(&mut self.cut) {
            let remark = format!("the line above was cut after {LINE_BYTES} bytes");
            log.add(now, LogStream::Service, remark.as_bytes());
        }
        self.line.clear();
    }

    /// The last line need not have an end.
    fn end(&mut self, log: &mut LogFile) {
        if !self.line.is_empty() {
            self.finish(log);
        }
    }
}
