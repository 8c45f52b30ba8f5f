//! The app as a client sees it, inside of the rules that every request has to pass.

use std::time::Duration;

use poem::endpoint::{BoxEndpoint, EndpointExt};
use poem::http::{HeaderMap, Method, StatusCode};
use poem::{Endpoint, Request, Response};
use serde_json::{Value, json};
use tempfile::TempDir;
use wf_runtime::{Args, Instance};
use wf_service::{Context, Scope, Service, Until, Wait};

/// Makes a held workflow of a document.
pub(crate) const HELD: &str = "mutation($d: JSON!) {
  createWorkflowFromDocument(document: $d, start: false) { id tasks { name phase } } }";

/// The body that the project began with.
pub(crate) fn seed() -> Value {
    json!({
        "name": "my-workflow",
        "tasks": [
            {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
            {"name": "B", "action": "echo", "parameters": [{"name": "message", "value": "World"}],
             "dependsOn": ["A"]},
        ],
    })
}

/// The code of an answer's first error.
pub(crate) fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no code: {answer}"))
}

/// An app over a store of its own.
pub(crate) struct App {
    endpoint: BoxEndpoint<'static, Response>,
    service: Service,
    _data: TempDir,
}

impl App {
    pub(crate) async fn new() -> Self {
        Self::open(|_| {}).await
    }

    /// An app with the example actions.
    pub(crate) async fn with_actions() -> Self {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/actions");
        Self::open(|args| args.service.actions = Some(fixtures.into())).await
    }

    async fn open(change: impl FnOnce(&mut Args)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut args = Args::over(data.path());
        change(&mut args);
        let instance = Instance::open(&args, wf_graphql::shape).await.unwrap();
        Self {
            endpoint: instance
                .http
                .around(wf_graphql::app(instance.service.clone()))
                .boxed(),
            service: instance.service,
            _data: data,
        }
    }

    /// What the app answers to any request.
    pub(crate) async fn call(&self, request: Request) -> (StatusCode, HeaderMap, String) {
        let response = self.endpoint.call(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        (
            status,
            headers,
            response.into_body().into_string().await.unwrap(),
        )
    }

    /// What the app answers to a body at `/graphql`.
    pub(crate) async fn post(
        &self,
        content_type: &str,
        body: impl Into<String>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(Method::POST)
            .uri_str("/graphql")
            .header("host", "localhost:8080")
            .content_type(content_type)
            .body(body.into());
        let (status, _, body) = self.call(request).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    /// The answer to an operation, and its headers.
    pub(crate) async fn send(&self, query: &str, variables: &Value) -> (Value, HeaderMap) {
        let body = json!({"query": query, "variables": variables}).to_string();
        let request = Request::builder()
            .method(Method::POST)
            .uri_str("/graphql")
            .header("host", "localhost:8080")
            .content_type("application/json")
            .body(body);
        let (status, headers, body) = self.call(request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        (serde_json::from_str(&body).unwrap(), headers)
    }

    /// The answer to an operation.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        self.send(query, &variables).await.0
    }

    /// The data of an operation that has to succeed.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].take()
    }

    /// Makes and starts a workflow; its id.
    pub(crate) async fn create(&self, document: &Value) -> String {
        let query = "mutation($d: JSON!) { createWorkflowFromDocument(document: $d) { id } }";
        let created = self.data(query, json!({"d": document})).await;
        created["createWorkflowFromDocument"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Waits until the task is in that phase.
    pub(crate) async fn task_in(&self, id: &str, task: &str, phase: &str) {
        let query = "query($id: ID!) { workflow(id: $id) { tasks { name phase } } }";
        let so = async {
            loop {
                let now = self.data(query, json!({"id": id})).await;
                let mut tasks = now["workflow"]["tasks"].as_array().unwrap().iter();
                if tasks.any(|one| one["name"] == task && one["phase"] == phase) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), so)
            .await
            .expect("it comes so far");
    }

    /// Waits until the workflow has ended.
    pub(crate) async fn finished(&self, id: &str) {
        let context = Context::new(Scope::new("default").unwrap(), "test");
        let wait = Wait {
            at_most: Duration::from_mins(1),
            until: Until::Finished,
            since: None,
        };
        let snapshot = self
            .service
            .wait(&context, id.parse().unwrap(), wait)
            .await
            .unwrap();
        assert!(
            snapshot.summary.phase.is_finished(),
            "{:?}",
            snapshot.summary
        );
    }
}
