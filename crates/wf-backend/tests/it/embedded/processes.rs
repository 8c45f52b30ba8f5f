//! Processes: what a task finds when it begins, and what is left when it ends.

use serde_json::json;
use wf_backend::LogStream;
use wf_model::{TaskPhase, TaskReason};

use super::lab::{self, only_task};
use super::subject::options;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_has_a_directory_an_environment_and_a_group_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let script = "env | cut -d= -f1 | sort | xargs; ls -A | wc -l; \
                  [ \"$PWD\" = \"$HOME\" ] && [ \"$TMPDIR\" = \"$HOME\" ] && echo home; \
                  ps -o pgid= -p $$ | tr -d ' '; echo $$; cat; echo left > file";
    let ended = lab::run(&backend, lab::script(script)).await;
    let lines = lab::lines(&backend, ended.summary.id, "A").await;
    let texts: Vec<_> = lines.iter().map(|line| line.text.trim()).collect();
    let expected = "ARGO_PROGRESS_FILE HOME LANG PATH PWD TMPDIR WF_ATTEMPT WF_PROGRESS_FILE";
    let variables = texts[0]
        .replace(" _", "")
        .replace("OLDPWD ", "")
        .replace(" SHLVL", "");
    assert_eq!(variables, expected);
    assert_eq!(texts[1..3], ["0", "home"]);
    assert_eq!(texts[3], texts[4], "it leads its process group");
    assert_eq!(texts.len(), 5, "its standard input is empty");
    let data = directory.path().join("data/workflows");
    let works = lab::files_below(&data);
    let in_work = works.iter().filter(|file| file.contains("work/"));
    assert_eq!(in_work.count(), 0, "its directory is gone: {works:?}");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_task_leaves_running_ends_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let pid = directory.path().join("pid");
    let script = format!("sleep 300 & echo $! > {}; echo done", pid.display());
    let begun = std::time::Instant::now();
    let ended = lab::run(&backend, lab::script(&script)).await;
    assert_eq!(only_task(&ended).phase, TaskPhase::Succeeded);
    assert!(
        begun.elapsed().as_secs() < 10,
        "nobody waits for what it left"
    );
    let pid = std::fs::read_to_string(pid).unwrap();
    lab::eventually("the sleep has ended", || !is_alive(pid.trim())).await;
    backend.shutdown().await;
}

/// Whether there is a process of that number that still does something.
fn is_alive(pid: &str) -> bool {
    std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", pid])
        .output()
        .is_ok_and(|output| !output.stdout.is_empty() && output.stdout[0] != b'Z')
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_will_not_end_is_ended() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(directory.path()).kill_grace(std::time::Duration::from_millis(200));
    let backend = lab::open(options).await;
    let mut document = lab::script("trap '' TERM; echo deaf; while :; do sleep 0.05; done");
    document["tasks"][0]["timeoutSeconds"] = json!(1);
    let ended = lab::run(&backend, document).await;
    let task = only_task(&ended);
    assert_eq!(task.reason, Some(TaskReason::Timeout));
    assert_eq!(task.exit_code, Some(137), "128 and SIGKILL");
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_process_ended_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    for (script, phase, reason, code) in [
        ("exit 0", TaskPhase::Succeeded, None, Some(0)),
        (
            "exit 42",
            TaskPhase::Failed,
            Some(TaskReason::ExitCode),
            Some(42),
        ),
        (
            "kill -9 $$",
            TaskPhase::Failed,
            Some(TaskReason::Signal),
            Some(137),
        ),
    ] {
        let ended = lab::run(&backend, lab::script(script)).await;
        let task = only_task(&ended);
        let told = (task.phase, task.reason, task.exit_code);
        assert_eq!(told, (phase, reason, code), "{script}");
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_loses_one_line_end_and_an_output_too() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let printed = lab::run(&backend, lab::script("printf 'a\\n\\n'")).await;
    assert_eq!(only_task(&printed).outputs.result.as_deref(), Some("a\n"));
    let left = |script: &str| {
        json!({"name": "left", "tasks": [{"name": "A", "action": "left", "parameters":
            [{"name": "script", "value": script}]}]})
    };
    let ended = lab::run(
        &backend,
        left("printf 'b\\n\\n' > \"$0\"; mkdir \"$1\"; echo > \"$1/f\""),
    )
    .await;
    let outputs = &only_task(&ended).outputs;
    assert_eq!(outputs.parameter("p"), Some("b\n"));
    let kept = directory
        .path()
        .join("data")
        .join(&outputs.artifacts[0].location);
    assert!(kept.join("f").is_file(), "a directory is an artifact too");

    for (script, wrong) in [
        ("echo > \"$1\"", "`p`"),
        ("echo > \"$0\"", "`a`"),
        (
            "head -c 300000 /dev/zero | tr '\\0' x > \"$0\"; echo > \"$1\"",
            "256 KiB",
        ),
        ("printf '\\377' > \"$0\"; echo > \"$1\"", "UTF-8"),
        ("mkfifo \"$0\"; echo > \"$1\"", "no file"),
        ("echo > \"$0\"; mkfifo \"$1\"", "neither a file"),
    ] {
        let ended = lab::run(&backend, left(script)).await;
        let task = only_task(&ended);
        assert_eq!(task.phase, TaskPhase::Error, "{script}");
        assert_eq!(task.reason, Some(TaskReason::InvalidOutput));
        let message = task.message.as_deref().unwrap();
        assert!(message.contains(wrong), "{script}: {message}");
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn output_is_kept_up_to_its_cap_and_lines_up_to_theirs() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path()).log_bytes(100_000)).await;
    let script = "head -c 200000 /dev/zero | tr '\\0' x; echo; echo short; \
                  i=0; while [ $i -lt 400 ]; do printf '%0200d\\n' $i; i=$((i+1)); done; echo last";
    let ended = lab::run(&backend, lab::script(script)).await;
    assert_eq!(
        only_task(&ended).phase,
        TaskPhase::Succeeded,
        "a task does not fail for its log"
    );
    assert_eq!(
        only_task(&ended).outputs.result,
        None,
        "nothing asked for so long a result"
    );
    let lines = lab::lines(&backend, ended.summary.id, "A").await;
    assert_eq!(lines[0].text.len(), 64 << 10);
    assert_eq!(lines[1].stream, LogStream::Service);
    assert_eq!(lines[2].text, "short");
    let last = lines.last().unwrap();
    assert_eq!(last.stream, LogStream::Service);
    assert!(last.text.contains("100000 bytes"), "{}", last.text);
    let files = directory.path().join("data/workflows");
    let log = lab::files_below(&files)
        .into_iter()
        .find(|file| file.contains("/logs/"));
    let kept = files.join(log.unwrap()).metadata().unwrap().len();
    assert!((99_000..101_000).contains(&kept), "{kept}");

    let empty = lab::script("yes '' | head -c 1000000");
    let ended = lab::run(&backend, empty).await;
    let lines = lab::lines(&backend, ended.summary.id, "A").await;
    assert!(lines.len() < 10_000, "empty lines count: {}", lines.len());
    assert_eq!(lines.last().unwrap().stream, LogStream::Service);
    backend.shutdown().await;
}

/// Left its group, and has nothing of its output open; without a mark where that is said.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_the_group_of_a_task_ends_with_it_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    for (name, how) in [("marked", ""), ("placed", "env -i")] {
        // Not only after a short attempt, of which few processes can be left.
        for seconds in ["0", "1.2"] {
            let pid = directory.path().join(name);
            let script = format!(
                "{how} setsid sh -c 'echo $$ > {0}; exec sleep 300' > /dev/null 2>&1 & \
                 until [ -s {0} ]; do sleep 0.01; done; sleep {seconds}",
                pid.display()
            );
            let ended = lab::run(&backend, lab::script(&script)).await;
            assert_eq!(only_task(&ended).phase, TaskPhase::Succeeded);
            let stray = std::fs::read_to_string(&pid).unwrap();
            assert!(!is_alive(stray.trim()), "{name} {seconds}");
            std::fs::remove_file(&pid).unwrap();
        }
    }
    backend.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_from_outside_of_the_task_s_directory_is_not_taken() {
    let directory = tempfile::tempdir().unwrap();
    let backend = lab::open(options(directory.path())).await;
    let script = format!("echo > $0; ln -s '{}' $1", directory.path().display());
    let document = json!({"name": "left", "tasks": [{"name": "A", "action": "left",
        "parameters": [{"name": "script", "value": script}]}]});
    let ended = lab::run(&backend, document).await;
    let task = only_task(&ended);
    assert_eq!(task.reason, Some(TaskReason::InvalidOutput));
    let message = task.message.as_deref().unwrap();
    assert!(message.contains("outside the attempt"), "{message}");
    backend.shutdown().await;
}
