//! Playing runs to their end with given endings, and watching what begins when.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::{
    ArtifactLocation, ArtifactSignature, Draft, Ended, Limits, Machine, Outputs,
    ParameterSignature, RunFacts, RunStatus, Signature, Signatures, TaskReason, TaskRef, Timestamp,
    ValidWorkflow,
};

/// How a task, or an item of one, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Succeed,
    Fail,
    Err,
}

/// A unit that began: the task, the item, and what it was given.
pub(super) type Began = (usize, Option<u32>, Vec<(String, String)>);

/// What was seen of a run that was played to its end.
pub(super) struct Played {
    pub(super) run: RunStatus,
    /// What began, in that order.
    pub(super) launched: Vec<Began>,
}

/// A valid workflow of the actions `say`, which tells what it prints, and `leave`, which takes and
/// leaves an artifact.
pub(super) fn valid(document: &Value) -> Arc<ValidWorkflow> {
    let say = Signature {
        result: true,
        parameters: vec![ParameterSignature {
            default: Some(String::new()),
            ..ParameterSignature::required("message")
        }],
        ..Signature::default()
    };
    let leave = Signature {
        artifacts: vec![ArtifactSignature {
            name: "in".to_owned(),
            optional: true,
        }],
        output_artifacts: vec!["out".to_owned()],
        ..Signature::default()
    };
    let actions = [("say".to_owned(), say), ("leave".to_owned(), leave)];
    let signatures = Signatures::from_iter(actions);
    let limits = Limits::default();
    let draft = Draft::from_value(document.clone(), &limits);
    Arc::new(draft.validate(&signatures, &limits).unwrap())
}

/// Plays a run to its end, one unit after the other.
///
/// # Panics
/// When a unit begins that inherited its result, or before one that it needs has ended.
pub(super) fn play_with(
    workflow: &Arc<ValidWorkflow>,
    run: RunStatus,
    end: &dyn Fn(usize, Option<u32>) -> End,
) -> Played {
    let facts = RunFacts {
        name: "story-1".to_owned(),
        namespace: "default".to_owned(),
        uid: "u".to_owned(),
        created_at: Timestamp::from_millis(0),
        parameters: BTreeMap::from([
            ("who".to_owned(), "you".to_owned()),
            ("go".to_owned(), "2".to_owned()),
        ]),
    };
    let now = Timestamp::from_millis(1);
    let ancestors = ancestors(workflow);
    let mut machine = Machine::new(Arc::clone(workflow), facts, run);
    machine.begin(now);
    let mut launched = Vec::new();
    let mut live = Vec::new();
    while !machine.is_finished() {
        for launch in machine.launches(now, usize::MAX) {
            let TaskRef::Task(task) = launch.unit.task else {
                unreachable!("there is no exit handler")
            };
            let tasks = &machine.status().tasks;
            assert_eq!(tasks[task].inherited_from, None, "it has its result");
            for &before in &ancestors[task] {
                assert!(tasks[before].phase.is_finished(), "{before} before {task}");
            }
            launched.push((task, launch.unit.item, launch.arguments));
            live.push((launch.unit, task));
        }
        let Some((unit, task)) = live.pop() else {
            assert!(machine.is_finished(), "the run is stuck");
            break;
        };
        machine.end(unit, ended(task, end(task, unit.item)), now);
    }
    Played {
        run: machine.status().clone(),
        launched,
    }
}

fn ended(task: usize, end: End) -> Ended {
    match end {
        End::Succeed => Ended::Succeeded {
            outputs: Outputs {
                result: Some(format!("said by {task}")),
                artifacts: vec![ArtifactLocation {
                    name: "out".to_owned(),
                    location: format!("left by {task}"),
                }],
                ..Outputs::default()
            },
            exit_code: Some(0),
        },
        End::Fail => Ended::Failed {
            reason: TaskReason::ExitCode,
            message: "exit code 1".to_owned(),
            exit_code: Some(1),
            outputs: Outputs::default(),
        },
        End::Err => Ended::Error {
            reason: TaskReason::NotStarted,
            message: "no such program".to_owned(),
            exit_code: None,
        },
    }
}

/// For each task all that lead to it.
fn ancestors(workflow: &ValidWorkflow) -> Vec<Vec<usize>> {
    let mut ancestors = vec![Vec::new(); workflow.dag().len()];
    for &task in workflow.dag().topological_order() {
        let mut all = Vec::new();
        for &before in workflow.dag().dependencies_of(task) {
            all.push(before);
            all.extend_from_slice(&ancestors[before]);
        }
        all.sort_unstable();
        all.dedup();
        ancestors[task] = all;
    }
    ancestors
}
