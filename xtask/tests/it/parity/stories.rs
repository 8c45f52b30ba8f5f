//! The stories: what somebody does, and in a word what comes of each step.

use std::time::Duration;

use serde_json::{Value, json};

use super::surface::{Listing, Outcome, Surface};

/// A name, what each step tells in a word, and the steps.
pub(super) type Story = (
    &'static str,
    &'static [&'static str],
    fn(&dyn Surface) -> Vec<Outcome>,
);

/// An id that nobody has.
pub(super) const NOBODY: &str = "01900000-0000-7000-8000-000000000000";

pub(super) const STORIES: &[Story] = &[
    (
        "the example runs to its end",
        &["SUCCEEDED", "done", "done"],
        |api| {
            let id = created(api, &example("example"));
            vec![api.end(&id), api.logs(&id, "A"), api.logs(&id, "B")]
        },
    ),
    (
        "a failing task fails its workflow",
        &["FAILED", "done"],
        |api| {
            let code = json!([{"name": "code", "value": 3}]);
            let tasks = json!([
                {"name": "A", "action": "fail", "parameters": code},
                {"name": "B", "action": "true", "dependsOn": ["A"]},
                {"name": "C", "action": "true"},
            ]);
            let id = created(api, &json!({"name": "failing", "tasks": tasks}));
            vec![api.end(&id), api.logs(&id, "A")]
        },
    ),
    (
        "what can be said in a document is said back",
        &["SUCCEEDED", "done"],
        |api| {
            let id = created(api, &rich("rich"));
            vec![api.end(&id), api.logs(&id, "onExit")]
        },
    ),
    (
        "a held workflow starts once, with values",
        &["done", "SUCCEEDED", "CONFLICT"],
        |api| {
            let held = api.create(&greeting("held"), false, None);
            let id = held.text("id");
            api.start(&id, &[("greeting", "Hi")]);
            vec![held, api.end(&id), api.start(&id, &[])]
        },
    ),
    (
        "values at the start are checked",
        &[
            "INVALID NOT_IN_ENUM@parameters.greeting UNDECLARED_PARAMETER@parameters.other",
            "done",
        ],
        |api| {
            let id = api.create(&greeting("checked"), false, None).text("id");
            let values = [("greeting", "Bye"), ("other", "1")];
            vec![api.start(&id, &values), api.get(&id)]
        },
    ),
    (
        "a stop shows its reason and stays",
        &["STOPPED", "STOPPED", "CONFLICT"],
        |api| {
            let id = created(api, &sleeping("stopped"));
            running(api, &id);
            api.stop(&id, "NOW");
            vec![api.end(&id), api.stop(&id, "GRACEFUL"), api.start(&id, &[])]
        },
    ),
    ("a held workflow is stopped at once", &["STOPPED"], |api| {
        let id = api.create(&example("stopped-held"), false, None).text("id");
        vec![api.stop(&id, "GRACEFUL")]
    }),
    (
        "a finished workflow cannot be stopped",
        &["CONFLICT"],
        |api| {
            let id = created(api, &example("finished"));
            api.end(&id);
            vec![api.stop(&id, "GRACEFUL")]
        },
    ),
    (
        "a deleted workflow is gone",
        &["done", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
        |api| {
            let id = created(api, &example("deleted"));
            api.end(&id);
            vec![
                api.delete(&id, false),
                api.get(&id),
                api.delete(&id, false),
                api.logs(&id, "A"),
            ]
        },
    ),
    (
        "only force deletes what runs",
        &["CONFLICT", "done", "NOT_FOUND"],
        |api| {
            let id = created(api, &sleeping("forced"));
            running(api, &id);
            vec![
                api.delete(&id, false),
                api.delete(&id, true),
                gone(api, &id),
            ]
        },
    ),
    (
        "a key makes one workflow",
        &["done", "CONFLICT", "CONFLICT"],
        |api| {
            let key = Some("key 1");
            let first = api.create(&example("keyed"), false, key);
            let again = api.create(&example("keyed"), false, key);
            assert_eq!(first.text("id"), again.text("id"));
            let mut other = example("keyed");
            other["description"] = json!("another");
            let contradicting = api.create(&other, false, key);
            vec![
                again,
                contradicting,
                api.create(&example("keyed"), true, key),
            ]
        },
    ),
    (
        "a key is checked",
        &["INVALID TOO_LONG@idempotencyKey"],
        |api| vec![api.create(&example("long-key"), false, Some(&"k".repeat(256)))],
    ),
    (
        "every fault is told at once, and nothing is stored",
        &[
            "INVALID UNKNOWN_ACTION@tasks[0].action UNKNOWN_DEPENDENCY@tasks[1].dependsOn[0] \
             MISSING_PARAMETER@tasks[1].parameters UNDECLARED_PARAMETER@tasks[1].parameters[0].name \
             UNKNOWN_FIELD@tasks[2].dependson",
            "done",
        ],
        |api| {
            vec![
                api.create(&faulty("faulty"), true, None),
                api.list(&named("faulty")),
            ]
        },
    ),
    (
        "faults are data to who only asks",
        &["done", "done", "done"],
        |api| {
            let cluster = Some("argo-4.1-full");
            let fetch = json!([{"name": "A", "action": "fetch", "parameters": [{"name": "url", "value": "https://example.org"}]}]);
            let clustered = json!({"name": "clustered", "tasks": fetch});
            vec![
                api.validate(&faulty("asked"), None),
                api.validate(&clustered, None),
                api.validate(&clustered, cluster),
            ]
        },
    ),
    (
        "a document is rendered, or its faults are told",
        &["done", "done", "INVALID CYCLE@tasks[0].dependsOn[0]"],
        |api| {
            let cycle = json!([
                {"name": "A", "action": "true", "dependsOn": ["B"]},
                {"name": "B", "action": "true", "dependsOn": ["A"]},
            ]);
            vec![
                api.render(&example("rendered")),
                api.render(&rich("rendered")),
                api.render(&json!({"name": "cycle", "tasks": cycle})),
            ]
        },
    ),
    ("a document is played through", &["done", "done"], |api| {
        vec![
            api.simulate(&example("played"), "A"),
            api.simulate(&rich("played"), "b"),
        ]
    }),
    (
        "lists are filtered",
        &["done", "done", "done", "done"],
        |api| {
            for (name, team) in [("listed", "core"), ("listed", "edge"), ("other", "core")] {
                let mut document = example(name);
                document["labels"] = json!({"team": team});
                api.create(&document, false, None);
            }
            let label = Some(("team", "core"));
            vec![
                api.list(&named("listed")),
                api.list(&Listing {
                    label,
                    ..Listing::default()
                }),
                api.list(&Listing {
                    phase: Some("HELD"),
                    label,
                    name: Some("listed"),
                    ..Listing::default()
                }),
                api.list(&Listing {
                    phase: Some("STOPPED"),
                    name: Some("listed"),
                    ..Listing::default()
                }),
            ]
        },
    ),
    ("a list is read page by page", &["done", "done"], |api| {
        for _ in 0..3 {
            api.create(&example("paged"), false, None);
        }
        let page = |first, after| {
            api.list(&Listing {
                first: Some(first),
                after,
                ..named("paged")
            })
        };
        let newest = page(2, None);
        let rest = page(2, Some(newest.text("endCursor")));
        vec![newest, rest]
    }),
    (
        "a cursor belongs to its list",
        &["INVALID OUT_OF_RANGE@after", "INVALID OUT_OF_RANGE@after"],
        |api| {
            for _ in 0..2 {
                api.create(&example("sealed"), false, None);
            }
            let page = |name, after| {
                api.list(&Listing {
                    first: Some(1),
                    after,
                    ..named(name)
                })
            };
            let cursor = page("sealed", None).text("endCursor");
            vec![
                page("another", Some(cursor.clone())),
                page("sealed", Some(format!("{cursor}A"))),
            ]
        },
    ),
    (
        "who is not there is not found",
        &[
            "NOT_FOUND",
            "NOT_FOUND",
            "NOT_FOUND",
            "NOT_FOUND",
            "NOT_FOUND",
            "NOT_FOUND",
        ],
        |api| {
            let id = api.create(&example("there"), false, None).text("id");
            vec![
                api.get(NOBODY),
                api.get("no-id"),
                api.start(NOBODY, &[]),
                api.stop(NOBODY, "NOW"),
                api.delete(NOBODY, true),
                api.logs(&id, "Z"),
            ]
        },
    ),
    (
        "the catalog and the service tell of themselves",
        &["done", "done", "NOT_FOUND", "done"],
        |api| {
            vec![
                api.action("echo"),
                api.action("fail"),
                api.action("ecko"),
                api.service(),
            ]
        },
    ),
];

pub(super) fn created(api: &dyn Surface, document: &Value) -> String {
    api.create(document, true, None).text("id")
}

/// Waits until the first task runs.
pub(super) fn running(api: &dyn Surface, id: &str) {
    until(
        api,
        id,
        |told| matches!(told, Outcome::Done(workflow) if workflow["tasks"][0]["phase"] == "RUNNING"),
    );
}

/// What is told of a workflow once it is gone: a forced delete ends its processes first.
fn gone(api: &dyn Surface, id: &str) -> Outcome {
    until(api, id, |told| matches!(told, Outcome::Failed(_)))
}

/// What is told of a workflow once it is so, within half a minute.
pub(super) fn until(api: &dyn Surface, id: &str, so: fn(&Outcome) -> bool) -> Outcome {
    for _ in 0..600 {
        let told = api.get(id);
        if so(&told) {
            return told;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("workflow {id} does not come so far");
}

fn named(name: &str) -> Listing<'_> {
    Listing {
        name: Some(name),
        ..Listing::default()
    }
}

/// The document that everybody knows, under another name.
pub(super) fn example(name: &str) -> Value {
    json!({"name": name, "tasks": [
        {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
        {"name": "B", "action": "echo", "parameters": [{"name": "message", "value": "World"}], "dependsOn": ["A"]},
    ]})
}

/// One that asks for a greeting.
fn greeting(name: &str) -> Value {
    json!({
        "name": name,
        "parameters": [{"name": "greeting", "default": "Hello", "enum": ["Hello", "Hi"]}],
        "tasks": [{"name": "A", "action": "echo", "parameters": [
            {"name": "message", "value": "{{workflow.parameters.greeting}}"},
        ]}],
    })
}

/// One that ends when it is stopped.
pub(super) fn sleeping(name: &str) -> Value {
    json!({"name": name, "tasks": [
        {"name": "A", "action": "sleep", "parameters": [{"name": "seconds", "value": 60}]},
        {"name": "B", "action": "true", "dependsOn": ["A"]},
    ]})
}

/// One with nearly every field there is.
fn rich(name: &str) -> Value {
    json!({
        "name": name, "description": "Nearly everything", "labels": {"team": "core"},
        "parameters": [{"name": "who", "default": "world", "description": "Whom to greet"}],
        "timeoutSeconds": 60, "parallelism": 2, "priority": 1, "mutex": "one-at-a-time",
        "onExit": {"action": "echo", "parameters": [{"name": "message", "value": "{{workflow.status}}"}]},
        "outputs": [{"name": "greeting", "value": "{{tasks.a.outputs.result}}"}],
        "tasks": [
            {"name": "a", "action": "echo", "parameters": [
                {"name": "message", "value": "Hello {{workflow.parameters.who}}"},
            ]},
            {"name": "b", "action": "echo", "depends": "a.Succeeded", "withItems": ["x", 2, true],
             "parameters": [{"name": "message", "value": "{{item}}"}], "timeoutSeconds": 30,
             "retry": {"limit": 2, "backoffSeconds": 1}},
            {"name": "c", "action": "true", "depends": "a && b", "when": "'{{tasks.a.outputs.result}}' == 'no'"},
        ],
    })
}

/// One with a fault of many a kind.
fn faulty(name: &str) -> Value {
    json!({"name": name, "tasks": [
        {"name": "A", "action": "ecko"},
        {"name": "B", "action": "echo", "parameters": [{"name": "mesage", "value": "x"}], "dependsOn": ["Z"]},
        {"name": "C", "action": "true", "dependson": ["A"]},
    ]})
}
