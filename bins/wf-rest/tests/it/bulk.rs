//! The same for many workflows.

use serde_json::{Value, json};

use crate::harness::{Api, SEED, column, text};

async fn bulk(api: &Api, body: Value) -> Value {
    api.post("/v1/workflows/bulk", body)
        .send()
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn each_tells_what_became_of_it() {
    let api = Api::open().await;
    let held = api
        .post("/v1/workflows?start=false", SEED)
        .send()
        .await
        .expect(201)
        .json();
    let ended = api.run(SEED).await;
    let ids = json!([held["id"], "no-id", ended["id"]]);
    let report = bulk(
        &api,
        json!({"operation": "STOP", "mode": "NOW", "ids": ids}),
    )
    .await;
    assert_eq!(
        (&report["count"], &report["preview"]),
        (&json!(3), &json!(false))
    );
    assert_eq!(column(&report["items"], "id"), *ids.as_array().unwrap());
    assert_eq!(column(&report["items"], "ok"), [true, false, false]);
    assert_eq!(report["items"][0]["phase"], "STOPPED");
    let problems = column(&report["items"], "problem");
    assert_eq!(
        (&problems[1]["status"], &problems[1]["code"]),
        (&json!(404), &json!("NOT_FOUND"))
    );
    assert_eq!(problems[2]["code"], "CONFLICT");
    assert_eq!(problems[2]["phase"], "SUCCEEDED");

    let restart = json!({"operation": "RESTART", "ids": [ended["id"]], "reason": "again"});
    assert_eq!(bulk(&api, restart).await["items"][0]["ok"], true);
    let path = format!("/v1/workflows/{}", text(&ended["id"]));
    let again = api
        .get(format!("{path}?wait=60"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(again["run"], 2);
    api.close().await;
}

#[tokio::test]
async fn a_filter_is_counted_before_it_is_used() {
    let api = Api::open().await;
    for team in ["core", "core", "edge"] {
        let mut document: Value = serde_json::from_str(SEED).unwrap();
        document["labels"] = json!({"team": team});
        api.post("/v1/workflows?start=false", document)
            .send()
            .await
            .expect(201);
    }
    let filter = json!({"labels": {"team": "core"}, "phases": ["HELD"]});
    let mut request = json!({"operation": "DELETE", "filter": filter, "preview": true});
    let preview = bulk(&api, request.clone()).await;
    let counted = json!({"preview": true, "count": 2, "hasMore": false, "items": []});
    assert_eq!(preview, counted);
    request["preview"] = json!(false);
    assert_eq!(
        column(&bulk(&api, request.clone()).await["items"], "ok"),
        [true, true]
    );
    assert_eq!(bulk(&api, request).await["count"], 0);
    let left = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    api.close().await;
}

#[tokio::test]
async fn a_request_that_contradicts_itself_is_told_by_place() {
    let api = Api::open().await;
    let cases: [(Value, &[(&str, &str)]); 10] = [
        (json!({"ids": ["x"]}), &[("operation", "MISSING")]),
        (json!({"operation": "STOP"}), &[("ids", "MISSING")]),
        (
            json!({"operation": "STOP", "ids": []}),
            &[("ids", "MISSING")],
        ),
        (
            json!({"operation": "STOP", "ids": ["x", "x"]}),
            &[("ids[1]", "DUPLICATE_NAME")],
        ),
        (
            json!({"operation": "STOP", "ids": vec!["x"; 1001]}),
            &[("ids", "TOO_LONG")],
        ),
        (
            json!({"operation": "STOP", "filter": {}}),
            &[("filter", "MISSING")],
        ),
        (
            json!({"operation": "STOP", "ids": ["x"], "filter": {"name": "y"}}),
            &[("filter", "OUT_OF_RANGE")],
        ),
        (
            json!({"operation": "DELETE", "mode": "NOW", "ids": ["x"]}),
            &[("mode", "OUT_OF_RANGE")],
        ),
        (
            json!({"operation": "STOP", "mode": "ALL", "force": true, "ids": ["x"]}),
            &[("force", "OUT_OF_RANGE"), ("mode", "OUT_OF_RANGE")],
        ),
        (
            json!({"operation": "halt", "filter": {"phases": ["DONE"], "createdAfter": "now",
                                                   "label": {}}, "ids": [1]}),
            &[
                ("filter.createdAfter", "WRONG_TYPE"),
                ("filter.label", "UNKNOWN_FIELD"),
                ("filter.phases[0]", "OUT_OF_RANGE"),
                ("ids[0]", "WRONG_TYPE"),
                ("operation", "OUT_OF_RANGE"),
            ],
        ),
    ];
    for (body, expected) in cases {
        let answer = api.post("/v1/workflows/bulk", &body).send().await;
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, code)| ((*path).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(answer.faults(400), expected, "{body}");
    }
    let get = api.get("/v1/workflows/bulk").send().await;
    assert_eq!(get.header("Allow"), Some("POST"));
    get.problem(405, "INVALID");
    api.close().await;
}
