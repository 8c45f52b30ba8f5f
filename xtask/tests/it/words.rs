//! The words of other systems: the tables of `docs/api.md` have a row for each of our phases and a
//! place for each of their words, and a workflow that comes to a phase there comes to its row here.

use std::fs;

use serde_json::{Value, json};
use wf_model::{TaskPhase, WorkflowPhase};
use xtask::http::Http;
use xtask::servers::{Options, rest_alone};
use xtask::workspace;

use crate::live;

/// The words that the other systems have for a whole workflow, in the order of the columns.
const OF_WORKFLOWS: [&[&str]; 4] = [
    &["queued", "running", "failed", "succeeded", "cancelled"],
    &["PENDING", "STARTED", "SUCCESS", "FAILURE", "CANCELLED"],
    &["accepted", "running", "successful", "failed", "dismissed"],
    &["Pending", "Running", "Succeeded", "Failed", "Error"],
];

/// The words that they have for a task, a job, a node.
const OF_TASKS: [&[&str]; 3] = [
    &[
        "created",
        "queued",
        "waiting_for_deps",
        "running",
        "succeeded",
        "failed",
        "aborted_deps_failed",
        "aborted_by_user",
    ],
    &["PENDING", "STARTED", "SUCCESS", "FAILURE", "CANCELLED"],
    &[
        "Pending",
        "Running",
        "Succeeded",
        "Skipped",
        "Failed",
        "Error",
        "Omitted",
    ],
];

/// The rows of the table whose head begins so: our phase, and each column's words.
fn rows(head: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let text = fs::read_to_string(workspace::path("docs/api.md")).unwrap();
    let table = text.split(head).nth(1).expect("the table is there");
    let lines = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    lines
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            let mut cells = cells.map(|cell| cell.split('`').skip(1).step_by(2));
            let ours = cells.next().and_then(|mut words| words.next()).unwrap();
            let theirs = cells.map(|words| words.map(str::to_owned).collect());
            (ours.to_owned(), theirs.collect())
        })
        .collect()
}

fn of_workflows() -> Vec<(String, Vec<Vec<String>>)> {
    rows("| ours | workflow-manager |")
}

fn of_tasks() -> Vec<(String, Vec<Vec<String>>)> {
    rows("| ours, of a task | workflow-manager |")
}

/// Whether each of our phases has one row, and each of their words a place in its column.
fn assert_complete(rows: &[(String, Vec<Vec<String>>)], ours: &[&str], theirs: &[&[&str]]) {
    let named: Vec<&str> = rows.iter().map(|(phase, _)| phase.as_str()).collect();
    assert_eq!(named, ours);
    for (column, words) in theirs.iter().enumerate() {
        let told = |word: &&&str| {
            let mut rows = rows.iter();
            !rows.any(|(_, columns)| columns[column].iter().any(|told| told == **word))
        };
        let missing: Vec<_> = words.iter().filter(told).collect();
        assert!(missing.is_empty(), "{missing:?} of column {column}");
        for (phase, columns) in rows {
            let is_theirs = |word: &&String| {
                words.contains(&word.as_str()) || word.starts_with("spec.") || *word == "Suspend"
            };
            assert_eq!(
                columns[column].iter().find(|word| !is_theirs(word)),
                None,
                "{phase}"
            );
        }
    }
}

#[test]
fn every_phase_has_a_row_and_every_word_of_theirs_a_place() {
    let phases = WorkflowPhase::ALL.map(WorkflowPhase::as_str);
    assert_complete(&of_workflows(), &phases, &OF_WORKFLOWS);
    let phases = TaskPhase::ALL.map(TaskPhase::as_str);
    assert_complete(&of_tasks(), &phases, &OF_TASKS);
}

/// What Argo calls a task in each of our phases is what a reference to its status stands for.
#[test]
fn the_status_of_a_task_is_told_in_the_word_of_its_row() {
    let (rest, _own) = alone();
    let ends = [("ok", "SUCCEEDED"), ("bad", "FAILED"), ("odd", "ERROR")];
    let mut tasks: Vec<Value> = ends
        .iter()
        .map(|(name, _)| json!({"name": name, "action": "true"}))
        .collect();
    tasks.push(json!({"name": "skipped", "action": "true", "when": "1 == 2"}));
    tasks.push(json!({"name": "omitted", "action": "true", "dependsOn": ["bad"]}));
    let any = |name: &str| {
        let outcomes = ["Succeeded", "Failed", "Errored", "Skipped", "Omitted"];
        outcomes
            .map(|outcome| format!("{name}.{outcome}"))
            .join(" || ")
    };
    for name in ["ok", "bad", "odd", "skipped", "omitted"] {
        let status = json!([{"name": "message", "value": format!("{{{{tasks.{name}.status}}}}")}]);
        tasks.push(
            json!({"name": format!("of-{name}"), "action": "echo", "depends": any(name),
            "parameters": status}),
        );
    }
    let depends = |task: &mut Value| {
        if let Some(on) = task
            .as_object_mut()
            .and_then(|task| task.remove("dependsOn"))
        {
            task["depends"] = json!(format!("{}.Succeeded", on[0].as_str().unwrap()));
        }
    };
    tasks.iter_mut().for_each(depends);
    let outcomes: serde_json::Map<String, Value> = ends
        .iter()
        .map(|(name, ending)| ((*name).to_owned(), json!({"ending": ending})))
        .collect();
    let asked = json!({"document": {"name": "words", "tasks": tasks}, "outcomes": outcomes});
    let played = rest.post("/simulate", &asked);
    let told = played["tasks"].as_array().unwrap();
    let rows = of_tasks();
    for name in ["ok", "bad", "odd", "skipped", "omitted"] {
        let find = |name: &str| told.iter().find(|task| task["name"] == name).unwrap();
        let phase = find(name)["phase"].as_str().unwrap();
        let word = find(&format!("of-{name}"))["inputs"][0]["value"]
            .as_str()
            .unwrap();
        let (_, columns) = rows.iter().find(|(ours, _)| ours == phase).unwrap();
        assert_eq!(columns[2], [word], "{name} is {phase}");
    }
    rest.stop();
}

/// What they do to a workflow brings it to the phase of that row.
#[test]
fn what_they_call_so_comes_to_that_row() {
    let (rest, _own) = alone();
    let task = |action: &str| json!({"name": "words", "tasks": [{"name": "A", "action": action}]});
    let accepted = rest.post("/workflows?start=false", &task("true"));
    assert_row(&accepted, "HELD", 1, "PENDING");
    let mut exclusive = task("approval");
    exclusive["mutex"] = json!("one");
    let running = rest.post("/workflows", &exclusive);
    let running = rest.until(&running, |now| now["taskCounts"]["waiting"] == 1);
    assert_row(&running, "RUNNING", 2, "running");
    assert_task_row(&running, "WAITING", 1, "STARTED");
    let queued = rest.post("/workflows", &exclusive);
    assert_row(&queued, "PENDING", 0, "queued");
    assert_task_row(&queued, "PENDING", 0, "waiting_for_deps");
    let suspended = rest.steer(&running, "suspend");
    assert_row(&suspended, "SUSPENDED", 3, "Running");
    rest.steer(&suspended, "stop");
    let dismissed = rest.until(&suspended, |now| now["phase"] == "STOPPED");
    assert_row(&dismissed, "STOPPED", 2, "dismissed");
    assert_task_row(&dismissed, "STOPPED", 0, "aborted_by_user");
    let succeeded = rest.post("/workflows?wait=30", &task("true"));
    assert_row(&succeeded, "SUCCEEDED", 1, "SUCCESS");
    let failed = rest.post("/workflows?wait=30", &task("fail"));
    assert_row(&failed, "FAILED", 1, "FAILURE");
    let mut busy = task("sleep");
    busy["tasks"][0]["parameters"] = json!([{"name": "seconds", "value": 60}]);
    let busy = rest.post("/workflows", &busy);
    let busy = rest.until(&busy, |now| now["taskCounts"]["running"] == 1);
    assert_task_row(&busy, "RUNNING", 2, "Running");
    rest.steer(&busy, "stop");
    rest.until(&busy, |now| now["phase"] == "STOPPED");
    let zombie = json!({"document": task("true"), "outcomes": {"A": {"ending": "ERROR"}}});
    assert_row(&rest.post("/simulate", &zombie), "ERROR", 0, "failed");
    rest.stop();
}

/// The same of the first task.
fn assert_task_row(told: &Value, phase: &str, column: usize, word: &str) {
    assert_eq!(told["tasks"][0]["phase"], phase, "{told}");
    let rows = of_tasks();
    let (_, columns) = rows.iter().find(|(ours, _)| ours == phase).unwrap();
    assert!(
        columns[column].iter().any(|told| told == word),
        "{phase}: {columns:?}"
    );
}

fn assert_row(told: &Value, phase: &str, column: usize, word: &str) {
    assert_eq!(told["phase"], phase, "{told}");
    let rows = of_workflows();
    let (_, columns) = rows.iter().find(|(ours, _)| ours == phase).unwrap();
    assert!(
        columns[column].iter().any(|told| told == word),
        "{phase}: {columns:?}"
    );
}

/// The REST API of a server of its own.
struct Rest {
    server: xtask::program::Program,
    http: Http,
}

fn alone() -> (Rest, tempfile::TempDir) {
    let options = Options {
        programs: Some(live::programs()),
        ..Options::default()
    };
    let (server, own) = rest_alone(&options).unwrap();
    let http = Http::default();
    (Rest { server, http }, own)
}

impl Rest {
    fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/v1{path}", self.server.address());
        self.http.post(&url, body).unwrap()
    }

    fn steer(&self, workflow: &Value, operation: &str) -> Value {
        let id = workflow["id"].as_str().unwrap();
        self.post(&format!("/workflows/{id}/{operation}"), &json!({}))
    }

    /// The workflow once it is so, looked at each time that it has changed.
    fn until(&self, workflow: &Value, holds: impl Fn(&Value) -> bool) -> Value {
        let mut now = workflow.clone();
        while !holds(&now) {
            let (id, revision) = (&now["id"], &now["revision"]);
            let (id, revision) = (id.as_str().unwrap(), revision.as_str().unwrap());
            let query = format!("wait=30&until=changed&revision={revision}");
            let url = format!("{}/v1/workflows/{id}?{query}", self.server.address());
            let next = self.http.get(&url).unwrap();
            assert_ne!(next["revision"], now["revision"], "nothing happens: {next}");
            now = next;
        }
        now
    }

    fn stop(self) {
        self.server.stop().unwrap();
    }
}
