//! Dependencies: who waits for whom, and that nobody waits for himself.

use crate::dag::{Cycle, Dag, EdgesBuilder, Knot, find_cycles};
use crate::depends::{Depends, Outcome};
use crate::document::Task;
use crate::expression::SyntaxError;
use crate::fault::FaultCode;
use crate::finding::At;
use crate::text::{Lines, check_plain, short};
use crate::valid::TaskPlan;

use super::Checker;

impl<'a> Checker<'a, '_> {
    /// Reads all dependencies, and orders the tasks by them.
    pub(super) fn check_dependencies(&mut self, plans: &mut [TaskPlan]) -> Result<Dag, Box<Knot>> {
        let document = self.document;
        let root = At::Root;
        let at = root.field("tasks");
        self.check_mixing(&at);
        let mut edges = EdgesBuilder::new(document.tasks.len());
        for (index, task) in document.tasks.iter().enumerate() {
            let at = at.index(index);
            plans[index].depends = match &task.depends {
                Some(depends) => self.read_depends(index, depends, &mut edges, &at),
                None => self.read_depends_on(index, task, &mut edges, &at),
            };
            edges.end_task();
        }
        self.check_count(edges.count(), self.limits.edges, "dependencies", &at);
        let graph = Dag::new(edges.finish());
        if let Err(knot) = &graph {
            let cycles = find_cycles(knot, |task| &document.tasks[task].name);
            for cycle in &cycles {
                self.report_cycle(cycle, &at);
            }
        }
        graph
    }

    fn check_mixing(&mut self, at: &At) {
        let tasks = &self.document.tasks;
        let depends = tasks.iter().position(|task| task.depends.is_some());
        if let Some(index) = depends
            && tasks.iter().any(|task| !task.depends_on.is_empty())
        {
            let at = at.index(index);
            self.findings
                .report(&at.field("depends"), FaultCode::MixedDependencies, || {
                    "`depends` and `dependsOn` exclude each other in the whole document; \
                     `dependsOn: [A, B]` is `depends: A && B`"
                        .to_owned()
                });
        }
    }

    fn read_depends_on(
        &mut self,
        index: usize,
        task: &Task,
        edges: &mut EdgesBuilder,
        at: &At,
    ) -> Option<Depends> {
        let on = |task| Depends::Task {
            task,
            outcome: Outcome::Satisfied,
        };
        let at = at.field("dependsOn");
        let mut first = None;
        let mut all = Vec::new();
        for (position, name) in task.depends_on.iter().enumerate() {
            let Some(dependency) = self.read_dependency(index, name, edges, &at.index(position))
            else {
                continue;
            };
            // Most tasks have one dependency, which needs no list.
            match first {
                None => first = Some(dependency),
                Some(first) if all.is_empty() => all.extend([on(first), on(dependency)]),
                Some(_) => all.push(on(dependency)),
            }
        }
        if all.is_empty() {
            first.map(on)
        } else {
            Some(Depends::All(all))
        }
    }

    fn read_dependency(
        &mut self,
        index: usize,
        name: &str,
        edges: &mut EdgesBuilder,
        at: &At,
    ) -> Option<usize> {
        let Some(&dependency) = self.tasks.get(name) else {
            self.report_unknown_dependency(name, at);
            return None;
        };
        if dependency == index {
            self.report_self_dependency(name, at);
            return None;
        }
        if !edges.add(dependency) {
            self.findings.report(at, FaultCode::DuplicateName, || {
                format!("`{name}` is named twice")
            });
            return None;
        }
        Some(dependency)
    }

    fn report_unknown_dependency(&mut self, name: &str, at: &At) {
        if name.is_empty() {
            if !self.findings.is_hole(at) {
                self.findings.report(at, FaultCode::Missing, || {
                    "is empty; it has to name a task".to_owned()
                });
            }
        } else if check_plain(name, Lines::One, at, self.findings) && !self.has_nameless_tasks {
            let near = self.nearest_task(name);
            self.findings
                .report_suggesting(at, FaultCode::UnknownDependency, near, || {
                    format!("there is no task `{}`", short(name))
                });
        }
    }

    fn report_self_dependency(&mut self, name: &str, at: &At) {
        self.findings.report(at, FaultCode::SelfDependency, || {
            format!("`{name}` cannot wait for itself")
        });
    }

    fn read_depends(
        &mut self,
        index: usize,
        text: &str,
        edges: &mut EdgesBuilder,
        at: &At,
    ) -> Option<Depends> {
        let at = at.field("depends");
        if !self.check_expression(text, &at) || !check_plain(text, Lines::Many, &at, self.findings)
        {
            return None;
        }
        let parsed = Depends::parse(text, |name| self.tasks.get(name).copied());
        let depends = match parsed {
            Ok(depends) => depends,
            Err(errors) => {
                for error in errors {
                    self.report_syntax(error, &at);
                }
                return None;
            }
        };
        let mut waits_for_itself = false;
        let mut not_fan_out = None;
        depends.visit(&mut |task, outcome| {
            if task == index {
                waits_for_itself = true;
            } else {
                edges.add(task);
            }
            if outcome.is_of_items() && self.document.tasks[task].with_items.is_none() {
                not_fan_out.get_or_insert((task, outcome));
            }
        });
        if waits_for_itself {
            self.report_self_dependency(&self.document.tasks[index].name, &at);
        }
        if let Some((task, outcome)) = not_fan_out {
            let name = &self.document.tasks[task].name;
            let word = outcome.word().unwrap_or_default();
            self.findings.report(&at, FaultCode::InvalidDepends, || {
                format!("`{name}.{word}` asks for items, and `{name}` has no `withItems`")
            });
        }
        Some(depends)
    }

    /// Reports what cannot be read of an expression, and what was probably meant.
    pub(super) fn report_syntax(&mut self, error: SyntaxError, at: &At) {
        let mut suggestion = error.suggestion;
        if let Some(name) = &error.unknown_task {
            if self.has_nameless_tasks {
                return;
            }
            suggestion = suggestion.or_else(|| self.nearest_task(name).map(ToOwned::to_owned));
        }
        self.findings
            .report_suggesting(at, error.code, suggestion.as_deref(), || {
                format!("column {}: {}", error.column, error.message)
            });
    }

    /// Reports an expression that is too long; returns whether it is not.
    pub(super) fn check_expression(&mut self, text: &str, at: &At) -> bool {
        let limit = self.limits.expression_bytes;
        if text.len() > limit {
            self.findings.report(at, FaultCode::TooLong, || {
                format!("has {} bytes; at most {limit} are allowed", text.len())
            });
        }
        text.len() <= limit && !(text.is_empty() && self.findings.is_hole(at))
    }

    fn report_cycle(&mut self, cycle: &Cycle, at: &At) {
        let tasks = &self.document.tasks;
        let (task, dependency) = cycle.closing_edge();
        let at = at.index(task);
        let names = tasks[task].depends_on.iter();
        let position = names
            .clone()
            .position(|name| self.tasks.get(name.as_str()) == Some(&dependency));
        let depends_on = at.field("dependsOn");
        let at = match position {
            Some(position) => depends_on.index(position),
            None => at.field("depends"),
        };
        self.findings.report(&at, FaultCode::Cycle, || {
            let path = path(cycle, |task| &tasks[task].name);
            format!("{path}: none of these tasks can begin, since each waits for the next")
        });
    }

    /// The name of the task that was probably meant.
    pub(super) fn nearest_task(&mut self, name: &str) -> Option<&'a str> {
        let names = self.document.tasks.iter().map(|task| task.name.as_str());
        self.findings.nearest(name, names)
    }
}

/// `A → B → A`, cut in the middle when it is long.
fn path<'n>(cycle: &Cycle, name: impl Fn(usize) -> &'n str) -> String {
    const SHOWN: usize = 16;
    let mut names: Vec<String> = cycle.tasks.iter().map(|&task| short(name(task))).collect();
    names.extend(names.first().cloned());
    if names.len() > SHOWN {
        let left_out = names.len() - SHOWN;
        names.splice(
            SHOWN / 2..SHOWN / 2 + left_out,
            [format!("… {left_out} more …")],
        );
    }
    names.join(" → ")
}
