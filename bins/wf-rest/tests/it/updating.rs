//! Updates of a workflow by merge patches.

use serde_json::{Value, json};

use crate::harness::{Api, SEED, faults, text};

async fn held(api: &Api) -> (String, String) {
    let created = api
        .post("/v1/workflows?start=false", SEED)
        .send()
        .await
        .expect(201);
    let etag = created.header("ETag").unwrap().to_owned();
    (
        format!("/v1/workflows/{}", text(&created.json()["id"])),
        etag,
    )
}

#[tokio::test]
async fn an_etag_guards_an_update() {
    let api = Api::open().await;
    let (path, etag) = held(&api).await;
    let changes = json!({"description": "mine", "labels": {"team": "core"}});
    let told = api
        .patch(&path, changes)
        .header("If-Match", &etag)
        .send()
        .await
        .expect(200);
    let newer = told.header("ETag").unwrap().to_owned();
    assert_ne!(newer, etag);
    let told = told.json();
    assert_eq!(
        (&told["description"], &told["labels"]["team"]),
        (&json!("mine"), &json!("core"))
    );

    let overdue = json!({"description": "late"});
    for tag in [&etag, "W/\"x\"", &format!("W/{newer}")] {
        let answer = api
            .patch(&path, &overdue)
            .header("If-Match", tag)
            .send()
            .await;
        let problem = answer.problem(412, "CONFLICT");
        assert!(
            text(&problem["detail"]).contains(newer.trim_matches('"')),
            "{problem}"
        );
    }
    let odd = api
        .patch(&path, &overdue)
        .header("If-Match", "x")
        .send()
        .await;
    assert_eq!(odd.faults(400), faults([("If-Match", "OUT_OF_RANGE")]));
    for tag in [format!("{etag}, {newer}"), "*".to_owned()] {
        api.patch(&path, &overdue)
            .header("If-Match", &tag)
            .send()
            .await
            .expect(200);
    }
    api.patch(&path, json!({"labels": null}))
        .send()
        .await
        .expect(200);
    let now = api.get(&path).send().await.expect(200).json();
    assert_eq!(
        (&now["description"], &now["labels"]),
        (&json!("late"), &json!({}))
    );
    api.close().await;
}

#[tokio::test]
async fn tasks_change_only_while_the_workflow_is_held() {
    let api = Api::open().await;
    let (path, _) = held(&api).await;
    let tasks = json!([{"name": "a", "action": "true"}]);
    let told = api.patch(format!("{path}?reason=smaller"), json!({"tasks": tasks}));
    let told = told.send().await.expect(200).json();
    assert_eq!(told["document"]["tasks"], tasks);
    assert_eq!(told["taskCounts"]["total"], 1);
    api.post(format!("{path}/start"), "")
        .send()
        .await
        .expect(200);
    api.get(format!("{path}?wait=60")).send().await.expect(200);
    let more = json!({"tasks": [{"name": "b", "action": "true"}]});
    let problem = api.patch(&path, more).send().await.problem(409, "CONFLICT");
    assert_eq!(problem["fitting"], json!(["HELD"]));
    let same = json!({"tasks": tasks, "description": "it is over"});
    let told = api.patch(&path, same).send().await.expect(200).json();
    assert_eq!(told["description"], "it is over");
    let audit = api
        .get(format!("{path}/audit"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(audit["items"][0]["action"], "update");
    assert_eq!(audit["items"][1]["outcome"], "CONFLICT");
    api.close().await;
}

#[tokio::test]
async fn what_is_no_patch_is_told_and_changes_nothing() {
    let api = Api::open().await;
    let (path, etag) = held(&api).await;
    let cases: [(Value, &str, &str); 5] = [
        (json!([]), "", "WRONG_TYPE"),
        (json!({"taskz": 1}), "taskz", "UNKNOWN_FIELD"),
        (json!({"tasks": null}), "tasks", "MISSING"),
        (
            json!({"labels": {"a b": "c"}}),
            "labels[\"a b\"]",
            "INVALID_LABEL",
        ),
        (
            json!({"description": "{{x}}"}),
            "description",
            "TEMPLATE_INJECTION",
        ),
    ];
    for (patch, place, code) in cases {
        let answer = api.patch(&path, &patch).send().await;
        assert_eq!(answer.faults(400), faults([(place, code)]), "{patch}");
    }
    let broken = api.patch(&path, "{").send().await;
    assert_eq!(broken.faults(400), faults([("", "MALFORMED_JSON")]));
    let twice = r#"{"labels": {"a": "1", "a": "2"}}"#;
    let twice = api.patch(&path, twice).send().await;
    assert_eq!(twice.faults(400), faults([("labels.a", "DUPLICATE_FIELD")]));
    let renamed = api.patch(&path, json!({"name": "other"})).send().await;
    renamed.problem(409, "CONFLICT");
    let call = api.call(poem::http::Method::PATCH, &path).body("{}");
    let text = call.header("Content-Type", "text/plain").send().await;
    text.problem(415, "INVALID");
    let call = api.call(poem::http::Method::PATCH, &path).body("{}");
    let json = call.header("Content-Type", "application/json").send().await;
    assert_eq!(json.expect(200).header("ETag"), Some(etag.as_str()));
    api.close().await;
}
