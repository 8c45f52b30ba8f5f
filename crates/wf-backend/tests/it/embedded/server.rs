//! A server in a process of its own, so that it can be killed: this very test binary, started
//! with one test that serves when its environment says so.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use wf_backend::EmbeddedBackend;

use super::lab;
use super::subject::options;

const DIRECTORY: &str = "WF_TEST_SERVE";

/// A server process; killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    words: Receiver<String>,
    input: ChildStdin,
}

impl Server {
    /// Starts a server on that directory, and waits until it serves.
    pub(crate) fn start(directory: &Path) -> Self {
        Self::launch(directory).ready()
    }

    /// Starts a server on that directory, and waits until it is the one that runs the tasks.
    pub(crate) fn start_executor(directory: &Path) -> Self {
        let server = Self::start(directory);
        let begun = Instant::now();
        while !is_locked(&options(directory).data_dir.join("executor.lock")) {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it runs no tasks"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        server
    }

    /// Starts a server on that directory, which may well end before it serves.
    pub(crate) fn launch(directory: &Path) -> Self {
        let command = Command::new(std::env::current_exe().unwrap());
        Self::spawn(command, directory)
    }

    /// Starts a server by a command that ends up running this test binary with its arguments.
    pub(crate) fn start_by(command: Command, directory: &Path) -> Self {
        Self::spawn(command, directory).ready()
    }

    fn spawn(mut command: Command, directory: &Path) -> Self {
        let mut process = command
            .args(["--exact", "--nocapture", "--test-threads=1"])
            .arg("embedded::server::a_server_serves_until_its_input_ends")
            .env(DIRECTORY, directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, words) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, word)) = line.split_once("server: ") {
                    let _ = tell.send(word.to_owned());
                }
            }
        });
        let input = process.stdin.take().unwrap();
        Self {
            process,
            words,
            input,
        }
    }

    fn ready(self) -> Self {
        assert_eq!(self.word(), "ready");
        self
    }

    /// Has the server submit a workflow of those tasks; its id, or what went wrong.
    pub(crate) fn submit(&mut self, document: &serde_json::Value) -> String {
        writeln!(self.input, "{document}").unwrap();
        self.word()
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) {
        self.process.wait().unwrap();
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    fn word(&self) -> String {
        let word = self.words.recv_timeout(Duration::from_secs(30));
        word.expect("the server says something")
    }
}

/// Whether somebody holds the lock on that file.
fn is_locked(path: &Path) -> bool {
    let file = File::options().write(true).open(path);
    file.is_ok_and(|file| file.try_lock().is_err())
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves when it is told to: opens the directory, submits every line of its input as a document,
/// and shuts down when the input ends. Else there is nothing to do.
#[test]
fn a_server_serves_until_its_input_ends() {
    let Some(directory) = std::env::var_os(DIRECTORY) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let backend = EmbeddedBackend::open(options(Path::new(&directory)))
            .await
            .unwrap();
        say("ready");
        let mut input = BufReader::new(std::io::stdin());
        let mut line = String::new();
        while tokio::task::block_in_place(|| input.read_line(&mut line)).unwrap() > 0 {
            let submission = lab::submission(serde_json::from_str(&line).unwrap());
            let id = submission.id.to_string();
            match wf_backend::Backend::submit(&backend, submission).await {
                Ok(_) => say(&id),
                Err(error) => say(&format!("error: {error}")),
            }
            line.clear();
        }
        backend.shutdown().await;
    });
}

#[allow(clippy::print_stdout)] // the other process reads it
fn say(word: &str) {
    println!("server: {word}");
}
