//! Stories of tasks that wait, of tasks that tell how far they are, and of suspended runs.

use super::*;

/// A machine with a task that runs, and one that waits for an answer.
fn under_way(retry: Option<u32>) -> Machine {
    let retry = retry.map(|limit| json!({"limit": limit}));
    let mut machine = machine(&tasks(&[
        ("R", json!({})),
        ("W", json!({"retry": retry})),
        ("B", json!({"dependsOn": ["W"]})),
    ]));
    machine.begin(at(0));
    machine.launches(at(0), 2);
    machine.wait_for_answer(unit(1), at(0));
    machine
}

fn unit(task: usize) -> Unit {
    Unit {
        task: TaskRef::Task(task),
        item: None,
    }
}

#[test]
fn an_approved_task_has_succeeded_with_what_was_said() {
    let mut machine = under_way(None);
    let outputs = Outputs {
        parameters: vec![Argument::new("p", "1")],
        ..Outputs::default()
    };
    let said = Some("go on".to_owned());
    assert!(machine.answer(unit(1), true, said.clone(), outputs.clone(), at(2)));
    let task = &machine.status().tasks[1];
    assert_eq!(task.phase, TaskPhase::Succeeded);
    assert_eq!((&task.message, &task.outputs), (&said, &outputs));
    assert_eq!(task.finished_at, Some(at(2)));
    assert_eq!(machine.launches(at(2), 9).len(), 1, "what waited for it");
    assert!(!machine.answer(unit(1), false, None, outputs, at(3)));
    assert_eq!(machine.status().tasks[1].phase, TaskPhase::Succeeded);
}

#[test]
fn a_rejected_task_has_failed_or_is_asked_again() {
    let mut machine = under_way(Some(1));
    let none = Outputs::default;
    assert!(machine.answer(unit(1), false, None, none(), at(1)));
    assert_eq!(machine.status().tasks[1].phase, TaskPhase::Pending);
    assert_eq!(machine.launches(at(1), 9)[0].unit, unit(1));
    machine.wait_for_answer(unit(1), at(1));
    let said = Some("no".to_owned());
    assert!(machine.answer(unit(1), false, said.clone(), none(), at(2)));
    let task = &machine.status().tasks[1];
    assert_eq!(
        (task.phase, task.reason, &task.message),
        (TaskPhase::Failed, Some(TaskReason::Rejected), &said)
    );
    assert_eq!(machine.status().tasks[2].phase, TaskPhase::Omitted);
}

#[test]
fn a_task_that_does_not_wait_is_not_answered() {
    let mut machine = under_way(None);
    let before = machine.status().clone();
    for task in [0, 2] {
        assert!(!machine.answer(unit(task), true, None, Outputs::default(), at(1)));
    }
    assert_eq!(*machine.status(), before);
}

#[test]
fn progress_is_told_while_the_attempt_runs() {
    let mut machine = under_way(None);
    machine.take_changed();
    let half = "half".to_owned();
    assert!(machine.note_progress(unit(0), 1, half.clone()));
    assert_eq!(machine.status().tasks[0].message, Some(half.clone()));
    assert_eq!(machine.take_changed(), [TaskRef::Task(0)]);
    assert!(
        !machine.note_progress(unit(0), 2, half.clone()),
        "no such attempt"
    );
    assert!(!machine.note_progress(unit(1), 1, half.clone()), "it waits");
    let ended = Ended::Succeeded {
        outputs: Outputs::default(),
        exit_code: Some(0),
    };
    machine.end(unit(0), ended, at(1));
    assert_eq!(machine.status().tasks[0].message, None);
    assert!(!machine.note_progress(unit(0), 1, half), "it has ended");
}

#[test]
fn a_run_that_is_being_ended_cannot_be_suspended() {
    let mut machine = under_way(None);
    machine.stop(StopWish {
        mode: StopMode::Graceful,
        reason: None,
        actor: None,
        at: at(1),
    });
    machine.suspend();
    assert_eq!(machine.status().phase, WorkflowPhase::Running);
}

#[test]
fn a_suspended_run_ends_when_its_time_is_over() {
    let mut document = tasks(&[("A", json!({})), ("B", json!({"dependsOn": ["A"]}))]);
    document["timeoutSeconds"] = json!(5);
    let mut machine = machine(&document);
    machine.begin(at(0));
    machine.launches(at(0), 1);
    machine.suspend();
    assert_eq!(machine.wake_at(), Some(at(5)));
    machine.tick(at(5));
    assert_eq!(machine.kills(), [unit(0)]);
    machine.end(unit(0), Ended::Stopped, at(6));
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
}
