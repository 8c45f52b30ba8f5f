//! The machine's semantics, told as short stories.

mod answering;
mod exit_handler;
mod fan_out;
mod inputs;
mod waiting;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Ended, Launch, Machine, RunFacts, TaskRef, Unit, Waiting};
use crate::{
    Argument, ArtifactLocation, Draft, Limits, Outputs, ParameterSignature, RunStatus, Signature,
    Signatures, SimulatedEnding, SimulatedOutcome, StopMode, StopWish, TaskPhase, TaskReason,
    Timestamp, ValidWorkflow, WorkflowPhase, simulate,
};

fn signatures() -> Signatures {
    let mut say = Signature {
        parameters: vec![ParameterSignature {
            default: Some(String::new()),
            ..ParameterSignature::required("message")
        }],
        output_parameters: vec!["p".to_owned()],
        output_artifacts: vec!["a".to_owned()],
        result: true,
        ..Signature::default()
    };
    say.artifacts = vec![crate::ArtifactSignature {
        name: "in".to_owned(),
        optional: true,
    }];
    Signatures::from_iter([("say".to_owned(), say)])
}

fn valid(document: &Value) -> Arc<ValidWorkflow> {
    let limits = Limits::default();
    let draft = Draft::from_value(document.clone(), &limits);
    Arc::new(draft.validate(&signatures(), &limits).unwrap())
}

/// A document of tasks that all use the same action; `more` is merged into each.
fn tasks(tasks: &[(&str, Value)]) -> Value {
    let tasks: Vec<Value> = tasks
        .iter()
        .map(|(name, more)| {
            let mut task = json!({"name": name, "action": "say"});
            for (field, value) in more.as_object().unwrap() {
                task[field] = value.clone();
            }
            task
        })
        .collect();
    json!({"name": "story", "tasks": tasks})
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

fn machine(document: &Value) -> Machine {
    let workflow = valid(document);
    let run = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
    let mut machine = Machine::new(workflow, facts(), run);
    machine.begin(at(0));
    machine
}

fn facts() -> RunFacts {
    RunFacts {
        name: "story-1".to_owned(),
        namespace: "default".to_owned(),
        uid: "u".to_owned(),
        created_at: at(0),
        parameters: BTreeMap::from([("who".to_owned(), "you".to_owned())]),
    }
}

fn names(machine: &Machine, launches: &[Launch]) -> Vec<String> {
    launches
        .iter()
        .map(|launch| {
            let TaskRef::Task(task) = launch.unit.task else {
                return "onExit".to_owned();
            };
            let name = &machine.workflow().document().tasks[task].name;
            match launch.unit.item {
                Some(item) => format!("{name}[{item}]"),
                None => name.clone(),
            }
        })
        .collect()
}

fn well() -> Ended {
    Ended::Succeeded {
        outputs: Outputs::default(),
        exit_code: Some(0),
    }
}

fn badly() -> Ended {
    Ended::Failed {
        reason: TaskReason::ExitCode,
        message: "exit code 1".to_owned(),
        exit_code: Some(1),
        outputs: Outputs::default(),
    }
}

fn unit(task: usize) -> Unit {
    Unit {
        task: TaskRef::Task(task),
        item: None,
    }
}

fn stop(mode: StopMode) -> StopWish {
    StopWish {
        mode,
        reason: Some("enough".to_owned()),
        actor: None,
        at: at(9),
    }
}

fn phases(machine: &Machine) -> Vec<&'static str> {
    let tasks = &machine.status().tasks;
    tasks.iter().map(|task| task.phase.as_str()).collect()
}

/// Simulates with the endings of some tasks; gives the run's phase and each task's.
fn played(
    document: &Value,
    endings: &[(&str, SimulatedEnding)],
) -> (WorkflowPhase, Vec<&'static str>) {
    let outcomes = endings
        .iter()
        .map(|&(name, ending)| {
            let outcome = SimulatedOutcome {
                ending,
                ..SimulatedOutcome::default()
            };
            (name.to_owned(), outcome)
        })
        .collect();
    let simulated = simulate(&valid(document), BTreeMap::new(), &outcomes).unwrap();
    let tasks = simulated.run.tasks.iter();
    (
        simulated.run.phase,
        tasks.map(|task| task.phase.as_str()).collect(),
    )
}

#[test]
fn a_task_begins_when_all_it_depends_on_ended_well() {
    let mut machine = machine(&tasks(&[
        ("D", json!({"dependsOn": ["B", "C"]})),
        ("B", json!({"dependsOn": ["A"]})),
        ("C", json!({"dependsOn": ["A"]})),
        ("A", json!({})),
    ]));
    let first = machine.launches(at(1), 9);
    assert_eq!(names(&machine, &first), ["A"]);
    machine.end(unit(3), well(), at(2));
    let second = machine.launches(at(2), 9);
    assert_eq!(names(&machine, &second), ["B", "C"]);
    machine.end(unit(1), well(), at(3));
    assert!(machine.launches(at(3), 9).is_empty());
    assert_eq!(
        machine.waiting()["D"],
        [Waiting::Task {
            name: "C".to_owned(),
            phase: TaskPhase::Running
        }]
    );
    machine.end(unit(2), well(), at(4));
    let third = machine.launches(at(4), 9);
    assert_eq!(names(&machine, &third), ["D"]);
    machine.end(unit(0), well(), at(5));
    assert_eq!(machine.status().phase, WorkflowPhase::Succeeded);
    assert_eq!(machine.status().finished_at, Some(at(5)));
}

/// A document, the endings of some tasks, and what the run and each task come to.
type Row<'r> = (
    &'r Value,
    &'r [(&'r str, SimulatedEnding)],
    WorkflowPhase,
    &'r [&'r str],
);

#[test]
fn the_truth_table_of_runs() {
    use SimulatedEnding::{Error, Failed};
    use WorkflowPhase as P;
    let chain = tasks(&[
        ("A", json!({})),
        ("B", json!({"dependsOn": ["A"]})),
        ("C", json!({"dependsOn": ["B"]})),
    ]);
    let handled = tasks(&[("A", json!({})), ("B", json!({"depends": "A.Failed"}))]);
    let branches = tasks(&[
        ("A", json!({})),
        ("B", json!({})),
        ("C", json!({"dependsOn": ["B"]})),
    ]);
    let skipped = tasks(&[
        ("A", json!({"when": "false"})),
        ("B", json!({"dependsOn": ["A"]})),
    ]);
    let either = tasks(&[
        ("A", json!({})),
        (
            "B",
            json!({"depends": "A.Succeeded || A.Failed", "when": "1 > 2"}),
        ),
    ]);
    #[rustfmt::skip]
    let table: &[Row] = &[
        (&chain, &[], P::Succeeded, &["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]),
        (&chain, &[("A", Failed)], P::Failed, &["FAILED", "OMITTED", "OMITTED"]),
        (&chain, &[("B", Error)], P::Error, &["SUCCEEDED", "ERROR", "OMITTED"]),
        (&chain, &[("C", Failed)], P::Failed, &["SUCCEEDED", "SUCCEEDED", "FAILED"]),
        // A failure that another task handles does not fail the run.
        (&handled, &[("A", Failed)], P::Succeeded, &["FAILED", "SUCCEEDED"]),
        (&handled, &[], P::Succeeded, &["SUCCEEDED", "OMITTED"]),
        (&handled, &[("A", Error)], P::Error, &["ERROR", "OMITTED"]),
        // A failure does not keep another branch from its end.
        (&branches, &[("A", Failed)], P::Failed, &["FAILED", "SUCCEEDED", "SUCCEEDED"]),
        (&skipped, &[], P::Succeeded, &["SKIPPED", "SUCCEEDED"]),
        // A skipped leaf takes what its branch came to.
        (&either, &[("A", Failed)], P::Failed, &["FAILED", "SKIPPED"]),
        (&either, &[], P::Succeeded, &["SUCCEEDED", "SKIPPED"]),
    ];
    for (document, endings, phase, expected) in table {
        let (run, tasks) = played(document, endings);
        assert_eq!(
            (run, tasks.as_slice()),
            (*phase, *expected),
            "{document} with {endings:?}"
        );
    }
}

#[test]
fn outputs_of_one_task_are_inputs_of_the_next() {
    let mut machine = machine(&tasks(&[
        ("A", json!({})),
        (
            "B",
            json!({
                "dependsOn": ["A"],
                "parameters": [{"name": "message", "value": "{{tasks.A.outputs.parameters.p}}, {{ tasks.A.outputs.result }} {{tasks.A.exitCode}} {{workflow.name}}"}],
                "artifacts": [{"name": "in", "from": "{{tasks.A.outputs.artifacts.a}}"}],
            }),
        ),
    ]));
    machine.launches(at(1), 9);
    let location = ArtifactLocation {
        name: "a".to_owned(),
        location: "somewhere".to_owned(),
    };
    let outputs = Outputs {
        parameters: vec![Argument::new("p", "{{workflow.uid}}")],
        result: Some("said".to_owned()),
        artifacts: vec![location.clone()],
    };
    let ended = Ended::Succeeded {
        outputs,
        exit_code: Some(0),
    };
    machine.end(unit(0), ended, at(2));
    let launches = machine.launches(at(2), 9);
    // What was put in is not looked at again.
    let message = "{{workflow.uid}}, said 0 story-1".to_owned();
    assert_eq!(launches[0].arguments, [("message".to_owned(), message)]);
    assert_eq!(launches[0].artifacts, [("in".to_owned(), location)]);
}

#[test]
fn a_missing_output_is_an_error_of_the_task_that_needs_it() {
    let document = tasks(&[
        ("A", json!({})),
        (
            "B",
            json!({"dependsOn": ["A"], "parameters": [{"name": "message", "value": "{{tasks.A.outputs.result}}"}]}),
        ),
    ]);
    let (run, tasks) = played(&document, &[]);
    assert_eq!(
        (run, tasks),
        (WorkflowPhase::Error, vec!["SUCCEEDED", "ERROR"])
    );
}

#[test]
fn items_run_singly_and_are_gathered() {
    let mut machine = machine(&tasks(&[
        (
            "A",
            json!({"withItems": ["x", 2, "skip"], "when": "{{item}} != 'skip'", "parameters": [{"name": "message", "value": "<{{item}}>"}]}),
        ),
        (
            "B",
            json!({"dependsOn": ["A"], "parameters": [{"name": "message", "value": "{{tasks.A.outputs.result}}"}]}),
        ),
    ]));
    let launches = machine.launches(at(1), 9);
    assert_eq!(names(&machine, &launches), ["A[0]", "A[1]"]);
    assert_eq!(launches[1].arguments[0].1, "<2>");
    for launch in &launches {
        let outputs = Outputs {
            result: Some(launch.arguments[0].1.clone()),
            ..Outputs::default()
        };
        let ended = Ended::Succeeded {
            outputs,
            exit_code: Some(0),
        };
        machine.end(launch.unit, ended, at(2));
    }
    assert_eq!(machine.status().tasks[0].phase, TaskPhase::Succeeded);
    assert_eq!(machine.status().tasks[0].items[2].phase, TaskPhase::Skipped);
    let launches = machine.launches(at(3), 9);
    assert_eq!(launches[0].arguments[0].1, r#"["<x>","<2>"]"#);
}

#[test]
fn one_bad_item_fails_its_task_and_no_items_skip_it() {
    let document = tasks(&[
        ("A", json!({"withItems": []})),
        ("B", json!({"depends": "A.Skipped", "withItems": [1, 2]})),
        ("C", json!({"depends": "B.AllFailed"})),
        ("D", json!({"depends": "B.AnySucceeded"})),
    ]);
    let (run, tasks) = played(&document, &[("B", SimulatedEnding::Failed)]);
    assert_eq!(tasks, ["SKIPPED", "FAILED", "SUCCEEDED", "OMITTED"]);
    // D's branch failed and nothing handled that.
    assert_eq!(run, WorkflowPhase::Failed);
}

#[test]
fn retries_wait_longer_each_time_until_they_are_used_up() {
    let retry = json!({"retry": {"limit": 2, "backoffSeconds": 10, "factor": 3}});
    let mut machine = machine(&tasks(&[("A", retry)]));
    machine.launches(at(0), 9);
    machine.end(unit(0), badly(), at(1));
    assert_eq!(machine.status().tasks[0].phase, TaskPhase::Pending);
    assert_eq!(machine.wake_at(), Some(at(11)));
    assert_eq!(machine.waiting()["A"], [Waiting::Backoff(at(11))]);
    assert!(machine.launches(at(10), 9).is_empty());
    assert_eq!(machine.launches(at(11), 9)[0].attempt, 2);
    machine.end(unit(0), badly(), at(12));
    assert_eq!(machine.wake_at(), Some(at(42)));
    machine.launches(at(42), 9);
    machine.end(unit(0), badly(), at(43));
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
    assert_eq!(machine.status().tasks[0].attempts.len(), 3);
}

#[test]
fn a_retry_ends_with_its_total_time() {
    let retry = json!({"retry": {"limit": 9, "backoffSeconds": 10, "maxSeconds": 15}});
    let mut machine = machine(&tasks(&[("A", retry)]));
    machine.launches(at(0), 9);
    machine.end(unit(0), badly(), at(1));
    machine.launches(at(11), 9);
    machine.end(unit(0), badly(), at(12));
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
}

#[test]
fn the_policy_says_which_endings_are_tried_again() {
    let error = || Ended::Error {
        reason: TaskReason::NotStarted,
        message: "no such program".to_owned(),
        exit_code: None,
    };
    for (policy, failed, errored) in [
        ("OnFailure", true, false),
        ("OnError", false, true),
        ("OnTransientError", false, true),
        ("Always", true, true),
    ] {
        for (ended, again) in [(badly(), failed), (error(), errored)] {
            let retry = json!({"retry": {"limit": 1, "policy": policy}});
            let mut machine = machine(&tasks(&[("A", retry)]));
            machine.launches(at(0), 9);
            machine.end(unit(0), ended, at(1));
            assert_eq!(!machine.is_finished(), again, "{policy}");
        }
    }
}

#[test]
fn a_loss_does_not_count_and_the_third_is_an_error() {
    let mut machine = machine(&tasks(&[("A", json!({}))]));
    for attempt in 1..=3 {
        assert_eq!(machine.launches(at(0), 9)[0].attempt, attempt);
        machine.lose(unit(0), at(1));
    }
    assert_eq!(machine.status().phase, WorkflowPhase::Error);
    assert_eq!(machine.status().tasks[0].reason, Some(TaskReason::Lost));
}

#[test]
fn no_more_run_than_parallelism_and_slots_allow() {
    let mut document = tasks(&[("A", json!({"withItems": [1, 2, 3]})), ("B", json!({}))]);
    document["parallelism"] = json!(2);
    let mut machine = machine(&document);
    assert_eq!(machine.launches(at(0), 1).len(), 1);
    let second = machine.launches(at(0), 9);
    assert_eq!(names(&machine, &second), ["A[1]"]);
    assert_eq!(
        machine.waiting()["B"],
        [Waiting::Parallelism {
            running: 2,
            limit: 2
        }]
    );
    machine.end(second[0].unit, well(), at(1));
    assert_eq!(machine.launches(at(1), 9).len(), 1);
}

#[test]
fn a_waiting_task_takes_no_slot_and_its_answer_ends_it() {
    let mut document = tasks(&[("A", json!({})), ("B", json!({}))]);
    document["parallelism"] = json!(1);
    let mut machine = machine(&document);
    machine.launches(at(0), 1);
    machine.wait_for_answer(unit(0), at(1));
    assert_eq!(machine.status().tasks[0].phase, TaskPhase::Waiting);
    assert_eq!(machine.waiting()["A"], [Waiting::Answer]);
    let launches = machine.launches(at(1), 9);
    assert_eq!(names(&machine, &launches), ["B"]);
    machine.end(unit(0), well(), at(2));
    machine.end(unit(1), well(), at(3));
    assert_eq!(machine.status().phase, WorkflowPhase::Succeeded);
}

#[test]
fn a_suspended_run_begins_nothing_until_it_is_resumed() {
    let mut machine = machine(&tasks(&[
        ("A", json!({})),
        ("B", json!({"dependsOn": ["A"]})),
    ]));
    machine.launches(at(0), 9);
    machine.suspend();
    machine.end(unit(0), well(), at(1));
    assert!(machine.launches(at(1), 9).is_empty());
    assert_eq!(machine.status().phase, WorkflowPhase::Suspended);
    assert_eq!(machine.waiting()["B"], [Waiting::Resume]);
    machine.resume(at(2));
    assert_eq!(machine.launches(at(2), 9).len(), 1);
}

#[test]
fn a_stop_omits_what_had_not_begun_and_a_late_success_changes_nothing() {
    let mut machine = machine(&tasks(&[
        ("A", json!({})),
        ("B", json!({})),
        ("C", json!({"dependsOn": ["A"]})),
    ]));
    machine.launches(at(0), 9);
    machine.stop(stop(StopMode::Graceful));
    assert_eq!(machine.status().phase, WorkflowPhase::Running);
    assert!(machine.status().tasks[0].stopping);
    assert_eq!(machine.kills(), [unit(0), unit(1)]);
    assert!(machine.kills().is_empty(), "each is told once");
    machine.end(unit(0), well(), at(10));
    machine.end(unit(1), Ended::Stopped, at(11));
    assert_eq!(phases(&machine), ["SUCCEEDED", "STOPPED", "OMITTED"]);
    assert_eq!(machine.status().phase, WorkflowPhase::Stopped);
    assert_eq!(machine.status().message.as_deref(), Some("stopped: enough"));
}

#[test]
fn the_exit_handler_runs_unless_the_stop_is_now() {
    for (mode, runs) in [(StopMode::Graceful, true), (StopMode::Now, false)] {
        let mut document = tasks(&[("A", json!({}))]);
        document["onExit"] = json!({"action": "say", "parameters": [{"name": "message", "value": "{{workflow.status}}"}]});
        let mut machine = machine(&document);
        machine.launches(at(0), 9);
        machine.stop(stop(mode));
        machine.end(unit(0), Ended::Stopped, at(10));
        let launches = machine.launches(at(10), 9);
        assert_eq!(!launches.is_empty(), runs);
        let handler = machine.status().exit_handler.clone().unwrap();
        if runs {
            assert_eq!(launches[0].arguments[0].1, "Failed");
            machine.end(launches[0].unit, well(), at(11));
        } else {
            assert_eq!(handler.phase, TaskPhase::Omitted);
        }
        assert_eq!(machine.status().phase, WorkflowPhase::Stopped);
    }
}

#[test]
fn a_failing_exit_handler_fails_a_run_that_ended_well() {
    let mut document = tasks(&[("A", json!({}))]);
    document["onExit"] = json!({"action": "say"});
    assert_eq!(played(&document, &[]).0, WorkflowPhase::Succeeded);
    let failed = [("onExit", SimulatedEnding::Failed)];
    assert_eq!(played(&document, &failed).0, WorkflowPhase::Failed);
}

#[test]
fn a_run_that_takes_too_long_is_failed() {
    let mut document = tasks(&[("A", json!({})), ("B", json!({"dependsOn": ["A"]}))]);
    document["timeoutSeconds"] = json!(60);
    let mut machine = machine(&document);
    machine.launches(at(0), 9);
    assert_eq!(machine.wake_at(), Some(at(60)));
    machine.tick(at(60));
    assert_eq!(machine.kills(), [unit(0)]);
    machine.end(unit(0), Ended::Stopped, at(61));
    assert_eq!(phases(&machine), ["FAILED", "OMITTED"]);
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
    let message = machine.status().message.as_deref();
    assert_eq!(message, Some("the run took longer than 60 s"));
}

#[test]
fn one_task_can_be_stopped_before_and_while_it_runs() {
    let mut machine = machine(&tasks(&[
        ("A", json!({})),
        ("B", json!({"depends": "A"})),
        ("C", json!({"depends": "B.Failed"})),
    ]));
    machine.launches(at(0), 9);
    assert!(machine.stop_task(TaskRef::Task(1), at(1)));
    machine.end(unit(0), well(), at(2));
    assert_eq!(phases(&machine), ["SUCCEEDED", "STOPPED", "PENDING"]);
    let launches = machine.launches(at(2), 9);
    assert_eq!(names(&machine, &launches), ["C"]);
    assert!(machine.stop_task(TaskRef::Task(2), at(3)));
    assert_eq!(machine.kills(), [unit(2)]);
    machine.end(unit(2), Ended::Stopped, at(4));
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
    assert!(!machine.stop_task(TaskRef::Task(2), at(5)), "it has ended");
}

#[test]
fn a_run_recovered_at_any_moment_comes_to_the_same_end() {
    let mut document = tasks(&[
        ("A", json!({"retry": {"limit": 1, "backoffSeconds": 5}})),
        ("B", json!({"withItems": [1, 2, 3], "dependsOn": ["A"]})),
        (
            "C",
            json!({"dependsOn": ["B"], "when": "'{{tasks.A.status}}' == 'Succeeded'"}),
        ),
    ]);
    document["onExit"] = json!({"action": "say"});
    document["parallelism"] = json!(2);
    let mut machine = machine(&document);
    let mut now = at(0);
    let mut steps = 0;
    while !machine.is_finished() {
        // The status passes through its stored form between any two steps.
        let stored = serde_json::to_string(machine.status()).unwrap();
        let run = serde_json::from_str(&stored).unwrap();
        machine = Machine::new(Arc::clone(machine.workflow()), facts(), run);
        let live = machine.live();
        if let Some(&(unit, attempt)) = live.first() {
            let first_of_a = unit.task == TaskRef::Task(0) && attempt == 1;
            machine.end(unit, if first_of_a { badly() } else { well() }, now);
        } else if machine.launches(now, 1).is_empty() {
            now = machine
                .wake_at()
                .unwrap_or(now.plus(Duration::from_secs(1)));
        }
        steps += 1;
        assert!(steps < 100, "{:#?}", machine.status());
    }
    assert_eq!(machine.status().phase, WorkflowPhase::Succeeded);
    assert_eq!(machine.status().tasks[0].attempts.len(), 2);
}

#[test]
fn a_simulation_tells_the_order() {
    let document = tasks(&[("B", json!({"dependsOn": ["A"]})), ("A", json!({}))]);
    let simulated = simulate(&valid(&document), BTreeMap::new(), &BTreeMap::new()).unwrap();
    assert_eq!(simulated.order, ["A", "B"]);
}

#[test]
fn a_chain_of_errors_does_not_recurse() {
    // Each task is in error before it begins, and the next one waits for just that.
    let mut chain = vec![(
        "X".to_owned(),
        json!({"parameters": [{"name": "message", "value": "abc"}]}),
    )];
    for index in 0..10_000 {
        let before = chain.last().unwrap().0.clone();
        let depends = match index {
            0 => "X".to_owned(),
            _ => format!("X.Succeeded && {before}.Errored"),
        };
        let when = "{{tasks.X.outputs.result}} > 5";
        chain.push((
            format!("t{index}"),
            json!({"depends": depends, "when": when}),
        ));
    }
    let named: Vec<(&str, Value)> = chain
        .iter()
        .map(|(name, more)| (name.as_str(), more.clone()))
        .collect();
    let workflow = valid(&tasks(&named));
    let said = SimulatedOutcome {
        outputs: Outputs {
            result: Some("abc".to_owned()),
            ..Outputs::default()
        },
        ..SimulatedOutcome::default()
    };
    let outcomes = BTreeMap::from([("X".to_owned(), said)]);
    let small_stack = std::thread::Builder::new().stack_size(256 << 10);
    let played = small_stack
        .spawn(move || simulate(&workflow, BTreeMap::new(), &outcomes).unwrap())
        .unwrap();
    assert_eq!(played.join().unwrap().run.counts().error, 10_000);
}

#[test]
fn no_value_grows_beyond_its_limit() {
    let mut document = tasks(&[(
        "A",
        json!({"parameters": [{"name": "message", "value": "{{workflow.parameters.p}}".repeat(20)}]}),
    )]);
    document["parameters"] = json!([{"name": "p", "default": "x".repeat(20_000)}]);
    let parameters = BTreeMap::from([("p".to_owned(), "x".repeat(20_000))]);
    let simulated = simulate(&valid(&document), parameters, &BTreeMap::new()).unwrap();
    let task = &simulated.run.tasks[0];
    assert_eq!(task.phase, TaskPhase::Error);
    assert!(
        task.message
            .as_deref()
            .unwrap()
            .contains("larger than 262144 bytes")
    );
}

#[test]
fn a_simulation_ends_however_many_retries_there_are() {
    let items: Vec<u32> = (0..1000).collect();
    let document = tasks(&[("A", json!({"withItems": items, "retry": {"limit": 1000}}))]);
    let failed = SimulatedOutcome {
        ending: SimulatedEnding::Failed,
        ..SimulatedOutcome::default()
    };
    let outcomes = BTreeMap::from([("A".to_owned(), failed)]);
    let faults = simulate(&valid(&document), BTreeMap::new(), &outcomes).unwrap_err();
    assert_eq!(faults.as_slice()[0].code, crate::FaultCode::TooLarge);
}
