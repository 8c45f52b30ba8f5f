//! A server as a process of its own, which ends with its test.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Long enough for a slow machine; a test that gets there has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The example `tiny`, which cargo builds before it runs the tests of this crate.
pub(crate) fn tiny() -> Command {
    let test = std::env::current_exe().unwrap();
    let path: PathBuf = test
        .ancestors()
        .nth(2)
        .unwrap()
        .join("examples")
        .join("tiny");
    assert!(
        path.exists(),
        "{} is not built; run the tests of the whole crate",
        path.display()
    );
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WF_") {
            command.env_remove(name);
        }
    }
    command
}

pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) log: PathBuf,
    pub(crate) url: String,
    pub(crate) admin: String,
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts a server on free ports over that directory, and waits for its line.
    pub(crate) fn start(directory: &std::path::Path, flags: &[&str]) -> Self {
        let log = directory.join("log");
        let began = Instant::now();
        let mut child = tiny()
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(["--log-format", "json", "--data-dir"])
            .arg(directory.join("data"))
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready_after = began.elapsed();
        let told = std::fs::read_to_string(&log).unwrap();
        let url = line.trim_end().strip_prefix("wf-tiny listening on ");
        let url = url.unwrap_or_else(|| panic!("`{line}` {told}")).to_owned();
        let admin = field(&told, "admin_address").expect("the log tells where the probes are");
        let admin = format!("http://{admin}");
        Self {
            child,
            stdout,
            log,
            url,
            admin,
            ready_after,
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end of the process; what else it said, and how it ended.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it does not end: {}", self.logged());
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (status, rest)
    }

    pub(crate) fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it has taken a request that it has not answered.
    pub(crate) fn wait_until_busy(&self) {
        let until = Instant::now() + PATIENCE;
        while !get(&format!("{}/metrics", self.admin))
            .1
            .contains("wf_http_requests_in_flight 1")
        {
            assert!(
                Instant::now() < until,
                "nothing is asked: {}",
                self.logged()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until that is so; else tells that text.
    pub(crate) fn wait_until(&self, is_so: impl Fn() -> bool, told: &str) {
        let until = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < until, "{told}: {}", self.logged());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the log has that text.
    pub(crate) fn wait_for_log(&self, text: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.logged().contains(text) {
            assert!(
                Instant::now() < until,
                "`{text}` is not in {}",
                self.logged()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A field of the first line of a JSON log that has it.
fn field(log: &str, name: &str) -> Option<String> {
    let mut lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.find_map(|line| line[name].as_str().map(str::to_owned))
}

/// The status and the body of a GET.
pub(crate) fn get(url: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let mut response = ureq::Agent::new_with_config(config)
        .get(url)
        .call()
        .unwrap();
    let body = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), body)
}
