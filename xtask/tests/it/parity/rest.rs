//! The REST API.

use serde_json::{Value, json};
use xtask::http::{Answer, Http};

use super::surface::{Listing, Outcome, Surface};

/// The REST API at an address.
#[derive(Debug)]
pub(super) struct Rest {
    base: String,
    http: Http,
}

impl Rest {
    /// The API of the server at that address.
    pub(super) fn at(address: &str) -> Self {
        Self {
            base: format!("{address}/v1"),
            http: Http::default(),
        }
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let url = format!("{}{path}", self.base);
        self.http.send(method, &url, headers, body).unwrap()
    }

    fn get_json(&self, path: &str) -> Outcome {
        outcome(&self.ask("GET", path, &[], &[]))
    }

    fn post(&self, path: &str, body: &Value) -> Outcome {
        let headers = [("content-type", "application/json")];
        outcome(&self.ask("POST", path, &headers, body.to_string().as_bytes()))
    }
}

impl Surface for Rest {
    fn create(&self, document: &Value, start: bool, key: Option<&str>) -> Outcome {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let path = format!("/workflows?start={start}");
        outcome(&self.ask("POST", &path, &headers, document.to_string().as_bytes()))
    }

    fn get(&self, id: &str) -> Outcome {
        self.get_json(&format!("/workflows/{id}"))
    }

    fn end(&self, id: &str) -> Outcome {
        self.get_json(&format!("/workflows/{id}?wait=30"))
    }

    fn list(&self, query: &Listing<'_>) -> Outcome {
        let Listing {
            name,
            phase,
            label,
            first,
            after,
        } = query;
        let parts = [
            name.map(|name| format!("name={name}")),
            phase.map(|phase| format!("phase={phase}")),
            label.map(|(key, value)| format!("label={key}%3D{value}")),
            first.map(|first| format!("first={first}")),
            after.as_ref().map(|after| format!("after={after}")),
        ];
        let query: Vec<String> = parts.into_iter().flatten().collect();
        self.get_json(&format!("/workflows?{}", query.join("&")))
    }

    fn start(&self, id: &str, parameters: &[(&str, &str)]) -> Outcome {
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        self.post(
            &format!("/workflows/{id}/start"),
            &json!({"parameters": parameters}),
        )
    }

    fn stop(&self, id: &str, mode: &str) -> Outcome {
        let body = json!({"mode": mode, "reason": "because"});
        self.post(&format!("/workflows/{id}/stop"), &body)
    }

    fn delete(&self, id: &str, force: bool) -> Outcome {
        outcome(&self.ask(
            "DELETE",
            &format!("/workflows/{id}?force={force}"),
            &[],
            &[],
        ))
    }

    fn logs(&self, id: &str, task: &str) -> Outcome {
        let path = format!("/workflows/{id}/tasks/{task}/logs");
        let answer = self.ask("GET", &path, &[("accept", "application/x-ndjson")], &[]);
        if answer.status != 200 {
            return outcome(&answer);
        }
        let lines = answer.text();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        Outcome::Done(lines.collect())
    }

    fn validate(&self, document: &Value, target: Option<&str>) -> Outcome {
        let query = target
            .map(|target| format!("?target={target}"))
            .unwrap_or_default();
        self.post(&format!("/validate{query}"), document)
    }

    fn render(&self, document: &Value) -> Outcome {
        match self.post("/render", document) {
            Outcome::Done(rendering) => Outcome::Done(rendering["workflow"].clone()),
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn simulate(&self, document: &Value, failing: &str) -> Outcome {
        let outcomes = json!({failing: {"ending": "FAILED", "exitCode": 7}});
        self.post(
            "/simulate",
            &json!({"document": document, "outcomes": outcomes}),
        )
    }

    fn action(&self, name: &str) -> Outcome {
        self.get_json(&format!("/actions/{name}"))
    }

    fn service(&self) -> Outcome {
        self.get_json("/service")
    }
}

fn outcome(answer: &Answer) -> Outcome {
    if answer.status == 204 {
        return Outcome::Done(json!({}));
    }
    let body = answer.json().unwrap();
    if answer.status >= 400 {
        return Outcome::failed(&body["detail"], &body);
    }
    Outcome::Done(bare(body))
}

/// Without what this API alone tells: the names of artifacts, and what an action cannot run on.
fn bare(mut value: Value) -> Value {
    without(&mut value, "unsupported");
    if let Some(handler) = value.get_mut("exitHandler") {
        without(handler, "artifacts");
    }
    let tasks = value.get_mut("tasks").and_then(Value::as_array_mut);
    for task in tasks.into_iter().flatten() {
        without(task, "artifacts");
    }
    value
}

fn without(value: &mut Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(field);
    }
}
