//! Progress: what a running process says of itself, in a file of its attempt's directory.

use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::OFlags;

/// The variables by which a process finds the file: ours, and the one that Argo's executor sets,
/// so that an action that tells its progress there tells it here too.
pub(super) const VARIABLES: [&str; 2] = ["WF_PROGRESS_FILE", "ARGO_PROGRESS_FILE"];

/// The most that is told, in bytes.
const MOST: usize = 1 << 10;

/// Where the process of an attempt tells how far it is.
pub(super) fn file(work: &Path) -> PathBuf {
    work.join(".progress")
}

/// When a file was last written, and how long it is: what is not read again while it is the same.
pub(crate) type Stamp = (Option<SystemTime>, u64);

/// What a process says of itself, if that may differ from what it said at that stamp: the last
/// line that is not empty.
pub(crate) fn read(work: &Path, seen: Option<Stamp>) -> io::Result<Option<(Stamp, String)>> {
    // Not to wait for whoever may write into a pipe that lies there.
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOFOLLOW).bits()).unwrap_or(0);
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(file(work))?;
    let metadata = file.metadata()?;
    let stamp = (metadata.modified().ok(), metadata.len());
    if !metadata.is_file() || seen == Some(stamp) {
        return Ok(None);
    }
    // Room for the line's end behind the longest line.
    let window = MOST as u64 + 2;
    file.seek(SeekFrom::Start(metadata.len().saturating_sub(window)))?;
    let mut bytes = Vec::new();
    file.take(window).read_to_end(&mut bytes)?;
    Ok(last_line(&bytes).map(|line| (stamp, line)))
}

/// The last line that is not empty, fit to be shown.
fn last_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    let plain: String = line
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    Some(plain[..plain.floor_char_boundary(MOST)].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        for (text, expected) in [
            ("half", Some("half")),
            ("a quarter\nhalf\n", Some("half")),
            ("half\n\n  \n", Some("half")),
            ("half\r\n", Some("half")),
            ("a\u{1b}[1mb\n", Some("a [1mb")),
            ("\n", None),
            ("", None),
        ] {
            assert_eq!(last_line(text.as_bytes()).as_deref(), expected, "{text:?}");
        }
        assert_eq!(last_line(b"\xff\n").as_deref(), Some("\u{fffd}"));
        let long = last_line("ä".repeat(3000).as_bytes());
        assert_eq!(long.map(|line| line.len()), Some(MOST));
    }

    #[test]
    fn what_was_seen_is_not_told_again() {
        let directory = tempfile::tempdir().unwrap();
        let work = directory.path();
        assert!(read(work, None).is_err(), "there is none");
        std::fs::write(file(work), format!("{}\nhalf\n", "x".repeat(5000))).unwrap();
        let (stamp, line) = read(work, None).unwrap().unwrap();
        assert_eq!(line, "half");
        assert_eq!(read(work, Some(stamp)).unwrap(), None);
        std::fs::write(file(work), "done").unwrap();
        let (_, line) = read(work, Some(stamp)).unwrap().unwrap();
        assert_eq!(line, "done");
    }
}
