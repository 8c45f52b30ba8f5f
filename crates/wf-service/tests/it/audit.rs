//! What is left in the log: who changed what, and why something failed.

use std::io::Write;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use wf_model::StopMode;
use wf_service::{Code, Error, Service, ServiceOptions, WorkflowId};

use crate::broken::{Broken, CAUSE};
use crate::world::{World, context, hello, request};

/// A log that is kept for the thread of a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn keep() -> (Self, DefaultGuard) {
        let log = Self::default();
        let kept = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(log.clone());
        (log, tracing::subscriber::set_default(kept.finish()))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn of(&self, target: &str) -> Vec<Value> {
        let lines = self.text();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["target"] == target).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn every_change_is_told_with_who_and_how_it_went() {
    let (log, _kept) = Log::keep();
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let reason = Some("no longer needed".to_owned());
    world
        .service
        .stop(&world.ann, id, StopMode::Now, reason)
        .await
        .unwrap();
    let start = world
        .service
        .start(&world.ann, id, std::collections::BTreeMap::new(), None)
        .await;
    start.unwrap_err();
    world
        .service
        .delete(&world.ann, id, false, None)
        .await
        .unwrap();

    let told = log.of("audit");
    let words = |name: &str| {
        told.iter()
            .map(|line| line[name].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words("action"),
        [Some("create"), Some("stop"), Some("start"), Some("delete")]
    );
    assert_eq!(
        words("outcome"),
        [Some("OK"), Some("OK"), Some("CONFLICT"), Some("OK")]
    );
    assert_eq!(
        words("reason"),
        [None, Some("no longer needed"), None, None]
    );
    assert_eq!(words("mode"), [None, Some("NOW"), None, None]);
    let id = id.to_string();
    for line in &told {
        assert_eq!(line["actor"], "ann");
        assert_eq!(line["scope"], "default");
        assert_eq!(line["request.id"], "request-1");
        assert_eq!(line["workflow.id"], id.as_str());
    }
    world.end().await;
}

#[tokio::test]
async fn looking_leaves_no_trace_and_documents_are_not_told() {
    let (log, _kept) = Log::keep();
    let world = World::new().await;
    let mut document = hello("one");
    document["description"] = "a private matter".into();
    let id = world.hold(document).await;
    let before = log.of("audit").len();
    world.service.get(&world.ann, id).await.unwrap();
    world
        .service
        .list(&world.ann, wf_service::ListWorkflows::default())
        .await
        .unwrap();
    assert_eq!(log.of("audit").len(), before);
    assert!(!log.text().contains("a private matter"));
    world.end().await;
}

#[tokio::test]
async fn why_the_backend_cannot_answer_is_logged_once_and_told_to_nobody() {
    let service = Service::new(ServiceOptions::new(Arc::new(Broken)));
    let ann = context("default", Some("ann"));
    let id: WorkflowId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let check = |log: &Log, error: &Error| {
        assert_eq!(error.code(), Code::Unavailable);
        assert!(error.code().is_retryable());
        assert!(!error.to_string().contains(CAUSE), "{error}");
        let told = log.of("wf_service::conduct");
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["request.id"], "request-1");
        assert!(
            told[0]["cause"].as_str().unwrap().contains(CAUSE),
            "{told:?}"
        );
    };

    let (log, kept) = Log::keep();
    check(&log, &service.get(&ann, id).await.unwrap_err());
    drop(kept);

    let (log, kept) = Log::keep();
    check(
        &log,
        &service
            .create(&ann, request(hello("one")))
            .await
            .unwrap_err(),
    );
    drop(kept);

    let (log, _kept) = Log::keep();
    let mut states = service.watch(&ann, id).await.unwrap();
    check(&log, &states.next().await.unwrap().unwrap_err());
}
