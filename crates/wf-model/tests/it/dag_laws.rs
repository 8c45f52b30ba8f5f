//! Laws of dependencies, over random graphs.

use proptest::prelude::*;
use wf_model::{Argument, Comparison, Condition, Operand};
use wf_model::{
    Document, Fault, FaultCode, Faults, Limits, Signature, Signatures, Task, Template,
    TemplateError, ValidWorkflow, validate,
};

use crate::laws;

fn check(document: Document) -> Result<ValidWorkflow, Faults> {
    let signatures: Signatures = [("none".to_owned(), Signature::default())]
        .into_iter()
        .collect();
    validate(document, &signatures, &Limits::default())
}

fn document(tasks: Vec<Task>) -> Document {
    let mut document = Document::default();
    document.name = String::from("random");
    document.tasks = tasks;
    document
}

fn task(name: String, depends_on: Vec<String>) -> Task {
    let mut task = Task::default();
    task.name = name;
    task.action = String::from("none");
    task.depends_on = depends_on;
    task
}

fn name(task: usize) -> String {
    format!("t{task}")
}

/// For each task the earlier ones that it waits for.
fn dag() -> impl Strategy<Value = Vec<Vec<usize>>> {
    (1_usize..14).prop_flat_map(|tasks| {
        let of_task = |task: usize| {
            prop::collection::vec(any::<bool>(), task)
                .prop_map(|bits| (0..bits.len()).filter(|&before| bits[before]).collect())
        };
        (0..tasks).map(of_task).collect::<Vec<_>>()
    })
}

fn tasks_of(dag: &[Vec<usize>]) -> Vec<Task> {
    dag.iter()
        .enumerate()
        .map(|(index, before)| task(name(index), before.iter().copied().map(name).collect()))
        .collect()
}

fn is_ancestor(dag: &[Vec<usize>], ancestor: usize, task: usize) -> bool {
    dag[task]
        .iter()
        .any(|&before| before == ancestor || is_ancestor(dag, ancestor, before))
}

/// What is told, without where: the places move with the tasks.
fn told(faults: Faults) -> Vec<(FaultCode, String, Option<String>)> {
    let told = |fault: Fault| (fault.code, fault.message, fault.suggestion);
    let mut told: Vec<_> = faults.into_vec().into_iter().map(told).collect();
    told.sort();
    told
}

fn operand() -> impl Strategy<Value = Operand> {
    let text = prop_oneof![
        any::<String>(),
        "[a-z\"'\\\\ \n]{0,6}(\\{\\{item\\}\\}|\\{\\{tasks\\.A\\.status\\}\\})?[a-z}'\"]{0,3}",
    ];
    let template = text.prop_filter_map("no template", |text| {
        let parsed: Result<Template, TemplateError> = Template::parse(&text);
        parsed.ok()
    });
    prop_oneof![
        template.prop_map(Operand::Text),
        any::<bool>().prop_map(Operand::Boolean),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Operand::Number),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let equality = prop_oneof![Just(Comparison::Equal), Just(Comparison::NotEqual)];
    let compare =
        (operand(), equality, operand()).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right,
        });
    let truth = any::<bool>().prop_map(|value| Condition::Truth(Operand::Boolean(value)));
    prop_oneof![compare, truth].prop_recursive(5, 40, 4, |inner| {
        let many = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            many().prop_map(Condition::All),
            many().prop_map(Condition::Any),
            inner
                .clone()
                .prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn the_order_of_an_accepted_dag_respects_every_edge(dag in dag()) {
        let workflow = check(document(tasks_of(&dag))).unwrap();
        laws::order_respects_edges(&workflow);
        for (task, before) in dag.iter().enumerate() {
            prop_assert_eq!(workflow.dag().dependencies_of(task), before.as_slice());
        }
    }

    #[test]
    fn one_back_edge_gives_exactly_one_cycle_that_names_it(
        dag in dag(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (ancestor, task) = (from.index(dag.len()), to.index(dag.len()));
        prop_assume!(is_ancestor(&dag, ancestor, task));
        let mut tasks = tasks_of(&dag);
        tasks[ancestor].depends_on.push(name(task));
        let place = format!("tasks[{ancestor}].dependsOn[{}]", dag[ancestor].len());

        let faults = check(document(tasks)).unwrap_err().into_vec();
        prop_assert_eq!(faults.len(), 1, "{:?}", faults);
        prop_assert_eq!((faults[0].code, &faults[0].path), (FaultCode::Cycle, &place));
        let path = faults[0].message.split(':').next().unwrap();
        let path: Vec<&str> = path.split(" → ").collect();
        let edge = [name(ancestor), name(task)];
        prop_assert!(path.windows(2).any(|pair| pair == edge), "{:?} {:?}", path, edge);
    }

    #[test]
    fn the_faults_do_not_depend_on_the_order_of_the_tasks(
        shuffled in prop::collection::vec((0_usize..9, 0_usize..12, 0_usize..12, 0_usize..12), 1..9)
            .prop_map(|tasks| {
                let of = |(index, (action, first, second, third)): (usize, (usize, usize, usize, usize))| {
                    let mut task = task(name(index), vec![name(first)]);
                    if action > 6 {
                        task.action = String::from("nome");
                    }
                    if first != second {
                        task.depends_on.push(name(second));
                    }
                    let value = format!("{{{{tasks.{}.status}}}}", name(third));
                    task.parameters.push(Argument::new("undeclared", value));
                    task
                };
                tasks.into_iter().enumerate().map(of).collect::<Vec<Task>>()
            })
            .prop_flat_map(|tasks| (Just(tasks.clone()), Just(tasks).prop_shuffle()))
    ) {
        let (tasks, shuffled) = shuffled;
        let faults = check(document(tasks)).unwrap_err();
        let of_shuffled = check(document(shuffled)).unwrap_err();
        prop_assert_eq!(told(faults), told(of_shuffled));
    }

    #[test]
    fn a_condition_is_written_as_text_that_reads_back(condition in condition()) {
        let text = condition.to_string();
        prop_assert_eq!(Condition::parse(&text), Ok(condition), "{}", text);
    }

    #[test]
    fn no_value_changes_what_a_condition_asks(value in any::<String>()) {
        let condition = Condition::parse("'{{workflow.parameters.p}}' == 'x' || {{item}} == 'x'").unwrap();
        let before = condition.clone();
        let answer = condition.evaluate(&mut |_| Ok(value.clone()));
        prop_assert_eq!(answer, Ok(value == "x"));
        prop_assert_eq!(condition, before);
    }

    #[test]
    fn any_text_is_read_as_a_condition_or_refused(text in ".{0,40}") {
        laws::when(&text);
    }

    #[test]
    fn text_that_looks_like_a_condition_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "(", ")", "!", "&&", "||", "==", "<=", ">", "true", "1", "-2.5", "'a'", "\"",
                "{{item}}", "{{", "}}", "'{{item.k}}x'", "\\", " ", "=", "é",
            ]),
            0..14,
        )
    ) {
        laws::when(&words.concat());
        laws::when(&words.join(" "));
    }

    #[test]
    fn text_that_looks_like_depends_is_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "(", ")", "!", "&&", "||", "A", "b-2", "C", "D", ".Failed", ".Succeeded", ".nope",
                ".", "&", "{{", " ", "é",
            ]),
            0..14,
        )
    ) {
        laws::depends(&words.concat());
        laws::depends(&words.join(" "));
    }
}
