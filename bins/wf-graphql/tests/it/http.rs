//! HTTP: what is executed, what is refused, and how it is told.

use poem::Request;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{App, code};

const JSON: &str = "application/json";
const NAMES: &str = r#"{"query": "{ workflows { name } }"}"#;

#[tokio::test]
async fn only_json_is_executed() {
    let app = App::new().await;
    for content_type in [JSON, "application/json; charset=utf-8", "Application/JSON"] {
        let (status, answer) = app.post(content_type, NAMES).await;
        assert_eq!(
            (status, answer),
            (StatusCode::OK, json!({"data": {"workflows": []}}))
        );
    }
    for content_type in [
        "text/plain",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
    ] {
        let (status, answer) = app.post(content_type, NAMES).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
        assert_eq!(code(&answer), "INVALID");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("Content-Type: application/json"),
            "{message}"
        );
    }
    let untyped = Request::builder()
        .method(Method::POST)
        .uri_str("/graphql")
        .body(NAMES);
    assert_eq!(
        app.call(untyped).await.0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn only_post_executes() {
    let app = App::new().await;
    for method in [Method::GET, Method::PUT, Method::HEAD, Method::DELETE] {
        let request = Request::builder()
            .method(method.clone())
            .uri_str("/graphql?query=%7Bworkflows%7Bname%7D%7D")
            .content_type(JSON)
            .body(NAMES);
        let (status, headers, _) = app.call(request).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(headers["allow"], "POST");
    }
}

#[tokio::test]
async fn a_body_that_is_no_operation_is_malformed() {
    let app = App::new().await;
    let deep = format!(
        "{{\"query\": \"{{a}}\", \"variables\": {{\"a\": {}",
        "[".repeat(5_000)
    );
    for body in [
        "",
        "{",
        "null",
        "1",
        "{}",
        "{\"query\": 1}",
        "{\"query\": \"{a}\", \"variables\": []}",
        &deep,
    ] {
        let (status, answer) = app.post(JSON, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(code(&answer), "INVALID");
    }
    for batch in [
        format!("[{NAMES}]"),
        format!(" [{NAMES},{NAMES}]"),
        "[]".to_owned(),
    ] {
        let (status, answer) = app.post(JSON, batch).await;
        assert_eq!(
            (status, code(&answer)),
            (StatusCode::BAD_REQUEST, "INVALID")
        );
        assert!(
            answer["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains("batches")
        );
    }
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_parsed() {
    let app = App::new().await;
    let (status, answer) = app.post(JSON, "x".repeat(11 << 20)).await;
    assert_eq!(
        (status, code(&answer)),
        (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE")
    );
}

fn asking(header: &'static str, value: &str) -> Request {
    Request::builder()
        .method(Method::POST)
        .uri_str("/graphql")
        .header("host", "localhost:8080")
        .header(header, value)
        .content_type(JSON)
        .body(NAMES)
}

#[tokio::test]
async fn a_foreign_origin_or_host_is_refused_in_graphqls_shape() {
    let app = App::new().await;
    let rebound = Request::builder()
        .method(Method::POST)
        .uri_str("/graphql")
        .header("host", "example.org")
        .content_type(JSON)
        .body(NAMES);
    for request in [
        asking("origin", "https://example.org"),
        asking("origin", "null"),
        rebound,
    ] {
        let (status, _, body) = app.call(request).await;
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (status, code(&answer)),
            (StatusCode::FORBIDDEN, "FORBIDDEN")
        );
        assert_eq!(answer["errors"][0]["extensions"]["status"], 403);
    }
    let (status, ..) = app.call(asking("origin", "http://localhost:8080")).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_path_is_told_in_graphqls_shape() {
    let app = App::new().await;
    let (status, _, body) = app
        .call(Request::builder().uri_str("/nothing").finish())
        .await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, code(&answer)),
        (StatusCode::NOT_FOUND, "NOT_FOUND")
    );
}

#[tokio::test]
async fn the_request_id_is_in_the_header_and_in_every_error() {
    let app = App::new().await;
    let request = Request::builder()
        .method(Method::POST)
        .uri_str("/graphql")
        .header("host", "localhost")
        .header("x-request-id", "build-17")
        .content_type(JSON)
        .body(r#"{"query": "{ nothing workflow(id: 1) { id } }"}"#);
    let (status, headers, body) = app.call(request).await;
    assert_eq!(
        (status, &headers["x-request-id"]),
        (StatusCode::OK, &"build-17".parse().unwrap())
    );
    let answer: Value = serde_json::from_str(&body).unwrap();
    for error in answer["errors"].as_array().unwrap() {
        assert_eq!(error["extensions"]["requestId"], "build-17", "{error}");
        assert_eq!(error["extensions"]["retryable"], false);
    }
}
