//! Laws: what holds for every document and every manifest.

use std::sync::LazyLock;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use wf_argo::{Catalog, Manifest, Profile, read_document, render};
use wf_model::{
    Argument, ArtifactArgument, Comparison, Condition, Document, ExitHandler, Limits, Operand,
    ParameterDeclaration, Retry, RetryPolicy, Task, Template, ValidWorkflow, validate,
};

use crate::fixtures;
use crate::reader_law::reading_comes_to_rest;
use crate::schema::assert_accepted;

static CATALOG: LazyLock<Catalog> = LazyLock::new(fixtures::catalog);

/// A text that documents take, with all that could hurt: quotes, backslashes, braces, other
/// alphabets.
fn text() -> impl Strategy<Value = String> {
    let hurtful = prop_oneof![
        3 => "[ -z|~]{0,12}",
        1 => "\\PC{0,8}",
        1 => "([a-z \n\t]|'|\"|\\\\|\\}|\\|| && ){0,12}",
    ];
    hurtful.prop_map(|text| text.trim_end_matches('{').replace("{{", ""))
}

fn parameters() -> impl Strategy<Value = Vec<ParameterDeclaration>> {
    let parameter = (
        option::of(text()),
        option::of(text()),
        option::of(vec(text(), 1..3)),
    )
        .prop_map(|(default, description, allowed)| {
            let mut parameter = ParameterDeclaration::default();
            parameter.default = default;
            parameter.description = description;
            parameter.allowed = allowed;
            if let (Some(default), Some(allowed)) = (&parameter.default, &mut parameter.allowed) {
                allowed.push(default.clone());
            }
            parameter
        });
    vec(parameter, 0..3).prop_map(|mut parameters| {
        for (index, parameter) in parameters.iter_mut().enumerate() {
            parameter.name = format!("p-{index}");
        }
        parameters
    })
}

fn retry() -> impl Strategy<Value = Retry> {
    let policy = option::of(select(RetryPolicy::ALL.to_vec()));
    let parts = (
        0..20_u32,
        policy,
        option::of(0..100_u64),
        option::of(1..9_u32),
        option::of(1..100_u64),
    );
    parts.prop_map(|(limit, policy, backoff, factor, most)| {
        let mut retry = Retry::default();
        (retry.limit, retry.policy) = (limit, policy);
        (retry.backoff_seconds, retry.factor, retry.max_seconds) = (backoff, factor, most);
        retry
    })
}

/// What a task does, before it has a place in a DAG.
#[derive(Debug, Clone)]
struct Draw {
    action: &'static str,
    text: String,
    before: Vec<Index>,
    retry: Option<Retry>,
    timeout: Option<u64>,
    items: Option<Vec<Value>>,
    condition: Option<Condition>,
    refers: bool,
}

fn draw() -> impl Strategy<Value = Draw> {
    let action = select(vec![
        "echo", "echo", "produce", "consume", "sleep", "true", "shell", "approval",
    ]);
    let item = prop_oneof![
        text().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from)
    ];
    let parts = (
        (action, text(), vec(any::<Index>(), 0..4), any::<bool>()),
        (
            option::of(retry()),
            option::of(1..1000_u64),
            option::of(vec(item, 0..4)),
            option::of(condition()),
        ),
    );
    parts.prop_map(
        |((action, text, before, refers), (retry, timeout, items, condition))| Draw {
            action,
            text,
            before,
            retry,
            timeout,
            items,
            condition,
            refers,
        },
    )
}

/// A condition over what every workflow here has.
fn condition() -> impl Strategy<Value = Condition> {
    let references = vec![
        "{{workflow.name}}",
        "{{workflow.uid}}-",
        "{{workflow.namespace}}{{workflow.creationTimestamp}}",
    ];
    let text = (option::of(select(references)), text());
    let text = text.prop_map(|(reference, text)| {
        Template::parse(&format!("{}{text}", reference.unwrap_or_default())).unwrap()
    });
    let operand = prop_oneof![
        text.prop_map(Operand::Text),
        any::<bool>().prop_map(Operand::Boolean),
        prop_oneof![(0..1000_u32).prop_map(f64::from), 0.0..1e300_f64].prop_map(Operand::Number),
    ];
    let equal = (
        operand.clone(),
        select(vec![Comparison::Equal, Comparison::NotEqual]),
        operand.clone(),
    );
    let orders = vec![
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];
    let measured = operand.clone().prop_map(|operand| {
        if is_literal(&operand) {
            Operand::Number(1.5)
        } else {
            operand
        }
    });
    let order = (measured.clone(), select(orders), measured);
    let truth = operand.prop_map(|operand| {
        if is_literal(&operand) {
            Operand::Boolean(true)
        } else {
            operand
        }
    });
    let leaf = prop_oneof![
        2 => equal.prop_map(|(left, comparison, right)| Condition::Compare { left, comparison, right }),
        2 => order.prop_map(|(left, comparison, right)| Condition::Compare { left, comparison, right }),
        1 => truth.prop_map(Condition::Truth),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..4).prop_map(Condition::All),
            vec(inner.clone(), 2..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

/// Whether it says by itself what it is, so that it cannot stand where something else is wanted.
fn is_literal(operand: &Operand) -> bool {
    match operand {
        Operand::Text(template) => template.references().next().is_none(),
        Operand::Number(_) | Operand::Boolean(_) => true,
    }
}

fn task(index: usize, draw: Draw, before: &[Task], uses_depends: bool) -> Task {
    let mut task = Task::default();
    task.name = format!("t-{index}");
    draw.action.clone_into(&mut task.action);
    let mut dependencies: Vec<&Task> = draw
        .before
        .iter()
        .filter(|_| !before.is_empty())
        .map(|index| index.get(before))
        .collect();
    dependencies.sort_by(|a, b| a.name.cmp(&b.name));
    dependencies.dedup_by(|a, b| a.name == b.name);
    let source = dependencies
        .iter()
        .find(|task| task.action == "produce" && task.with_items.is_none());
    match (draw.action, source) {
        ("consume", Some(source)) => {
            task.artifacts = vec![ArtifactArgument {
                name: "in".to_owned(),
                from: format!("{{{{tasks.{}.outputs.artifacts.out}}}}", source.name),
            }];
        }
        ("consume", None) => "true".clone_into(&mut task.action),
        ("echo", Some(source)) if draw.refers => {
            let value = format!(
                "{}{{{{ tasks.{}.outputs.result }}}}",
                draw.text, source.name
            );
            task.parameters = vec![Argument::new("message", value)];
        }
        ("echo", _) => task.parameters = vec![Argument::new("message", draw.text)],
        ("produce", _) => task.parameters = vec![Argument::new("text", draw.text)],
        ("shell", _) => task.parameters = vec![Argument::new("script", draw.text)],
        _ => {}
    }
    let names: Vec<String> = dependencies.iter().map(|task| task.name.clone()).collect();
    if uses_depends && !names.is_empty() {
        task.depends = Some(names.join(if draw.refers {
            ".Succeeded  && "
        } else {
            " || !"
        }));
    } else {
        task.depends_on = names;
    }
    task.retry = draw.retry;
    task.timeout_seconds = draw.timeout;
    task.with_items = draw.items;
    task.when = draw.condition.map(|condition| condition.to_string());
    task
}

/// A document with every field that Argo has a place for.
fn document() -> impl Strategy<Value = Document> {
    let label = btree_map("[a-z]{1,6}(/[a-z]{1,6})?", "[a-zA-Z0-9]{0,8}", 0..3);
    let outside = (
        option::of(text()),
        label,
        parameters(),
        option::of(1..9999_u64),
        option::of(1..99_u32),
    );
    let around = (
        option::of(any::<i32>()),
        option::of("[a-z]{1,8}"),
        option::of(text()),
        vec(text(), 0..3),
    );
    (outside, around, vec(draw(), 1..8), any::<bool>()).prop_map(
        |(outside, around, draws, uses_depends)| {
            let mut document = Document::default();
            "a-document".clone_into(&mut document.name);
            (
                document.description,
                document.labels,
                document.parameters,
                document.timeout_seconds,
                document.parallelism,
            ) = outside;
            let (priority, mutex, on_exit, outputs) = around;
            document.priority = priority;
            document.mutex = mutex;
            document.on_exit = on_exit.map(|text| ExitHandler {
                action: "echo".to_owned(),
                parameters: vec![Argument::new("message", text)],
            });
            for (index, draw) in draws.into_iter().enumerate() {
                let task = task(index, draw, &document.tasks, uses_depends);
                document.tasks.push(task);
            }
            let result = |index: usize| format!("{{{{tasks.t-{index}.status}}}}");
            let output = |(index, text): (usize, String)| match index {
                0 => Argument::new(
                    "one",
                    format!("{{{{ tasks.{}.status }}}}", document.tasks[0].name),
                ),
                1 => Argument::new("text", text),
                _ => Argument::new(
                    format!("o-{index}"),
                    format!("{text}{}{}", result(0), "{{workflow.name}}"),
                ),
            };
            document.outputs = outputs.into_iter().enumerate().map(output).collect();
            document
        },
    )
}

fn valid(document: &Document) -> ValidWorkflow {
    let limits = Limits::default();
    validate(document.clone(), CATALOG.signatures(), &limits)
        .unwrap_or_else(|faults| panic!("{:#?}\n{document:#?}", faults.as_slice()))
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = vec![
        "apiVersion",
        "kind",
        "metadata",
        "generateName",
        "name",
        "labels",
        "spec",
        "entrypoint",
        "main",
        "templates",
        "dag",
        "tasks",
        "template",
        "arguments",
        "parameters",
        "value",
        "dependencies",
        "depends",
        "when",
        "withItems",
        "withParam",
        "hooks",
        "exit",
        "onExit",
        "synchronization",
        "mutexes",
        "retryStrategy",
        "limit",
        "backoff",
        "duration",
        "outputs",
        "valueFrom",
        "expression",
        "parameter",
        "templateRef",
        "echo",
        "echo-2",
        "1s",
        "{{= true }}",
        "{{= item == '' }}",
    ];
    let word = prop_oneof![4 => select(words).prop_map(str::to_owned), 1 => any::<String>()];
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((word.clone(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A manifest around such JSON, so that something is reached.
fn around(parts: &[Value]) -> Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
        "metadata": parts[0],
        "spec": {
            "entrypoint": "main", "hooks": parts[1], "arguments": parts[2],
            "templates": [{"name": "main", "dag": {"tasks": [parts[3]]}, "outputs": parts[4]}, parts[5]],
        },
    })
}

/// Every place in some JSON, but for those behind names that a pointer would have to escape.
fn pointers(json: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match json {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| !name.contains(['~', '/']));
            fields.for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_document_is_read_back_as_it_was(document in document()) {
        let rendered = render(&valid(&document), &CATALOG, &Profile::plain()).unwrap();
        prop_assert_eq!(read_document(rendered.workflow(), &CATALOG), Ok(document));
    }

    #[test]
    fn a_manifest_survives_yaml(document in document()) {
        let rendered = render(&valid(&document), &CATALOG, &Profile::plain()).unwrap();
        let manifest: Manifest = serde_yaml::from_str(&rendered.to_yaml()).unwrap();
        prop_assert_eq!(&manifest, rendered.workflow());
    }

    #[test]
    fn argo_has_every_field_that_is_rendered(document in document()) {
        let rendered = render(&valid(&document), &CATALOG, &Profile::plain()).unwrap();
        assert_accepted(rendered.workflow(), "a generated document");
    }

    #[test]
    fn the_same_document_gives_the_same_bytes(document in document()) {
        let bytes = || serde_json::to_vec(&render(&valid(&document), &CATALOG, &Profile::plain()).unwrap()).unwrap();
        prop_assert_eq!(bytes(), bytes());
    }

    #[test]
    fn whatever_json_can_be_read_comes_to_rest(parts in vec(any_json(), 6), whole in any_json()) {
        for json in [whole, around(&parts)] {
            reading_comes_to_rest(json.to_string().as_bytes(), &CATALOG);
        }
    }

    #[test]
    fn a_manifest_with_a_foreign_value_comes_to_rest(document in document(), place in any::<Index>(), value in any_json()) {
        let rendered = render(&valid(&document), &CATALOG, &Profile::plain()).unwrap();
        let mut manifest = rendered.workflow().to_json();
        let mut places = Vec::new();
        pointers(&manifest, "", &mut places);
        *manifest.pointer_mut(place.get::<String>(&places)).unwrap() = value;
        reading_comes_to_rest(manifest.to_string().as_bytes(), &CATALOG);
    }

    #[test]
    fn whatever_expression_can_be_read_comes_to_rest(expression in "(\\{\\{= )?([a-z'\\[\\]().\\\\u0-9&|!+ =<>{}\"-]|tasks|item|asFloat\\(|é){0,40}( \\}\\})?") {
        let manifest = json!({
            "apiVersion": "", "kind": "", "metadata": {"name": "w"},
            "spec": {"entrypoint": "main", "templates": [
                {"name": "echo"},
                {"name": "main", "dag": {"tasks": [{"name": "A", "template": "echo", "when": expression}]}},
            ]},
        });
        reading_comes_to_rest(manifest.to_string().as_bytes(), &CATALOG);
    }
}
