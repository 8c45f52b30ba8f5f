//! Clauses about workflows made by chance: what a restart comes to is what its plan says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use wf_model::{
    Ended, Machine, Outputs, RestartMode, RunFacts, RunStatus, TaskPhase, TaskReason, TaskRef,
    Timestamp, ValidWorkflow, plan_restart,
};

use super::Subject;
use super::bench::Bench;
use super::restarting::{ended_run, of, restart, tasks};

/// Numbers that only look random, so that a failure can be looked into.
struct Chance(u64);

impl Chance {
    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        // Knuth's generator; its high bits are the better ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    /// A workflow of a few tasks, some of which fail, joined by conditions of all kinds.
    fn document(&mut self) -> Value {
        let count = 2 + self.below(5);
        let tasks: Vec<Value> = (0..count).map(|index| self.task(index)).collect();
        json!({"name": "chance", "tasks": tasks})
    }

    fn task(&mut self, index: usize) -> Value {
        let action = if self.below(3) == 0 { "fail" } else { "true" };
        let mut task = json!({"name": format!("T{index}"), "action": action});
        let mut terms = Vec::new();
        for before in 0..index {
            if self.below(2) == 0 {
                let result = ["", ".Succeeded", ".Failed", ".Omitted"][self.below(4)];
                terms.push(format!("T{before}{result}"));
            }
        }
        if !terms.is_empty() {
            let joint = [" && ", " || "][self.below(2)];
            task["depends"] = json!(terms.join(joint));
        }
        task
    }

    fn mode(&mut self, count: usize) -> RestartMode {
        match self.below(4) {
            0 => RestartMode::All,
            1 => RestartMode::FromFailed,
            downstream => {
                let name = format!("T{}", self.below(count));
                tasks(&[&name], downstream == 2)
            }
        }
    }
}

/// Plays a run to its end.
fn play(workflow: &Arc<ValidWorkflow>, run: RunStatus) -> RunStatus {
    let facts = RunFacts {
        name: String::new(),
        namespace: String::new(),
        uid: String::new(),
        created_at: Timestamp::from_millis(0),
        parameters: BTreeMap::new(),
    };
    let now = Timestamp::from_millis(0);
    let mut machine = Machine::new(Arc::clone(workflow), facts, run);
    machine.begin(now);
    while let Some(launch) = machine.launches(now, 1).pop() {
        let TaskRef::Task(task) = launch.unit.task else {
            continue;
        };
        let outputs = Outputs::default();
        let ended = if workflow.document().tasks[task].action == "fail" {
            Ended::Failed {
                reason: TaskReason::ExitCode,
                message: String::new(),
                exit_code: Some(1),
                outputs,
            }
        } else {
            Ended::Succeeded {
                outputs,
                exit_code: Some(0),
            }
        };
        machine.end(launch.unit, ended, now);
    }
    machine.status().clone()
}

/// What a run came to, without what differs each time.
fn outcome(run: &RunStatus) -> Vec<(TaskPhase, Option<u32>)> {
    let tasks = run.tasks.iter();
    tasks
        .map(|task| (task.phase, task.inherited_from))
        .collect()
}

/// Whatever the workflow, a restart ends as its plan does when it is played.
pub async fn a_restart_ends_as_its_plan_says<S: Subject>(bench: &mut Bench<S>) {
    let mut chance = Chance(20_251_121);
    for round in 0..12 {
        let document = chance.document();
        let submission = bench.submission(document.clone());
        let workflow = Arc::clone(&submission.workflow);
        let id = bench.create(submission).await.summary.id;
        let mut last = bench.finished(id).await;
        for run in 2..=3 {
            let mode = chance.mode(last.run.tasks.len());
            if mode == RestartMode::FromFailed
                && last.summary.phase == wf_model::WorkflowPhase::Succeeded
            {
                continue;
            }
            let plan = plan_restart(&workflow, &last.run, &mode, false, &BTreeSet::new());
            let plan = plan.expect("nothing refers to an output");
            let expected = play(&workflow, plan);
            let number = last.summary.run + 1;
            restart(bench, id, of(mode.clone())).await;
            last = ended_run(bench, id, number).await;
            let what = format!("round {round}, run {run}, {mode:?} of {document}");
            assert_eq!(outcome(&last.run), outcome(&expected), "{what}");
            assert_eq!(last.summary.phase, expected.phase, "{what}");
        }
    }
}
