//! Reading and checking a document, beside what `serde_json` takes to parse the same bytes.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::fmt::Write;

use wf_model::{Draft, Limits, ParameterSignature, Signature, Signatures, Target};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// A document of that many tasks, each with a parameter and one or two dependencies.
fn document(tasks: usize) -> Vec<u8> {
    let mut json = String::from(r#"{"name":"large","tasks":["#);
    for task in 0..tasks {
        if task > 0 {
            json.push(',');
        }
        let depends_on = match task {
            0 => String::new(),
            _ if task % 2 == 0 => format!(r#""task-{}","task-{}""#, task - 1, task / 2),
            _ => format!(r#""task-{}""#, task / 2),
        };
        let _ = write!(
            json,
            r#"{{"name":"task-{task}","action":"echo","parameters":[{{"name":"message","value":"Hello from task {task}"}}],"dependsOn":[{depends_on}]}}"#
        );
    }
    json.push_str("]}");
    json.replace(r#""task-1","task-1""#, r#""task-1""#)
        .into_bytes()
}

fn signatures() -> Signatures {
    let mut signatures = Signatures::default();
    let echo = Signature {
        parameters: vec![ParameterSignature::required("message")],
        ..Signature::default()
    };
    signatures.insert("echo", echo);
    signatures
}

#[divan::bench(args = SIZES)]
fn serde_json_value(bencher: Bencher, tasks: usize) {
    let bytes = document(tasks);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| serde_json::from_slice::<serde_json::Value>(black_box(&bytes)));
}

#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher, tasks: usize) {
    let bytes = document(tasks);
    let limits = Limits::unbounded(Target::Embedded);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| Draft::parse(black_box(&bytes), &limits));
}

#[divan::bench(args = SIZES)]
fn parse_and_validate(bencher: Bencher, tasks: usize) {
    let bytes = document(tasks);
    let (signatures, limits) = (signatures(), Limits::unbounded(Target::Embedded));
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        Draft::parse(black_box(&bytes), &limits)
            .validate(&signatures, &limits)
            .expect("the generated document is right")
    });
}
