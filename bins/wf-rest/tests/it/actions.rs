//! Actions as forms and editors read them.

use serde_json::{Value, json};

use crate::harness::{Api, SEED};

#[tokio::test]
async fn an_action_tells_how_to_draw_a_form_for_it() {
    let api = Api::open().await;
    let fail = api.get("/v1/actions/fail").send().await.expect(200).json();
    let code = &fail["parameters"][0];
    assert_eq!(code["type"], "integer");
    assert_eq!(
        (code["minimum"].as_f64(), code["maximum"].as_f64()),
        (Some(1.0), Some(255.0))
    );
    let schema = &fail["parametersSchema"];
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["properties"]["code"]["type"], "integer");
    assert_eq!(schema["properties"]["code"]["default"], 1);
    assert_eq!(fail["uiSchema"]["ui:order"], json!(["code", "message"]));

    let all = api.get("/v1/actions").send().await.expect(200).json();
    assert_eq!(all["fail"]["parametersSchema"], *schema);
    assert_eq!(all["shell"]["uiSchema"]["script"]["ui:widget"], "textarea");
    let secrets = json!([{"name": "pseudonyms", "keys": ["salt"]}]);
    assert_eq!(all["pseudonym"]["secrets"], secrets);
    assert_eq!(all["echo"]["secrets"], json!([]));
    api.close().await;
}

#[tokio::test]
async fn the_schema_of_documents_has_the_live_actions_in_it() {
    let api = Api::open().await;
    let answer = api.get("/v1/schemas/workflow.json").send().await;
    let schema = answer.expect(200).json();
    let actions = schema["$defs"]["task"]["properties"]["action"]["anyOf"]
        .as_array()
        .unwrap();
    let names: Vec<&Value> = actions.iter().map(|action| &action["const"]).collect();
    assert!(
        names.contains(&&json!("echo")) && names.contains(&&json!("git-clone")),
        "{names:?}"
    );

    let mut document: Value = serde_json::from_str(SEED).unwrap();
    document["$schema"] = json!("http://127.0.0.1:8081/v1/schemas/workflow.json");
    let checked = api
        .post("/v1/validate", document)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(checked["valid"], true);
    api.close().await;
}

#[tokio::test]
async fn a_value_that_breaks_a_rule_is_a_fault_and_a_secret_a_warning() {
    let api = Api::open().await;
    let document = |code: &str| {
        json!({"name": "w", "parameters": [{"name": "password", "default": "hunter2"}], "tasks": [
            {"name": "A", "action": "fail", "parameters": [{"name": "code", "value": code}]}]})
    };
    let checked = api
        .post("/v1/validate", document("256"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(checked["valid"], false);
    assert_eq!(checked["faults"][0]["code"], "INVALID_VALUE");
    assert_eq!(checked["faults"][0]["path"], "tasks[0].parameters[0].value");

    let checked = api
        .post("/v1/validate", document("255"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(checked["valid"], true);
    assert_eq!(checked["warnings"][0]["code"], "SECRET_PARAMETER");
    assert_eq!(checked["warnings"][0]["pointer"], "/parameters/0");
    assert!(!checked["warnings"].to_string().contains("hunter2"));
    api.close().await;
}
