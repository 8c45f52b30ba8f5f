//! Log files: what an attempt printed, a line each, with its moment and its stream.
//!
//! A line is `<milliseconds since 1970> <o|e|s> <bytes>\n`: easy to read with any tool, and the
//! last one, cut off by a crash, is told from the others by its missing end.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wf_model::Timestamp;

use crate::logs::{LogLine, LogStream};

/// The log file of one attempt; made when there is a first line.
#[derive(Debug)]
pub(crate) struct LogFile {
    path: PathBuf,
    file: Option<File>,
    pending: Vec<u8>,
    left: u64,
    cap: u64,
}

impl LogFile {
    /// The file at that path, which keeps at most `cap` bytes.
    pub(crate) fn new(path: PathBuf, cap: u64) -> Self {
        Self {
            path,
            file: None,
            pending: Vec::new(),
            left: cap,
            cap,
        }
    }

    /// Adds a line, unless the cap is reached; with [`LogFile::write`] it goes to the file.
    pub(crate) fn add(&mut self, at: Timestamp, stream: LogStream, text: &[u8]) {
        if self.left == 0 {
            return;
        }
        let size = text.len() as u64;
        if size > self.left {
            self.left = 0;
            let remark = format!(
                "the output was cut here: only {} bytes of an attempt's output are kept",
                self.cap
            );
            self.push(at, LogStream::Service, remark.as_bytes());
            return;
        }
        self.left -= size;
        self.push(at, stream, text);
    }

    fn push(&mut self, at: Timestamp, stream: LogStream, text: &[u8]) {
        let mark = match stream {
            LogStream::Stdout => 'o',
            LogStream::Stderr => 'e',
            LogStream::Service => 's',
        };
        self.pending
            .extend_from_slice(format!("{} {mark} ", at.as_millis()).as_bytes());
        self.pending.extend_from_slice(text);
        self.pending.push(b'\n');
    }

    /// Whether there are lines to write.
    pub(crate) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Writes the lines that were added. Blocks.
    ///
    /// What cannot be written is dropped: a task does not fail for its log.
    pub(crate) fn write(&mut self) {
        let written = self.append();
        self.pending.clear();
        if let Err(error) = written {
            self.left = 0;
            tracing::warn!(log.path = %self.path.display(), error = %error, "cannot write a log");
        }
    }

    fn append(&mut self) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => append_to(&self.path)?,
        };
        file.write_all(&self.pending)?;
        self.file = Some(file);
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            options.open(path)
        }
        other => other,
    }
}

/// Reads a line of a log file, without its end; `None` when it is none.
pub(crate) fn parse_line(line: &[u8], item: Option<u32>, attempt: u32) -> Option<LogLine> {
    let mut parts = line.splitn(3, |&byte| byte == b' ');
    let millis = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let stream = match parts.next()? {
        b"o" => LogStream::Stdout,
        b"e" => LogStream::Stderr,
        b"s" => LogStream::Service,
        _ => return None,
    };
    Some(LogLine {
        at: Timestamp::from_millis(millis),
        item,
        attempt,
        stream,
        text: String::from_utf8_lossy(parts.next()?).into_owned(),
    })
}
