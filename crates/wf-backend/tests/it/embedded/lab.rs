//! The lab: documents, submissions and waiting, for the tests of one backend.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;
use wf_argo::{Catalog, Profile};
use wf_backend::{
    Backend, By, EmbeddedBackend, EmbeddedOptions, LogLine, LogQuery, Scope, Snapshot, Start,
    Submission, Submitted, WorkflowId,
};
use wf_model::{Draft, TaskStatus, Timestamp};

const ACTIONS: &str = r#"
name: shell
parameters: [{name: script}]
container: {command: [sh, -c, "{{inputs.parameters.script}}"], image: none}
---
name: "true"
container: {command: ["true"], image: none}
---
name: approval
suspend: {}
---
name: left
outputs:
  parameters: [{name: p, path: /tmp/p}]
  artifacts: [{name: a, path: /tmp/a}]
parameters: [{name: script}]
container:
  image: none
  command: [sh, -c, "{{inputs.parameters.script}}", "{{outputs.parameters.p.path}}", "{{outputs.artifacts.a.path}}"]
---
name: fixed
outputs: {parameters: [{name: p, path: /tmp/p}]}
container: {command: [touch, /tmp/p], image: none}
---
name: request
http: {url: "http://localhost"}
---
name: mounted
container: {command: ["true"], image: none, volumeMounts: [{name: v, mountPath: /v}]}
---
name: plain
container: {image: none}
---
name: take
artifacts: [{name: in, path: /tmp/in}]
container: {image: none, command: [cat, "{{inputs.artifacts.in.path}}"]}
"#;

/// How long a test waits for what has to happen.
const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) fn scope() -> Scope {
    Scope::new("demo").unwrap()
}

/// A workflow of one task that runs that script.
pub(crate) fn script(script: &str) -> Value {
    json!({"name": "script", "tasks": [task("A", script)]})
}

pub(crate) fn task(name: &str, script: &str) -> Value {
    json!({"name": name, "action": "shell", "parameters": [{"name": "script", "value": script}]})
}

pub(crate) fn submission(document: Value) -> Submission {
    let catalog = Catalog::from_sources([("lab.yaml", ACTIONS)]).unwrap();
    // Not for this target, whose faults are told before anything is submitted.
    let limits = wf_model::Limits::of(wf_model::Target::Argo41);
    let workflow = Draft::from_value(document, &limits)
        .validate(catalog.signatures(), &limits)
        .unwrap();
    let rendered = wf_argo::render(&workflow, &catalog, &Profile::plain()).unwrap();
    let parameters = wf_model::resolve_parameters(&workflow, &[].into()).unwrap();
    Submission {
        scope: scope(),
        id: WorkflowId::new(Uuid::now_v7()),
        workflow: Arc::new(workflow),
        rendered: Arc::new(rendered),
        start: Start::Now(parameters),
        by: by(),
        fingerprint: "fingerprint".to_owned(),
        etag: "etag".to_owned(),
    }
}

/// Somebody who asks now.
pub(crate) fn by() -> By {
    By::somebody("request", Timestamp::from(OffsetDateTime::now_utc()))
}

pub(crate) async fn open(options: EmbeddedOptions) -> EmbeddedBackend {
    EmbeddedBackend::open(options).await.unwrap()
}

pub(crate) async fn submit(backend: &EmbeddedBackend, document: Value) -> WorkflowId {
    match backend.submit(submission(document)).await.unwrap() {
        Submitted::Created(snapshot) => snapshot.summary.id,
        Submitted::Replayed(_) => panic!("the id was new"),
    }
}

pub(crate) async fn run(backend: &EmbeddedBackend, document: Value) -> Snapshot {
    let id = submit(backend, document).await;
    finished(backend, id).await
}

pub(crate) async fn get(backend: &EmbeddedBackend, id: WorkflowId) -> Snapshot {
    backend.get(&scope(), id).await.unwrap()
}

pub(crate) async fn finished(backend: &EmbeddedBackend, id: WorkflowId) -> Snapshot {
    until(backend, id, |snapshot| snapshot.summary.phase.is_finished()).await
}

pub(crate) async fn until(
    backend: &EmbeddedBackend,
    id: WorkflowId,
    holds: impl Fn(&Snapshot) -> bool,
) -> Snapshot {
    let begun = Instant::now();
    loop {
        let snapshot = get(backend, id).await;
        if holds(&snapshot) {
            return snapshot;
        }
        assert!(begun.elapsed() < DEADLINE, "waited too long: {snapshot:#?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until that is so.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < DEADLINE, "waited too long until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) async fn lines(backend: &EmbeddedBackend, id: WorkflowId, task: &str) -> Vec<LogLine> {
    let query = LogQuery {
        task: task.to_owned(),
        ..LogQuery::default()
    };
    let lines = backend.logs(&scope(), id, query).await.unwrap();
    lines.map(|line| line.unwrap()).collect().await
}

pub(crate) fn only_task(snapshot: &Snapshot) -> &TaskStatus {
    &snapshot.run.tasks[0]
}

/// All files and directories below that one, relative to it.
pub(crate) fn files_below(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&directory) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.push(name);
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}
