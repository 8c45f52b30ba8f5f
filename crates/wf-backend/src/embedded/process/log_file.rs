//! Log files: what an attempt printed, a line each, with its moment and its stream.
//!
//! A line is `<milliseconds since 1970> <o|e|s> <bytes>\n`: easy to read with any tool, and the
//! last one, cut off by a crash, is told from the others by its missing end.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use wf_model::Timestamp;

use crate::embedded::clock;
use crate::logs::{LogLine, LogStream};

/// The log file of one attempt; made when there is a first line.
#[derive(Debug)]
pub(crate) struct LogFile {
    path: PathBuf,
    file: Option<File>,
    pending: Vec<u8>,
    left: u64,
    cap: u64,
    /// Whether the cap is reached, and that is told.
    cut: bool,
    /// What kept lines from being written, until that is told.
    missing: Option<String>,
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
            cut: false,
            missing: None,
        }
    }

    /// Adds a line, unless the cap is reached; with [`LogFile::write`] it goes to the file.
    pub(crate) fn add(&mut self, at: Timestamp, stream: LogStream, text: &[u8]) {
        if self.cut {
            return;
        }
        // What is written counts, not only what was printed: also an empty line takes room.
        let size = (prefix(at, stream).len() + text.len() + 1) as u64;
        if size > self.left {
            self.cut = true;
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
        put_line(&mut self.pending, at, stream, text);
    }

    /// Whether there are lines to write.
    pub(crate) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Writes the lines that were added. Blocks.
    ///
    /// What cannot be written is dropped, since a task does not fail for its log; as soon as
    /// something can be written again, a remark tells that.
    pub(crate) fn write(&mut self) {
        let mut lines = self.remark();
        lines.append(&mut self.pending);
        match self.append(&lines) {
            Ok(()) => self.missing = None,
            Err(error) if self.missing.is_none() => {
                tracing::warn!(log.path = %self.path.display(), %error, "cannot write a log");
                self.missing = Some(error.to_string());
            }
            Err(_) => {}
        }
    }

    /// Whether it is still to be told that lines are missing.
    pub(crate) fn is_missing(&self) -> bool {
        self.missing.is_some()
    }

    /// Tells at the end that lines are missing: behind the last ones, or in the place of some of
    /// them when there is no more room. Blocks.
    pub(crate) fn close(&mut self) {
        let remark = self.remark();
        if remark.is_empty() {
            return;
        }
        let told = self
            .append(&remark)
            .or_else(|_| replace_end(&self.path, &remark));
        if let Err(error) = told {
            tracing::error!(log.path = %self.path.display(), %error, "a log is missing");
        }
    }

    /// That lines are missing, if they are. Begins with a line end, since the line before may have
    /// been written in part.
    fn remark(&self) -> Vec<u8> {
        let mut remark = Vec::new();
        if let Some(why) = &self.missing {
            remark.push(b'\n');
            let text = format!("output is missing here: it could not be written ({why})");
            put_line(
                &mut remark,
                clock::now(),
                LogStream::Service,
                text.as_bytes(),
            );
        }
        remark
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => append_to(&self.path)?,
        };
        file.write_all(lines)?;
        self.file = Some(file);
        Ok(())
    }
}

fn prefix(at: Timestamp, stream: LogStream) -> String {
    let mark = match stream {
        LogStream::Stdout => 'o',
        LogStream::Stderr => 'e',
        LogStream::Service => 's',
    };
    format!("{} {mark} ", at.as_millis())
}

fn put_line(lines: &mut Vec<u8>, at: Timestamp, stream: LogStream, text: &[u8]) {
    lines.extend_from_slice(prefix(at, stream).as_bytes());
    lines.extend_from_slice(text);
    lines.push(b'\n');
}

/// Writes over the end of a file, which needs no room that the file does not have already.
fn replace_end(path: &Path, lines: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(lines.len() as u64)))?;
    file.write_all(lines)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(path: &Path) -> Vec<(LogStream, String)> {
        let bytes = std::fs::read(path).unwrap();
        bytes
            .split(|&byte| byte == b'\n')
            .filter_map(|line| parse_line(line, None, 1))
            .map(|line| (line.stream, line.text))
            .collect()
    }

    #[test]
    fn empty_lines_reach_the_cap() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut log = LogFile::new(path.clone(), 1000);
        for _ in 0..10_000 {
            log.add(clock::now(), LogStream::Stdout, b"");
        }
        log.write();
        let size = std::fs::metadata(&path).unwrap().len();
        assert!((900..1200).contains(&size), "{size}");
        assert_eq!(texts(&path).pop().unwrap().0, LogStream::Service);
    }

    /// A disk that is full is always at hand on Linux.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_full_disk_swallowed_is_told_when_there_is_room_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let mut log = LogFile::new(path.clone(), 1000);
        log.add(clock::now(), LogStream::Stdout, b"swallowed");
        log.write();
        assert!(log.is_missing());
        std::fs::remove_file(&path).unwrap();
        log.add(clock::now(), LogStream::Stdout, b"kept");
        log.write();
        assert!(!log.is_missing());
        let [(stream, remark), (_, kept)] = &texts(&path)[..] else {
            panic!("two lines, not {:?}", texts(&path));
        };
        assert_eq!((*stream, kept.as_str()), (LogStream::Service, "kept"));
        assert!(remark.contains("No space left"), "{remark}");
    }

    #[test]
    fn a_remark_takes_the_place_of_what_a_full_file_ends_with() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let text = "x".repeat(30);
        std::fs::write(&path, format!("1 o {text}\n").repeat(10)).unwrap();
        let before = std::fs::metadata(&path).unwrap().len();
        replace_end(&path, b"\n2 s missing\n").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), before);
        let last = texts(&path).pop().unwrap();
        assert_eq!(last, (LogStream::Service, "missing".to_owned()));
    }
}
