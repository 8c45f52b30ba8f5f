//! What both APIs can be asked, and what they tell, in one form.

use serde_json::{Map, Value, json};

/// An API of the service.
pub(super) trait Surface {
    /// Creates a workflow.
    fn create(&self, document: &Value, start: bool, key: Option<&str>) -> Outcome;
    /// One workflow, now.
    fn get(&self, id: &str) -> Outcome;
    /// One workflow, once it has ended.
    fn end(&self, id: &str) -> Outcome;
    /// A page of the list.
    fn list(&self, query: &Listing<'_>) -> Outcome;
    /// Starts a held workflow.
    fn start(&self, id: &str, parameters: &[(&str, &str)]) -> Outcome;
    /// Keeps a workflow from beginning anything.
    fn suspend(&self, id: &str) -> Outcome;
    /// Goes on with a suspended workflow.
    fn resume(&self, id: &str) -> Outcome;
    /// Runs a workflow again; the fields are `mode`, `tasks`, `downstream`, `expectedRun`,
    /// `latestActions` and `key`.
    fn restart(&self, id: &str, asked: &Value) -> Outcome;
    /// Changes a workflow's document, if it has that etag.
    fn update(&self, id: &str, patch: &Value, etag: Option<&str>) -> Outcome;
    /// Stops one task.
    fn stop_task(&self, id: &str, task: &str) -> Outcome;
    /// Runs one task again.
    fn restart_task(&self, id: &str, task: &str, downstream: bool) -> Outcome;
    /// Answers a task that waits, with the value of its output `decision`.
    fn answer(&self, id: &str, task: &str, approve: bool, decision: Option<&str>) -> Outcome;
    /// What a task waits for.
    fn why(&self, id: &str, task: &str) -> Outcome;
    /// The runs of a workflow.
    fn runs(&self, id: &str, first: Option<u32>) -> Outcome;
    /// Who did what to a workflow.
    fn audit(&self, id: &str) -> Outcome;
    /// Does something to many workflows: `STOP` (now), `RESTART` or `DELETE`.
    fn bulk(&self, operation: &str, on: &Bulk<'_>) -> Outcome;
    /// Stops a workflow.
    fn stop(&self, id: &str, mode: &str) -> Outcome;
    /// Deletes a workflow.
    fn delete(&self, id: &str, force: bool) -> Outcome;
    /// What a task printed, line by line.
    fn logs(&self, id: &str, task: &str) -> Outcome;
    /// What is wrong with a document.
    fn validate(&self, document: &Value, target: Option<&str>) -> Outcome;
    /// What a document becomes.
    fn render(&self, document: &Value) -> Outcome;
    /// How a document would go if that task failed.
    fn simulate(&self, document: &Value, failing: &str) -> Outcome;
    /// One action.
    fn action(&self, name: &str) -> Outcome;
    /// The service itself.
    fn service(&self) -> Outcome;
}

/// Which page of which list.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) phase: Option<&'a str>,
    pub(super) label: Option<(&'a str, &'a str)>,
    pub(super) first: Option<u32>,
    pub(super) after: Option<String>,
}

/// To which workflows something is done, and whether only to count them.
#[derive(Debug, Clone, Default)]
pub(super) struct Bulk<'a> {
    pub(super) ids: Option<Vec<&'a str>>,
    pub(super) name: Option<&'a str>,
    pub(super) preview: bool,
}

/// What an API told.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// What was asked for.
    Done(Value),
    /// A failure, with the members that both APIs give.
    Failed(Value),
}

impl Outcome {
    /// A failure, from the members of either API's form.
    pub(super) fn failed(message: &Value, members: &Value) -> Self {
        Self::Failed(json!({
            "code": members["code"],
            "status": members["status"],
            "retryable": members["retryable"],
            "faults": members.get("faults").cloned().unwrap_or_else(|| json!([])),
            "phase": members["phase"],
            "fitting": members["fitting"],
            "message": message,
            "hasRequestId": members["requestId"].as_str().is_some_and(|id| !id.is_empty()),
        }))
    }

    /// The text of that field, of what was asked for.
    pub(super) fn text(&self, field: &str) -> String {
        match self {
            Self::Done(value) => value[field].as_str().unwrap_or_default().to_owned(),
            Self::Failed(problem) => panic!("expected {field}, got {problem}"),
        }
    }

    /// In a word: a phase, a code with the faults' codes and places, or that it is done.
    fn word(&self) -> String {
        match self {
            Self::Done(value) => match value["finishedAt"].as_str() {
                Some(_) => value["phase"].as_str().unwrap_or("done").to_owned(),
                None => "done".to_owned(),
            },
            Self::Failed(problem) => {
                let faults = problem["faults"].as_array().into_iter().flatten();
                let words =
                    faults.map(|fault| format!(" {}@{}", text(fault, "code"), text(fault, "path")));
                std::iter::once(text(problem, "code").to_owned())
                    .chain(words)
                    .collect()
            }
        }
    }

    /// What both APIs have to tell alike: all but ids, moments, and what is null or absent.
    pub(super) fn view(&self) -> Value {
        match self {
            Self::Done(value) => view(value),
            Self::Failed(problem) => json!({"failed": view(problem)}),
        }
    }
}

/// A story in words, one each step.
pub(super) fn told(outcomes: &[Outcome]) -> Vec<String> {
    outcomes.iter().map(Outcome::word).collect()
}

/// What no two runs have in common, or what depends on how far a run is.
const VARIES: [&str; 10] = [
    "id",
    "createdAt",
    "startedAt",
    "finishedAt",
    "expiresAt",
    "revision",
    "cursor",
    "endCursor",
    "at",
    "requestId",
];

fn view(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(name, value)| !VARIES.contains(&name.as_str()) && !value.is_null())
                .map(|(name, value)| (name.clone(), view(value)));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(view).collect(),
        Value::String(text) => Value::String(without_ids(text)),
        other => other.clone(),
    }
}

/// The text with `<id>` for each UUID in it.
fn without_ids(text: &str) -> String {
    let parts = text.split_inclusive(|char: char| !char.is_ascii_hexdigit() && char != '-');
    parts
        .map(|part| {
            let id = part.trim_end_matches(|char: char| !char.is_ascii_hexdigit());
            let is_id = id.len() == 36 && id.matches('-').count() == 4;
            if is_id {
                part.replace(id, "<id>")
            } else {
                part.to_owned()
            }
        })
        .collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("?")
}
