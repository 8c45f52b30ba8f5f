//! The bench: a backend, and what clauses do with it all the time.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;
use wf_argo::{Catalog, Profile};
use wf_model::{Draft, StopMode, TaskPhase, TaskStatus, Timestamp, WorkflowPhase};

use super::{Subject, catalog};
use crate::asked::By;
use crate::error::Error;
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};
use crate::port::Backend;
use crate::workflow::{Snapshot, Start, Submission, Submitted};

/// A backend on which clauses are tried.
#[derive(Debug)]
pub struct Bench<S> {
    subject: S,
    catalog: Catalog,
}

impl<S: Subject> Bench<S> {
    /// A bench for that subject.
    pub fn new(subject: S) -> Self {
        Self {
            subject,
            catalog: catalog::catalog(),
        }
    }

    /// Ends it.
    pub async fn close(self) {
        self.subject.close().await;
    }

    /// Ends the backend and opens it again on what it stored.
    pub(super) async fn reopen(&mut self) {
        self.subject.reopen().await;
    }

    pub(super) fn backend(&self) -> Arc<dyn Backend> {
        self.subject.backend()
    }

    /// The scope that a clause works in, when it needs one alone.
    pub(super) fn scope(&self) -> Scope {
        self.subject.scope(0)
    }

    /// A scope beside it.
    pub(super) fn other_scope(&self) -> Scope {
        self.subject.scope(1)
    }

    /// A submission of that document that starts at once, with the defaults of its parameters.
    pub(super) fn submission(&self, document: Value) -> Submission {
        let limits = self.backend().description().limits;
        let workflow = Draft::from_value(document, &limits)
            .validate(self.catalog.signatures(), &limits)
            .unwrap_or_else(|faults| unmet(&format!("a document of the suite: {faults}")));
        let rendered = wf_argo::render(&workflow, &self.catalog, &Profile::plain())
            .expect("a valid document of the suite can be rendered");
        let parameters = wf_model::resolve_parameters(&workflow, &BTreeMap::new());
        Submission {
            scope: self.scope(),
            id: WorkflowId::new(Uuid::now_v7()),
            workflow: Arc::new(workflow),
            rendered: Arc::new(rendered),
            start: Start::Now(parameters.unwrap_or_default()),
            by: By {
                actor: Some("the suite".to_owned()),
                ..by()
            },
            fingerprint: "fingerprint".to_owned(),
            etag: "etag".to_owned(),
        }
    }

    /// Submits it, and gives the new workflow.
    pub(super) async fn create(&self, submission: Submission) -> Snapshot {
        match self.backend().submit(submission).await {
            Ok(Submitted::Created(snapshot)) => snapshot,
            other => unmet(&format!("a new workflow, not {other:?}")),
        }
    }

    /// Submits the document; gives the id of the workflow.
    pub(super) async fn run(&self, document: Value) -> WorkflowId {
        self.create(self.submission(document)).await.summary.id
    }

    /// Submits the document, and gives what it came to.
    pub(super) async fn run_to_end(&self, document: Value) -> Snapshot {
        let id = self.run(document).await;
        self.finished(id).await
    }

    /// Submits the document to be held; gives the id of the workflow.
    pub(super) async fn hold(&self, document: Value) -> WorkflowId {
        let mut submission = self.submission(document);
        submission.start = Start::Hold;
        self.create(submission).await.summary.id
    }

    pub(super) async fn get(&self, id: WorkflowId) -> Snapshot {
        self.backend()
            .get(&self.scope(), id)
            .await
            .unwrap_or_else(|error| unmet(&format!("workflow {id}: {error}")))
    }

    /// Waits until the workflow is as it should be.
    pub(super) async fn until(
        &self,
        id: WorkflowId,
        what: &str,
        holds: impl Fn(&Snapshot) -> bool,
    ) -> Snapshot {
        let begun = Instant::now();
        loop {
            let snapshot = self.get(id).await;
            if holds(&snapshot) {
                return snapshot;
            }
            assert!(
                begun.elapsed() < self.patience(),
                "waited too long until {what}: {:#?}",
                snapshot.run
            );
            breathe().await;
        }
    }

    /// Waits until the workflow has ended.
    pub(super) async fn finished(&self, id: WorkflowId) -> Snapshot {
        let ended = |snapshot: &Snapshot| snapshot.summary.phase.is_finished();
        self.until(id, "the workflow has ended", ended).await
    }

    /// Waits until the workflow is in that phase.
    pub(super) async fn in_phase(&self, id: WorkflowId, phase: WorkflowPhase) -> Snapshot {
        let what = format!("the workflow is {phase}");
        self.until(id, &what, |snapshot| snapshot.summary.phase == phase)
            .await
    }

    /// Waits until a task is in that phase.
    pub(super) async fn task_in(&self, id: WorkflowId, name: &str, phase: TaskPhase) -> Snapshot {
        let what = format!("task {name} is {phase}");
        self.until(id, &what, |snapshot| task(snapshot, name).phase == phase)
            .await
    }

    /// Waits until the workflow is gone.
    pub(super) async fn gone(&self, id: WorkflowId) {
        let begun = Instant::now();
        while self.backend().get(&self.scope(), id).await.is_ok() {
            let waited = begun.elapsed();
            assert!(waited < self.patience(), "workflow {id} is still there");
            breathe().await;
        }
    }

    pub(super) async fn stop(&self, id: WorkflowId, mode: StopMode) -> Snapshot {
        self.try_stop(id, mode)
            .await
            .unwrap_or_else(|error| unmet(&format!("a stop: {error}")))
    }

    pub(super) async fn try_stop(&self, id: WorkflowId, mode: StopMode) -> Result<Snapshot, Error> {
        let stopped = self.backend().stop(&self.scope(), id, mode, &by()).await?;
        Ok(stopped.into_snapshot())
    }

    /// What a task of a workflow printed, as texts.
    pub(super) async fn lines(&self, id: WorkflowId, query: LogQuery) -> Vec<String> {
        let lines = self.backend().logs(&self.scope(), id, query).await;
        let lines = lines.unwrap_or_else(|error| unmet(&format!("logs: {error}")));
        let read = lines.map(|line| line.map(|line| line.text).expect("a line can be read"));
        let read = tokio::time::timeout(self.patience(), read.collect()).await;
        read.expect("logs end when the task has ended")
    }

    /// How long a clause waits for what has to happen.
    pub(super) fn patience(&self) -> Duration {
        self.subject.patience()
    }

    /// Runs a script that prints `ready` once it is ready for what the clause does to it; gives the
    /// id of the workflow, whose only task `A` it is.
    pub(super) async fn run_until_ready(&self, script: &str) -> WorkflowId {
        let id = self
            .run(
                json!({"name": "script", "tasks": [{"name": "A", "action": "shell",
                "parameters": [{"name": "script", "value": script}]}]}),
            )
            .await;
        self.ready(id).await;
        id
    }

    /// Waits until task `A` has printed `ready`.
    pub(super) async fn ready(&self, id: WorkflowId) {
        self.task_in(id, "A", TaskPhase::Running).await;
        let query = LogQuery {
            follow: true,
            ..log_of("A")
        };
        let lines = self.backend().logs(&self.scope(), id, query).await;
        let lines = lines.unwrap_or_else(|error| unmet(&format!("logs: {error}")));
        let is_ready = |line: &Result<LogLine, Error>| match line {
            Ok(line) => line.text == "ready",
            Err(error) => unmet(&format!("lines, not: {error}")),
        };
        let ready = lines.any(async |line| is_ready(&line));
        let ready = tokio::time::timeout(self.patience(), ready).await;
        assert!(ready.unwrap_or(false), "the script never got ready");
    }
}

/// The task of that name in that state.
pub(super) fn task<'a>(snapshot: &'a Snapshot, name: &str) -> &'a TaskStatus {
    snapshot
        .run
        .task(name)
        .unwrap_or_else(|| unmet(&format!("task {name} in {:#?}", snapshot.run)))
}

/// The phases of the tasks, in the document's order.
pub(super) fn phases(snapshot: &Snapshot) -> Vec<TaskPhase> {
    snapshot.run.tasks.iter().map(|task| task.phase).collect()
}

/// What a task printed, as it is told to other tasks.
pub(super) fn result<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a str> {
    task(snapshot, name).outputs.result.as_deref()
}

/// All lines of that task's latest attempt.
pub(super) fn log_of(task: &str) -> LogQuery {
    LogQuery {
        task: task.to_owned(),
        ..LogQuery::default()
    }
}

/// Whether the error says that there is no such thing.
pub(super) fn is_not_found<T: Debug>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::NotFound { .. }))
}

/// Waits a moment before looking again.
pub(super) async fn breathe() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

/// Who asks, in every clause that does not say otherwise.
pub(super) fn by() -> By {
    By {
        actor: Some("somebody".to_owned()),
        reason: Some("enough".to_owned()),
        ..By::somebody("a request", now())
    }
}

pub(super) fn now() -> Timestamp {
    Timestamp::from(OffsetDateTime::now_utc())
}

/// A promise is not kept.
#[allow(clippy::panic)] // that is how a test says so
pub(super) fn unmet(expected: &str) -> ! {
    panic!("expected {expected}")
}
