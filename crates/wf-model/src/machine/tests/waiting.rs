//! What tasks wait for, all at once.

use super::*;
use crate::EXIT_HANDLER;

#[test]
fn the_exit_handler_waits_for_the_tasks_then_for_its_turn() {
    let mut document = tasks(&[("A", json!({})), ("B", json!({}))]);
    document["onExit"] = json!({"action": "say"});
    let mut machine = machine(&document);
    machine.launches(at(0), 9);
    assert_eq!(machine.waiting()[EXIT_HANDLER], [Waiting::Tasks(2)]);
    machine.end(unit(0), well(), at(1));
    machine.end(unit(1), well(), at(1));
    assert_eq!(machine.waiting()[EXIT_HANDLER], [Waiting::Slot]);
    machine.launches(at(1), 9);
    assert!(machine.waiting().is_empty(), "it runs");
}

#[test]
fn of_many_dependencies_the_first_are_named_and_the_rest_counted() {
    let names: Vec<String> = (0..30).map(|index| format!("t{index}")).collect();
    let mut all: Vec<(&str, Value)> = names.iter().map(|it| (it.as_str(), json!({}))).collect();
    all.push(("last", json!({"dependsOn": names})));
    let mut machine = machine(&tasks(&all));
    machine.launches(at(0), 1);
    let waiting = machine.waiting();
    assert_eq!(waiting["last"].len(), 21);
    assert_eq!(waiting["last"][20], Waiting::Tasks(10));
    assert_eq!(waiting["t1"], [Waiting::Slot]);
    assert!(!waiting.contains_key("t0"), "it runs");
    let told: Vec<String> = waiting["last"].iter().map(ToString::to_string).collect();
    assert_eq!(told[0], "t0 is RUNNING");
    assert_eq!(told[20], "10 tasks that have not ended");
}

#[test]
fn all_wait_for_the_start_of_a_held_run_and_for_a_mutex() {
    let mut document = tasks(&[("A", json!({})), ("B", json!({"dependsOn": ["A"]}))]);
    document["mutex"] = json!("m");
    let workflow = valid(&document);
    for (phase, expected) in [
        (WorkflowPhase::Held, Waiting::Start),
        (WorkflowPhase::Pending, Waiting::Mutex("m".to_owned())),
    ] {
        let run = RunStatus::fresh(workflow.document(), 1, phase);
        let machine = Machine::new(Arc::clone(&workflow), facts(), run);
        let waiting = machine.waiting();
        for task in ["A", "B"] {
            assert_eq!(waiting[task], std::slice::from_ref(&expected));
        }
    }
}
