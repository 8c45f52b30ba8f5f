//! The REST API.

use serde_json::{Value, json};
use xtask::http::{Answer, Http};

use super::surface::{Bulk, Listing, Outcome, Surface};

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

    fn suspend(&self, id: &str) -> Outcome {
        self.post(
            &format!("/workflows/{id}/suspend"),
            &json!({"reason": "because"}),
        )
    }

    fn resume(&self, id: &str) -> Outcome {
        self.post(&format!("/workflows/{id}/resume"), &json!({}))
    }

    fn restart(&self, id: &str, asked: &Value) -> Outcome {
        let mut body = asked.clone();
        let key = body.as_object_mut().and_then(|fields| fields.remove("key"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(
            key.as_ref()
                .and_then(Value::as_str)
                .map(|key| ("idempotency-key", key)),
        );
        let path = format!("/workflows/{id}/restart");
        outcome(&self.ask("POST", &path, &headers, body.to_string().as_bytes()))
    }

    fn update(&self, id: &str, changes: &Value, etag: Option<&str>) -> Outcome {
        let etag = etag.map(|etag| format!("\"{etag}\""));
        let mut headers = vec![("content-type", "application/merge-patch+json")];
        headers.extend(etag.as_deref().map(|etag| ("if-match", etag)));
        let place = format!("/workflows/{id}");
        outcome(&self.ask("PATCH", &place, &headers, changes.to_string().as_bytes()))
    }

    fn stop_task(&self, id: &str, task: &str) -> Outcome {
        let path = format!("/workflows/{id}/tasks/{task}/stop");
        self.post(&path, &json!({"reason": "because"}))
    }

    fn restart_task(&self, id: &str, task: &str, downstream: bool) -> Outcome {
        let path = format!("/workflows/{id}/tasks/{task}/restart");
        self.post(&path, &json!({"downstream": downstream}))
    }

    fn answer(&self, id: &str, task: &str, approve: bool, decision: Option<&str>) -> Outcome {
        let path = format!("/workflows/{id}/tasks/{task}/answer");
        let outputs = decision.map(|value| json!([{"name": "decision", "value": value}]));
        self.post(
            &path,
            &json!({"approve": approve, "outputs": outputs, "message": "so be it"}),
        )
    }

    fn why(&self, id: &str, task: &str) -> Outcome {
        self.get_json(&format!("/workflows/{id}/tasks/{task}"))
    }

    fn runs(&self, id: &str, first: Option<u32>) -> Outcome {
        let query = first
            .map(|first| format!("?first={first}"))
            .unwrap_or_default();
        self.get_json(&format!("/workflows/{id}/runs{query}"))
    }

    fn audit(&self, id: &str) -> Outcome {
        self.get_json(&format!("/workflows/{id}/audit"))
    }

    fn bulk(&self, operation: &str, on: &Bulk<'_>) -> Outcome {
        let mut body = json!({"operation": operation, "ids": on.ids, "preview": on.preview});
        body["filter"] = on.name.map(|name| json!({"name": name})).into();
        if operation == "STOP" {
            body["mode"] = json!("NOW");
        }
        match self.post("/workflows/bulk", &body) {
            Outcome::Done(mut report) => {
                for item in report["items"].as_array_mut().into_iter().flatten() {
                    let problem = item["problem"].take();
                    item["problem"] = (!problem.is_null())
                        .then(|| Outcome::failed(&problem["detail"], &problem).view())
                        .into();
                }
                Outcome::Done(report)
            }
            failed @ Outcome::Failed(_) => failed,
        }
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
        match self.get_json(&format!("/actions/{name}")) {
            Outcome::Done(action) => Outcome::Done(plain(action)),
            failed @ Outcome::Failed(_) => failed,
        }
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

/// Without what this API alone tells: what an action cannot run on.
fn bare(mut value: Value) -> Value {
    without(&mut value, "unsupported");
    value
}

/// An action without the parts of its parameters that its schema tells again: here they are left
/// out when they are nothing special, in GraphQL they have defaults.
fn plain(mut action: Value) -> Value {
    let parameters = action.get_mut("parameters").and_then(Value::as_array_mut);
    for fields in parameters
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        fields
            .retain(|name, _| ["name", "description", "default", "enum"].contains(&name.as_str()));
    }
    action
}

fn without(value: &mut Value, field: &str) {
    if let Some(fields) = value.as_object_mut() {
        fields.remove(field);
    }
}
