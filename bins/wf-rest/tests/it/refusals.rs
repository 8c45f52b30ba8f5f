//! What HTTP itself refuses: paths, methods, media types, sizes.

use poem::http::Method;
use serde_json::json;

use crate::harness::{Api, SEED, faults, text};

#[tokio::test]
async fn an_unknown_path_is_a_problem_too() {
    let api = Api::open().await;
    for path in [
        "/v1",
        "/v1/",
        "/v1/workflows/",
        "/v1/nothing",
        "/v2/workflows",
        "/v1/workflows/a/tasks/",
        "/nothing",
        "/v1//workflows",
    ] {
        api.get(path).send().await.problem(404, "NOT_FOUND");
    }
    api.close().await;
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are() {
    let api = Api::open().await;
    let answer = api.call(Method::PUT, "/v1/workflows").send().await;
    assert_eq!(answer.header("Allow"), Some("POST, GET, HEAD"));
    answer.problem(405, "INVALID");
    let answer = api.call(Method::GET, "/v1/validate").send().await;
    assert_eq!(answer.header("Allow"), Some("POST"));
    answer.problem(405, "INVALID");
    api.call(Method::OPTIONS, "/v1/workflows")
        .send()
        .await
        .problem(405, "INVALID");
    api.call(Method::POST, "/openapi.json")
        .send()
        .await
        .problem(405, "INVALID");
    api.close().await;
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let api = Api::open().await;
    let answer = api
        .call(Method::HEAD, "/v1/service")
        .send()
        .await
        .expect(200);
    assert_eq!(answer.text(), "");
    api.close().await;
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_with_the_remedy() {
    let api = Api::open().await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/yaml",
        "application/json; charset=utf-16",
        "nonsense",
    ] {
        for path in [
            "/v1/workflows",
            "/v1/validate",
            "/v1/render",
            "/v1/simulate",
            "/v1/workflows/x/stop",
        ] {
            let call = api
                .call(Method::POST, path)
                .body(SEED)
                .header("Content-Type", content_type);
            let problem = call.send().await.problem(415, "INVALID");
            assert!(
                text(&problem["detail"]).contains("application/json"),
                "{problem}"
            );
        }
    }
    api.call(Method::POST, "/v1/workflows")
        .body(SEED)
        .send()
        .await
        .problem(415, "INVALID");
    let with_charset = api
        .call(Method::POST, "/v1/validate")
        .body(SEED)
        .header("Content-Type", "application/json; charset=UTF-8");
    with_charset.send().await.expect(200);
    api.close().await;
}

#[tokio::test]
async fn an_answer_of_another_type_is_not_acceptable() {
    let api = Api::open().await;
    for accept in [
        "text/html",
        "application/xml;q=0.9, text/*",
        "application/json;q=0",
    ] {
        api.get("/v1/workflows")
            .header("Accept", accept)
            .send()
            .await
            .problem(406, "INVALID");
    }
    for accept in ["*/*", "text/html, application/json;q=0.1", "application/*"] {
        api.get("/v1/workflows")
            .header("Accept", accept)
            .send()
            .await
            .expect(200);
    }
    api.close().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_too_large() {
    let api = Api::open_with(|args| args.http.max_body_bytes = 1000).await;
    let large = json!({"name": "w", "description": "x".repeat(2000), "tasks": []});
    api.post("/v1/workflows", &large)
        .send()
        .await
        .problem(413, "TOO_LARGE");
    api.post("/v1/validate", &large)
        .send()
        .await
        .problem(413, "TOO_LARGE");
    api.post("/v1/validate", SEED).send().await.expect(200);
    api.close().await;
}

#[tokio::test]
async fn a_document_over_the_targets_limit_is_too_large_by_name() {
    let api = Api::open().await;
    let tasks: Vec<_> = (0..20_001)
        .map(|number| json!({"name": format!("t{number}"), "action": "true"}))
        .collect();
    let problem = api
        .post("/v1/workflows", json!({"name": "w", "tasks": tasks}))
        .send()
        .await
        .problem(413, "TOO_LARGE");
    assert!(
        problem["faults"][0]["message"]
            .as_str()
            .unwrap()
            .contains("20000"),
        "{}",
        problem["faults"][0]
    );
    api.close().await;
}

#[tokio::test]
async fn a_query_parameter_that_no_operation_has_is_refused_everywhere() {
    let api = Api::open().await;
    for path in [
        "/v1/service",
        "/v1/actions",
        "/v1/actions/echo",
        "/v1/workflows/x",
        "/v1/workflows/x/tasks",
    ] {
        let answer = api.get(format!("{path}?pretty=1")).send().await;
        assert_eq!(
            answer.faults(400),
            faults([("pretty", "UNKNOWN_FIELD")]),
            "{path}"
        );
    }
    let answer = api
        .post("/v1/workflows?start=maybe&wait=301", SEED)
        .send()
        .await;
    assert_eq!(
        answer.faults(400),
        faults([("start", "WRONG_TYPE"), ("wait", "OUT_OF_RANGE")])
    );
    api.close().await;
}

#[tokio::test]
async fn the_request_id_of_the_client_is_kept() {
    let api = Api::open().await;
    let answer = api
        .get("/v1/nothing")
        .header("X-Request-Id", "mine-1")
        .send()
        .await;
    assert_eq!(answer.problem(404, "NOT_FOUND")["requestId"], "mine-1");
    api.close().await;
}
