//! The GraphQL API.

use std::time::Duration;

use serde_json::{Value, json};
use xtask::http::Http;

use super::surface::{Bulk, Listing, Outcome, Surface};

const WORKFLOW: &str = "{
  id name description labels scope phase stopping restarting deleting message can createdAt createdBy startedAt finishedAt
  expiresAt etag revision run document
  taskCounts { total pending running waiting succeeded failed error skipped omitted stopped }
  parameters { name value } outputs { name value } stop { mode reason actor at }
  tasks { ...T } exitHandler { ...T }
}";

const TASK: &str = "fragment T on Tasks {
  id name action parameters { name value } dependsOn neededBy phase stopping message reason exitCode
  startedAt finishedAt inheritedFrom inputs { name value } outputs { name value } artifacts
  items {
    index value phase message reason exitCode startedAt finishedAt inputs { name value } outputs { name value }
    attempts { number phase message reason exitCode startedAt finishedAt }
  }
  attempts { number phase message reason exitCode startedAt finishedAt }
}";

const SUMMARY: &str = "{
  id name description labels scope phase stopping restarting deleting message can createdAt createdBy startedAt finishedAt
  expiresAt etag revision run
  taskCounts { total pending running waiting succeeded failed error skipped omitted stopped }
}";

const RUN: &str = "{
  id number mode phase message reason actor createdAt startedAt finishedAt
  parameters { name value } outputs { name value } stop { mode reason actor at }
  taskCounts { total pending running waiting succeeded failed error skipped omitted stopped }
}";

const SIMULATED: &str = "{
  name phase message reason inputs { name value } outputs { name value }
  items {
    index value phase message reason exitCode inputs { name value } outputs { name value }
    attempts { number phase message reason exitCode }
  }
}";

/// The GraphQL API at an address.
#[derive(Debug)]
pub(super) struct GraphQl {
    url: String,
    http: Http,
}

impl GraphQl {
    /// The API of the server at that address.
    pub(super) fn at(address: &str) -> Self {
        Self {
            url: format!("{address}/graphql"),
            http: Http::default(),
        }
    }

    /// Runs an operation, and gives that field of its data.
    fn run(&self, field: &str, operation: &str, variables: &Value) -> Outcome {
        let mut answer = self
            .http
            .graphql_answer(&self.url, operation, variables)
            .unwrap();
        match answer.get("errors").and_then(|errors| errors.get(0)) {
            Some(error) => Outcome::failed(&error["message"], &error["extensions"]),
            None => Outcome::Done(answer["data"][field].take()),
        }
    }

    /// Runs an operation that tells a whole workflow.
    fn workflow(&self, field: &str, operation: &str, variables: &Value) -> Outcome {
        let operation = format!("{operation} {WORKFLOW} }} {TASK}");
        self.run(field, &operation, variables)
    }
}

impl GraphQl {
    /// Runs an operation that tells a page of a list that a workflow has.
    fn page(&self, field: &str, operation: &str, variables: &Value) -> Outcome {
        match self.run("workflow", operation, variables) {
            Outcome::Done(workflow) => {
                let page = &workflow[field];
                Outcome::Done(json!({
                    "items": nodes(page),
                    "hasMore": page["pageInfo"]["hasNextPage"],
                    "endCursor": page["pageInfo"]["endCursor"],
                }))
            }
            failed @ Outcome::Failed(_) => failed,
        }
    }
}

impl Surface for GraphQl {
    fn create(&self, document: &Value, start: bool, key: Option<&str>) -> Outcome {
        self.workflow(
            "createWorkflowFromDocument",
            "mutation ($d: JSON!, $s: Boolean!, $k: String) {
               createWorkflowFromDocument(document: $d, start: $s, idempotencyKey: $k)",
            &json!({"d": document, "s": start, "k": key}),
        )
    }

    fn get(&self, id: &str) -> Outcome {
        self.workflow(
            "workflow",
            "query ($id: ID!) { workflow(id: $id)",
            &json!({"id": id}),
        )
    }

    fn end(&self, id: &str) -> Outcome {
        // This API has no waiting; so it is asked until it is so, for half a minute at most.
        for _ in 0..600 {
            match self.get(id) {
                Outcome::Done(workflow) if workflow["finishedAt"].is_null() => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                outcome => return outcome,
            }
        }
        panic!("workflow {id} has not ended");
    }

    fn list(&self, query: &Listing<'_>) -> Outcome {
        let Listing {
            name,
            phase,
            label,
            first,
            after,
        } = query;
        let labels = label.map(|(key, value)| json!({key: value}));
        let phases = phase.map(|phase| vec![phase]);
        let filter = json!({"name": name, "phases": phases, "labels": labels});
        let operation = format!(
            "query ($filter: WorkflowFilter, $first: Int, $after: String) {{
               workflowConnection(filter: $filter, first: $first, after: $after) {{
                 edges {{ cursor node {SUMMARY} }} pageInfo {{ hasNextPage endCursor }}
               }}
             }}"
        );
        let variables = json!({"filter": filter, "first": first, "after": after});
        match self.run("workflowConnection", &operation, &variables) {
            Outcome::Done(page) => Outcome::Done(json!({
                "items": nodes(&page),
                "hasMore": page["pageInfo"]["hasNextPage"],
                "endCursor": page["pageInfo"]["endCursor"],
            })),
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn start(&self, id: &str, parameters: &[(&str, &str)]) -> Outcome {
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        self.workflow(
            "startWorkflow",
            "mutation ($id: ID!, $p: [ParametersInput!]) { startWorkflow(id: $id, parameters: $p)",
            &json!({"id": id, "p": parameters}),
        )
    }

    fn suspend(&self, id: &str) -> Outcome {
        self.workflow(
            "suspendWorkflow",
            "mutation ($id: ID!) { suspendWorkflow(id: $id, reason: \"because\")",
            &json!({"id": id}),
        )
    }

    fn resume(&self, id: &str) -> Outcome {
        self.workflow(
            "resumeWorkflow",
            "mutation ($id: ID!) { resumeWorkflow(id: $id)",
            &json!({"id": id}),
        )
    }

    fn restart(&self, id: &str, asked: &Value) -> Outcome {
        let mut variables = asked.clone();
        variables["id"] = json!(id);
        self.workflow(
            "restartWorkflow",
            "mutation ($id: ID!, $mode: RestartMode, $tasks: [String!], $downstream: Boolean,
                       $expectedRun: Int, $latestActions: Boolean, $key: String) {
               restartWorkflow(id: $id, mode: $mode, tasks: $tasks, downstream: $downstream,
                               expectedRun: $expectedRun, latestActions: $latestActions,
                               idempotencyKey: $key)",
            &variables,
        )
    }

    fn update(&self, id: &str, patch: &Value, etag: Option<&str>) -> Outcome {
        self.workflow(
            "updateWorkflow",
            "mutation ($id: ID!, $patch: JSON!, $etag: String) {
               updateWorkflow(id: $id, patch: $patch, ifMatch: $etag)",
            &json!({"id": id, "patch": patch, "etag": etag}),
        )
    }

    fn stop_task(&self, id: &str, task: &str) -> Outcome {
        self.workflow(
            "stopTask",
            "mutation ($id: ID!, $task: String!) {
               stopTask(workflow: $id, task: $task, reason: \"because\")",
            &json!({"id": id, "task": task}),
        )
    }

    fn restart_task(&self, id: &str, task: &str, downstream: bool) -> Outcome {
        self.workflow(
            "restartTask",
            "mutation ($id: ID!, $task: String!, $downstream: Boolean!) {
               restartTask(workflow: $id, task: $task, downstream: $downstream)",
            &json!({"id": id, "task": task, "downstream": downstream}),
        )
    }

    fn answer(&self, id: &str, task: &str, approve: bool, decision: Option<&str>) -> Outcome {
        let outputs = decision.map(|value| json!([{"name": "decision", "value": value}]));
        self.workflow(
            "answerTask",
            "mutation ($id: ID!, $task: String!, $approve: Boolean!, $o: [ParametersInput!]) {
               answerTask(workflow: $id, task: $task, approve: $approve, outputs: $o,
                          message: \"so be it\")",
            &json!({"id": id, "task": task, "approve": approve, "o": outputs}),
        )
    }

    fn why(&self, id: &str, task: &str) -> Outcome {
        let operation =
            format!("query ($id: ID!) {{ workflow(id: $id) {{ tasks {{ ...T why }} }} }} {TASK}");
        match self.run("workflow", &operation, &json!({"id": id})) {
            Outcome::Done(workflow) => {
                let mut tasks = workflow["tasks"].as_array().into_iter().flatten();
                Outcome::Done(tasks.find(|one| one["name"] == task).unwrap().clone())
            }
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn runs(&self, id: &str, first: Option<u32>) -> Outcome {
        let operation = format!(
            "query ($id: ID!, $first: Int) {{ workflow(id: $id) {{ runs(first: $first) {{
               edges {{ cursor node {RUN} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        );
        self.page("runs", &operation, &json!({"id": id, "first": first}))
    }

    fn audit(&self, id: &str) -> Outcome {
        let operation = "query ($id: ID!) { workflow(id: $id) { audit {
           edges { cursor node {
             sequence at actor action task mode reason outcome run requestId
           } } pageInfo { hasNextPage endCursor } } } }";
        self.page("audit", operation, &json!({"id": id}))
    }

    fn bulk(&self, operation: &str, on: &Bulk<'_>) -> Outcome {
        let (field, mode) = match operation {
            "STOP" => ("bulkStop", ", mode: NOW"),
            "RESTART" => ("bulkRestart", ""),
            _ => ("bulkDelete", ""),
        };
        let operation = format!(
            "mutation ($ids: [ID!], $filter: WorkflowFilter, $preview: Boolean!) {{
               {field}(ids: $ids, filter: $filter, preview: $preview{mode}) {{
                 preview count hasMore endCursor
                 items {{ id ok workflow {{ phase }}
                          problem {{ code status message retryable phase fitting faults }} }}
               }}
             }}"
        );
        let filter = on.name.map(|name| json!({"name": name}));
        let variables = json!({"ids": on.ids, "filter": filter, "preview": on.preview});
        match self.run(field, &operation, &variables) {
            Outcome::Done(mut report) => {
                for item in report["items"].as_array_mut().into_iter().flatten() {
                    item["phase"] = item["workflow"]["phase"].take();
                    item["workflow"] = Value::Null;
                    let mut problem = item["problem"].take();
                    item["problem"] = (!problem.is_null())
                        .then(|| {
                            // Of all items it is the same, and the answer's own.
                            problem["requestId"] = json!("the answer's");
                            Outcome::failed(&problem["message"], &problem).view()
                        })
                        .into();
                }
                Outcome::Done(report)
            }
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn stop(&self, id: &str, mode: &str) -> Outcome {
        self.workflow(
            "stopWorkflow",
            "mutation ($id: ID!, $mode: StopMode!) {
               stopWorkflow(id: $id, mode: $mode, reason: \"because\")",
            &json!({"id": id, "mode": mode}),
        )
    }

    fn delete(&self, id: &str, force: bool) -> Outcome {
        let operation = "mutation ($id: ID!, $force: Boolean!) {
          deleteWorkflow(id: $id, force: $force) { id }
        }";
        self.run(
            "deleteWorkflow",
            operation,
            &json!({"id": id, "force": force}),
        )
    }

    fn logs(&self, id: &str, task: &str) -> Outcome {
        let operation = "query ($id: ID!, $task: String!) {
          logs(workflow: $id, task: $task) { lines { at item attempt stream text } }
        }";
        match self.run("logs", operation, &json!({"id": id, "task": task})) {
            Outcome::Done(logs) => Outcome::Done(lines(&logs["lines"])),
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn validate(&self, document: &Value, target: Option<&str>) -> Outcome {
        let operation = "query ($d: JSON!, $target: String) {
          validateWorkflow(document: $d, target: $target) {
            valid target faults { code path pointer message suggestion } warnings { code path pointer message } document order
          }
        }";
        self.run(
            "validateWorkflow",
            operation,
            &json!({"d": document, "target": target}),
        )
    }

    fn render(&self, document: &Value) -> Outcome {
        let operation = "query ($d: JSON!) { renderWorkflow(document: $d) { workflow } }";
        match self.run("renderWorkflow", operation, &json!({"d": document})) {
            Outcome::Done(rendering) => Outcome::Done(rendering["workflow"].clone()),
            failed @ Outcome::Failed(_) => failed,
        }
    }

    fn simulate(&self, document: &Value, failing: &str) -> Outcome {
        let operation = format!(
            "query ($d: JSON!, $o: [TaskOutcomeInput!]) {{
               simulateWorkflow(document: $d, outcomes: $o) {{
                 phase order tasks {SIMULATED} exitHandler {SIMULATED} outputs {{ name value }}
               }}
             }}"
        );
        let outcomes = json!([{"task": failing, "ending": "FAILED", "exitCode": 7}]);
        self.run(
            "simulateWorkflow",
            &operation,
            &json!({"d": document, "o": outcomes}),
        )
    }

    fn action(&self, name: &str) -> Outcome {
        let operation = "query ($name: String!) {
          action(name: $name) {
            name description parameters { name description default enum } artifacts { name optional }
            outputParameters outputArtifacts result secrets { name keys } parametersSchema uiSchema
          }
        }";
        self.run("action", operation, &json!({"name": name}))
    }

    fn service(&self) -> Outcome {
        let operation = "{
          service {
            version backend target scope actions
            limits { bytes tasks edges parameters templates items expressionBytes }
          }
        }";
        self.run("service", operation, &json!({}))
    }
}

fn nodes(page: &Value) -> Vec<Value> {
    page["edges"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|edge| edge["node"].clone())
        .collect()
}

/// Stream names are an enum here, and words of their own in REST's lines.
fn lines(lines: &Value) -> Value {
    let mut lines = lines.clone();
    for line in lines.as_array_mut().into_iter().flatten() {
        line["stream"] = line["stream"].as_str().map(str::to_lowercase).into();
    }
    lines
}
