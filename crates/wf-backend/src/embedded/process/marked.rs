//! Marked processes: which processes of this machine belong to which attempt.
//!
//! Every process of an attempt has the attempt's UUID in its environment, from its first moment
//! and with all that it starts. So a new executor finds what the last one left behind, also what
//! it started and had no time to write down, also what left its process group. What emptied its
//! environment is known by where it is, as long as that is the attempt's directory. On Linux that is
//! read from `/proc`; elsewhere nothing is found, and a process may outlive a `kill -9` of the
//! service.

use std::time::Instant;

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
    let attempts = attempts.iter().map(|attempt| attempt.uuid).collect();
    end_marked(&attempts, &Since::default());
}

/// Since when processes of an attempt can have begun, so that not all of the machine's have to be
/// looked at; the default stands for always.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Since(Option<(i32, Instant)>);

impl Since {
    /// Since that process began, which is just now.
    pub(crate) fn process(pid: Option<u32>) -> Self {
        let pid = pid.and_then(|pid| i32::try_from(pid).ok());
        Self(pid.map(|pid| (pid, Instant::now())))
    }
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

    use super::Since;
    use crate::embedded::process::MARKER;

    /// How long to go on ending what does not end.
    const PATIENCE: Duration = Duration::from_secs(10);
    /// How much of an environment is read; Linux allows no more.
    const ENVIRONMENT: u64 = 4 << 20;
    /// For how long the numbers of processes are taken to only rise; they begin anew some time.
    const RISING: Duration = Duration::from_secs(1);
    /// How many numbers are tried at most before it is quicker to ask which there are.
    const TRIED: i32 = 512;

    /// Ends every process of these attempts, and waits until none is left. Blocks.
    pub(crate) fn end_marked(attempts: &HashSet<Uuid>, since: &Since) {
        if attempts.is_empty() {
            return;
        }
        let begun = Instant::now();
        loop {
            let left = marked(attempts, since);
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

    fn marked(attempts: &HashSet<Uuid>, since: &Since) -> Vec<Pid> {
        let own = rustix::process::getpid();
        younger(since)
            .unwrap_or_else(all)
            .into_iter()
            .filter_map(Pid::from_raw)
            .filter(|&pid| pid != own)
            .filter(|&pid| {
                let is_one = |mark| attempts.contains(&mark);
                place_of(pid).any(is_one) || mark_of(pid).is_some_and(is_one)
            })
            .collect()
    }

    /// The numbers of all processes.
    fn all() -> Vec<i32> {
        let entries = fs::read_dir("/proc").into_iter().flatten();
        entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect()
    }

    /// The numbers that processes can have that are younger than that one, when these are few.
    /// Numbers are given in turn, so most short attempts need only look at a handful.
    pub(super) fn younger(since: &Since) -> Option<Vec<i32>> {
        let (first, began) = since.0?;
        let load = fs::read_to_string("/proc/loadavg").ok()?;
        let last: i32 = load.split_ascii_whitespace().nth(4)?.parse().ok()?;
        let few = (0..=TRIED).contains(&last.checked_sub(first)?);
        (few && began.elapsed() < RISING).then(|| (first..=last).collect())
    }

    /// Whether only few processes have to be looked at.
    pub(crate) fn are_few(since: &Since) -> bool {
        younger(since).is_some()
    }

    /// Which attempts' directories a process may be in: what is above where it is.
    fn place_of(pid: Pid) -> impl Iterator<Item = Uuid> {
        let path = fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()));
        let path = path.unwrap_or_default();
        let names: Vec<_> = path
            .iter()
            .filter(|name| name.len() == uuid::fmt::Simple::LENGTH)
            .filter_map(|name| Uuid::try_parse(name.to_str()?).ok())
            .collect();
        names.into_iter()
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
pub(crate) use linux::{are_few, boot_id, end_marked, start_of};

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_marked(_attempts: &std::collections::HashSet<uuid::Uuid>, _since: &Since) {}

#[cfg(not(target_os = "linux"))]
pub(crate) fn are_few(_since: &Since) -> bool {
    true
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn start_of(_pid: i32) -> Option<i64> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn boot_id() -> &'static str {
    ""
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn few_numbers_are_looked_at_after_a_short_attempt() {
        let mut short = Command::new("true").spawn().unwrap();
        let since = Since::process(Some(short.id()));
        short.wait().unwrap();
        let mut later = Command::new("true").spawn().unwrap();
        // When the machine has just begun to number anew, nothing can be said.
        if let Some(numbers) = linux::younger(&since) {
            assert!(numbers.contains(&i32::try_from(later.id()).unwrap()));
        }
        later.wait().unwrap();
        assert_eq!(linux::younger(&Since::default()), None);
    }
}
