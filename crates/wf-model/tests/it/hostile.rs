//! Input that is made to hurt: it ends, in bounded time and memory, with faults that say so.

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use wf_model::{Draft, FaultCode, Limits, Target};

use crate::catalog::{found, signatures};
use crate::laws;

/// JSON that looks somewhat like a document.
fn json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "name",
        "action",
        "tasks",
        "parameters",
        "value",
        "dependsOn",
        "depends",
        "when",
        "withItems",
        "artifacts",
        "from",
        "retry",
        "limit",
        "labels",
        "onExit",
        "outputs",
        "enum",
        "default",
        "A",
        "B",
        "echo",
        "none",
        "message",
        "{{item}}",
        "{{tasks.A.outputs.result}}",
        "{{=1}}",
        "A && B",
        "A.Failed || !B",
        "'x' == {{item}}",
        "timeoutSeconds",
        "a\u{0}",
        "x{",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let fields = prop::collection::vec((word.clone(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            fields.prop_map(|fields| {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::Object(fields.collect::<Map<_, _>>())
            }),
        ]
    })
}

/// A right document with one value replaced by another.
fn disturbed() -> impl Strategy<Value = Value> {
    let right = json!({
        "name": "w", "labels": {"a": "b"}, "parameters": [{"name": "p", "default": "x", "enum": ["x"]}],
        "onExit": {"action": "none"}, "outputs": [{"name": "o", "value": "{{tasks.A.outputs.result}}"}],
        "tasks": [
            {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "{{item.k}}"}],
             "withItems": [{"k": 1}], "retry": {"limit": 1}},
            {"name": "B", "action": "echo", "dependsOn": ["A"], "when": "{{workflow.parameters.p}} == 'x'",
             "parameters": [{"name": "message", "value": "{{tasks.A.outputs.parameters.x}}"}]},
        ],
    });
    (json(), any::<prop::sample::Index>()).prop_map(move |(value, at)| {
        let mut document = right.clone();
        let mut places = Vec::new();
        pointers(&document, String::new(), &mut places);
        let pointer = &places[at.index(places.len())];
        *document.pointer_mut(pointer).unwrap() = value;
        document
    })
}

fn pointers(value: &Value, here: String, places: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (index, element) in list.iter().enumerate() {
                pointers(element, format!("{here}/{index}"), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                pointers(field, format!("{here}/{name}"), places);
            }
        }
        _ => {}
    }
    places.push(here);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        laws::document(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(value in json()) {
        laws::document(value.to_string().as_bytes());
        let limits = Limits::default();
        let from_value = Draft::from_value(value.clone(), &limits).validate(&signatures(), &limits);
        let from_bytes = Draft::parse(value.to_string().as_bytes(), &limits).validate(&signatures(), &limits);
        prop_assert_eq!(from_value.map(|w| w.canonical_json()), from_bytes.map(|w| w.canonical_json()));
    }

    #[test]
    fn a_document_with_one_thing_disturbed_is_read_or_refused(document in disturbed()) {
        laws::document(document.to_string().as_bytes());
    }
}

fn chain(tasks: usize, refer_back: usize) -> String {
    let mut document = String::from(r#"{"name":"w","tasks":["#);
    for task in 0..tasks {
        let _ = write!(
            document,
            r#"{}{{"name":"t{task}","action":"echo","dependsOn":[{}],
                "parameters":[{{"name":"message","value":"{}"}}]}}"#,
            if task == 0 { "" } else { "," },
            task.checked_sub(1)
                .map_or(String::new(), |before| format!("\"t{before}\"")),
            task.checked_sub(refer_back)
                .map_or(String::new(), |before| format!(
                    "{{{{tasks.t{before}.outputs.result}}}}"
                )),
        );
    }
    document.push_str("]}");
    document
}

fn assert_bounded(document: &str, code: FaultCode) {
    let limits = Limits::of(Target::Embedded);
    let faults = Draft::parse(document.as_bytes(), &limits)
        .validate(&signatures(), &limits)
        .unwrap_err();
    assert!(faults.as_slice().len() <= 1001);
    assert!(
        faults.as_slice().iter().any(|fault| fault.code == code),
        "{faults}"
    );
}

#[test]
fn the_longest_chain_with_the_farthest_references_is_accepted() {
    let limits = Limits::of(Target::Embedded);
    let document = chain(20_000, 10_000);
    let workflow = Draft::parse(document.as_bytes(), &limits).validate(&signatures(), &limits);
    assert_eq!(workflow.unwrap().dag().len(), 20_000);
}

#[test]
fn more_faults_than_anybody_reads_are_cut_and_told() {
    let tasks: Vec<Value> = (0..5000)
        .map(|_| json!({"name": 1, "unknown": [], "withItems": [[]]}))
        .collect();
    let found = found(&json!({"name": "w", "tasks": tasks}));
    assert_eq!(found.len(), 1001);
    assert_eq!(found.last(), Some(&(FaultCode::TooLarge, String::new())));
}

#[test]
fn bodies_over_the_limit_are_not_looked_into() {
    let limits = Limits::of(Target::Embedded);
    assert_bounded(&"[".repeat(limits.bytes + 1), FaultCode::TooLarge);
    assert_bounded(
        &format!("[{}1]", "1,".repeat(3_000_000)),
        FaultCode::TooLarge,
    );
}

#[test]
fn documents_sized_to_hurt_end_with_faults() {
    let wrong = "1,".repeat(500_000);
    assert_bounded(
        &format!(r#"{{"name":"w","tasks":[{wrong}1]}}"#),
        FaultCode::WrongType,
    );

    let fields: String = (0..200_000).fold(String::new(), |mut fields, n| {
        let _ = write!(fields, r#""f{n}":0,"#);
        fields
    });
    assert_bounded(
        &format!(r#"{{{fields}"name":"w","tasks":[]}}"#),
        FaultCode::UnknownField,
    );

    let names: String = (0..20_000).fold(String::new(), |mut names, n| {
        let _ = write!(
            names,
            r#"{{"name":"task-number-{n}","action":"none-{n}","dependsOn":["task-numbre-{n}"]}},"#
        );
        names
    });
    assert_bounded(
        &format!(r#"{{"name":"w","tasks":[{names}{{"name":"z","action":"make"}}]}}"#),
        FaultCode::UnknownDependency,
    );

    let items = r#"{"k":1},"#.repeat(10_000);
    let values = "{{item.k}}{{item.l}}".repeat(100_000);
    assert_bounded(
        &format!(
            r#"{{"name":"w","tasks":[{{"name":"A","action":"echo","withItems":[{items}{{"k":1}}],
                "parameters":[{{"name":"message","value":"{values}"}}]}}]}}"#
        ),
        FaultCode::UnknownReference,
    );

    let expression = "X.nope || ".repeat(1600);
    let tasks = format!(r#"{{"name":"A","action":"make","depends":"{expression}A"}},"#).repeat(400);
    assert_bounded(
        &format!(r#"{{"name":"w","tasks":[{tasks}{{"name":"z","action":"make"}}]}}"#),
        FaultCode::InvalidDepends,
    );
}

#[test]
fn a_knot_of_everything_ends_with_faults() {
    // Each of 600 tasks waits for all others.
    let all: Vec<String> = (0..600).map(|n| format!("t{n}")).collect();
    let tasks: Vec<Value> = all
        .iter()
        .map(|name| {
            let others: Vec<&String> = all.iter().filter(|other| *other != name).collect();
            json!({"name": name, "action": "make", "dependsOn": others})
        })
        .collect();
    let found = found(&json!({"name": "w", "tasks": tasks}));
    assert!(found.iter().all(|(code, _)| *code == FaultCode::Cycle));
    assert!(!found.is_empty());
}
