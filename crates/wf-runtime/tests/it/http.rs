//! What passes to an API, and what its clients see of what does not.

use std::net::SocketAddr;
use std::time::Duration;

use poem::http::{Method, StatusCode, header};
use poem::test::{TestClient, TestResponse};
use poem::web::Data;
use poem::{
    Body, Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, get, handler, post,
};
use wf_runtime::{Caller, Http, HttpArgs, Refusal};
use wf_service::Scope;

const LOOPBACK: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// A refusal as three words, to be told apart from anything the library says.
fn shape(refusal: &Refusal<'_>) -> Response {
    let code = refusal.error.code().as_str();
    let text = format!(
        "refused {code} {} {}",
        refusal.status.as_u16(),
        refusal.request_id
    );
    Response::builder().content_type("text/shaped").body(text)
}

#[handler]
fn echo(body: Vec<u8>) -> Vec<u8> {
    body
}

#[handler]
fn who(Caller(context): Caller) -> String {
    let timeout = context.timeout.unwrap_or_default().as_secs();
    format!(
        "{} {} {timeout}",
        context.scope,
        context.actor.as_deref().unwrap_or("nobody")
    )
}

#[handler]
fn fall(Data(reason): Data<&&'static str>) -> String {
    assert!(reason.is_empty(), "it falls on purpose: {reason}");
    String::new()
}

#[handler]
fn page() -> Response {
    Response::builder()
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'self'")
        .header(header::ETAG, "\"1\"")
        .body("page")
}

fn api() -> impl IntoEndpoint<Endpoint = impl Endpoint> {
    Route::new()
        .at("/echo", post(echo))
        .at("/who", get(who))
        .at("/fall", get(fall))
        .at("/page", get(page))
        .data("secret words")
}

fn client_with(change: impl FnOnce(&mut HttpArgs)) -> TestClient<impl Endpoint> {
    let mut args = HttpArgs::default();
    change(&mut args);
    let scope = Scope::new("tenant").unwrap();
    let http = Http::new(&args, scope, SocketAddr::from(LOOPBACK), shape);
    TestClient::new(http.around(api()))
}

fn client() -> TestClient<impl Endpoint> {
    client_with(|args| {
        args.cors_origin
            .push("https://app.example.org".parse().unwrap());
    })
}

async fn text(response: TestResponse) -> String {
    response.0.into_body().into_string().await.unwrap()
}

fn assert_refused(response: &TestResponse, status: StatusCode) {
    response.assert_status(status);
    response.assert_content_type("text/shaped");
}

#[tokio::test]
async fn a_request_id_goes_through() {
    let response = client()
        .get("/who")
        .header("x-request-id", "build-17")
        .send()
        .await;
    response.assert_status_is_ok();
    response.assert_header("x-request-id", "build-17");

    let refused = client()
        .get("/nowhere")
        .header("x-request-id", "build-18")
        .send()
        .await;
    refused.assert_header("x-request-id", "build-18");
    assert_refused(&refused, StatusCode::NOT_FOUND);
    assert_eq!(text(refused).await, "refused NOT_FOUND 404 build-18");
}

#[tokio::test]
async fn an_unbearable_request_id_is_replaced() {
    let response = client()
        .get("/who")
        .header("x-request-id", "a b\"c")
        .send()
        .await;
    let id = response.0.header("x-request-id").unwrap();
    assert_eq!(id.len(), 36, "{id}");
}

#[tokio::test]
async fn what_the_library_refuses_is_in_the_apis_shape() {
    let response = client().put("/who").send().await;
    assert_refused(&response, StatusCode::METHOD_NOT_ALLOWED);
    assert!(text(response).await.starts_with("refused INVALID 405 "));
}

#[tokio::test]
async fn a_foreign_page_is_refused_before_the_api() {
    for origin in ["https://evil.example.org", "null", "http://app.example.org"] {
        let client = client();
        let request = client.post("/echo").header("host", "localhost:8080");
        let response = request.header("origin", origin).body("x").send().await;
        assert_refused(&response, StatusCode::FORBIDDEN);
        response.assert_header_is_not_exist("access-control-allow-origin");
    }
}

#[tokio::test]
async fn our_own_page_passes() {
    let client = client();
    let request = client.post("/echo").header("host", "localhost:8080");
    let response = request
        .header("origin", "http://localhost:8080")
        .body("x")
        .send()
        .await;
    response.assert_status_is_ok();
    response.assert_header_is_not_exist("access-control-allow-origin");
}

#[tokio::test]
async fn a_trusted_page_may_read_the_answer_and_its_headers() {
    let client = client();
    let request = client.get("/page").header("host", "localhost:8080");
    let response = request
        .header("origin", "https://app.example.org")
        .send()
        .await;
    response.assert_status_is_ok();
    response.assert_header("access-control-allow-origin", "https://app.example.org");
    response.assert_header("vary", "Origin");
    let exposed = response.0.header("access-control-expose-headers").unwrap();
    for name in [
        "ETag",
        "Location",
        "Link",
        "Retry-After",
        "X-Request-Id",
        "Idempotency-Replayed",
    ] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[tokio::test]
async fn a_trusted_page_may_ask_before_it_sends() {
    let client = client();
    let ask = |origin: &'static str| {
        client
            .request(Method::OPTIONS, "/echo")
            .header("host", "localhost:8080")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .send()
    };
    let response = ask("https://app.example.org").await;
    response.assert_status(StatusCode::NO_CONTENT);
    response.assert_header("access-control-allow-origin", "https://app.example.org");
    assert!(
        response
            .0
            .header("access-control-allow-methods")
            .unwrap()
            .contains("POST")
    );
    assert!(
        response
            .0
            .header("access-control-allow-headers")
            .unwrap()
            .contains("Content-Type")
    );
    assert_refused(
        &ask("https://evil.example.org").await,
        StatusCode::FORBIDDEN,
    );
}

#[tokio::test]
async fn a_refusal_can_be_read_by_a_trusted_page() {
    let client = client_with(|args| {
        args.cors_origin
            .push("https://app.example.org".parse().unwrap());
        args.max_body_bytes = 1;
    });
    let request = client
        .post("/echo")
        .header("origin", "https://app.example.org");
    let response = request.body("too large").send().await;
    assert_refused(&response, StatusCode::PAYLOAD_TOO_LARGE);
    response.assert_header("access-control-allow-origin", "https://app.example.org");
}

#[tokio::test]
async fn a_foreign_host_is_refused_on_loopback() {
    let response = client()
        .get("/who")
        .header("host", "evil.example.org:8080")
        .send()
        .await;
    assert_refused(&response, StatusCode::FORBIDDEN);
    let response = client()
        .get("/who")
        .header("host", "localhost:8080")
        .send()
        .await;
    response.assert_status_is_ok();
    let allowed = client_with(|args| args.allowed_hosts.push("flows.example.org".to_owned()));
    let response = allowed
        .get("/who")
        .header("host", "flows.example.org")
        .send()
        .await;
    response.assert_status_is_ok();
}

#[tokio::test]
async fn a_body_up_to_the_limit_passes_whole() {
    let small = client_with(|args| args.max_body_bytes = 8);
    let response = small.post("/echo").body("12345678").send().await;
    response.assert_status_is_ok();
    response.assert_text("12345678").await;
    let response = small.post("/echo").body("123456789").send().await;
    assert_refused(&response, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_limited_too() {
    let small = client_with(|args| args.max_body_bytes = 8);
    let chunks = |count| {
        let chunks = (0..count).map(|_| Ok::<_, std::io::Error>("1234"));
        Body::from_bytes_stream(futures_util::stream::iter(chunks))
    };
    let response = small.post("/echo").body(chunks(2)).send().await;
    response.assert_status_is_ok();
    response.assert_text("12341234").await;
    let response = small.post("/echo").body(chunks(3)).send().await;
    assert_refused(&response, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_claims_too_much_is_not_read() {
    let small = client_with(|args| args.max_body_bytes = 8);
    let never =
        Body::from_bytes_stream(futures_util::stream::pending::<Result<&[u8], std::io::Error>>());
    let request = small.post("/echo").header("content-length", 9).body(never);
    assert_refused(&request.send().await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_that_never_comes_ends_with_the_time() {
    let never =
        Body::from_bytes_stream(futures_util::stream::pending::<Result<&[u8], std::io::Error>>());
    let hasty = client_with(|args| args.request_timeout_seconds = 1);
    let response = hasty.post("/echo").body(never).send();
    let response = tokio::time::timeout(Duration::from_secs(20), response)
        .await
        .unwrap();
    assert_refused(&response, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn a_panic_is_a_failure_of_its_request_alone() {
    let client = client();
    let response = client.get("/fall").header("x-request-id", "r").send().await;
    assert_refused(&response, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "refused INTERNAL 500 r");
    client.get("/who").send().await.assert_status_is_ok();
}

#[tokio::test]
async fn every_answer_is_safe_in_a_browser() {
    for path in ["/who", "/nowhere", "/fall"] {
        let response = client().get(path).send().await;
        response.assert_header("x-content-type-options", "nosniff");
        let policy = response.0.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    let response = client().get("/page").send().await;
    response.assert_header("content-security-policy", "default-src 'self'");
}

#[tokio::test]
async fn who_asks_is_known_by_the_trusted_header_alone() {
    let response = client().get("/who").header("x-user", "ann").send().await;
    response.assert_text("tenant nobody 30").await;

    let trusting = client_with(|args| args.actor_header = Some("x-user".parse().unwrap()));
    let response = trusting.get("/who").header("x-user", "ann").send().await;
    response.assert_text("tenant ann 30").await;
    let response = trusting
        .get("/who")
        .header("x-user", "x".repeat(257))
        .send()
        .await;
    assert_refused(&response, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_endpoint_is_never_reached_by_what_is_refused() {
    let args = HttpArgs::default();
    let scope = Scope::new("tenant").unwrap();
    let never = poem::endpoint::make_sync(|_: Request| -> &str { unreachable!("it was reached") });
    let http = Http::new(&args, scope, SocketAddr::from(LOOPBACK), shape);
    let client = TestClient::new(http.around(never));
    let response = client
        .get("/")
        .header("origin", "https://evil.example.org")
        .send()
        .await;
    assert_refused(&response, StatusCode::FORBIDDEN);
    let response = client
        .get("/")
        .header("host", "evil.example.org")
        .send()
        .await;
    assert_refused(&response, StatusCode::FORBIDDEN);
}
