//! Marked processes: which processes of this machine belong to which attempt.
//!
//! Every process of an attempt has the attempt's UUID in its environment, from its first moment
//! and with all that it starts. So a new executor finds what the last one left behind, also what
//! it started and had no time to write down, also what left its process group. On Linux that is
//! read from `/proc`; elsewhere nothing is found, and a process may outlive a `kill -9` of the
//! service.

use std::collections::HashSet;

use uuid::Uuid;

use super::group::Group;
use crate::embedded::store::{LiveAttempt, Spawned};

/// What is written down of a process that just began.
pub(crate) fn spawned(pid: u32) -> Spawned {
    let pid = i32::try_from(pid).unwrap_or(0);
    Spawned {
        pid,
        started: start_of(pid).unwrap_or(0),
        boot: boot_id().to_owned(),
    }
}

/// Ends every process of these attempts, and waits until none is left. Blocks.
///
/// Gives up, and says so, when something cannot be ended for many seconds.
pub(crate) fn end_all(attempts: &[LiveAttempt]) {
    for process in attempts
        .iter()
        .filter_map(|attempt| attempt.process.as_ref())
    {
        end_recorded(process);
    }
    end_marked(&attempts.iter().map(|attempt| attempt.uuid).collect());
}

/// Ends every process of that attempt that left its group. Blocks.
pub(crate) fn end_one(attempt: Uuid) {
    end_marked(&HashSet::from([attempt]));
}

/// Ends the group that a recorded process leads, when it is that process and no later one.
fn end_recorded(process: &Spawned) {
    let is_it = process.boot == boot_id() && start_of(process.pid) == Some(process.started);
    if is_it && let Ok(pid) = u32::try_from(process.pid) {
        drop(Group::led_by(pid));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::fs::{self, File};
    use std::io::Read;
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};
    use uuid::Uuid;

    use crate::embedded::process::MARKER;

    /// How long to go on ending what does not end.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// How much of an environment is read; Linux allows no more.
    const ENVIRONMENT: u64 = 4 << 20;

    pub(crate) fn end_marked(attempts: &HashSet<Uuid>) {
        if attempts.is_empty() {
            return;
        }
        let begun = Instant::now();
        loop {
            let left = marked(attempts);
            for pid in &left {
                let _ = kill_process(*pid, Signal::KILL);
            }
            if left.is_empty() {
                return;
            }
            if begun.elapsed() > PATIENCE {
                tracing::error!(processes = ?left, "processes of lost attempts do not end");
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn marked(attempts: &HashSet<Uuid>) -> Vec<Pid> {
        let own = rustix::process::getpid();
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Pid::from_raw)
            .filter(|&pid| pid != own)
            .filter(|&pid| mark_of(pid).is_some_and(|mark| attempts.contains(&mark)))
            .collect()
    }

    /// The attempt that a process belongs to; of a zombie nothing is told.
    fn mark_of(pid: Pid) -> Option<Uuid> {
        let path = format!("/proc/{}/environ", pid.as_raw_nonzero());
        let mut environment = Vec::new();
        File::open(path)
            .ok()?
            .take(ENVIRONMENT)
            .read_to_end(&mut environment)
            .ok()?;
        environment.split(|&byte| byte == 0).find_map(|variable| {
            let value = variable
                .strip_prefix(MARKER.as_bytes())?
                .strip_prefix(b"=")?;
            Uuid::try_parse_ascii(value).ok()
        })
    }

    /// When a process began, in ticks since the machine did.
    pub(crate) fn start_of(pid: i32) -> Option<i64> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the program's name in parentheses, and may hold anything.
        let (_, behind) = stat.rsplit_once(')')?;
        behind.split_ascii_whitespace().nth(19)?.parse().ok()
    }

    /// Which start of the machine this is.
    pub(crate) fn boot_id() -> &'static str {
        static BOOT: OnceLock<String> = OnceLock::new();
        BOOT.get_or_init(|| {
            fs::read_to_string("/proc/sys/kernel/random/boot_id")
                .unwrap_or_default()
                .trim()
                .to_owned()
        })
    }
}

#[cfg(target_os = "linux")]
use linux::end_marked;
#[cfg(target_os = "linux")]
pub(crate) use linux::{boot_id, start_of};

#[cfg(not(target_os = "linux"))]
fn end_marked(_attempts: &HashSet<Uuid>) {}

#[cfg(not(target_os = "linux"))]
pub(crate) fn start_of(_pid: i32) -> Option<i64> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn boot_id() -> &'static str {
    ""
}
