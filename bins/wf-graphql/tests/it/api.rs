//! The API below HTTP: how often it asks the service, and for how long.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_graphql::{Request, Variables};
use serde_json::{Value, json};
use wf_backend::{EmbeddedBackend, EmbeddedOptions};
use wf_graphql::Api;
use wf_service::{Code, Context, Observer, Operation, Scope, Service, ServiceOptions};

use crate::harness::{HELD, code, seed};

/// Counts what the service is asked to do.
#[derive(Debug, Default)]
struct Counter(Mutex<BTreeMap<Operation, usize>>);

impl Observer for Counter {
    fn observe(&self, operation: Operation, _: Option<Code>, _: Duration) {
        *self.0.lock().unwrap().entry(operation).or_default() += 1;
    }
}

impl Counter {
    fn take(&self) -> Vec<(Operation, usize)> {
        std::mem::take(&mut *self.0.lock().unwrap())
            .into_iter()
            .collect()
    }
}

async fn ask(api: &Api, query: &str, variables: Value, timeout: Option<Duration>) -> Value {
    let mut context = Context::new(Scope::new("default").unwrap(), "test");
    context.timeout = timeout;
    let request = Request::new(query).variables(Variables::from_json(variables));
    serde_json::to_value(api.execute(context, request).await).unwrap()
}

async fn api(data: &tempfile::TempDir) -> (Api, Arc<Counter>) {
    let backend = EmbeddedBackend::open(EmbeddedOptions::new(data.path()))
        .await
        .unwrap();
    let counter = Arc::new(Counter::default());
    let mut options = ServiceOptions::new(Arc::new(backend));
    options.observer = Arc::clone(&counter) as Arc<dyn Observer>;
    (Api::new(Service::new(options)), counter)
}

#[tokio::test]
async fn the_tasks_of_a_page_are_read_in_one_call() {
    let data = tempfile::tempdir().unwrap();
    let (api, counter) = api(&data).await;
    for _ in 0..20 {
        ask(&api, HELD, json!({"d": seed()}), None).await;
    }
    counter.take();
    let query = "{ workflowConnection(first: 20) { edges { node { document parameters { name }
        tasks { name } again: tasks { phase } } } } }";
    let page = ask(&api, query, json!({}), None).await;
    assert_eq!(
        page["data"]["workflowConnection"]["edges"][19]["node"]["tasks"][1]["name"],
        "B"
    );
    assert_eq!(counter.take(), [(Operation::Read, 1), (Operation::List, 1)]);

    let query =
        "{ workflowConnection(first: 20) { edges { node { name taskCounts { total } } } } }";
    ask(&api, query, json!({}), None).await;
    assert_eq!(
        counter.take(),
        [(Operation::List, 1)],
        "what lists tell is not read again"
    );
}

#[tokio::test]
async fn the_runs_of_a_page_with_their_tasks_are_read_in_two_calls() {
    let data = tempfile::tempdir().unwrap();
    let (api, counter) = api(&data).await;
    for _ in 0..20 {
        ask(&api, HELD, json!({"d": seed()}), None).await;
    }
    counter.take();
    let query = "{ workflowConnection(first: 20) { edges { node {
        runs(first: 5) { edges { node { number tasks { name dependsOn phase } } } } } } } }";
    let page = ask(&api, query, json!({}), None).await;
    let last = &page["data"]["workflowConnection"]["edges"][19]["node"];
    let run = &last["runs"]["edges"][0]["node"];
    assert_eq!(
        run["tasks"][1],
        json!({"name": "B", "dependsOn": ["A"], "phase": "PENDING"})
    );
    assert_eq!(counter.take(), [(Operation::Read, 2), (Operation::List, 1)]);
}

#[tokio::test]
async fn what_takes_too_long_is_told_as_such() {
    let data = tempfile::tempdir().unwrap();
    let (api, _) = api(&data).await;
    // Far more than can be checked in a millisecond.
    let tasks = vec![json!({"name": "A", "action": "echo", "when": "1 == 1"}); 20_000];
    let query = "query($d: JSON!) { validateWorkflow(document: $d) { valid } }";
    let variables = json!({"d": {"name": "w", "tasks": tasks}});
    let answer = ask(&api, query, variables, Some(Duration::from_millis(1))).await;
    assert_eq!(code(&answer), "TIMEOUT");
    assert_eq!(answer["errors"][0]["extensions"]["retryable"], true);
    assert_eq!(answer["data"], json!({"validateWorkflow": null}));
}
