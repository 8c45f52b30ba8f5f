//! Restart plans: stories, and laws over random workflows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{RestartMode, plan_restart};
use crate::{
    Draft, Ended, FaultCode, Limits, Machine, Outputs, ParameterSignature, RunFacts, RunStatus,
    Signature, Signatures, TaskPhase, TaskReason, TaskRef, Timestamp, ValidWorkflow, WorkflowPhase,
};

fn valid(document: &Value) -> Arc<ValidWorkflow> {
    let mut say = Signature {
        result: true,
        ..Signature::default()
    };
    say.parameters = vec![ParameterSignature {
        default: Some(String::new()),
        ..ParameterSignature::required("message")
    }];
    let signatures = Signatures::from_iter([("say".to_owned(), say)]);
    let limits = Limits::default();
    let draft = Draft::from_value(document.clone(), &limits);
    Arc::new(draft.validate(&signatures, &limits).unwrap())
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

/// Plays a run to its end; a task whose index is in `bad` fails, any other succeeds.
fn play(workflow: &Arc<ValidWorkflow>, run: RunStatus, bad: &BTreeSet<usize>) -> RunStatus {
    let facts = RunFacts {
        name: "story-1".to_owned(),
        namespace: "default".to_owned(),
        uid: "u".to_owned(),
        created_at: Timestamp::from_millis(0),
        parameters: BTreeMap::from([("who".to_owned(), "you".to_owned())]),
    };
    let now = Timestamp::from_millis(1);
    let mut machine = Machine::new(Arc::clone(workflow), facts, run);
    machine.begin(now);
    while !machine.is_finished() {
        let launches = machine.launches(now, usize::MAX);
        assert!(
            !launches.is_empty() || machine.is_finished(),
            "the run is stuck"
        );
        for launch in launches {
            let TaskRef::Task(task) = launch.unit.task else {
                unreachable!()
            };
            let outputs = Outputs {
                result: Some(format!("said by {task}")),
                ..Outputs::default()
            };
            let ended = if bad.contains(&task) {
                Ended::Failed {
                    reason: TaskReason::ExitCode,
                    message: "exit code 1".to_owned(),
                    exit_code: Some(1),
                    outputs: Outputs::default(),
                }
            } else {
                Ended::Succeeded {
                    outputs,
                    exit_code: Some(0),
                }
            };
            machine.end(launch.unit, ended, now);
        }
    }
    machine.status().clone()
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
    assert_eq!(well.phase, WorkflowPhase::Succeeded);
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
    last.tasks[1].phase = TaskPhase::Stopped;
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

/// A random DAG: each task depends on some of those before it, by `dependsOn` or by an outcome.
fn documents() -> impl Strategy<Value = Value> {
    let outcome = prop::sample::select(vec!["", ".Succeeded", ".Failed", ".Omitted"]);
    let edges = prop::collection::vec((any::<prop::sample::Index>(), outcome), 0..3);
    prop::collection::vec((edges, prop::sample::select(vec![" && ", " || "])), 1..12).prop_map(
        |tasks| {
            let tasks: Vec<Value> = tasks
                .iter()
                .enumerate()
                .map(|(index, (edges, joint))| {
                    let mut task = json!({"name": format!("t{index}"), "action": "say"});
                    let terms: Vec<String> = edges
                        .iter()
                        .filter(|_| index > 0)
                        .map(|(before, outcome)| format!("t{}{outcome}", before.index(index)))
                        .collect();
                    if !terms.is_empty() {
                        task["depends"] = json!(terms.join(joint));
                    }
                    task
                })
                .collect();
            json!({"name": "law", "tasks": tasks})
        },
    )
}

fn phases(run: &RunStatus) -> Vec<TaskPhase> {
    run.tasks.iter().map(|task| task.phase).collect()
}

proptest! {
    #[test]
    fn a_plan_of_all_is_a_first_run(document in documents(), bad in prop::collection::btree_set(0..12_usize, 0..6)) {
        let workflow = valid(&document);
        let last = play(&workflow, RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending), &bad);
        let next = plan(&workflow, &last, &RestartMode::All).unwrap();
        prop_assert_eq!(next, RunStatus::fresh(workflow.document(), 2, WorkflowPhase::Pending));
    }

    /// What is inherited is not run, and the whole comes to what a run of everything would come
    /// to in which each inherited task did again what it did before.
    #[test]
    fn from_failed_comes_to_what_a_full_run_would(
        document in documents(),
        bad in prop::collection::btree_set(0..12_usize, 0..6),
        bad_again in prop::collection::btree_set(0..12_usize, 0..3),
    ) {
        let workflow = valid(&document);
        let fresh = |number| RunStatus::fresh(workflow.document(), number, WorkflowPhase::Pending);
        let last = play(&workflow, fresh(1), &bad);
        let next = plan(&workflow, &last, &RestartMode::FromFailed).unwrap();
        for (before, after) in last.tasks.iter().zip(&next.tasks) {
            if let Some(run) = after.inherited_from {
                prop_assert_eq!((run, after.phase, &after.outputs), (1, before.phase, &before.outputs));
            } else {
                prop_assert_eq!((after.phase, after.attempts.len()), (TaskPhase::Pending, 0));
            }
        }
        let inherited = |task: usize| next.tasks[task].inherited_from.is_some();
        let bad_in_full = (0..last.tasks.len())
            .filter(|&task| if inherited(task) { bad.contains(&task) } else { bad_again.contains(&task) })
            .collect();
        let full = play(&workflow, fresh(1), &bad_in_full);
        let partial = play(&workflow, next.clone(), &bad_again);
        prop_assert_eq!(phases(&partial), phases(&full));
        prop_assert_eq!(partial.phase, full.phase);
    }

    /// A plan for some tasks runs these, and with their downstream all that can be reached.
    #[test]
    fn a_plan_of_tasks_runs_them_and_never_before_what_they_need(
        document in documents(),
        bad in prop::collection::btree_set(0..12_usize, 0..6),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        downstream: bool,
    ) {
        let workflow = valid(&document);
        let fresh = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
        let last = play(&workflow, fresh, &bad);
        let picked: BTreeSet<usize> = picks.iter().map(|pick| pick.index(last.tasks.len())).collect();
        let names: Vec<String> = picked.iter().map(|task| format!("t{task}")).collect();
        let mode = RestartMode::Tasks { names, downstream };
        let next = plan(&workflow, &last, &mode).unwrap();
        for &task in &picked {
            prop_assert!(next.tasks[task].inherited_from.is_none());
        }
        for task in 0..next.tasks.len() {
            let runs = next.tasks[task].inherited_from.is_none();
            let after_one = workflow.dag().dependencies_of(task).iter()
                .any(|&before| next.tasks[before].inherited_from.is_none());
            prop_assert_eq!(runs, picked.contains(&task) || (downstream && after_one));
        }
        // The machine plays it to its end, and a task that only waits for inherited ones runs.
        let ended = play(&workflow, next.clone(), &BTreeSet::new());
        for &task in &picked {
            let alone = workflow.dag().dependencies_of(task).iter()
                .all(|&before| next.tasks[before].inherited_from.is_some());
            if alone {
                prop_assert_eq!(ended.tasks[task].phase, TaskPhase::Succeeded);
            }
        }
    }
}
