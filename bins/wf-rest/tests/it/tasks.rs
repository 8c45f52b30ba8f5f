//! One task: why it waits, stop, restart, answer.

use serde_json::{Value, json};

use crate::harness::{Api, faults, text};

/// `a` waits for somebody, `b` for `a`; `c` runs beside them.
fn approval() -> Value {
    json!({"name": "approval", "tasks": [
        {"name": "a", "action": "approval"},
        {"name": "b", "action": "echo", "dependsOn": ["a"], "parameters": [
            {"name": "message", "value": "{{tasks.a.outputs.parameters.decision}}"}]},
        {"name": "c", "action": "sleep", "parameters": [{"name": "seconds", "value": "300"}]},
    ]})
}

async fn waiting(api: &Api) -> String {
    let created = api
        .post("/v1/workflows", approval())
        .send()
        .await
        .expect(201)
        .json();
    let path = format!("/v1/workflows/{}", text(&created["id"]));
    api.task_in(&path, "a", "WAITING").await;
    api.task_in(&path, "c", "RUNNING").await;
    path
}

#[tokio::test]
async fn an_approval_is_answered_with_outputs() {
    let api = Api::open().await;
    let path = waiting(&api).await;
    for (task, why) in [
        ("a", json!(["an answer"])),
        ("b", json!(["a is WAITING"])),
        ("c", json!([])),
    ] {
        let told = api
            .get(format!("{path}/tasks/{task}"))
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(told["why"], why, "{task}");
    }
    let answer = |body: Value| api.post(format!("{path}/tasks/a/answer"), body);
    let odd = answer(json!({"item": "x", "outputs": [{"name": 1}]}))
        .send()
        .await;
    assert_eq!(
        odd.faults(400),
        faults([
            ("approve", "MISSING"),
            ("item", "WRONG_TYPE"),
            ("outputs[0].value", "MISSING")
        ])
    );
    let unknown = json!({"approve": true, "outputs": [{"name": "other", "value": "x"}]});
    answer(unknown).send().await.problem(400, "INVALID");
    let no_item = answer(json!({"approve": true, "item": 0})).send().await;
    no_item.problem(409, "CONFLICT");

    let body = json!({"approve": true, "message": "looks good", "reason": "I have looked",
                      "outputs": [{"name": "decision", "value": "yes"}]});
    answer(body).send().await.expect(200);
    api.task_in(&path, "b", "SUCCEEDED").await;
    let task = api
        .get(format!("{path}/tasks/a"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(task["message"], "looks good");
    assert_eq!(
        task["outputs"],
        json!([{"name": "decision", "value": "yes"}])
    );
    let problem = answer(json!({"approve": false}))
        .send()
        .await
        .problem(409, "CONFLICT");
    assert_eq!(problem["phase"], "SUCCEEDED");
    assert_eq!(problem["fitting"], json!(["WAITING"]));
    api.close().await;
}

#[tokio::test]
async fn one_task_is_stopped_and_runs_again_alone() {
    let api = Api::open().await;
    let path = waiting(&api).await;
    let stop = json!({"reason": "takes too long"});
    api.post(format!("{path}/tasks/c/stop"), stop)
        .send()
        .await
        .expect(200);
    api.task_in(&path, "c", "STOPPED").await;
    api.post(format!("{path}/tasks/c/stop"), "")
        .send()
        .await
        .expect(200);
    let no = json!({"approve": false});
    api.post(format!("{path}/tasks/a/answer"), no)
        .send()
        .await
        .expect(200);
    let ended = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(ended["phase"], "FAILED");
    let problem = api.post(format!("{path}/tasks/a/stop"), "").send().await;
    assert_eq!(problem.problem(409, "CONFLICT")["phase"], "FAILED");

    let restart = |task: &str, body: Value| api.post(format!("{path}/tasks/{task}/restart"), body);
    for (task, status, code) in [("z", 404, "NOT_FOUND"), ("%00", 404, "NOT_FOUND")] {
        restart(task, json!({})).send().await.problem(status, code);
    }
    let odd = restart("a", json!({"downstream": 1, "mode": "ALL"}))
        .send()
        .await;
    assert_eq!(
        odd.faults(400),
        faults([("downstream", "WRONG_TYPE"), ("mode", "UNKNOWN_FIELD")])
    );
    let told = restart("a", json!({"expectedRun": 1, "reason": "he thought again"}));
    assert_eq!(told.send().await.expect(200).json()["run"], 2);
    let now = api.task_in(&path, "a", "WAITING").await;
    assert_eq!(now["tasks"][1]["inheritedFrom"], 1);
    assert_eq!(now["tasks"][2]["inheritedFrom"], 1);
    assert_eq!(now["tasks"][2]["phase"], "STOPPED");
    api.close().await;
}
