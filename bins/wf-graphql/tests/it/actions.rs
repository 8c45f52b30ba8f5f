//! Actions as forms read them.

use serde_json::json;

use crate::harness::App;

#[tokio::test]
async fn an_action_tells_how_to_draw_a_form_for_it() {
    let app = App::with_actions().await;
    let query = "{ fail: action(name: \"fail\") { parametersSchema uiSchema
                     parameters { name type minimum maximum multiline examples order title pattern minLength } }
                   pseudonym: action(name: \"pseudonym\") { secrets { name keys } } }";
    let told = app.data(query, json!({})).await;
    let code = json!({"name": "code", "type": "integer", "minimum": 1.0, "maximum": 255.0, "multiline": false,
        "examples": [], "order": null, "title": null, "pattern": null, "minLength": null});
    assert_eq!(told["fail"]["parameters"][0], code);
    let schema = &told["fail"]["parametersSchema"];
    assert_eq!(schema["properties"]["code"]["maximum"], 255);
    assert_eq!(
        told["fail"]["uiSchema"]["ui:order"],
        json!(["code", "message"])
    );
    let secrets = json!([{"name": "pseudonyms", "keys": ["salt"]}]);
    assert_eq!(told["pseudonym"]["secrets"], secrets);
}

#[tokio::test]
async fn a_secret_in_a_document_is_warned_of() {
    let app = App::new().await;
    let query = "query ($document: JSON!) { validateWorkflow(document: $document) {
                   valid warnings { code path pointer message } } }";
    let document = json!({"name": "w", "tasks": [{"name": "A", "action": "echo",
        "parameters": [{"name": "message", "value": "Hello"}]}],
        "parameters": [{"name": "apiToken", "default": "hunter2"}]});
    let told = app.data(query, json!({"document": document})).await;
    let checked = &told["validateWorkflow"];
    assert_eq!(checked["valid"], true);
    assert_eq!(checked["warnings"][0]["code"], "SECRET_PARAMETER");
    assert_eq!(checked["warnings"][0]["path"], "parameters[0]");
    assert!(!checked["warnings"].to_string().contains("hunter2"));
}
