//! Repeated requests.

use serde_json::json;

use crate::harness::{Api, SEED, faults, text};

#[tokio::test]
async fn the_same_request_with_the_same_key_makes_one_workflow() {
    let api = Api::open().await;
    let create = || {
        api.post("/v1/workflows?start=false", SEED)
            .header("Idempotency-Key", "key-1")
    };
    let first = create().send().await.expect(201).json();
    let again = create().send().await.expect(200);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(
        again.header("Location"),
        Some(format!("/v1/workflows/{}", text(&first["id"])).as_str())
    );
    assert_eq!(again.json(), first);

    let reordered = json!({
        "tasks": serde_json::from_str::<serde_json::Value>(SEED).unwrap()["tasks"],
        "name": "my-workflow",
    });
    let same = api
        .post("/v1/workflows?start=false", reordered)
        .header("Idempotency-Key", "key-1");
    assert_eq!(same.send().await.expect(200).json()["id"], first["id"]);

    let all = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    api.close().await;
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else_is_a_conflict() {
    let api = Api::open().await;
    let create = |path: &str, body: &str| api.post(path, body).header("Idempotency-Key", "key-1");
    create("/v1/workflows?start=false", SEED)
        .send()
        .await
        .expect(201);
    let other_body = SEED.replace("World", "Moon");
    let problem = create("/v1/workflows?start=false", &other_body)
        .send()
        .await
        .problem(409, "CONFLICT");
    assert!(text(&problem["detail"]).contains("key"), "{problem}");
    create("/v1/workflows?start=true", SEED)
        .send()
        .await
        .problem(409, "CONFLICT");

    let other_name = SEED.replace("my-workflow", "your-workflow");
    create("/v1/workflows?start=false", &other_name)
        .send()
        .await
        .expect(201);
    api.close().await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_never_ignored() {
    let api = Api::open().await;
    let create = || api.post("/v1/workflows?start=false", SEED);
    let long = "k".repeat(256);
    for key in ["", "a\tb", long.as_str()] {
        let answer = create().header("Idempotency-Key", key).send().await;
        assert_eq!(answer.faults(400).len(), 1, "{key:?}");
    }
    let bytes = create()
        .raw_header("Idempotency-Key", b"caf\xe9")
        .send()
        .await;
    assert_eq!(
        bytes.faults(400),
        faults([("Idempotency-Key", "OUT_OF_RANGE")])
    );
    let twice = create()
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "b")
        .send()
        .await;
    assert_eq!(twice.status, 400);
    let all = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(all["items"], json!([]));
    api.close().await;
}
