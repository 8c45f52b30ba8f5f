//! The DAG, to look at, in the format that is asked for.

use poem::http::header;

use crate::harness::{Api, SEED};

#[tokio::test]
async fn a_workflow_is_shown_as_what_accept_asks_for() {
    let api = Api::open().await;
    let workflow = api.run(SEED).await;
    let path = format!("/v1/workflows/{}/graph", workflow["id"].as_str().unwrap());
    let browser = "text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8";
    for (accept, content_type, beginning) in [
        ("*/*", "image/svg+xml", "<svg "),
        (browser, "image/svg+xml", "<svg "),
        (
            "text/vnd.mermaid",
            "text/vnd.mermaid; charset=utf-8",
            "flowchart ",
        ),
        (
            "text/vnd.graphviz",
            "text/vnd.graphviz; charset=utf-8",
            "digraph ",
        ),
        ("application/json", "application/json", "{"),
    ] {
        let answer = api.get(&path).header("Accept", accept).send().await;
        let answer = answer.expect(200);
        assert_eq!(
            answer.header("Content-Type"),
            Some(content_type),
            "{accept}"
        );
        let text = answer.text();
        assert!(text.starts_with(beginning), "{accept}: {text}");
        assert!(text.contains("SUCCEEDED"), "{accept}: {text}");
    }
    let answer = api.get(&path).header("Accept", "image/png").send().await;
    let problem = answer.expect(406).json();
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("image/svg+xml")
    );
    api.close().await;
}

#[tokio::test]
async fn a_picture_may_run_and_load_nothing_when_it_is_opened_by_itself() {
    let api = Api::open().await;
    let answer = api.post("/v1/graph", SEED).begin().await;
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(
        policy.starts_with("default-src 'none';") && !policy.contains("script"),
        "{policy}"
    );
    let vary = answer.headers().get_all(header::VARY).iter();
    assert!(
        vary.filter_map(|value| value.to_str().ok())
            .any(|value| value.contains("Accept"))
    );
    api.close().await;
}

#[tokio::test]
async fn a_document_is_shown_without_being_stored_and_a_faulty_one_is_told() {
    let api = Api::open().await;
    let call = api
        .post("/v1/graph", SEED)
        .header("Accept", "application/json");
    let layout = call.send().await.expect(200).json();
    assert_eq!(layout["nodes"][1]["name"], "B");
    assert_eq!(layout["edges"][0]["to"], "B");
    assert!(layout["nodes"][1]["x"].as_u64() > layout["nodes"][0]["x"].as_u64());
    let listed = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);

    let faulty = SEED.replace("\"echo\"", "\"ehco\"");
    let problem = api
        .post("/v1/graph", faulty)
        .send()
        .await
        .expect(400)
        .json();
    assert_eq!(problem["faults"][0]["path"], "tasks[0].action");
    let unknown = "/v1/workflows/019aa3f1-0000-7000-8000-000000000000/graph";
    api.get(unknown).send().await.expect(404);
    api.close().await;
}
