//! Clauses about what tasks print.

use futures_util::StreamExt;
use serde_json::{Value, json};
use wf_model::{EXIT_HANDLER, TaskPhase};

use super::Subject;
use super::bench::{Bench, is_not_found, log_of, now, task};
use crate::logs::{LogLine, LogQuery, LogStream};

/// How far the clock of the machine on which a task runs may be from ours, in milliseconds.
const SKEW: i64 = 5_000;

fn shell(name: &str, script: &str) -> Value {
    json!({"name": name, "action": "shell", "parameters": [{"name": "script", "value": script}]})
}

/// Lines are told in their order, with their moment, and without their end; the last one need not
/// have one, and what is not UTF-8 is replaced. Where streams are told apart, each has its own.
pub async fn a_task_s_lines_are_told_in_order<S: Subject>(bench: &mut Bench<S>) {
    let before = now();
    let script = "for i in 1 2 3; do echo out $i; done; printf '\\n\\377 last'; sleep 0.2; \
                  echo err >&2";
    let tasks = [shell("A", script)];
    let ended = bench
        .run_to_end(json!({"name": "lines", "tasks": tasks}))
        .await;
    let id = ended.summary.id;
    let lines = bench.backend().logs(&bench.scope(), id, log_of("A")).await;
    let lines: Vec<LogLine> = lines
        .expect("there is a log")
        .map(|line| line.expect("a line can be read"))
        .collect()
        .await;
    let printed = ["out 1", "out 2", "out 3", "", "\u{fffd} last"];
    if bench.backend().description().tells_streams {
        let of = |stream| {
            let lines = lines.iter().filter(move |line| line.stream == stream);
            lines.map(|line| line.text.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(LogStream::Stdout), printed);
        assert_eq!(of(LogStream::Stderr), ["err"]);
    } else {
        // The last line of the one goes on with the first of the other.
        let told: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(told[..4], printed[..4]);
    }
    let (before, after) = (before.as_millis() - SKEW, now().as_millis() + SKEW);
    for line in &lines {
        assert_eq!((line.attempt, line.item), (1, None));
        assert!((before..=after).contains(&line.at.as_millis()));
    }
}

/// Who follows gets lines while the task runs, and the end when it has ended.
pub async fn lines_are_followed_until_the_task_has_ended<S: Subject>(bench: &mut Bench<S>) {
    let tasks = [shell("A", "echo early; sleep 1; echo late")];
    let id = bench.run(json!({"name": "followed", "tasks": tasks})).await;
    let query = LogQuery {
        follow: true,
        ..log_of("A")
    };
    let lines = bench.backend().logs(&bench.scope(), id, query).await;
    let mut lines = lines.expect("there will be a log");
    let first = tokio::time::timeout(bench.patience(), lines.next()).await;
    let first = first.expect("a line comes").expect("before the end");
    assert_eq!(first.expect("it can be read").text, "early");
    assert!(
        !task(&bench.get(id).await, "A").phase.is_finished(),
        "it still runs"
    );
    let rest = tokio::time::timeout(bench.patience(), lines.collect::<Vec<_>>()).await;
    let rest = rest.expect("the end comes");
    assert_eq!(rest.len(), 1);
    let ended = bench.finished(id).await;
    assert_eq!(task(&ended, "A").phase, TaskPhase::Succeeded);
}

/// Lines can be asked for by item and by attempt; without, it is all items and the latest attempt.
pub async fn lines_of_items_and_attempts_are_told_apart<S: Subject>(bench: &mut Bench<S>) {
    let message = json!([{"name": "message", "value": "item {{item}}"}]);
    let ended = bench
        .run_to_end(json!({"name": "apart", "tasks": [
            {"name": "A", "action": "echo", "withItems": ["x", "y"], "parameters": message},
            {"name": "B", "action": "flaky", "retry": {"limit": 1}},
        ]}))
        .await;
    let id = ended.summary.id;
    assert_eq!(bench.lines(id, log_of("A")).await, ["item x", "item y"]);
    let second = LogQuery {
        item: Some(1),
        ..log_of("A")
    };
    assert_eq!(bench.lines(id, second).await, ["item y"]);
    for attempt in [None, Some(1), Some(2)] {
        let query = LogQuery {
            attempt,
            ..log_of("B")
        };
        let lines = bench.backend().logs(&bench.scope(), id, query).await;
        let lines: Vec<_> = lines.expect("there is a log").collect().await;
        let line = lines[0].as_ref().expect("a line can be read");
        assert_eq!(line.text, "tried");
        assert_eq!(line.attempt, attempt.unwrap_or(2));
    }
}

/// A task that was never reached has no lines, and following it ends with the run.
pub async fn what_was_never_reached_has_no_lines<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(
            json!({"name": "unreached", "onExit": {"action": "true"}, "tasks": [
                {"name": "A", "action": "fail"},
                {"name": "B", "action": "true", "dependsOn": ["A"]},
                {"name": "C", "action": "true", "dependsOn": ["A"], "withItems": [1, 2]},
            ]}),
        )
        .await;
    for follow in [false, true] {
        for task in ["B", "C", EXIT_HANDLER] {
            let query = LogQuery {
                follow,
                ..log_of(task)
            };
            let lines = bench.lines(ended.summary.id, query).await;
            assert_eq!(lines, Vec::<String>::new(), "{task}");
        }
    }
}

/// Of what is not there, nothing is told but that.
pub async fn lines_of_what_is_not_there_are_not_found<S: Subject>(bench: &mut Bench<S>) {
    let tasks = json!([
        {"name": "A", "action": "true"},
        {"name": "F", "action": "true", "withItems": [1]},
    ]);
    let ended = bench
        .run_to_end(json!({"name": "absent", "tasks": tasks}))
        .await;
    let absent = [
        log_of("B"),
        log_of(EXIT_HANDLER),
        LogQuery {
            run: Some(2),
            ..log_of("A")
        },
        LogQuery {
            item: Some(0),
            ..log_of("A")
        },
        LogQuery {
            item: Some(1),
            ..log_of("F")
        },
        LogQuery {
            attempt: Some(2),
            ..log_of("A")
        },
    ];
    let (backend, scope) = (bench.backend(), bench.scope());
    for query in absent {
        let logs = backend.logs(&scope, ended.summary.id, query.clone()).await;
        assert!(is_not_found(&logs.map(|_| ())), "{query:?}");
    }
}
