//! The exit handler, stopped by itself.

use super::*;
use crate::EXIT_HANDLER;

fn with_exit_handler() -> Value {
    let mut document = tasks(&[("A", json!({}))]);
    document["onExit"] = json!({"action": "say"});
    document
}

fn handler(machine: &Machine) -> (TaskPhase, Option<TaskReason>) {
    let handler = machine.status().task(EXIT_HANDLER).unwrap();
    (handler.phase, handler.reason)
}

const STOPPED: (TaskPhase, Option<TaskReason>) =
    (TaskPhase::Stopped, Some(TaskReason::StopRequested));

#[test]
fn it_is_stopped_while_it_runs() {
    let mut machine = machine(&with_exit_handler());
    machine.launches(at(0), 9);
    machine.end(unit(0), well(), at(1));
    let launches = machine.launches(at(1), 9);
    assert_eq!(names(&machine, &launches), ["onExit"]);
    assert!(machine.stop_task(TaskRef::ExitHandler, at(2)));
    assert!(machine.status().task(EXIT_HANDLER).unwrap().stopping);
    assert_eq!(machine.kills(), [launches[0].unit]);
    machine.end(launches[0].unit, Ended::Stopped, at(3));
    assert_eq!(handler(&machine), STOPPED);
    assert_eq!(machine.status().phase, WorkflowPhase::Failed);
    assert!(
        !machine.stop_task(TaskRef::ExitHandler, at(4)),
        "it has ended"
    );
}

#[test]
fn it_is_stopped_before_its_turn_comes() {
    let mut machine = machine(&with_exit_handler());
    machine.launches(at(0), 9);
    assert!(machine.stop_task(TaskRef::ExitHandler, at(1)));
    assert_eq!(handler(&machine), (TaskPhase::Pending, None));
    assert!(machine.kills().is_empty(), "the task goes on");
    machine.end(unit(0), well(), at(2));
    assert_eq!(handler(&machine), STOPPED);
    assert!(machine.is_finished());
}

#[test]
fn it_is_stopped_when_it_is_ready_and_when_it_waits_for_an_answer() {
    let mut ready = machine(&with_exit_handler());
    ready.launches(at(0), 9);
    ready.end(unit(0), well(), at(1));
    assert!(ready.stop_task(TaskRef::ExitHandler, at(2)));
    assert_eq!(handler(&ready), STOPPED);
    assert!(ready.is_finished());

    let mut waiting = machine(&with_exit_handler());
    waiting.launches(at(0), 9);
    waiting.end(unit(0), well(), at(1));
    let launches = waiting.launches(at(1), 9);
    waiting.wait_for_answer(launches[0].unit, at(1));
    assert!(waiting.stop_task(TaskRef::ExitHandler, at(2)));
    assert_eq!(handler(&waiting), STOPPED);
    assert!(waiting.is_finished());
}

#[test]
fn the_deadline_of_the_run_is_not_its_reason() {
    let mut document = with_exit_handler();
    document["timeoutSeconds"] = json!(10);
    let mut machine = machine(&document);
    machine.launches(at(0), 9);
    machine.tick(at(10));
    machine.end(unit(0), Ended::Stopped, at(11));
    let launches = machine.launches(at(11), 9);
    machine.stop_task(TaskRef::ExitHandler, at(12));
    machine.end(launches[0].unit, Ended::Stopped, at(13));
    assert_eq!(handler(&machine), STOPPED);
}

#[test]
fn there_may_be_none() {
    let mut machine = machine(&tasks(&[("A", json!({}))]));
    assert!(!machine.stop_task(TaskRef::ExitHandler, at(1)));
    assert!(!machine.stop_task(TaskRef::Task(7), at(1)));
}

fn stop(mode: StopMode, actor: &str) -> StopWish {
    StopWish {
        mode,
        reason: None,
        actor: Some(actor.to_owned()),
        at: at(1),
    }
}

#[test]
fn whether_it_runs_is_decided_when_the_tasks_have_ended() {
    for (last, runs) in [(StopMode::Graceful, true), (StopMode::Now, false)] {
        let mut machine = machine(&with_exit_handler());
        machine.launches(at(0), 9);
        machine.stop(stop(StopMode::Now, "ann"));
        assert_eq!(handler(&machine), (TaskPhase::Pending, None));
        machine.replace_stop(stop(last, "bob"));
        let told = machine.status().stop.clone().unwrap();
        assert_eq!((told.mode, told.actor.as_deref()), (last, Some("bob")));
        machine.end(unit(0), Ended::Stopped, at(2));
        let launches = machine.launches(at(2), 9);
        assert_eq!(names(&machine, &launches) == ["onExit"], runs, "{last:?}");
        assert_eq!(machine.is_finished(), !runs);
        if !runs {
            assert_eq!(handler(&machine).0, TaskPhase::Omitted);
        }
    }
}
