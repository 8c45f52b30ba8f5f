//! Ancestors: a task may refer only to those that must have ended before it begins.

use crate::dag::{Ancestry, Dag, Knot};
use crate::fault::FaultCode;
use crate::finding::At;
use crate::text::short;

use super::Checker;
use super::references::Part;

/// Whether a task must have ended before another begins that refers to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub(super) ancestor: usize,
    pub(super) task: usize,
    pub(super) part: Part,
}

impl Checker<'_, '_> {
    /// Reports the references to tasks that need not have ended.
    pub(super) fn answer_questions(&mut self, graph: &Result<Dag, Box<Knot>>) {
        // What is over the limits is refused anyhow, and not worth the time.
        let tasks = &self.document.tasks;
        let questions = std::mem::take(&mut self.questions);
        if questions.is_empty() || self.findings.is_full() || tasks.len() > self.limits.tasks {
            return;
        }
        let pairs: Vec<(usize, usize)> = questions
            .iter()
            .map(|question| (question.ancestor, question.task))
            .collect();
        let answers = match graph {
            Ok(dag) => Ancestry::of_dag(dag.edges(), dag.topological_order()).answer(&pairs),
            Err(knot) => Ancestry::of_knot(knot).answer(&pairs),
        };
        for (question, is_ancestor) in questions.iter().zip(answers) {
            if !is_ancestor {
                self.report_no_ancestor(question);
            }
        }
    }

    fn report_no_ancestor(&mut self, question: &Question) {
        let root = At::Root;
        let tasks = root.field("tasks");
        let task = tasks.index(question.task);
        let (parameters, artifacts) = (task.field("parameters"), task.field("artifacts"));
        let (parameter, artifact);
        let at = match question.part {
            Part::When => task.field("when"),
            Part::Parameter(index) => {
                parameter = parameters.index(index);
                parameter.field("value")
            }
            Part::Artifact(index) => {
                artifact = artifacts.index(index);
                artifact.field("from")
            }
        };
        let name = &self.document.tasks[question.ancestor].name;
        self.findings.report(&at, FaultCode::NotAnAncestor, || {
            let name = short(name);
            if question.ancestor == question.task {
                format!("refers to `{name}` itself, which has no output before it has run")
            } else {
                format!("refers to `{name}`, which need not have ended by then; depend on it")
            }
        });
    }
}
