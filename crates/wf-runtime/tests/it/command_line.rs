//! The command line.

use crate::server::tiny;

fn said(arguments: &[&str]) -> (i32, String, String) {
    let output = tiny().args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn help_tells_every_flag_with_its_twin() {
    let (code, help, _) = said(&["--help"]);
    assert_eq!(code, 0);
    for (flag, twin) in [
        ("--listen", "WF_TINY_LISTEN"),
        ("--admin-listen", "WF_TINY_ADMIN_LISTEN"),
        ("--shutdown-grace-seconds", "WF_SHUTDOWN_GRACE_SECONDS"),
        ("--backend", "WF_BACKEND"),
        ("--data-dir", "WF_DATA_DIR"),
        ("--max-tasks", "WF_MAX_TASKS"),
        ("--secrets-dir", "WF_SECRETS_DIR"),
        ("--retention-days", "WF_RETENTION_DAYS"),
        ("--scope", "WF_SCOPE"),
        ("--actions", "WF_ACTIONS"),
        ("--profile", "WF_PROFILE"),
        ("--secret-file", "WF_SECRET_FILE"),
        ("--cors-origin", "WF_CORS_ORIGIN"),
        ("--allowed-hosts", "WF_ALLOWED_HOSTS"),
        ("--request-timeout-seconds", "WF_REQUEST_TIMEOUT_SECONDS"),
        ("--max-body-bytes", "WF_MAX_BODY_BYTES"),
        ("--actor-header", "WF_ACTOR_HEADER"),
        ("--log-format", "WF_LOG_FORMAT"),
        ("--log-level", "WF_LOG_LEVEL"),
    ] {
        assert!(help.contains(flag), "{flag} is not in:\n{help}");
        assert!(
            help.contains(&format!("[env: {twin}=]")),
            "{twin} is not in:\n{help}"
        );
    }
    assert!(help.contains("[default: 127.0.0.1:8089]"), "{help}");
    assert!(help.starts_with("Serves a few paths.\n"), "{help}");
}

#[test]
fn the_document_is_printed_and_nothing_else() {
    assert_eq!(
        said(&["paths"]),
        (
            0,
            "/\n/last\n/never\n/fall\n/toil\n/begin/:action\n".to_owned(),
            String::new()
        )
    );
    let served = tiny()
        .env("WF_SCOPE", "team")
        .arg("paths")
        .output()
        .unwrap();
    assert!(
        served.status.success(),
        "what is for serving does not stand in the way"
    );
}

#[test]
fn serve_takes_the_same_flags() {
    let (code, help, _) = said(&["serve", "--help"]);
    assert_eq!(code, 0);
    assert!(help.starts_with("Serve the API; "), "{help}");
    assert!(
        help.contains("--data-dir") && help.contains("WF_TINY_LISTEN"),
        "{help}"
    );
}

#[test]
fn what_makes_no_sense_is_told_before_anything_begins() {
    for (arguments, told) in [
        (["--scope", "Not A Label"], "lower-case letters"),
        (["--cors-origin", "*"], "an origin is written as"),
        (
            ["--cors-origin", "https://example.org/path"],
            "an origin is written as",
        ),
        (["--listen", "8080"], "an address is written as"),
        (["--max-tasks", "0"], "1..="),
        (["--backend", "cluster"], "embedded"),
        (["--colour", "red"], "unexpected argument"),
    ] {
        let (code, _, error) = said(&arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(error.contains(told), "`{told}` is not in:\n{error}");
    }
}

#[test]
fn the_environment_is_a_twin_that_a_flag_overrides() {
    let output = tiny().env("WF_SCOPE", "Not A Label").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let output = tiny()
        .env("WF_LOG_LEVEL", "a=b=c")
        .args(["--scope", "x"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("`--log-level a=b=c`"), "{told}");
}

#[test]
fn a_profile_that_is_wrong_ends_the_start_with_its_place_and_the_remedy() {
    let directory = tempfile::tempdir().unwrap();
    let profile = directory.path().join("profile.yaml");
    let started = |text: &str| {
        std::fs::write(&profile, text).unwrap();
        let data = directory.path().join("data");
        let output = tiny()
            .arg("--profile")
            .arg(&profile)
            .arg("--data-dir")
            .arg(data)
            .args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    };
    for (text, told) in [
        ("name: p\nuid: 0\n", "profile.yaml:2: uid: 0 is root"),
        (
            "name: p\nuidd: 1\n",
            "profile.yaml:2: uidd: unknown field `uidd`; did you mean `uid`?",
        ),
        (
            "name: p\ncommonSecrets: {TOKEN: hush}\n",
            "profile.commonSecrets: ",
        ),
    ] {
        let (code, error) = started(text);
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains(told), "`{told}` is not in:\n{error}");
        assert!(!error.contains("hush"), "{error}");
    }
}
