//! Clauses about which task runs when, and what that makes of the workflow.

use serde_json::{Value, json};
use wf_model::{EXIT_HANDLER, TaskPhase, TaskReason, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, log_of, phases, task};

fn workflow(tasks: &Value) -> Value {
    json!({"name": "order", "tasks": tasks})
}

/// A task begins when all that it depends on has ended.
pub async fn tasks_begin_after_those_they_depend_on<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "D", "action": "true", "dependsOn": ["B", "C"]},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
            {"name": "C", "action": "true", "dependsOn": ["A"]},
            {"name": "A", "action": "true"},
        ])))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(phases(&ended), [TaskPhase::Succeeded; 4]);
    for (before, after) in [("A", "B"), ("A", "C"), ("B", "D"), ("C", "D")] {
        let finished = task(&ended, before).finished_at;
        let started = task(&ended, after).started_at;
        assert!(
            finished.is_some() && finished <= started,
            "{before} before {after}"
        );
    }
}

/// What depends on a task that failed does not run, and what depends on that neither.
pub async fn a_failure_omits_what_depends_on_it<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "fail", "parameters": [{"name": "code", "value": "7"}]},
            {"name": "B", "action": "true", "dependsOn": ["A"]},
            {"name": "C", "action": "true", "dependsOn": ["B"]},
            {"name": "D", "action": "true"},
        ])))
        .await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Failed);
    assert_eq!(
        phases(&ended),
        [
            TaskPhase::Failed,
            TaskPhase::Omitted,
            TaskPhase::Omitted,
            TaskPhase::Succeeded
        ]
    );
    let failed = task(&ended, "A");
    assert_eq!(failed.exit_code, Some(7));
    assert_eq!(failed.reason, Some(TaskReason::ExitCode));
    assert!(
        ended
            .summary
            .message
            .is_some_and(|message| message.contains('A'))
    );
    assert_eq!(ended.summary.task_counts.omitted, 2);
}

/// `depends` decides over outcomes; a failure that another task handles fails nothing.
pub async fn depends_sees_the_outcome<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "fail"},
            {"name": "mend", "action": "true", "depends": "A.Failed"},
            {"name": "glad", "action": "true", "depends": "A.Succeeded"},
            {"name": "after", "action": "true", "depends": "mend || glad.Succeeded"},
        ])))
        .await;
    assert_eq!(
        phases(&ended),
        [
            TaskPhase::Failed,
            TaskPhase::Succeeded,
            TaskPhase::Omitted,
            TaskPhase::Succeeded
        ]
    );
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A task whose `when` is false is skipped, and satisfies what depends on it.
pub async fn a_task_whose_condition_is_false_is_skipped<S: Subject>(bench: &mut Bench<S>) {
    let ended = bench
        .run_to_end(workflow(&json!([
            {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "tails"}]},
            {"name": "heads", "action": "true", "dependsOn": ["A"],
             "when": "{{tasks.A.outputs.result}} == 'heads'"},
            {"name": "tails", "action": "true", "dependsOn": ["A"],
             "when": "{{tasks.A.outputs.result}} == 'tails'"},
            {"name": "after", "action": "true", "dependsOn": ["heads"]},
        ])))
        .await;
    assert_eq!(task(&ended, "heads").phase, TaskPhase::Skipped);
    assert_eq!(task(&ended, "heads").reason, Some(TaskReason::Condition));
    assert_eq!(task(&ended, "tails").phase, TaskPhase::Succeeded);
    assert_eq!(task(&ended, "after").phase, TaskPhase::Succeeded);
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
}

/// A task that the platform cannot start is in error, not failed.
pub async fn a_program_that_is_not_there_is_an_error<S: Subject>(bench: &mut Bench<S>) {
    let tasks = json!([{"name": "A", "action": "absent"}]);
    let ended = bench.run_to_end(workflow(&tasks)).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Error);
    let task = task(&ended, "A");
    assert_eq!(task.phase, TaskPhase::Error);
    assert!(task.message.is_some(), "it says why");
}

/// The exit handler runs after all tasks, knows how they ended, and does not change that.
pub async fn the_exit_handler_runs_however_the_tasks_ended<S: Subject>(bench: &mut Bench<S>) {
    for (action, word, phase) in [
        ("true", "Succeeded", WorkflowPhase::Succeeded),
        ("fail", "Failed", WorkflowPhase::Failed),
    ] {
        let ended = bench
            .run_to_end(json!({
                "name": "exit", "tasks": [{"name": "A", "action": action}],
                "onExit": {"action": "echo", "parameters":
                    [{"name": "message", "value": "it {{workflow.status}}"}]},
            }))
            .await;
        assert_eq!(ended.summary.phase, phase);
        let handler = task(&ended, EXIT_HANDLER);
        assert_eq!(handler.phase, TaskPhase::Succeeded);
        assert!(task(&ended, "A").finished_at <= handler.started_at);
        let lines = bench.lines(ended.summary.id, log_of(EXIT_HANDLER)).await;
        assert_eq!(lines, [format!("it {word}")]);
    }
}
