//! The document and the DAG of a remainder.

use crate::dag::{Dag, EdgesBuilder};
use crate::depends::{Depends, Outcome};
use crate::document::{Argument, ArtifactArgument, Document, Task};
use crate::reference::Template;
use crate::valid::{TaskPlan, ValidWorkflow};

/// The document and the DAG of the tasks that are left.
pub(super) fn rebuilt(
    whole: &ValidWorkflow,
    tasks: &[usize],
    plans: Vec<TaskPlan>,
    outputs: Vec<(String, Template)>,
) -> ValidWorkflow {
    let document = Document {
        tasks: rewritten(whole.document(), tasks, &plans),
        outputs: outputs.iter().map(written).collect(),
        ..whole.document().clone()
    };
    let mut edges = EdgesBuilder::new(tasks.len());
    for plan in &plans {
        if let Some(depends) = &plan.depends {
            depends.visit(&mut |task, _| {
                edges.add(task);
            });
        }
        edges.end_task();
    }
    ValidWorkflow {
        dag: Dag::new(edges.finish()).expect("a part of a DAG has no cycle"),
        exit_handler: whole.exit_handler().cloned(),
        document,
        plans,
        outputs,
    }
}

fn rewritten(whole: &Document, tasks: &[usize], plans: &[TaskPlan]) -> Vec<Task> {
    let name = |task: usize| whole.tasks[tasks[task]].name.as_str();
    // `dependsOn` can say no more than that others ended well, and excludes `depends`.
    let by_list = plans.iter().all(|plan| is_list(plan.depends.as_ref()))
        && whole.tasks.iter().all(|task| task.depends.is_none());
    let rewrite = |(&task, plan): (&usize, &TaskPlan)| {
        let mut new = whole.tasks[task].clone();
        new.parameters = plan.arguments.iter().map(written).collect();
        new.when = plan.when.as_ref().map(ToString::to_string);
        let kept = |artifact: &ArtifactArgument| {
            plan.artifacts
                .iter()
                .any(|(name, _)| *name == artifact.name)
        };
        new.artifacts.retain(kept);
        (new.depends_on, new.depends) = match &plan.depends {
            None => (Vec::new(), None),
            Some(depends) if by_list => {
                let mut list = Vec::new();
                depends.visit(&mut |on, _| list.push(name(on).to_owned()));
                (list, None)
            }
            Some(depends) => (Vec::new(), Some(depends.to_text(&name))),
        };
        new
    };
    tasks.iter().zip(plans).map(rewrite).collect()
}

/// Whether a `depends` can be written as a list.
fn is_list(depends: Option<&Depends>) -> bool {
    let is_satisfied = |part: &Depends| matches!(part, Depends::Task { outcome, .. } if *outcome == Outcome::Satisfied);
    match depends {
        None => true,
        Some(Depends::All(parts)) => parts.iter().all(is_satisfied),
        Some(part) => is_satisfied(part),
    }
}

fn written((name, template): &(String, Template)) -> Argument {
    Argument::new(name, template.to_string())
}
