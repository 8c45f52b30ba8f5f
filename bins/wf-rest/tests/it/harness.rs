//! The API under test, and how it is called.

use std::path::PathBuf;

use poem::endpoint::{BoxEndpoint, EndpointExt};
use poem::http::{HeaderMap, Method};
use poem::{Endpoint, Request, Response};
use serde_json::Value;
use tempfile::TempDir;
use wf_runtime::{Args, Instance};

use crate::declared;

/// The body of the smallest real workflow: `A` says Hello, then `B` says World.
pub(crate) const SEED: &str = include_str!("../../../../fixtures/my-workflow.json");

/// The whole API over a store of its own.
pub(crate) struct Api {
    endpoint: BoxEndpoint<'static, Response>,
    instance: Instance,
    _store: TempDir,
}

impl Api {
    /// An API with the example actions.
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// An API with other flags.
    pub(crate) async fn open_with(change: impl FnOnce(&mut Args)) -> Self {
        let store = tempfile::tempdir().unwrap();
        let mut args = Args::over(store.path());
        args.service.actions = Some(fixtures().join("actions"));
        change(&mut args);
        let instance = Instance::open(&args, wf_rest::PROGRAM.shape).await.unwrap();
        let endpoint = instance
            .http
            .around(wf_rest::app(instance.service.clone()))
            .boxed();
        Self {
            endpoint,
            instance,
            _store: store,
        }
    }

    /// Ends everything that waits, streams or runs.
    pub(crate) async fn close(self) {
        self.instance.close().await;
    }

    /// Tells everything that waits or streams to end.
    pub(crate) fn begin_to_close(&self) {
        self.instance.service.closing().cancel();
    }

    pub(crate) fn get(&self, path: impl AsRef<str>) -> Call<'_> {
        self.call(Method::GET, path.as_ref())
    }

    pub(crate) fn delete(&self, path: impl AsRef<str>) -> Call<'_> {
        self.call(Method::DELETE, path.as_ref())
    }

    /// A request with a body of JSON.
    pub(crate) fn post(&self, path: impl AsRef<str>, body: impl ToString) -> Call<'_> {
        let call = self.call(Method::POST, path.as_ref());
        call.body(body.to_string())
            .header("Content-Type", "application/json")
    }

    /// A patch, as JSON is patched.
    pub(crate) fn patch(&self, path: impl AsRef<str>, body: impl ToString) -> Call<'_> {
        let call = self.call(Method::PATCH, path.as_ref());
        call.body(body.to_string())
            .header("Content-Type", "application/merge-patch+json")
    }

    /// The workflow at that path once the task is in that phase.
    pub(crate) async fn task_in(&self, path: &str, task: &str, phase: &str) -> Value {
        let so = async {
            let mut query = String::new();
            loop {
                let now = self
                    .get(format!("{path}{query}"))
                    .send()
                    .await
                    .expect(200)
                    .json();
                let mut tasks = now["tasks"].as_array().unwrap().iter();
                if tasks.any(|one| one["name"] == task && one["phase"] == phase) {
                    return now;
                }
                let revision = text(&now["revision"]);
                query = format!("?wait=30&until=changed&revision={revision}");
            }
        };
        let patience = std::time::Duration::from_mins(1);
        tokio::time::timeout(patience, so)
            .await
            .expect("it comes so far")
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call {
            api: self,
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// Creates a workflow and waits for its end.
    pub(crate) async fn run(&self, document: impl ToString) -> Value {
        let answer = self.post("/v1/workflows?wait=60", document).send().await;
        answer.expect(201).json()
    }
}

/// A request in the making.
pub(crate) struct Call<'a> {
    api: &'a Api,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Call<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    /// A header of any bytes that a client can send.
    pub(crate) fn raw_header(mut self, name: &'static str, value: &[u8]) -> Self {
        self.headers
            .append(name, poem::http::HeaderValue::from_bytes(value).unwrap());
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The answer when its head has come; it has to be a declared one.
    pub(crate) async fn begin(self) -> Response {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri_str(&self.path);
        if !self.body.is_empty() {
            request = request.header("Content-Length", self.body.len().to_string());
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = self
            .api
            .endpoint
            .get_response(request.body(self.body))
            .await;
        declared::check(&self.method, &self.path, &response);
        response
    }

    /// The whole answer.
    pub(crate) async fn send(self) -> Answer {
        let mut response = self.begin().await;
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.take_body().into_vec().await.unwrap(),
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem that it tells, which has to have this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(
            answer.header("Content-Type"),
            Some("application/problem+json")
        );
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["requestId"], answer.header("X-Request-Id").unwrap());
        problem
    }

    /// The places and kinds of the faults that it tells.
    #[track_caller]
    pub(crate) fn faults(self, status: u16) -> Vec<(String, String)> {
        let code = if status == 413 {
            "TOO_LARGE"
        } else {
            "INVALID"
        };
        faults_of(&self.problem(status, code))
    }
}

/// The places and kinds of faults.
pub(crate) fn faults_of(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let faults = body["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| (text(&fault["path"]), text(&fault["code"])))
        .collect()
}

/// Faults as [`faults_of`] tells them.
pub(crate) fn faults<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected
        .map(|(path, code)| (path.to_owned(), code.to_owned()))
        .into()
}

/// The values of one field of all elements of a list.
pub(crate) fn column(list: &Value, field: &str) -> Vec<Value> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|element| element[field].clone())
        .collect()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}
