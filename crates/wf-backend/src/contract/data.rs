//! Clauses about what tasks are given and what they leave.

use serde_json::{Value, json};
use wf_model::{Argument, StopMode, TaskPhase, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, result, task};
use crate::workflow::Start;

fn echo(name: &str, message: &str, after: &[&str]) -> Value {
    json!({"name": name, "action": "echo", "dependsOn": after,
           "parameters": [{"name": "message", "value": message}]})
}

/// The values of the workflow's parameters reach its tasks, given ones before defaults.
pub async fn parameters_reach_the_tasks<S: Subject>(bench: &mut Bench<S>) {
    let mut submission = bench.submission(json!({
        "name": "given",
        "parameters": [{"name": "a", "default": "default a"}, {"name": "b", "default": "default b"}],
        "tasks": [echo("A", "{{workflow.parameters.a}}, {{workflow.parameters.b}}", &[])],
    }));
    let given = [("a", "given a"), ("b", "default b")];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
    submission.start = Start::Now(given.into());
    let id = bench.create(submission).await.summary.id;
    let ended = bench.finished(id).await;
    let values = [("a", "given a"), ("b", "default b")];
    assert_eq!(
        ended.parameters,
        values.map(|(name, value)| Argument::new(name, value))
    );
    let lines = bench.lines(id, super::bench::log_of("A")).await;
    assert_eq!(lines, ["given a, default b"]);
}

/// What a task prints can be given to those after it, also over others between.
pub async fn results_reach_the_tasks_after<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(json!({
            "name": "results",
            "outputs": [{"name": "o", "value": "{{tasks.C.outputs.result}}"}],
            "tasks": [
                echo("A", "first", &[]),
                echo("B", "second", &["A"]),
                echo("C", "{{tasks.A.outputs.result}}+{{tasks.B.outputs.result}}", &["B"]),
            ],
        }))
        .await;
    assert_eq!(result(&ended, "C"), Some("first+second"));
}

/// What a task leaves in a file can be given to those after it; a default stands in for a file
/// that is not there.
pub async fn output_parameters_reach_the_tasks_after<S: Subject>(bench: &mut Bench<S>) {
    let length = "{{tasks.A.outputs.parameters.length}}, {{tasks.A.outputs.parameters.note}}";
    let ended = bench
        .run_to_end(json!({
            "name": "outputs",
            "outputs": [{"name": "o", "value": "{{tasks.B.outputs.result}}"}],
            "tasks": [
                {"name": "A", "action": "measure", "parameters": [{"name": "text", "value": "four"}]},
                echo("B", length, &["A"]),
            ],
        }))
        .await;
    let outputs = &task(&ended, "A").outputs;
    assert_eq!(outputs.parameter("length"), Some("4"));
    assert_eq!(outputs.parameter("note"), Some("none"));
    assert_eq!(result(&ended, "B"), Some("4, none"));
}

/// A file that a task leaves can be given to those after it.
pub async fn artifacts_reach_the_tasks_after<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(json!({
            "name": "artifacts",
            "outputs": [{"name": "o", "value": "{{tasks.B.outputs.result}}"}],
            "tasks": [
                {"name": "A", "action": "produce", "parameters": [{"name": "text", "value": "inside"}]},
                {"name": "B", "action": "consume", "dependsOn": ["A"], "artifacts":
                    [{"name": "in", "from": "{{tasks.A.outputs.artifacts.out}}"}]},
            ],
        }))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(task(&ended, "A").outputs.artifacts[0].name, "out");
    assert_eq!(result(&ended, "B"), Some("inside"));
}

/// A workflow that ended well tells the outputs that its document names.
pub async fn a_workflow_tells_its_outputs<S: Subject>(bench: &mut Bench<S>) {
    let document = |action: &str| {
        json!({
            "name": "outputs",
            "outputs": [{"name": "said", "value": "<{{tasks.A.outputs.result}}>"}],
            "tasks": [echo("A", "word", &[]), {"name": "B", "action": action, "dependsOn": ["A"]}],
        })
    };
    let ended = bench.run_to_end(document("true")).await;
    assert_eq!(ended.run.outputs, [Argument::new("said", "<word>")]);
    let failed = bench.run_to_end(document("fail")).await;
    assert_eq!(failed.run.outputs, []);
}

/// A value is put in once: what it looks like means nothing, to the service or to a shell.
pub async fn no_value_is_looked_at_twice<S: Subject>(bench: &mut Bench<S>) {
    let hostile = r#"'"; echo $HOME `id` $(id) \ && == 'x' || true"#;
    let printed = r"printf '%s' '{{'workflow.name'}}{{'item'}}'";
    let ended = bench
        .run_to_end(json!({
            "name": "hostile",
            "outputs": [{"name": "o", "value": "{{tasks.B.outputs.result}}{{tasks.D.outputs.result}}"}],
            "tasks": [
                echo("A", hostile, &[]),
                echo("B", "{{tasks.A.outputs.result}}", &["A"]),
                {"name": "C", "action": "shell",
                 "parameters": [{"name": "script", "value": split_braces(printed)}]},
                echo("D", "{{tasks.C.outputs.result}}", &["C"]),
                {"name": "E", "action": "true", "dependsOn": ["A"],
                 "when": "'{{tasks.A.outputs.result}}' == 'x'"},
            ],
        }))
        .await;
    assert_eq!(result(&ended, "B"), Some(hostile));
    assert_eq!(result(&ended, "D"), Some("{{workflow.name}}{{item}}"));
    assert_eq!(task(&ended, "E").phase, wf_model::TaskPhase::Skipped);
}

/// A script that prints the same without having two braces side by side, which no document may.
fn split_braces(script: &str) -> String {
    script.replace("{{", "{''{").replace("}}", "}''}")
}

/// What a task was given is told, the defaults of its action included; of items each has its own.
pub async fn what_a_task_was_given_is_told<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(json!({"name": "given", "tasks": [
            echo("A", "Hello", &[]),
            {"name": "B", "action": "flaky", "dependsOn": ["A"]},
            {"name": "C", "action": "echo", "withItems": ["x", "y"], "parameters": [
                {"name": "message", "value": "{{item}}"}]},
            echo("D", "never", &["B"]),
        ]}))
        .await;
    let message = |value: &str| vec![Argument::new("message", value)];
    assert_eq!(task(&ended, "A").inputs, message("Hello"));
    assert_eq!(task(&ended, "B").inputs, message("tried"));
    assert_eq!(task(&ended, "C").inputs, []);
    let items = task(&ended, "C").items.iter();
    let items: Vec<_> = items.map(|item| item.inputs.clone()).collect();
    assert_eq!(items, [message("x"), message("y")]);
    assert_eq!(task(&ended, "D").inputs, [], "it was not reached");
}

/// How far a task says that it is can be seen while it runs.
pub async fn a_running_task_tells_how_far_it_is<S: Subject>(bench: &mut Bench<S>) {
    let script = "echo 1/2 > \"$ARGO_PROGRESS_FILE\"; sleep 60";
    let id = bench
        .run(
            json!({"name": "progress", "tasks": [{"name": "A", "action": "shell",
            "parameters": [{"name": "script", "value": script}]}]}),
        )
        .await;
    let told = bench
        .until(id, "the task has told how far it is", |now| {
            let message = task(now, "A").message.as_deref();
            message.is_some_and(|message| message.contains("1/2"))
        })
        .await;
    assert_eq!(task(&told, "A").phase, TaskPhase::Running);
    bench.stop(id, StopMode::Now).await;
    bench.finished(id).await;
}
