//! The life of a process.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::server::{Server, get, tiny};

#[test]
fn a_server_tells_where_it_is_in_one_line_and_ends_well() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--scope", "team-1"]);
    assert_eq!(get(&server.url), (200, "embedded of team-1".to_owned()));
    server.signal(Signal::TERM);
    let (status, rest) = server.ended();
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest, "", "standard output is for that line alone");
}

#[test]
fn a_server_over_an_empty_directory_is_soon_ready() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    // The budget is 100 ms on a quiet machine; this is a loaded one, and not optimised.
    assert!(server.ready_after.as_secs() < 5, "{:?}", server.ready_after);
}

#[test]
fn probes_tell_the_life_of_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--shutdown-grace-seconds", "60"]);
    let admin = server.admin.clone();
    assert_eq!(
        get(&format!("{admin}/livez")),
        (200, r#"{"status":"alive"}"#.to_owned())
    );
    assert_eq!(
        get(&format!("{admin}/readyz")),
        (200, r#"{"status":"ready"}"#.to_owned())
    );

    let url = format!("{}/never", server.url);
    thread::spawn(move || ureq::get(&url).call());
    server.wait_until_busy();
    server.signal(Signal::TERM);
    server.wait_for_log("a second signal");
    let (status, body) = get(&format!("{admin}/readyz"));
    assert_eq!(status, 503);
    assert!(body.contains("draining"), "{body}");
    assert_eq!(get(&format!("{admin}/livez")).0, 200);
}

#[test]
fn what_was_asked_before_the_signal_is_answered() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let url = format!("{}/last", server.url);
    let asked = thread::spawn(move || get(&url));
    server.wait_until_busy();
    server.signal(Signal::INT);
    assert_eq!(asked.join().unwrap(), (200, "the last words".to_owned()));
    assert_eq!(server.ended().0.code(), Some(0));
}

#[test]
fn what_does_not_end_within_the_grace_is_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--shutdown-grace-seconds", "1"]);
    let url = format!("{}/never", server.url);
    let asked = thread::spawn(move || ureq::get(&url).call().is_err());
    server.wait_until_busy();
    server.signal(Signal::TERM);
    assert_eq!(server.ended().0.code(), Some(0));
    assert!(asked.join().unwrap());
}

#[test]
fn requests_and_tasks_end_side_by_side_within_one_grace() {
    let directory = tempfile::tempdir().unwrap();
    let actions = directory.path().join("actions");
    std::fs::create_dir(&actions).unwrap();
    let begun = directory.path().join("begun");
    let script = format!(
        "trap '' TERM; : > {}; while :; do sleep 0.1; done",
        begun.display()
    );
    let action = serde_json::json!({
        "name": "deaf",
        "description": "Does not end when it is asked to.",
        "container": {"image": "busybox", "command": ["sh", "-c", script]},
    });
    std::fs::write(actions.join("deaf.yaml"), action.to_string()).unwrap();
    let actions = actions.display().to_string();
    let flags = ["--shutdown-grace-seconds", "2", "--actions", &actions];
    let server = Server::start(directory.path(), &flags);
    let (_, told) = get(&format!("{}/begin/deaf", server.url));
    server.wait_until(|| begun.exists(), &told);
    let mut half = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    half.write_all(b"GET / HT").unwrap();
    // So that its connection is known to be taken: it came before this one.
    assert_eq!(get(&server.url).0, 200);

    let asked = Instant::now();
    server.signal(Signal::TERM);
    assert_eq!(server.ended().0.code(), Some(0));
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn work_that_nothing_interrupts_does_not_hold_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--shutdown-grace-seconds", "1"]);
    let url = format!("{}/toil", server.url);
    let asked = thread::spawn(move || ureq::get(&url).call().is_err());
    server.wait_until_busy();
    server.signal(Signal::TERM);
    assert_eq!(server.ended().0.code(), Some(0));
    assert!(asked.join().unwrap());
}

#[test]
fn a_second_signal_ends_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--shutdown-grace-seconds", "3600"]);
    let url = format!("{}/never", server.url);
    thread::spawn(move || ureq::get(&url).call());
    server.wait_until_busy();
    server.signal(Signal::TERM);
    server.wait_for_log("a second signal");
    server.signal(Signal::TERM);
    assert_eq!(server.ended().0.code(), Some(128 + 15));
}

#[test]
fn metrics_tell_what_was_asked() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    get(&server.url);
    get(&format!("{}/nowhere", server.url));
    let (status, text) = get(&format!("{}/metrics", server.admin));
    assert_eq!(status, 200);
    assert!(
        text.contains(r#"wf_build_info{program="wf-tiny""#),
        "{text}"
    );
    assert!(
        text.contains(r#"wf_http_requests_total{method="GET",status="404"} 1"#),
        "{text}"
    );
    assert!(text.contains("wf_http_duration_seconds_bucket"), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn probes_are_for_callers_by_loopback_names() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let request = ureq::Agent::new_with_config(config).get(format!("{}/metrics", server.admin));
    let response = request.header("host", "evil.example.org").call().unwrap();
    assert_eq!(response.status().as_u16(), 403);
}

#[test]
fn a_panic_is_logged_and_survived() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let (status, body) = get(&format!("{}/fall", server.url));
    assert_eq!(status, 500);
    assert!(!body.contains("purpose"), "{body}");
    server.wait_for_log("it falls on purpose");
    assert_eq!(get(&server.url).0, 200);
}

#[test]
fn a_taken_address_is_told_with_the_way_out() {
    let directory = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = tiny()
        .args([
            "--listen",
            &address,
            "--admin-listen",
            "127.0.0.1:0",
            "--data-dir",
        ])
        .arg(directory.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains(&address) && told.contains("`--listen` or WF_TINY_LISTEN"),
        "{told}"
    );
}

#[test]
fn an_address_that_others_reach_is_warned_of() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--listen", "0.0.0.0:0"]);
    assert!(server.logged().contains("WITHOUT AUTHENTICATION"));
}

#[test]
fn a_broken_directory_of_actions_is_told_file_by_file() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("odd.yaml"), "color: red\n").unwrap();
    let output = tiny()
        .args([
            "--listen",
            "127.0.0.1:0",
            "--admin-listen",
            "127.0.0.1:0",
            "--actions",
        ])
        .arg(directory.path())
        .arg("--data-dir")
        .arg(directory.path().join("data"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("odd.yaml"), "{told}");
}
