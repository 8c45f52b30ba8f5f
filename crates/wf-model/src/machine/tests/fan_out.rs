//! Fan-outs of a run that is ended before all their items had their turn.

use super::*;

fn of_three_items() -> Value {
    let mut document = tasks(&[
        ("A", json!({"withItems": ["x", "y", "z"]})),
        ("B", json!({"dependsOn": ["A"]})),
    ]);
    document["parallelism"] = json!(1);
    document["timeoutSeconds"] = json!(60);
    document
}

fn stop(machine: &mut Machine, second: i64) {
    machine.stop(StopWish {
        mode: StopMode::Graceful,
        reason: None,
        actor: None,
        at: at(second),
    });
}

fn items(machine: &Machine) -> Vec<&str> {
    let items = &machine.status().tasks[0].items;
    items.iter().map(|item| item.phase.as_str()).collect()
}

#[test]
fn one_of_which_nothing_had_begun_is_omitted() {
    let mut machine = machine(&of_three_items());
    machine.suspend();
    stop(&mut machine, 1);
    assert_eq!(items(&machine), ["OMITTED", "OMITTED", "OMITTED"]);
    assert_eq!(phases(&machine), ["OMITTED", "OMITTED"]);
    assert_eq!(
        machine.status().tasks[0].reason,
        Some(TaskReason::StopRequested)
    );
}

#[test]
fn one_that_had_begun_is_stopped_though_what_ran_had_succeeded() {
    let mut machine = machine(&of_three_items());
    let first = machine.launches(at(0), 1)[0].unit;
    machine.suspend();
    machine.end(first, well(), at(1));
    stop(&mut machine, 2);
    assert_eq!(items(&machine), ["SUCCEEDED", "OMITTED", "OMITTED"]);
    assert_eq!(phases(&machine), ["STOPPED", "OMITTED"]);
    let message = machine.status().tasks[0].message.as_deref();
    assert_eq!(message, Some("2 of 3 items had not begun"));
}

#[test]
fn the_deadline_fails_one_that_had_begun() {
    let mut machine = machine(&of_three_items());
    let first = machine.launches(at(0), 1)[0].unit;
    machine.suspend();
    machine.end(first, well(), at(1));
    machine.tick(at(60));
    assert_eq!(items(&machine), ["SUCCEEDED", "OMITTED", "OMITTED"]);
    assert_eq!(phases(&machine), ["FAILED", "OMITTED"]);
    assert_eq!(
        machine.status().tasks[0].reason,
        Some(TaskReason::WorkflowTimeout)
    );
}
