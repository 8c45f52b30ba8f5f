//! The live line: what a workflow and each of its tasks are doing now.

use std::io::{IsTerminal, Write, stdout};
use std::time::Instant;

use serde_json::Value;

use super::{list, word};

/// Shows each state once: on a terminal in one line that changes, else in a line each.
#[derive(Debug)]
pub(super) struct Progress {
    began: Instant,
    live: bool,
    shown: String,
}

impl Progress {
    /// Shows times since `began`.
    pub(super) fn new(began: Instant) -> Self {
        Self {
            began,
            live: stdout().is_terminal(),
            shown: String::new(),
        }
    }

    /// Shows the workflow as it is now, when that differs from what was shown last.
    pub(super) fn show(&mut self, workflow: &Value) {
        let state = state(workflow);
        if state == self.shown {
            return;
        }
        let seconds = self.began.elapsed().as_secs_f64();
        if self.live {
            print!("\r\x1b[2K{seconds:6.2} s  {state}");
            // A terminal that cannot be written to is no reason to fail.
            drop(stdout().flush());
        } else {
            println!("{seconds:6.2} s  {state}");
        }
        self.shown = state;
    }

    /// Leaves the live line.
    pub(super) fn end(&self) {
        if self.live {
            println!();
        }
    }
}

fn state(workflow: &Value) -> String {
    let own = format!("{:<9}", word(workflow, "phase"));
    let tasks = list(workflow, "tasks")
        .iter()
        .map(|task| format!("  {} {:<9}", word(task, "name"), word(task, "phase")));
    let state: String = std::iter::once(own).chain(tasks).collect();
    state.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_state_is_the_phase_of_the_workflow_and_of_each_task() {
        let task = |name, phase| json!({"name": name, "phase": phase});
        let tasks = [task("A", "SUCCEEDED"), task("B", "RUNNING")];
        let workflow = json!({"phase": "RUNNING", "tasks": tasks});
        assert_eq!(super::state(&workflow), "RUNNING    A SUCCEEDED  B RUNNING");
    }
}
