//! Restart plans, told as stories.

mod laws;
mod playing;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use self::playing::{End, play_with, valid};
use super::{RestartMode, plan_restart, remainder};
use crate::{
    FaultCode, RunStatus, StopMode, StopWish, TaskPhase, TaskReason, Timestamp, ValidWorkflow,
    WorkflowPhase,
};

/// Plays a run to its end; a task whose index is in `bad` fails, any other succeeds.
fn play(workflow: &Arc<ValidWorkflow>, run: RunStatus, bad: &BTreeSet<usize>) -> RunStatus {
    let end = |task: usize, _| {
        if bad.contains(&task) {
            End::Fail
        } else {
            End::Succeed
        }
    };
    play_with(workflow, run, &end).run
}

fn chain() -> Value {
    json!({"name": "story", "parameters": [{"name": "who", "default": "you"}], "tasks": [
        {"name": "A", "action": "say"},
        {"name": "B", "action": "say", "dependsOn": ["A"],
         "parameters": [{"name": "message", "value": "{{tasks.A.outputs.result}} {{workflow.parameters.who}}"}]},
        {"name": "C", "action": "say", "dependsOn": ["B"]},
        {"name": "X", "action": "say"},
    ]})
}

fn first_run(workflow: &Arc<ValidWorkflow>, bad: &[usize]) -> RunStatus {
    let fresh = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
    play(workflow, fresh, &bad.iter().copied().collect())
}

/// The tasks that a plan runs, by name.
fn runs(plan: &RunStatus) -> Vec<&str> {
    let tasks = plan.tasks.iter();
    tasks
        .filter(|task| task.inherited_from.is_none())
        .map(|task| task.name.as_str())
        .collect()
}

fn named(names: &[&str], downstream: bool) -> RestartMode {
    RestartMode::Tasks {
        names: names.iter().map(|&name| name.to_owned()).collect(),
        downstream,
    }
}

fn plan(
    workflow: &Arc<ValidWorkflow>,
    last: &RunStatus,
    mode: &RestartMode,
) -> Result<RunStatus, crate::Faults> {
    plan_restart(workflow, last, mode, false, &BTreeSet::new())
}

#[test]
fn from_failed_runs_what_failed_and_what_waits_for_it() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[1]);
    let next = plan(&workflow, &last, &RestartMode::FromFailed).unwrap();
    assert_eq!(runs(&next), ["B", "C"]);
    assert_eq!(next.tasks[0].inherited_from, Some(1));
    let ended = play(&workflow, next, &BTreeSet::new());
    assert_eq!(ended.phase, WorkflowPhase::Succeeded);
    let again = plan(&workflow, &ended, &named(&["C"], false)).unwrap();
    assert_eq!(
        again.tasks[0].inherited_from,
        Some(1),
        "the run that made it"
    );
    assert_eq!(again.tasks[1].inherited_from, Some(2));
}

#[test]
fn a_named_task_wakes_what_waits_for_it_only_when_asked() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[]);
    assert_eq!(
        runs(&plan(&workflow, &last, &named(&["A"], false)).unwrap()),
        ["A"]
    );
    assert_eq!(
        runs(&plan(&workflow, &last, &named(&["A"], true)).unwrap()),
        ["A", "B", "C"]
    );
}

#[test]
fn a_named_task_runs_whatever_its_inherited_dependencies_came_to() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[1]);
    let next = plan(&workflow, &last, &named(&["C"], false)).unwrap();
    let ended = play(&workflow, next, &BTreeSet::new());
    assert_eq!(ended.tasks[2].phase, TaskPhase::Succeeded);
    assert_eq!(ended.tasks[1].phase, TaskPhase::Failed, "inherited");
}

#[test]
fn a_task_that_fails_again_fails_its_run_though_what_waits_for_it_is_inherited() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[1]);
    assert_eq!(last.phase, WorkflowPhase::Failed);
    let next = plan(&workflow, &last, &named(&["B"], false)).unwrap();
    let again = play(&workflow, next.clone(), &BTreeSet::from([1]));
    assert_eq!(again.phase, WorkflowPhase::Failed);
    assert_eq!(again.tasks[2].inherited_from, Some(1));
    let well = play(&workflow, next, &BTreeSet::new());
    assert_eq!(well.tasks[2].phase, TaskPhase::Omitted);
    assert_eq!(well.phase, WorkflowPhase::Failed, "C has never been done");
    let message = well.message.as_deref().unwrap();
    assert!(message.starts_with("task C has not been done"), "{message}");
    let rest = plan(&workflow, &well, &RestartMode::FromFailed).unwrap();
    assert_eq!(runs(&rest), ["C"]);
    let done = play(&workflow, rest, &BTreeSet::new());
    assert_eq!(done.phase, WorkflowPhase::Succeeded);
}

#[test]
fn what_a_stop_left_undone_keeps_the_next_run_from_succeeding() {
    let workflow = valid(&chain());
    let mut last = first_run(&workflow, &[]);
    last.phase = WorkflowPhase::Stopped;
    last.tasks[1].phase = TaskPhase::Stopped;
    last.tasks[2].phase = TaskPhase::Omitted;
    last.tasks[2].reason = Some(TaskReason::StopRequested);
    let next = plan(&workflow, &last, &named(&["B"], false)).unwrap();
    let ended = play(&workflow, next, &BTreeSet::new());
    assert_eq!(ended.phase, WorkflowPhase::Failed);
    let rest = plan(&workflow, &ended, &RestartMode::FromFailed).unwrap();
    assert_eq!(runs(&rest), ["C"]);
}

#[test]
fn a_task_waits_for_one_that_runs_again_behind_an_inherited_one() {
    let mut document = chain();
    document["tasks"][2]["parameters"] =
        json!([{"name": "message", "value": "{{tasks.A.outputs.result}}"}]);
    let workflow = valid(&document);
    let last = first_run(&workflow, &[]);
    let next = plan(&workflow, &last, &named(&["A", "C"], false)).unwrap();
    let played = play_with(&workflow, next.clone(), &|_, _| End::Succeed);
    let begun: Vec<usize> = played.launched.iter().map(|(task, _, _)| *task).collect();
    assert_eq!(begun, [0, 2]);
    assert_eq!(played.run.phase, WorkflowPhase::Succeeded);
    let left = remainder(&workflow, &next).unwrap().workflow.unwrap();
    let tasks = &left.document().tasks;
    assert_eq!(
        tasks[1].depends.as_deref(),
        Some("A.Succeeded || !A.Succeeded")
    );
}

#[test]
fn what_is_left_is_an_ordinary_document() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[1]);
    let next = plan(&workflow, &last, &RestartMode::FromFailed).unwrap();
    let left = remainder(&workflow, &next).unwrap();
    assert_eq!((left.tasks, left.excluded), (vec![1, 2], vec![]));
    let document = left.workflow.unwrap().document().clone();
    assert_eq!(
        serde_json::to_value(document).unwrap(),
        json!({"name": "story", "parameters": [{"name": "who", "default": "you"}], "tasks": [
            {"name": "B", "action": "say", "parameters":
                [{"name": "message", "value": "said by 0 {{workflow.parameters.who}}"}]},
            {"name": "C", "action": "say", "dependsOn": ["B"]},
        ]})
    );
}

#[test]
fn inherited_artifacts_are_named_by_where_they_are() {
    let document = json!({"name": "story", "tasks": [
        {"name": "A", "action": "leave"},
        {"name": "B", "action": "leave", "dependsOn": ["A"],
         "artifacts": [{"name": "in", "from": "{{tasks.A.outputs.artifacts.out}}"}]},
        {"name": "C", "action": "leave", "dependsOn": ["B"],
         "artifacts": [{"name": "in", "from": "{{tasks.B.outputs.artifacts.out}}"}]},
    ]});
    let workflow = valid(&document);
    let last = first_run(&workflow, &[1]);
    let next = plan(&workflow, &last, &RestartMode::FromFailed).unwrap();
    let left = remainder(&workflow, &next).unwrap();
    assert_eq!(left.artifacts.len(), 1);
    let inherited = &left.artifacts[0];
    assert_eq!((inherited.task, inherited.name.as_str()), (0, "in"));
    assert_eq!(inherited.location.location, "left by 0");
    let rest = left.workflow.unwrap();
    let tasks = &rest.document().tasks;
    assert!(tasks[0].artifacts.is_empty());
    assert_eq!(
        tasks[1].artifacts[0].from,
        "{{tasks.B.outputs.artifacts.out}}"
    );
}

#[test]
fn what_a_cluster_would_take_for_a_reference_is_refused_with_the_way_out() {
    let workflow = valid(&chain());
    let mut last = first_run(&workflow, &[1]);
    for result in ["a {{workflow.uid}}", "ends with {"] {
        last.tasks[0].outputs.result = Some(result.to_owned());
        let faults = plan(&workflow, &last, &RestartMode::FromFailed).unwrap_err();
        let fault = &faults.as_slice()[0];
        assert_eq!(fault.code, FaultCode::TemplateInjection);
        assert_eq!(fault.path, "tasks[1].parameters[0].value");
        assert!(
            fault.message.contains("restart `A` too"),
            "{}",
            fault.message
        );
    }
}

#[test]
fn a_condition_is_decided_by_what_is_inherited_as_far_as_it_goes() {
    let document = json!({"name": "story", "tasks": [
        {"name": "A", "action": "say"},
        {"name": "B", "action": "say", "dependsOn": ["A"], "when":
            "'{{tasks.A.status}}' == 'Failed' || '{{tasks.A.outputs.result}}' == 'said by 0' && {{workflow.parameters.go}} > 1"},
        {"name": "C", "action": "say", "dependsOn": ["A"], "when": "'{{tasks.A.status}}' != 'Succeeded'"},
    ], "parameters": [{"name": "go", "default": "2"}]});
    let workflow = valid(&document);
    let last = first_run(&workflow, &[]);
    let next = plan(&workflow, &last, &named(&["B", "C"], false)).unwrap();
    let left = remainder(&workflow, &next).unwrap().workflow.unwrap();
    let when = |task: usize| left.document().tasks[task].when.clone().unwrap();
    assert_eq!(when(0), "{{workflow.parameters.go}} > 1");
    assert_eq!(when(1), "false");
}

#[test]
fn a_condition_on_an_output_that_is_not_there_is_told_by_path() {
    let document = json!({"name": "story", "tasks": [
        {"name": "A", "action": "say", "when": "false"},
        {"name": "B", "action": "say", "dependsOn": ["A"], "when": "'{{tasks.A.outputs.result}}' == 'x'"},
        {"name": "C", "action": "say", "dependsOn": ["A"],
         "when": "'{{tasks.A.status}}' == 'Skipped' || '{{tasks.A.outputs.result}}' == 'x'"},
    ]});
    let workflow = valid(&document);
    let last = first_run(&workflow, &[]);
    let faults = plan(&workflow, &last, &named(&["B"], false)).unwrap_err();
    assert_eq!(faults.as_slice()[0].path, "tasks[1].when");
    let next = plan(&workflow, &last, &named(&["C"], false)).unwrap();
    remainder(&workflow, &next).unwrap();
    assert_eq!(
        play(&workflow, next, &BTreeSet::new()).tasks[2].phase,
        TaskPhase::Succeeded
    );
}

#[test]
fn nothing_may_be_left() {
    let document = json!({"name": "story", "tasks": [
        {"name": "A", "action": "say"},
        {"name": "B", "action": "say", "depends": "A.Failed"},
    ]});
    let workflow = valid(&document);
    let mut last = first_run(&workflow, &[0]);
    last.tasks[0].phase = TaskPhase::Succeeded;
    let next = plan(&workflow, &last, &RestartMode::FromFailed).unwrap();
    let left = remainder(&workflow, &next).unwrap();
    assert!(left.workflow.is_none() && left.tasks.is_empty());
}

#[test]
fn a_changed_parameter_runs_what_refers_to_it() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[]);
    let changed = BTreeSet::from(["who".to_owned()]);
    let next = plan_restart(&workflow, &last, &named(&["X"], false), false, &changed).unwrap();
    assert_eq!(runs(&next), ["B", "C", "X"]);
}

#[test]
fn an_interrupted_run_goes_on_with_what_had_not_finished() {
    let workflow = valid(&chain());
    let mut last = first_run(&workflow, &[]);
    let at = Timestamp::from_millis;
    last.stop = Some(StopWish {
        mode: StopMode::Now,
        reason: None,
        actor: None,
        at: at(5),
    });
    last.tasks[0].phase = TaskPhase::Stopped;
    last.tasks[0].finished_at = Some(at(4));
    last.tasks[1].phase = TaskPhase::Stopped;
    last.tasks[1].finished_at = Some(at(5));
    last.tasks[2].phase = TaskPhase::Omitted;
    last.tasks[2].reason = Some(TaskReason::StopRequested);
    let mode = named(&["X"], false);
    assert_eq!(runs(&plan(&workflow, &last, &mode).unwrap()), ["X"]);
    let next = plan_restart(&workflow, &last, &mode, true, &BTreeSet::new()).unwrap();
    assert_eq!(runs(&next), ["B", "C", "X"]);
}

#[test]
fn contradictions_are_told_by_path() {
    let workflow = valid(&chain());
    let last = first_run(&workflow, &[0]);
    let faults = |mode: &RestartMode| {
        let faults = plan(&workflow, &last, mode).unwrap_err();
        let told = faults.as_slice().iter();
        told.map(|fault| (fault.code, fault.path.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        faults(&named(&[], false)),
        [(FaultCode::Missing, "tasks".to_owned())]
    );
    assert_eq!(
        faults(&named(&["A", "Z"], false)),
        [(FaultCode::UnknownDependency, "tasks[1]".to_owned())]
    );
    // B refers to what A printed, and A failed before it printed anything.
    assert_eq!(
        faults(&named(&["B"], false)),
        [(
            FaultCode::UnknownReference,
            "tasks[1].parameters[0].value".to_owned()
        )]
    );
}
