//! One server process: started, known by its address, stopped.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// A cold start on a busy machine takes a second; more than this is a hang.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Longer than the servers' own grace for what they are doing.
const STOPPED_WITHIN: Duration = Duration::from_secs(40);

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The binary.
    pub binary: PathBuf,
    /// Its flags.
    pub arguments: Vec<OsString>,
    /// Where what it logs goes.
    pub log: PathBuf,
    /// Whether the caller's own `WF_…` variables reach it.
    pub keep_environment: bool,
    /// Whether a terminal's Ctrl-C passes it by.
    pub own_group: bool,
}

/// A server that said it was ready. Killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    name: String,
    address: String,
    log: PathBuf,
}

impl Program {
    /// Starts a server and waits until it tells its address.
    ///
    /// # Errors
    /// When it cannot be started, ends, or is not ready in time; with what it logged.
    pub fn start(launch: &Launch) -> Result<Self> {
        let name = file_name(&launch.binary);
        let log = File::create(&launch.log)
            .with_context(|| format!("cannot write {}", launch.log.display()))?;
        let mut child = command(launch, log)
            .spawn()
            .with_context(|| format!("cannot start {}", launch.binary.display()))?;
        let stdout = child.stdout.take().context("a piped output is there")?;
        let mut program = Self {
            child,
            name,
            address: String::new(),
            log: launch.log.clone(),
        };
        match ready_line(stdout) {
            Some(address) => program.address = address,
            None => bail!(
                "{} did not become ready\n{}",
                program.name,
                program.log_text()
            ),
        }
        Ok(program)
    }

    /// Where it listens, as `http://127.0.0.1:8080`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged so far.
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system will not tell.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to stop.
    ///
    /// # Errors
    /// When it is gone already.
    pub fn terminate(&self) -> Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .with_context(|| format!("cannot stop {}", self.name))
    }

    /// Asks it to stop, and waits until it has.
    ///
    /// # Errors
    /// When it does not stop in time, or not with success.
    pub fn stop(mut self) -> Result<()> {
        self.terminate()?;
        self.wait()
    }

    /// Waits until it has stopped.
    ///
    /// # Errors
    /// When it does not stop in time, or not with success.
    pub fn wait(&mut self) -> Result<()> {
        let until = Instant::now() + STOPPED_WITHIN;
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("{} ended with {status}\n{}", self.name, self.log_text()),
                None if Instant::now() > until => {
                    bail!("{} did not stop\n{}", self.name, self.log_text())
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(launch: &Launch, log: File) -> Command {
    let mut command = Command::new(&launch.binary);
    if !launch.keep_environment {
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_ours(name)) {
            command.env_remove(name);
        }
    }
    command
        .args(&launch.arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    if launch.own_group {
        command.process_group(0);
    }
    command
}

fn is_ours(variable: &std::ffi::OsStr) -> bool {
    variable.to_string_lossy().starts_with("WF_")
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The address that the server prints once it is ready.
///
/// The rest of its output is read and dropped, so that it never blocks on a full pipe.
fn ready_line(stdout: ChildStdout) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once(" listening on ") {
                // Nobody listens any more when the time was up.
                drop(sender.send(address.trim().to_owned()));
            }
        }
    });
    receiver.recv_timeout(READY_WITHIN).ok()
}
