//! Laws of restart plans, over random workflows, endings and requests.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::playing::{Began, End, Played, play_with, valid};
use crate::restart::{RestartMode, plan_restart, remainder};
use crate::{RunStatus, TaskPhase, TaskStatus, ValidWorkflow, WorkflowPhase};

/// The most tasks of a random workflow.
const MOST_TASKS: usize = 9;

/// A part of a random `depends`, over the tasks before.
#[derive(Debug, Clone)]
enum Part {
    Outcome(Index, Index),
    Not(Box<Part>),
    All(Box<Part>, Box<Part>),
    Any(Box<Part>, Box<Part>),
}

/// A random task, which becomes one of a document when it is known what stands before it.
#[derive(Debug, Clone)]
struct Shape {
    depends: Option<Part>,
    list: Vec<Index>,
    items: Option<u8>,
    when: When,
    tells: Option<Index>,
}

#[derive(Debug, Clone, Copy)]
enum When {
    Always,
    Never,
    /// The task before ended well.
    Status(Index),
}

fn parts() -> impl Strategy<Value = Part> {
    let leaf = (any::<Index>(), any::<Index>()).prop_map(|(on, how)| Part::Outcome(on, how));
    leaf.prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| Part::Not(Box::new(part))),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Part::All(Box::new(left), Box::new(right))),
            (inner.clone(), inner)
                .prop_map(|(left, right)| Part::Any(Box::new(left), Box::new(right))),
        ]
    })
}

fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    let when = prop_oneof![
        6 => Just(When::Always),
        1 => Just(When::Never),
        2 => any::<Index>().prop_map(When::Status),
    ];
    let shape = (
        proptest::option::weighted(0.8, parts()),
        prop::collection::vec(any::<Index>(), 0..3),
        proptest::option::weighted(0.3, 0..3_u8),
        when,
        proptest::option::weighted(0.5, any::<Index>()),
    );
    let shape = shape.prop_map(|(depends, list, items, when, tells)| Shape {
        depends,
        list,
        items,
        when,
        tells,
    });
    prop::collection::vec(shape, 1..=MOST_TASKS)
}

/// The document of those shapes, with `depends` or with `dependsOn`.
fn document(shapes: &[Shape], by_list: bool) -> Value {
    let mut tasks: Vec<Value> = Vec::new();
    for (at, shape) in shapes.iter().enumerate() {
        let mut task = json!({"name": format!("t{at}"), "action": "say"});
        let mut before = BTreeSet::new();
        if at > 0 && by_list {
            before = shape.list.iter().map(|on| on.index(at)).collect();
            task["dependsOn"] = before.iter().map(|on| format!("t{on}")).collect();
        } else if let (true, Some(part)) = (at > 0, &shape.depends) {
            let text = written(part, shapes, at, &mut before);
            task["depends"] = json!(text);
        }
        if let Some(items) = shape.items {
            task["withItems"] = (0..items).map(Value::from).collect();
        }
        let before: Vec<usize> = before.into_iter().collect();
        match shape.when {
            When::Status(on) if !before.is_empty() => {
                let on = before[on.index(before.len())];
                task["when"] = json!(format!("'{{{{tasks.t{on}.status}}}}' == 'Succeeded'"));
            }
            When::Never => task["when"] = json!("false"),
            When::Always | When::Status(_) => {}
        }
        if let (Some(on), false) = (shape.tells, before.is_empty()) {
            let on = before[on.index(before.len())];
            let value = format!("t{on} is {{{{tasks.t{on}.status}}}}");
            task["parameters"] = json!([{"name": "message", "value": value}]);
        } else if at % 3 == 0 {
            let value = "for {{workflow.parameters.who}}";
            task["parameters"] = json!([{"name": "message", "value": value}]);
        }
        tasks.push(task);
    }
    json!({"name": "law", "parameters": [{"name": "who", "default": "you"}], "tasks": tasks})
}

fn written(part: &Part, shapes: &[Shape], at: usize, named: &mut BTreeSet<usize>) -> String {
    const PLAIN: [&str; 6] = [
        "",
        ".Succeeded",
        ".Failed",
        ".Errored",
        ".Skipped",
        ".Omitted",
    ];
    const OF_ITEMS: [&str; 2] = [".AnySucceeded", ".AllFailed"];
    match part {
        Part::Outcome(on, how) => {
            let on = on.index(at);
            named.insert(on);
            let more = if shapes[on].items.is_some() { 2 } else { 0 };
            let how = how.index(PLAIN.len() + more);
            let word = PLAIN
                .get(how)
                .unwrap_or_else(|| &OF_ITEMS[how - PLAIN.len()]);
            format!("t{on}{word}")
        }
        Part::Not(part) => format!("!({})", written(part, shapes, at, named)),
        Part::All(left, right) => {
            let left = written(left, shapes, at, named);
            format!("({left} && {})", written(right, shapes, at, named))
        }
        Part::Any(left, right) => {
            let left = written(left, shapes, at, named);
            format!("({left} || {})", written(right, shapes, at, named))
        }
    }
}

/// How each unit ends, by its task and item.
type Endings = Vec<u8>;

fn endings() -> impl Strategy<Value = Endings> {
    prop::collection::vec(0..6_u8, MOST_TASKS * 4)
}

fn end_of(endings: &Endings, task: usize, item: Option<u32>) -> End {
    let place = task * 4 + item.map_or(0, |item| item as usize + 1);
    match endings[place % endings.len()] {
        0..=3 => End::Succeed,
        4 => End::Fail,
        _ => End::Err,
    }
}

fn first_run(workflow: &Arc<ValidWorkflow>, endings: &Endings) -> RunStatus {
    let fresh = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
    play_with(workflow, fresh, &|task, item| end_of(endings, task, item)).run
}

/// A random request for a restart.
#[derive(Debug, Clone)]
struct Request {
    kind: u8,
    picks: Vec<Index>,
    downstream: bool,
    changed: bool,
}

fn requests() -> impl Strategy<Value = Request> {
    let picks = prop::collection::vec(any::<Index>(), 1..4);
    (0..4_u8, picks, any::<bool>(), proptest::bool::weighted(0.2)).prop_map(
        |(kind, picks, downstream, changed)| Request {
            kind,
            picks,
            downstream,
            changed,
        },
    )
}

impl Request {
    fn mode(&self, tasks: usize) -> RestartMode {
        match self.kind {
            0 => RestartMode::FromFailed,
            _ => RestartMode::Tasks {
                names: self
                    .picked(tasks)
                    .iter()
                    .map(|it| format!("t{it}"))
                    .collect(),
                downstream: self.downstream,
            },
        }
    }

    fn picked(&self, tasks: usize) -> BTreeSet<usize> {
        self.picks.iter().map(|pick| pick.index(tasks)).collect()
    }

    fn changed(&self) -> BTreeSet<String> {
        self.changed.then(|| "who".to_owned()).into_iter().collect()
    }

    fn plan(&self, workflow: &ValidWorkflow, last: &RunStatus) -> RunStatus {
        let mode = self.mode(last.tasks.len());
        plan_restart(workflow, last, &mode, false, &self.changed()).unwrap()
    }
}

fn phases(tasks: &[TaskStatus]) -> Vec<(TaskPhase, Vec<TaskPhase>)> {
    let items = |task: &TaskStatus| task.items.iter().map(|item| item.phase).collect();
    tasks.iter().map(|task| (task.phase, items(task))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_plan_of_all_is_a_first_run(
        shapes in shapes(), by_list: bool, endings in endings(), again in endings(),
    ) {
        let workflow = valid(&document(&shapes, by_list));
        let last = first_run(&workflow, &endings);
        let next = plan_restart(&workflow, &last, &RestartMode::All, false, &BTreeSet::new());
        let next = next.unwrap();
        prop_assert_eq!(&next, &RunStatus::fresh(workflow.document(), 2, WorkflowPhase::Pending));
        let played = play_with(&workflow, next, &|task, item| end_of(&again, task, item));
        prop_assert_eq!(phases(&played.run.tasks), phases(&first_run(&workflow, &again).tasks));
    }

    /// What is inherited is as it was, and what is not has done nothing yet. That nothing begins
    /// that is inherited, nor before what it needs, whoever plays it sees to.
    #[test]
    fn a_plan_runs_or_inherits_and_never_begins_before_what_is_needed(
        shapes in shapes(), by_list: bool, endings in endings(), again in endings(),
        request in requests(),
    ) {
        let workflow = valid(&document(&shapes, by_list));
        let last = first_run(&workflow, &endings);
        let next = request.plan(&workflow, &last);
        for (before, after) in last.tasks.iter().zip(&next.tasks) {
            if after.inherited_from.is_some() {
                let as_it_was = TaskStatus { inherited_from: Some(1), ..before.clone() };
                prop_assert_eq!(after, &as_it_was);
            } else {
                let fresh = TaskStatus { forced: after.forced, ..TaskStatus::fresh(&after.name) };
                prop_assert_eq!(after, &fresh);
            }
        }
        let played = play_with(&workflow, next.clone(), &|task, item| end_of(&again, task, item));
        for (before, after) in next.tasks.iter().zip(&played.run.tasks) {
            if before.inherited_from.is_some() {
                prop_assert_eq!(before, after, "what is inherited never changes");
            }
        }
        prop_assert!(played.run.phase.is_finished());
    }

    /// Which tasks run is said once more here, by their names alone.
    #[test]
    fn a_plan_of_tasks_runs_these_what_a_change_touches_and_what_waits(
        shapes in shapes(), by_list: bool, endings in endings(), mut request in requests(),
    ) {
        request.kind = 1;
        let workflow = valid(&document(&shapes, by_list));
        let last = first_run(&workflow, &endings);
        let next = request.plan(&workflow, &last);
        let picked = request.picked(last.tasks.len());
        let mut runs = BTreeSet::new();
        let mut spreads = BTreeSet::new();
        for &task in workflow.dag().topological_order() {
            let touched = request.changed && workflow.document().tasks[task].parameters.iter()
                .any(|parameter| parameter.value.contains("workflow.parameters.who"));
            let before = workflow.dag().dependencies_of(task);
            if touched || before.iter().any(|before| spreads.contains(before)) {
                runs.insert(task);
                spreads.insert(task);
            }
            if picked.contains(&task) {
                runs.insert(task);
                if request.downstream {
                    spreads.insert(task);
                }
            }
        }
        let planned: BTreeSet<usize> = (0..next.tasks.len())
            .filter(|&task| next.tasks[task].inherited_from.is_none())
            .collect();
        prop_assert_eq!(planned, runs);
    }

    /// The whole comes to what a run of everything would come to in which each inherited task did
    /// again what it did before.
    #[test]
    fn from_failed_comes_to_what_a_full_run_would(
        shapes in shapes(), by_list: bool, endings in endings(), again in endings(),
    ) {
        let workflow = valid(&document(&shapes, by_list));
        let last = first_run(&workflow, &endings);
        let next = plan_restart(
            &workflow, &last, &RestartMode::FromFailed, false, &BTreeSet::new(),
        ).unwrap();
        let in_full = |task: usize, item: Option<u32>| {
            let inherited = next.tasks[task].inherited_from.is_some();
            end_of(if inherited { &endings } else { &again }, task, item)
        };
        let fresh = RunStatus::fresh(workflow.document(), 1, WorkflowPhase::Pending);
        let full = play_with(&workflow, fresh, &in_full).run;
        let partial = play_with(&workflow, next.clone(), &in_full).run;
        prop_assert_eq!(phases(&partial.tasks), phases(&full.tasks));
        prop_assert_eq!(partial.phase, full.phase);
    }

    /// What is left, played as an ordinary first run, does what the whole workflow does with the
    /// inherited results: the same tasks begin, with the same values, and come to the same.
    #[test]
    fn the_remainder_goes_as_the_whole_with_what_is_inherited(
        shapes in shapes(), by_list: bool, endings in endings(), again in endings(),
        request in requests(),
    ) {
        let workflow = valid(&document(&shapes, by_list));
        let last = first_run(&workflow, &endings);
        let next = request.plan(&workflow, &last);
        let whole = play_with(&workflow, next.clone(), &|task, item| end_of(&again, task, item));
        let left = remainder(&workflow, &next).unwrap();
        for &task in &left.excluded {
            prop_assert_eq!(whole.run.tasks[task].phase, TaskPhase::Omitted);
        }
        let inherited = next.tasks.iter().filter(|task| task.inherited_from.is_some()).count();
        prop_assert_eq!(inherited + left.excluded.len() + left.tasks.len(), next.tasks.len());
        let Some(rest) = left.workflow else {
            prop_assert!(whole.launched.is_empty());
            return Ok(());
        };
        // It is read back as any document is, and means the same.
        let reread = valid(&serde_json::to_value(rest.document()).unwrap());
        for rest in [Arc::new(rest), reread] {
            let fresh = RunStatus::fresh(rest.document(), 1, WorkflowPhase::Pending);
            let end = |task: usize, item| end_of(&again, left.tasks[task], item);
            let part = play_with(&rest, fresh, &end);
            let expected: Vec<_> =
                left.tasks.iter().map(|&task| whole.run.tasks[task].clone()).collect();
            prop_assert_eq!(phases(&part.run.tasks), phases(&expected));
            prop_assert_eq!(begun(&part, |task| left.tasks[task]), begun(&whole, |task| task));
        }
    }
}

/// What began with which values, in the order of the tasks.
fn begun(played: &Played, whole: impl Fn(usize) -> usize) -> BTreeSet<Began> {
    let launched = played.launched.iter();
    launched
        .map(|(task, item, given)| (whole(*task), *item, given.clone()))
        .collect()
}
