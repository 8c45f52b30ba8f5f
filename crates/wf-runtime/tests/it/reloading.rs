//! Actions and a profile that change while a server runs.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::server::{Server, get, tiny};

#[test]
fn wrong_actions_are_told_by_log_probe_and_metric_until_they_are_mended() {
    let directory = tempfile::tempdir().unwrap();
    let actions = directory.path().join("actions");
    fs::create_dir(&actions).unwrap();
    let write = |text: &str| fs::write(actions.join("own.yaml"), text).unwrap();
    write("name: one\nsuspend: {}\n");
    let server = Server::start(directory.path(), &["--actions", actions.to_str().unwrap()]);
    let admin = |path: &str| get(&format!("{}/{path}", server.admin));
    assert_eq!(admin("readyz"), (200, r#"{"status":"ready"}"#.to_owned()));
    assert!(admin("metrics").1.contains("wf_catalog_reload_failed 0"));

    write("name: one\ncolor: red\nsuspend: {}\n");
    server.wait_for_log("own.yaml:2: color: ");
    let (status, ready) = admin("readyz");
    assert_eq!(status, 200, "what was on offer still is");
    assert!(ready.contains(r#""status":"stale""#), "{ready}");
    assert!(ready.contains("own.yaml:2: color: "), "{ready}");
    let metrics = admin("metrics").1;
    assert!(metrics.contains("wf_catalog_reload_failed 1"), "{metrics}");
    let counted = r#"wf_catalog_reloads_total{outcome="failure"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");

    write("name: two\nsuspend: {}\n");
    server.wait_for_log("2 are on offer");
    assert_eq!(admin("readyz"), (200, r#"{"status":"ready"}"#.to_owned()));
    let metrics = admin("metrics").1;
    assert!(metrics.contains("wf_catalog_reload_failed 0"), "{metrics}");
    let counted = r#"wf_catalog_reloads_total{outcome="success"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
}

#[test]
fn a_wrong_profile_is_told_by_log_probe_and_metric_until_it_is_mended() {
    let directory = tempfile::tempdir().unwrap();
    let actions = directory.path().join("actions");
    fs::create_dir(&actions).unwrap();
    let own = actions.join("own.yaml");
    fs::write(
        &own,
        "name: notify\ncontainer: {image: i, command: ['true']}\n",
    )
    .unwrap();
    let profile = directory.path().join("profile.yaml");
    let write = |text: &str| fs::write(&profile, text).unwrap();
    write("name: p\npodParallelism: 2\n");
    let flags = [
        "--actions",
        actions.to_str().unwrap(),
        "--profile",
        profile.to_str().unwrap(),
    ];
    let server = Server::start(directory.path(), &flags);
    let admin = |path: &str| get(&format!("{}/{path}", server.admin));
    let metric = |told: &str| {
        let metrics = admin("metrics").1;
        assert!(metrics.contains(told), "{metrics}");
    };
    assert_eq!(admin("readyz"), (200, r#"{"status":"ready"}"#.to_owned()));

    write("name: p\npodParalelism: 3\n");
    server.wait_for_log("profile.yaml:2: podParalelism: ");
    let (status, ready) = admin("readyz");
    assert_eq!(status, 200, "the one before is heeded");
    assert!(ready.contains(r#""profile":{"#), "{ready}");
    assert!(ready.contains("profile.yaml:2: podParalelism: "), "{ready}");
    metric("wf_profile_reload_failed 1");

    write("name: p\nonExit: {action: notify}\n");
    server.wait_for_log("the profile has changed");
    assert_eq!(admin("readyz"), (200, r#"{"status":"ready"}"#.to_owned()));
    metric("wf_profile_reload_failed 0");

    // What the profile uses itself stays on offer.
    fs::write(&own, "name: other\nsuspend: {}\n").unwrap();
    server.wait_for_log("onExit.action: the catalog has no action `notify`");
    assert!(admin("readyz").1.contains(r#""actions":{"#));

    // Once the profile uses another, the actions do.
    write("name: p\nonExit: {action: other}\n");
    server.wait_for_log("the profile has changed, and is heeded from now on");
    server.wait_for_log("2 are on offer");
    assert_eq!(admin("readyz"), (200, r#"{"status":"ready"}"#.to_owned()));
}

#[test]
fn wrong_actions_stop_the_start_with_file_line_and_path() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("own.yaml");
    fs::write(&file, "name: one\nscript:\n  command: [sh]\n").unwrap();
    let mut child = tiny()
        .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
        .arg("--actions")
        .arg(directory.path())
        .arg("--data-dir")
        .arg(directory.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It says where it listens once it has started, and nothing when it has not.
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let _ = child.kill();
    assert_eq!(line, "", "it has started");
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("own.yaml:2: script.source: action `one`: it is required"),
        "{told}"
    );
}
