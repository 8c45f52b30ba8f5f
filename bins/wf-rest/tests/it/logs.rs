//! Logs in their three formats, past and as they come.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::harness::{Api, text};

async fn printed(api: &Api) -> String {
    let script = "echo one; echo two >&2; echo three";
    let workflow = api
        .run(json!({"name": "prints", "tasks": [{"name": "a", "action": "shell", "parameters": [{"name": "script", "value": script}]}]}))
        .await;
    format!("/v1/workflows/{}/tasks/a/logs", text(&workflow["id"]))
}

#[tokio::test]
async fn lines_come_as_text_as_json_or_as_events() {
    let api = Api::open().await;
    let path = printed(&api).await;

    let plain = api.get(&path).send().await.expect(200);
    assert_eq!(
        plain.header("Content-Type"),
        Some("text/plain; charset=utf-8")
    );
    let mut lines: Vec<String> = plain.text().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["one", "three", "two"]);

    let json = api
        .get(&path)
        .header("Accept", "application/x-ndjson")
        .send()
        .await
        .expect(200);
    assert_eq!(json.header("Content-Type"), Some("application/x-ndjson"));
    let json: Vec<Value> = json
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(json.len(), 3);
    let two = json.iter().find(|line| line["text"] == "two").unwrap();
    assert_eq!(
        (&two["stream"], &two["attempt"]),
        (&json!("stderr"), &json!(1))
    );
    assert!(text(&two["at"]).ends_with('Z'));
    assert_eq!(two.get("item"), None);

    let events = api
        .get(&path)
        .header("Accept", "text/event-stream")
        .send()
        .await
        .expect(200);
    assert_eq!(events.header("Content-Type"), Some("text/event-stream"));
    let kinds: Vec<&str> = events_of(&events.text())
        .map(|(kind, _)| kind.to_owned())
        .map(|kind| match kind.as_str() {
            "line" => "line",
            "end" => "end",
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(kinds, ["line", "line", "line", "end"]);
    api.close().await;
}

/// The kind and the data of each event.
fn events_of(body: &str) -> impl Iterator<Item = (&str, &str)> {
    body.split("\n\n")
        .filter(|event| !event.trim().is_empty())
        .map(|event| {
            let field = |name: &str| {
                event
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .unwrap_or_default()
                    .trim()
            };
            (field("event:"), field("data:"))
        })
}

#[tokio::test]
async fn following_tells_lines_as_they_come_and_ends_with_the_task() {
    let api = Api::open().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let go = file.path().with_extension("go");
    let script = format!(
        "echo begun; while [ ! -e '{}' ]; do sleep 0.05; done; echo done",
        go.display()
    );
    let document = json!({"name": "slow", "tasks": [{"name": "a", "action": "shell", "parameters": [{"name": "script", "value": script}]}]});
    let workflow = api
        .post("/v1/workflows", document)
        .send()
        .await
        .expect(201)
        .json();
    let path = format!(
        "/v1/workflows/{}/tasks/a/logs?follow=true",
        text(&workflow["id"])
    );

    let mut body = api.get(&path).begin().await.take_body().into_bytes_stream();
    let first = tokio::time::timeout(Duration::from_secs(20), body.next())
        .await
        .unwrap();
    assert_eq!(first.unwrap().unwrap(), "begun\n");
    std::fs::write(&go, "").unwrap();
    let rest = tokio::time::timeout(Duration::from_secs(20), body.collect::<Vec<_>>())
        .await
        .unwrap();
    let rest: String = rest
        .into_iter()
        .map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
        .collect();
    assert_eq!(rest, "done\n");
    std::fs::remove_file(&go).unwrap();
    api.close().await;
}

#[tokio::test]
async fn a_followed_log_is_cut_when_the_service_ends_and_never_looks_whole() {
    let api = Api::open().await;
    let document = json!({"name": "slow", "tasks": [{"name": "a", "action": "sleep", "parameters": [{"name": "seconds", "value": "300"}]}]});
    let workflow = api
        .post("/v1/workflows", document)
        .send()
        .await
        .expect(201)
        .json();
    let path = format!(
        "/v1/workflows/{}/tasks/a/logs?follow=true",
        text(&workflow["id"])
    );
    let text_body = api.get(&path).begin().await.take_body();
    let events = api
        .get(&path)
        .header("Accept", "text/event-stream")
        .begin()
        .await
        .take_body();
    api.begin_to_close();
    let cut = tokio::time::timeout(Duration::from_secs(20), text_body.into_vec())
        .await
        .unwrap();
    assert!(cut.is_err());
    let events = tokio::time::timeout(Duration::from_secs(20), events.into_string())
        .await
        .unwrap()
        .unwrap();
    let last = events_of(&events).last().unwrap();
    assert_eq!(last.0, "error");
    let problem: Value = serde_json::from_str(last.1).unwrap();
    assert_eq!(problem["code"], "UNAVAILABLE");
    assert_eq!(problem["retryable"], true);
    api.close().await;
}

#[tokio::test]
async fn items_and_attempts_are_told_apart() {
    let api = Api::open().await;
    let document = json!({"name": "many", "tasks": [
        {"name": "each", "action": "echo", "withItems": ["x", "y"], "parameters": [{"name": "message", "value": "{{item}}"}]},
        {"name": "again", "action": "shell", "retry": {"limit": 1},
         "parameters": [{"name": "script", "value": "echo tried; exit 1"}]},
    ]});
    let workflow = api.run(document).await;
    let tasks = format!("/v1/workflows/{}/tasks", text(&workflow["id"]));
    let read = async |path: &str| {
        api.get(format!("{tasks}/{path}"))
            .send()
            .await
            .expect(200)
            .text()
    };
    assert_eq!(read("each/logs").await, "x\ny\n");
    assert_eq!(read("each/logs?item=1").await, "y\n");
    assert_eq!(read("again/logs").await, "tried\n");
    assert_eq!(read("again/logs?attempt=1").await, "tried\n");
    for missing in ["again/logs?attempt=3", "each/logs?item=2", "nobody/logs"] {
        api.get(format!("{tasks}/{missing}"))
            .send()
            .await
            .problem(404, "NOT_FOUND");
    }
    let answer = api
        .get(format!("{tasks}/each/logs?item=-1&follow=yes"))
        .send()
        .await;
    assert_eq!(answer.faults(400).len(), 2);
    api.close().await;
}

#[tokio::test]
async fn a_format_that_is_not_on_offer_is_not_acceptable() {
    let api = Api::open().await;
    let path = printed(&api).await;
    let problem = api
        .get(&path)
        .header("Accept", "image/png")
        .send()
        .await
        .problem(406, "INVALID");
    assert!(
        text(&problem["detail"]).contains("text/event-stream"),
        "{problem}"
    );
    api.close().await;
}
