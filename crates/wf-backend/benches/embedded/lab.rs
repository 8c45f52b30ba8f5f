//! The lab: a backend, and what is submitted to it.

use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;
use wf_argo::{Catalog, Profile};
use wf_backend::{By, EmbeddedBackend, EmbeddedOptions, Scope, Start, Submission, WorkflowId};
use wf_model::{Draft, Limits, Timestamp};

const ACTIONS: &str = r#"
{name: "true", container: {image: none, command: ["true"]}}
---
{name: sleep, container: {image: none, command: [sleep, "600"]}}
"#;

pub(crate) async fn open(directory: &std::path::Path) -> EmbeddedBackend {
    let options = EmbeddedOptions::new(directory);
    EmbeddedBackend::open(options).await.unwrap()
}

pub(crate) fn scope() -> Scope {
    Scope::new("bench").unwrap()
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from(OffsetDateTime::now_utc())
}

pub(crate) fn submission(document: serde_json::Value, start: Start) -> Submission {
    let catalog = Catalog::from_sources([("bench.yaml", ACTIONS)]).unwrap();
    let limits = Limits::default();
    let workflow = Draft::from_value(document, &limits)
        .validate(catalog.signatures(), &limits)
        .unwrap();
    let rendered = wf_argo::render(&workflow, &catalog, &Profile::plain()).unwrap();
    Submission {
        scope: scope(),
        id: WorkflowId::new(Uuid::now_v7()),
        workflow: Arc::new(workflow),
        rendered: Arc::new(rendered),
        start,
        by: By::somebody("bench", now()),
        fingerprint: String::new(),
        etag: String::new(),
    }
}
