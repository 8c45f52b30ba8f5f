//! Documents: faults, validation, rendering, simulation, and the catalog they are checked against.

use serde_json::{Value, json};

use crate::harness::{Api, SEED, column, faults, faults_of, text};

fn faulty() -> Value {
    json!({
        "name": "My Workflow",
        "labels": {"kubernetes.io/x": "y"},
        "extra": 1,
        "tasks": [
            {"name": "A", "action": "ecko", "dependsOn": ["B"]},
            {"name": "B", "action": "echo", "dependsOn": ["A", "C"]},
        ],
    })
}

#[tokio::test]
async fn every_fault_of_a_document_is_told_at_once_and_nothing_is_stored() {
    let api = Api::open().await;
    let problem = api
        .post("/v1/workflows", faulty())
        .send()
        .await
        .problem(400, "INVALID");
    let found = faults_of(&problem);
    for expected in faults([
        ("extra", "UNKNOWN_FIELD"),
        ("labels[\"kubernetes.io/x\"]", "INVALID_LABEL"),
        ("name", "INVALID_NAME"),
        ("tasks[0].action", "UNKNOWN_ACTION"),
        ("tasks[1].dependsOn[1]", "UNKNOWN_DEPENDENCY"),
    ]) {
        assert!(
            found.contains(&expected),
            "{expected:?} is not in {found:?}"
        );
    }
    assert_eq!(
        found.iter().filter(|(_, code)| code == "CYCLE").count(),
        1,
        "{found:?}"
    );
    let action = problem["faults"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fault| fault["code"] == "UNKNOWN_ACTION")
        .unwrap();
    assert_eq!(action["pointer"], "/tasks/0/action");
    assert_eq!(action["suggestion"], "echo");

    let all = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(all["items"], json!([]));
    let rendered = api
        .post("/v1/render", faulty())
        .send()
        .await
        .problem(400, "INVALID");
    assert_eq!(faults_of(&rendered), found);
    let validated = api
        .post("/v1/validate", faulty())
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(faults_of(&validated), found);
    assert_eq!(validated["valid"], false);
    api.close().await;
}

#[tokio::test]
async fn a_sound_document_is_told_so_with_its_order() {
    let api = Api::open().await;
    let sound = api
        .post("/v1/validate", SEED)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(sound["valid"], true);
    assert_eq!(sound["faults"], json!([]));
    assert_eq!(sound["order"], json!(["A", "B"]));
    assert_eq!(sound["target"], "embedded");
    assert_eq!(sound["document"]["name"], "my-workflow");

    let elsewhere = api
        .post("/v1/validate?target=argo-4.1-full", SEED)
        .send()
        .await
        .expect(200);
    assert_eq!(elsewhere.json()["target"], "argo-4.1-full");
    let answer = api.post("/v1/validate?target=argo", SEED).send().await;
    assert_eq!(answer.faults(400), faults([("target", "OUT_OF_RANGE")]));
    api.close().await;
}

#[tokio::test]
async fn malformed_json_is_told_with_line_and_column() {
    let api = Api::open().await;
    let body = "{\n  \"name\": \"w\",\n  \"tasks\": [}\n}";
    for path in ["/v1/workflows", "/v1/render"] {
        let problem = api.post(path, body).send().await.problem(400, "INVALID");
        assert_eq!(faults_of(&problem), faults([("", "MALFORMED_JSON")]));
        let message = text(&problem["faults"][0]["message"]);
        assert!(
            message.contains("line 3") && message.contains("column 13"),
            "{message}"
        );
    }
    let validated = api
        .post("/v1/validate", body)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(faults_of(&validated), faults([("", "MALFORMED_JSON")]));
    for body in ["", "null", "[]", "7", "\"text\""] {
        let answer = api
            .call(poem::http::Method::POST, "/v1/workflows")
            .header("Content-Type", "application/json");
        let answer = answer.body(body).send().await;
        assert!(!answer.faults(400).is_empty(), "{body}");
    }
    api.close().await;
}

#[tokio::test]
async fn a_document_nested_to_hurt_is_refused() {
    let api = Api::open().await;
    for body in [
        "[".repeat(200_000),
        "{\"a\":".repeat(200_000),
        format!("{{\"tasks\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000)),
    ] {
        for path in ["/v1/workflows", "/v1/render", "/v1/simulate"] {
            api.post(path, &body).send().await.problem(400, "INVALID");
        }
        assert_eq!(
            api.post("/v1/validate", &body)
                .send()
                .await
                .expect(200)
                .json()["valid"],
            false
        );
    }
    api.close().await;
}

#[tokio::test]
async fn a_document_is_rendered_as_json_or_as_yaml() {
    let api = Api::open().await;
    let json = api.post("/v1/render", SEED).send().await.expect(200);
    assert_eq!(json.header("Content-Type"), Some("application/json"));
    let workflow = &json.json()["workflow"];
    assert_eq!(workflow["metadata"]["generateName"], "my-workflow");
    assert_eq!(
        column(&workflow["spec"]["templates"], "name"),
        ["echo", "wf"]
    );
    assert_eq!(json.json()["supporting"], json!([]));

    let yaml = api
        .post("/v1/render", SEED)
        .header("Accept", "application/yaml")
        .send()
        .await
        .expect(200);
    assert_eq!(yaml.header("Content-Type"), Some("application/yaml"));
    let read: Value = serde_yaml::from_str(&yaml.text()).unwrap();
    assert_eq!(&read, workflow);
    let seed: Value =
        serde_yaml::from_str(include_str!("../../../../fixtures/my-workflow.argo.yaml")).unwrap();
    assert_eq!(read, seed);
    api.close().await;
}

#[tokio::test]
async fn a_document_is_played_through_with_canned_endings() {
    let api = Api::open().await;
    let document = json!({
        "name": "w",
        "parameters": [{"name": "go", "default": "no"}],
        "tasks": [
            {"name": "a", "action": "true"},
            {"name": "b", "action": "true", "dependsOn": ["a"]},
            {"name": "rescue", "action": "true", "depends": "a.Failed"},
        ],
    });
    // A document uses one of the two.
    let mixed = api
        .post("/v1/simulate", json!({"document": document}))
        .send()
        .await;
    assert!(
        mixed
            .faults(400)
            .iter()
            .any(|(_, code)| code == "MIXED_DEPENDENCIES")
    );

    let mut document = document;
    document["tasks"][1] = json!({"name": "b", "action": "true", "depends": "a"});
    let simulate = |outcomes: Value| {
        api.post("/v1/simulate", json!({"document": document, "outcomes": outcomes, "parameters": [{"name": "go", "value": true}]}))
    };
    let well = simulate(json!({})).send().await.expect(200).json();
    assert_eq!(well["phase"], "SUCCEEDED");
    assert_eq!(well["order"], json!(["a", "b"]));
    assert_eq!(
        column(&well["tasks"], "phase"),
        ["SUCCEEDED", "SUCCEEDED", "OMITTED"]
    );
    let badly = simulate(json!({"a": {"ending": "FAILED", "exitCode": 2}}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(badly["order"], json!(["a", "rescue"]));
    assert_eq!(
        column(&badly["tasks"], "phase"),
        ["FAILED", "OMITTED", "SUCCEEDED"]
    );

    let wrong = simulate(json!({"a": {"ending": "BADLY"}})).send().await;
    assert_eq!(wrong.faults(400), faults([("outcomes", "WRONG_TYPE")]));
    simulate(json!({"nobody": {}}))
        .send()
        .await
        .problem(400, "INVALID");
    let twice =
        r#"{"document": {"name": "w", "name": "x", "tasks": []}, "outcomes": {}, "outcomes": {}}"#;
    let twice = api.post("/v1/simulate", twice).send().await;
    assert_eq!(twice.faults(400), faults([("outcomes", "DUPLICATE_FIELD")]));
    let twice =
        r#"{"document": {"name": "w", "name": "x", "tasks": [{"name": "a", "action": "true"}]}}"#;
    let twice = api.post("/v1/simulate", twice).send().await;
    assert_eq!(twice.faults(400), faults([("name", "DUPLICATE_FIELD")]));
    let nothing = api.post("/v1/simulate", "{}").send().await;
    assert_eq!(nothing.faults(400), faults([("document", "MISSING")]));
    let all = api.get("/v1/workflows").send().await.expect(200).json();
    assert_eq!(all["items"], json!([]));
    api.close().await;
}

#[tokio::test]
async fn the_catalog_is_what_offline_validation_reads() {
    let api = Api::open().await;
    let answer = api.get("/v1/actions").send().await.expect(200);
    let signatures: wf_model::Signatures = serde_json::from_str(&answer.text()).unwrap();
    assert!(
        signatures
            .get("echo")
            .unwrap()
            .parameter("message")
            .unwrap()
            .is_required()
    );
    let limits = wf_model::Limits::default();
    let draft = wf_model::Draft::parse(SEED.as_bytes(), &limits);
    assert!(draft.validate(&signatures, &limits).is_ok());

    let echo = api.get("/v1/actions/echo").send().await.expect(200).json();
    assert_eq!(echo["name"], "echo");
    assert_eq!(echo["parameters"], answer.json()["echo"]["parameters"]);
    let problem = api
        .get("/v1/actions/ecko")
        .send()
        .await
        .problem(404, "NOT_FOUND");
    assert!(text(&problem["detail"]).contains("ecko"), "{problem}");
    api.close().await;
}

#[tokio::test]
async fn the_service_tells_what_it_is() {
    let api = Api::open().await;
    let service = api.get("/v1/service").send().await.expect(200).json();
    assert_eq!(service["backend"], "embedded");
    assert_eq!(service["target"], "embedded");
    assert_eq!(service["scope"], "default");
    assert_eq!(service["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(service["limits"]["tasks"], 20_000);
    assert!(service["actions"].as_u64().unwrap() > 5);
    api.close().await;
}

#[tokio::test]
async fn a_rendering_tells_where_its_values_come_from_when_asked() {
    let api = Api::open().await;
    let explained = api.post("/v1/render?explain=true", SEED).send().await;
    let explained = explained.expect(200).json();
    assert_eq!(explained["origins"]["/metadata/generateName"], "DOCUMENT");
    assert_eq!(
        explained["origins"]["/spec/templates/0/container/image"],
        "ACTION"
    );
    assert_eq!(explained["origins"]["/spec/entrypoint"], "BUILT_IN");
    let plain = api.post("/v1/render", SEED).send().await.expect(200).json();
    assert_eq!(plain["origins"], Value::Null);
    assert_eq!(plain["workflow"], explained["workflow"]);
    api.close().await;
}
