//! What a browser may do, and the page that shows the API.

use poem::http::Method;
use serde_json::json;

use crate::harness::{Api, SEED};

#[tokio::test]
async fn a_page_of_a_foreign_origin_may_do_nothing() {
    let api = Api::open().await;
    let create = || {
        api.post("/v1/workflows", SEED)
            .header("Host", "localhost:8081")
    };
    create()
        .header("Origin", "https://evil.example")
        .send()
        .await
        .problem(403, "FORBIDDEN");
    create()
        .header("Origin", "null")
        .send()
        .await
        .problem(403, "FORBIDDEN");
    create()
        .header("Origin", "http://localhost:8081")
        .send()
        .await
        .expect(201);
    let all = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    api.close().await;
}

#[tokio::test]
async fn a_foreign_host_is_not_served_on_loopback() {
    let api = Api::open().await;
    api.get("/v1/service")
        .header("Host", "rebound.example")
        .send()
        .await
        .problem(403, "FORBIDDEN");
    api.get("/docs")
        .header("Host", "rebound.example")
        .send()
        .await
        .problem(403, "FORBIDDEN");
    api.get("/v1/service")
        .header("Host", "127.0.0.1:8081")
        .send()
        .await
        .expect(200);
    api.close().await;
}

#[tokio::test]
async fn a_trusted_page_is_told_what_it_may_read() {
    let api = Api::open_with(|args| {
        args.http.cors_origin = vec!["https://app.example".parse().unwrap()];
    })
    .await;
    let preflight = api
        .call(Method::OPTIONS, "/v1/workflows")
        .header("Origin", "https://app.example")
        .header("Access-Control-Request-Method", "POST");
    assert_eq!(preflight.send().await.status, 204);
    let answer = api
        .get("/v1/workflows")
        .header("Origin", "https://app.example")
        .send()
        .await
        .expect(200);
    assert_eq!(
        answer.header("Access-Control-Allow-Origin"),
        Some("https://app.example")
    );
    let exposed = answer.header("Access-Control-Expose-Headers").unwrap();
    for header in [
        "ETag",
        "Location",
        "Link",
        "Retry-After",
        "X-Request-Id",
        "Idempotency-Replayed",
    ] {
        assert!(exposed.contains(header), "{exposed}");
    }
    api.close().await;
}

#[tokio::test]
async fn the_page_of_the_api_comes_whole_from_here() {
    let api = Api::open().await;
    let root = api.get("/").send().await.expect(303);
    assert_eq!(root.header("Location"), Some("/docs"));
    let page = api.get("/docs").send().await.expect(200);
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let html = page.text();
    let sources: Vec<&str> = html
        .split("src=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(sources, ["docs/swagger-ui.js", "docs/start.js"]);
    for asset in ["swagger-ui.js", "start.js", "swagger-ui.css"] {
        assert!(
            !api.get(format!("/docs/{asset}"))
                .send()
                .await
                .expect(200)
                .text()
                .is_empty()
        );
    }
    api.close().await;
}

#[tokio::test]
async fn answers_are_kept_by_no_cache_and_sniffed_by_no_browser() {
    let api = Api::open().await;
    for path in ["/v1/workflows", "/v1/nothing", "/openapi.json"] {
        let answer = api.get(path).send().await;
        assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{path}");
        assert_eq!(
            answer.header("X-Content-Type-Options"),
            Some("nosniff"),
            "{path}"
        );
    }
    let served: serde_json::Value = api.get("/openapi.json").send().await.expect(200).json();
    assert_eq!(served["info"]["title"], json!("Medulla Workflow Service"));
    api.close().await;
}
