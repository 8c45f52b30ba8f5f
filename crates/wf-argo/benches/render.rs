//! How long a document takes from its bytes to its manifest, beside what the JSON parser alone
//! takes for the same bytes.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::ItemsCount;
use wf_argo::{Catalog, Profile, render};
use wf_model::{Draft, Limits, Target, ValidWorkflow};

const TASKS: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    divan::main();
}

/// A document of `echo` tasks, each waiting for one or two before it.
fn document(tasks: usize) -> Vec<u8> {
    let mut document = String::from(r#"{"name":"bench","tasks":["#);
    for task in 0..tasks {
        if task > 0 {
            document.push(',');
        }
        let depends_on = match task {
            0 => String::new(),
            1 | 2 => r#","dependsOn":["t-0"]"#.to_owned(),
            _ => format!(r#","dependsOn":["t-{}","t-{}"]"#, task / 2, task - 1),
        };
        write!(
            document,
            r#"{{"name":"t-{task}","action":"echo","parameters":[{{"name":"message","value":"Hello {task}"}}]{depends_on}}}"#
        )
        .expect("writing to a String cannot fail");
    }
    document.push_str("]}");
    document.into_bytes()
}

fn valid(document: &[u8], catalog: &Catalog) -> ValidWorkflow {
    let limits = Limits::unbounded(Target::Embedded);
    Draft::parse(document, &limits)
        .validate(catalog.signatures(), &limits)
        .expect("the document is valid")
}

/// Under which everything is added that a platform usually wants.
fn full_profile() -> Profile {
    const FULL: &str = include_str!("../../../fixtures/profiles/platform.yaml");
    Profile::parse("platform.yaml", FULL).expect("the profile is right, as a test shows")
}

/// The yardstick.
#[divan::bench(args = TASKS)]
fn serde_json_parse(bencher: Bencher, tasks: usize) {
    let document = document(tasks);
    let parse = || serde_json::from_slice::<serde_json::Value>(&document).expect("it is JSON");
    bencher.counter(ItemsCount::new(tasks)).bench(parse);
}

#[divan::bench(args = TASKS)]
fn render_only(bencher: Bencher, tasks: usize) {
    let catalog = Catalog::builtin();
    let workflow = valid(&document(tasks), &catalog);
    let render = || render(&workflow, &catalog, &Profile::plain()).expect("it can be rendered");
    bencher.counter(ItemsCount::new(tasks)).bench(render);
}

#[divan::bench(args = TASKS)]
fn parse_validate_render(bencher: Bencher, tasks: usize) {
    let catalog = Catalog::builtin();
    let document = document(tasks);
    let all = || {
        render(&valid(&document, &catalog), &catalog, &Profile::plain())
            .expect("it can be rendered")
    };
    bencher.counter(ItemsCount::new(tasks)).bench(all);
}

#[divan::bench(args = TASKS)]
fn parse_validate_render_with_the_full_profile(bencher: Bencher, tasks: usize) {
    let catalog = Catalog::builtin();
    let profile = full_profile();
    let document = document(tasks);
    let all =
        || render(&valid(&document, &catalog), &catalog, &profile).expect("it can be rendered");
    bencher.counter(ItemsCount::new(tasks)).bench(all);
}
