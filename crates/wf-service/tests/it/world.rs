//! A service over a directory that lasts as long as its test.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use wf_backend::{EmbeddedBackend, EmbeddedOptions};
use wf_model::TaskPhase;
use wf_service::{
    CatalogSource, Context, CreateWorkflow, DocumentInput, Error, Scope, Service, ServiceOptions,
    Snapshot, Until, Wait, WorkflowId,
};

/// Long enough for a slow machine; a test that gets there has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const ACTIONS: &str = "
name: shell
description: Runs a script.
parameters: [{name: script}]
container:
  image: busybox
  command: [sh, -c, '{{inputs.parameters.script}}']
---
name: approval
description: Waits until somebody answers.
outputs:
  parameters: [{name: decision, supplied: {}}]
suspend: {}
---
name: shared
description: Runs what the cluster has.
templateRef: {name: shared, template: main, clusterScope: true}
";

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) ann: Context,
    backend: Arc<EmbeddedBackend>,
    directory: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ServiceOptions)) -> Self {
        Self::over(|options| options, change).await
    }

    /// A world over a backend with other options.
    pub(crate) async fn over(
        backend: impl FnOnce(EmbeddedOptions) -> EmbeddedOptions,
        change: impl FnOnce(&mut ServiceOptions),
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let actions = directory.path().join("actions");
        std::fs::create_dir(&actions).unwrap();
        std::fs::write(actions.join("shell.yaml"), ACTIONS).unwrap();
        let options = backend(EmbeddedOptions::new(directory.path().join("data")));
        let backend = Arc::new(EmbeddedBackend::open(options).await.unwrap());
        let mut options = ServiceOptions::new(backend.clone());
        options.catalog = CatalogSource::load(&actions).unwrap();
        change(&mut options);
        Self {
            service: Service::new(options),
            ann: context("default", Some("ann")),
            backend,
            directory,
        }
    }

    /// A path for files of the test.
    pub(crate) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// Creates a workflow that is held.
    pub(crate) async fn hold(&self, document: Value) -> WorkflowId {
        let created = self.create(document, |request| request.start = false).await;
        created.unwrap().summary.id
    }

    /// Creates a workflow that begins at once.
    pub(crate) async fn run(&self, document: Value) -> WorkflowId {
        self.create(document, |_| {}).await.unwrap().summary.id
    }

    pub(crate) async fn create(
        &self,
        document: Value,
        change: impl FnOnce(&mut CreateWorkflow),
    ) -> Result<Snapshot, Error> {
        let mut request = request(document);
        change(&mut request);
        self.service
            .create(&self.ann, request)
            .await
            .map(|created| created.snapshot)
    }

    pub(crate) async fn finished(&self, id: WorkflowId) -> Snapshot {
        let wait = Wait {
            at_most: PATIENCE,
            until: Until::Finished,
            since: None,
        };
        let snapshot = self.service.wait(&self.ann, id, wait).await.unwrap();
        assert!(snapshot.summary.phase.is_finished(), "{:?}", snapshot.run);
        snapshot
    }

    /// The workflow once it is so.
    pub(crate) async fn until(
        &self,
        id: WorkflowId,
        is_so: impl Fn(&Snapshot) -> bool,
    ) -> Snapshot {
        let so = async {
            let mut states = self.service.watch(&self.ann, id).await.unwrap();
            while let Some(state) = states.next().await {
                let state = state.unwrap();
                if is_so(&state) {
                    return state;
                }
            }
            panic!("the workflow ended otherwise");
        };
        tokio::time::timeout(PATIENCE, so)
            .await
            .expect("it comes so far")
    }

    /// The workflow once that task is in that phase.
    pub(crate) async fn task_in(&self, id: WorkflowId, task: &str, phase: TaskPhase) -> Snapshot {
        self.until(id, |state| phase_of(state, task) == phase).await
    }

    /// Ends what runs, so that nothing of a test outlives it.
    pub(crate) async fn end(self) {
        self.service.closing().cancel();
        self.backend.shutdown().await;
        drop(self.directory);
    }
}

/// The phase of the task of that name.
pub(crate) fn phase_of(snapshot: &Snapshot, task: &str) -> TaskPhase {
    snapshot.run.task(task).unwrap().phase
}

pub(crate) fn context(scope: &str, actor: Option<&str>) -> Context {
    let mut context = Context::new(Scope::new(scope).unwrap(), "request-1");
    context.actor = actor.map(str::to_owned);
    context.timeout = Some(PATIENCE);
    context
}

pub(crate) fn request(document: Value) -> CreateWorkflow {
    CreateWorkflow {
        document: DocumentInput::Value(document),
        start: true,
        parameters: std::collections::BTreeMap::new(),
        reason: None,
    }
}

/// A workflow of that name whose only task says `Hello`.
pub(crate) fn hello(name: &str) -> Value {
    let message = json!([{"name": "message", "value": "Hello"}]);
    json!({"name": name, "tasks": [{"name": "A", "action": "echo", "parameters": message}]})
}

/// A workflow whose only task runs that script.
pub(crate) fn script(name: &str, script: &str) -> Value {
    let script = json!([{"name": "script", "value": script}]);
    json!({"name": name, "tasks": [{"name": "A", "action": "shell", "parameters": script}]})
}

/// A workflow that greets as it is told.
pub(crate) fn greeting() -> Value {
    json!({
        "name": "greeting",
        "parameters": [{"name": "whom"}, {"name": "word", "default": "Hello", "enum": ["Hello", "Hi"]}],
        "tasks": [{"name": "A", "action": "echo", "parameters": [
            {"name": "message", "value": "{{workflow.parameters.word}} {{workflow.parameters.whom}}"}
        ]}]
    })
}

pub(crate) fn values<const N: usize>(
    given: [(&str, &str); N],
) -> std::collections::BTreeMap<String, String> {
    given
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// The places of an error's faults.
pub(crate) fn places(error: &Error) -> Vec<&str> {
    error
        .faults()
        .iter()
        .map(|fault| fault.path.as_str())
        .collect()
}
