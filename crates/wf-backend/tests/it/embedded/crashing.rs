//! Crashes: a server that is killed at any moment loses nothing, and leaves nothing behind.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use wf_backend::{Backend, LogStream, Query, Snapshot, WorkflowId};
use wf_model::{Attempt, TaskPhase, TaskReason, WorkflowPhase};

use super::lab::{self, only_task};
use super::server::Server;
use super::subject::options;

/// Four tasks, each of which tells when it runs in two places at once: the lock ends with the
/// last process that has it.
fn diamond(directory: &Path, number: usize) -> Value {
    let task = |name: &str, seconds: &str, after: &[&str]| {
        let place = directory.display();
        let script = format!(
            "exec 9>'{place}/{number}.{name}.lock'; \
             flock -n 9 || echo '{number}.{name}' >> '{place}/twice'; \
             sleep {seconds}; echo '{number}.{name}' >> '{place}/done'"
        );
        let mut task = lab::task(name, &script);
        task["dependsOn"] = json!(after);
        task
    };
    json!({"name": "diamond", "tasks": [
        task("A", "0.01", &[]), task("B", "0.01", &["A"]),
        task("C", "0.15", &["A"]), task("D", "0.01", &["B", "C"]),
    ]})
}

/// Numbers that look random, and are the same in every run.
fn pause(round: u64) -> Duration {
    let mixed = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    Duration::from_millis(mixed % 250)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let tasks = directory.path().join("tasks");
    std::fs::create_dir(&tasks).unwrap();
    let mut accepted: BTreeSet<WorkflowId> = BTreeSet::new();
    let mut finished: Vec<Snapshot> = Vec::new();
    for round in 0..15 {
        let mut server = Server::start(directory.path());
        for number in 0..4 {
            let document = diamond(&tasks, accepted.len() * 10 + number);
            accepted.insert(server.submit(&document).parse().unwrap());
        }
        tokio::time::sleep(pause(round)).await;
        server.kill();
        let now = read_all(directory.path());
        for before in &finished {
            assert!(
                now.contains(before),
                "what was finished has changed: {before:#?}"
            );
        }
        finished = now;
    }

    let backend = lab::open(options(directory.path())).await;
    let mut succeeded = 0;
    for &id in &accepted {
        let ended = lab::finished(&backend, id).await;
        succeeded += usize::from(check_end(&ended));
    }
    // The others were running at three of the kills.
    assert!(
        2 * succeeded > accepted.len(),
        "{succeeded} of {}",
        accepted.len()
    );
    let query = Query {
        first: 500,
        ..Query::default()
    };
    let page = backend.list(&lab::scope(), &query).await.unwrap();
    let stored: BTreeSet<_> = page.items.iter().map(|summary| summary.id).collect();
    assert_eq!(stored, accepted, "nothing else is there");
    let twice = std::fs::read_to_string(tasks.join("twice")).unwrap_or_default();
    assert_eq!(twice, "", "no task ran in two places");
    backend.shutdown().await;
    assert_eq!(processes_in(directory.path()), Vec::<String>::new());
}

/// What is finished in the store while nobody serves it.
fn read_all(directory: &Path) -> Vec<Snapshot> {
    // Another process that has the store open, but is too late to become the executor before it
    // is gone again: what it tells is what is stored.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let directory = directory.to_owned();
    std::thread::spawn(move || {
        runtime.unwrap().block_on(async {
            let lock = std::fs::File::create(directory.join("data/executor.lock")).unwrap();
            lock.lock().unwrap();
            let backend = lab::open(options(&directory)).await;
            let query = Query {
                first: 500,
                ..Query::default()
            };
            let page = backend.list(&lab::scope(), &query).await.unwrap();
            let ended = page
                .items
                .iter()
                .filter(|summary| summary.phase.is_finished());
            let ids: Vec<_> = ended.map(|summary| summary.id).collect();
            backend.get_many(&lab::scope(), &ids).await.unwrap()
        })
    })
    .join()
    .unwrap()
}

/// Whether it succeeded; else it says truly that a task was lost three times.
fn check_end(ended: &Snapshot) -> bool {
    if ended.summary.phase == WorkflowPhase::Succeeded {
        return true;
    }
    let mut tasks = ended.run.tasks.iter();
    let in_error = tasks.find(|task| task.phase == TaskPhase::Error).unwrap();
    let lost = |attempt: &&Attempt| attempt.reason == Some(TaskReason::Lost);
    assert_eq!(
        in_error.attempts.iter().filter(lost).count(),
        3,
        "{ended:#?}"
    );
    false
}

/// The processes whose environment speaks of that directory.
pub(super) fn processes_in(directory: &Path) -> Vec<String> {
    let home = format!("HOME={}", directory.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap() {
        let path = entry.unwrap().path();
        let environment = std::fs::read(path.join("environ")).unwrap_or_default();
        if String::from_utf8_lossy(&environment).contains(&home) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_server_leaves_running_is_ended_before_the_task_is_tried_again() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().display().to_string();
    // The first attempt leaves its process group and has another for its output; it never ends.
    let script = format!(
        "if mkdir '{place}/first'; then \
           setsid sh -c 'exec >/dev/null 2>&1; echo $$ > {place}/pid; sleep 300; :' & \
           while :; do sleep 0.05; done; \
         else kill -0 $(cat '{place}/pid') && ! grep -q '^State:.Z' /proc/$(cat '{place}/pid')/status \
           && echo 'still there' || echo gone; fi"
    );
    let mut server = Server::start(directory.path());
    let id: WorkflowId = server.submit(&lab::script(&script)).parse().unwrap();
    let pid = directory.path().join("pid");
    lab::eventually("the task runs", || {
        std::fs::read_to_string(&pid).is_ok_and(|pid| pid.ends_with('\n'))
    })
    .await;
    server.kill();
    let backend = lab::open(options(directory.path())).await;
    let ended = lab::finished(&backend, id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let lines = lab::lines(&backend, id, "A").await;
    let mut said = lines.iter().filter(|line| line.stream == LogStream::Stdout);
    assert_eq!(said.next().unwrap().text, "gone");
    let attempts = &only_task(&ended).attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0].reason, Some(TaskReason::Lost));
    let files = lab::files_below(&directory.path().join("data/workflows"));
    let left = files.iter().filter(|file| file.contains("/work/"));
    assert_eq!(left.count(), 0, "no attempt's directory is left: {files:?}");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_kills_its_server_is_in_error_after_three_losses() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(directory.path());
    let document = json!({"name": "killer", "tasks": [
        // Not before the server has said that it was accepted.
        lab::task("A", "sleep 0.3; kill -9 $PPID; sleep 60"),
        {"name": "B", "action": "true", "dependsOn": ["A"]},
        {"name": "C", "action": "true"},
    ]});
    let id: WorkflowId = server.submit(&document).parse().unwrap();
    server.wait();
    for _ in 0..2 {
        Server::launch(directory.path()).wait();
    }
    let backend = lab::open(options(directory.path())).await;
    let ended = lab::finished(&backend, id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Error);
    let phases: Vec<_> = ended.run.tasks.iter().map(|task| task.phase).collect();
    assert_eq!(
        phases,
        [TaskPhase::Error, TaskPhase::Omitted, TaskPhase::Succeeded]
    );
    assert_eq!(only_task(&ended).reason, Some(TaskReason::Lost));
    assert_eq!(only_task(&ended).attempts.len(), 3);
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shut_down_server_s_tasks_are_tried_again_at_no_cost() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().display().to_string();
    let script =
        format!("echo begun >> '{place}/begun'; [ $(wc -l < '{place}/begun') -gt 4 ] || sleep 60");
    let begun = directory.path().join("begun");
    let times = || std::fs::read_to_string(&begun).map_or(0, |text| text.lines().count());
    let backend = lab::open(options(directory.path())).await;
    let id = lab::submit(&backend, lab::script(&script)).await;
    lab::eventually("the task runs", || times() == 1).await;
    backend.shutdown().await;
    // More often than a task may be lost.
    for round in 2..=4 {
        let backend = lab::open(options(directory.path())).await;
        lab::eventually("the task runs again", || times() == round).await;
        backend.shutdown().await;
    }
    let backend = lab::open(options(directory.path())).await;
    let ended = lab::finished(&backend, id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    let reasons: Vec<_> = only_task(&ended)
        .attempts
        .iter()
        .map(|attempt| attempt.reason)
        .collect();
    let mut expected = vec![Some(TaskReason::Interrupted); 4];
    expected.push(None);
    assert_eq!(reasons, expected);
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_waits_for_an_answer_still_waits_after_a_crash() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = Server::start(directory.path());
    let document = json!({"name": "waiting", "tasks": [{"name": "A", "action": "approval"}]});
    let id: WorkflowId = server.submit(&document).parse().unwrap();
    let waits = |snapshot: &Snapshot| only_task(snapshot).phase == TaskPhase::Waiting;
    let backend = lab::open(options(directory.path())).await;
    lab::until(&backend, id, waits).await;
    server.kill();
    // That something runs shows that this process is the executor now.
    lab::run(&backend, lab::script("true")).await;
    let snapshot = lab::get(&backend, id).await;
    assert!(waits(&snapshot));
    assert_eq!(only_task(&snapshot).attempts.len(), 1);
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_an_error_to_the_caller_and_nothing_accepted_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    // A limit on the size of files looks like a full disk to whoever writes into them.
    let mut limited = std::process::Command::new("sh");
    let exec = "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\"";
    limited
        .args(["-c", exec])
        .arg(std::env::current_exe().unwrap());
    let mut server = Server::start_by(limited, directory.path());
    let filler = format!(": {}", "x".repeat(20_000));
    let mut accepted = Vec::new();
    let mut refused = Vec::new();
    while refused.len() < 3 {
        let word = server.submit(&lab::script(&filler));
        match word.parse::<WorkflowId>() {
            Ok(id) => accepted.push(id),
            Err(_) => refused.push(word),
        }
        assert!(accepted.len() < 1000, "the disk is never full");
    }
    assert!(server.is_alive(), "it goes on");
    assert!(
        refused.iter().all(|word| word.contains("cannot answer")),
        "{refused:?}"
    );
    server.kill();
    let backend = lab::open(options(directory.path())).await;
    for id in accepted {
        let ended = lab::finished(&backend, id).await;
        assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_emptied_its_environment_is_found_by_where_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let pid = directory.path().join("pid");
    let script = format!(
        "[ -e {0} ] && exit; echo $$ > {0}; exec env -i sleep 300",
        pid.display()
    );
    let mut server = Server::start(directory.path());
    let id: WorkflowId = server.submit(&lab::script(&script)).parse().unwrap();
    // At once, so that nobody wrote the process down.
    let sleeps = || {
        let pid = std::fs::read_to_string(&pid).unwrap_or_default();
        let line = std::fs::read(format!("/proc/{}/cmdline", pid.trim())).unwrap_or_default();
        line.starts_with(b"sleep")
    };
    lab::eventually("it sleeps", sleeps).await;
    server.kill();
    assert!(sleeps());
    let backend = lab::open(options(directory.path())).await;
    let ended = lab::finished(&backend, id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert!(!sleeps(), "the first attempt has ended");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_tells_what_it_lost_to_a_full_disk() {
    let directory = tempfile::tempdir().unwrap();
    let mut limited = std::process::Command::new("sh");
    let exec = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\"";
    limited
        .args(["-c", exec])
        .arg(std::env::current_exe().unwrap());
    let mut server = Server::start_by(limited, directory.path());
    let script = "head -c 4000000 /dev/zero | tr '\\0' x | fold -w 1000; echo";
    let id: WorkflowId = server.submit(&lab::script(script)).parse().unwrap();
    let backend = lab::open(options(directory.path())).await;
    lab::finished(&backend, id).await;
    let last = lab::lines(&backend, id, "A").await.pop().unwrap();
    assert_eq!(last.stream, LogStream::Service);
    assert!(last.text.contains("output is missing"), "{}", last.text);
    server.kill();
    backend.shutdown().await;
}
