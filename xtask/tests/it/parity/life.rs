//! The stories of a whole life: suspended, answered, restarted, updated, all at once.

use serde_json::{Value, json};

use super::stories::{NOBODY, Story, created, example, running, sleeping, until};
use super::surface::{Bulk, Outcome, Surface};

pub(super) const STORIES: &[Story] = &[
    (
        "a whole life: held, started, failed, one task again, stopped, all again, deleted",
        &[
            "done",
            "FAILED",
            "FAILED",
            "FAILED",
            "done",
            "FAILED",
            "done",
            "done",
            "NOT_FOUND",
        ],
        |api| {
            let held = api.create(&failing("life"), false, None);
            let id = held.text("id");
            api.start(&id, &[]);
            let failed = api.end(&id);
            api.restart_task(&id, "B", false);
            let alone = api.end(&id);
            let rest = restarted(api, &id, &json!({"mode": "FROM_FAILED"}));
            let first = api.runs(&id, Some(2));
            let all = restarted(api, &id, &json!({"mode": "ALL", "latestActions": true}));
            vec![
                held,
                failed,
                alone,
                rest,
                first,
                all,
                api.audit(&id),
                api.delete(&id, false),
                api.get(&id),
            ]
        },
    ),
    (
        "a workflow that waits runs again when it is restarted, and is stopped then",
        &["STOPPED", "done"],
        |api| {
            let id = created(api, &approval("again"));
            waiting(api, &id);
            api.restart(&id, &json!({}));
            until(
                api,
                &id,
                |told| matches!(told, Outcome::Done(workflow) if workflow["run"] == 2),
            );
            api.stop(&id, "NOW");
            vec![api.end(&id), api.runs(&id, None)]
        },
    ),
    (
        "what is suspended goes on when it is resumed, and answers stay answers",
        &[
            "done",
            "done",
            "done",
            "CONFLICT",
            "SUCCEEDED",
            "CONFLICT",
            "CONFLICT",
        ],
        |api| {
            let id = created(api, &approval("suspended"));
            waiting(api, &id);
            let why = api.why(&id, "B");
            let suspended = api.suspend(&id);
            api.answer(&id, "A", true, Some("yes"));
            let after = until(
                api,
                &id,
                |told| matches!(told, Outcome::Done(workflow) if workflow["tasks"][0]["phase"] == "SUCCEEDED"),
            );
            let twice = api.answer(&id, "A", false, None);
            api.resume(&id);
            let ended = api.end(&id);
            vec![
                why,
                suspended,
                after,
                twice,
                ended,
                api.suspend(&id),
                api.resume(&id),
            ]
        },
    ),
    (
        "an approval is rejected, and a faulty answer leaves it waiting",
        &["INVALID UNDECLARED_PARAMETER@outputs[0]", "FAILED"],
        |api| {
            let document = json!({"name": "rejected", "tasks": [{"name": "A", "action": "pause"}]});
            let id = created(api, &document);
            waiting(api, &id);
            let faulty = api.answer(&id, "A", true, Some("yes"));
            api.answer(&id, "A", false, None);
            vec![faulty, api.end(&id)]
        },
    ),
    (
        "a task that is stopped fails its workflow as one that fails does",
        &["FAILED", "FAILED", "NOT_FOUND", "CONFLICT"],
        |api| {
            let id = created(api, &sleeping("one-stopped"));
            running(api, &id);
            api.stop_task(&id, "A");
            let ended = api.end(&id);
            let again = api.stop_task(&id, "A");
            let done = created(api, &example("one-done"));
            api.end(&done);
            vec![
                ended,
                again,
                api.stop_task(&id, "Z"),
                api.stop_task(&done, "A"),
            ]
        },
    ),
    (
        "an update needs the etag that it was made for",
        &[
            "done",
            "CONFLICT",
            "SUCCEEDED",
            "CONFLICT",
            "INVALID INVALID_LABEL@labels.-",
        ],
        |api| {
            let held = api.create(&example("updated"), false, None);
            let (id, etag) = (held.text("id"), held.text("etag"));
            let patch = json!({"labels": {"team": "core"}, "parallelism": 2});
            let updated = api.update(&id, &patch, Some(&etag));
            let late = api.update(&id, &json!({"description": "late"}), Some(&etag));
            api.start(&id, &[]);
            api.end(&id);
            vec![
                updated,
                late,
                api.update(&id, &json!({"description": "over"}), None),
                api.update(&id, &json!({"parallelism": 3}), None),
                api.update(&id, &json!({"labels": {"-": "x"}}), None),
            ]
        },
    ),
    (
        "a restart is asked for once, of the run that was seen, without contradictions",
        &[
            "SUCCEEDED",
            "CONFLICT",
            "INVALID MISSING@tasks",
            "INVALID DUPLICATE_NAME@tasks[1]",
            "INVALID UNKNOWN_REFERENCE@tasks[0]",
            "INVALID OUT_OF_RANGE@downstream OUT_OF_RANGE@tasks",
            "CONFLICT",
        ],
        |api| {
            let id = created(api, &example("once"));
            api.end(&id);
            let keyed = json!({"mode": "ALL", "key": "k", "expectedRun": 1});
            restarted(api, &id, &keyed);
            let again = restarted(api, &id, &keyed);
            let ask = |asked| api.restart(&id, &asked);
            vec![
                again,
                ask(json!({"expectedRun": 1})),
                ask(json!({"mode": "TASKS"})),
                ask(json!({"tasks": ["A", "A"]})),
                ask(json!({"tasks": ["Z"]})),
                ask(json!({"mode": "ALL", "tasks": ["A"], "downstream": true})),
                ask(json!({"mode": "FROM_FAILED"})),
            ]
        },
    ),
    (
        "the same is done to many, each for itself",
        &[
            "done",
            "done",
            "done",
            "INVALID MISSING@ids",
            "INVALID OUT_OF_RANGE@filter",
        ],
        |api| {
            let held: Vec<String> = (0..2)
                .map(|_| api.create(&example("many"), false, None).text("id"))
                .collect();
            let ended = created(api, &example("many-else"));
            api.end(&ended);
            let ids = vec![held[0].as_str(), "no-id", &ended, NOBODY];
            let of = |ids: Option<Vec<&str>>, name| {
                api.bulk(
                    "STOP",
                    &Bulk {
                        ids: ids.clone(),
                        name,
                        preview: false,
                    },
                )
            };
            let by_name = |preview| {
                api.bulk(
                    "DELETE",
                    &Bulk {
                        name: Some("many"),
                        preview,
                        ..Bulk::default()
                    },
                )
            };
            vec![
                of(Some(ids), None),
                by_name(true),
                by_name(false),
                of(None, None),
                of(Some(vec![NOBODY]), Some("many")),
            ]
        },
    ),
];

fn restarted(api: &dyn Surface, id: &str, asked: &Value) -> Outcome {
    api.restart(id, asked);
    api.end(id)
}

/// Waits until the first task waits for an answer.
fn waiting(api: &dyn Surface, id: &str) {
    until(
        api,
        id,
        |told| matches!(told, Outcome::Done(workflow) if workflow["tasks"][0]["phase"] == "WAITING"),
    );
}

/// One that waits for somebody, with a task that says what they said.
fn approval(name: &str) -> Value {
    json!({"name": name, "tasks": [
        {"name": "A", "action": "approval"},
        {"name": "B", "action": "echo", "dependsOn": ["A"], "parameters": [
            {"name": "message", "value": "{{tasks.A.outputs.parameters.decision}}"},
        ]},
    ]})
}

/// One in which the second of three tasks fails.
fn failing(name: &str) -> Value {
    json!({"name": name, "tasks": [
        {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
        {"name": "B", "action": "fail", "parameters": [{"name": "code", "value": 3}],
         "dependsOn": ["A"]},
        {"name": "C", "action": "true", "dependsOn": ["B"]},
    ]})
}
