//! The schema: what it was from the beginning stays, and what is committed is what is served.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::App;

#[test]
fn the_committed_schema_is_the_one_that_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/schema.graphql");
    let printed = wf_graphql::sdl();
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == printed,
        "docs/api/schema.graphql is not what `wf-graphql schema` prints; if the change is meant, \
         run the test again with UPDATE_DOCUMENTS=1"
    );
}

/// The name of a type without what may be narrowed or wrapped around it: a field may promise more
/// than it did, an argument may not ask for more.
fn named(kind: &Value) -> String {
    match kind["kind"].as_str() {
        Some("NON_NULL") => named(&kind["ofType"]),
        Some("LIST") => format!("[{}]", named(&kind["ofType"])),
        _ => kind["name"].as_str().unwrap().to_owned(),
    }
}

async fn members(app: &App, name: &str, of: &str) -> Vec<Value> {
    let query = "query($name: String!) { __type(name: $name) {
        fields { name type { ...T } args { name type { ...T } } } inputFields { name type { ...T } } } }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let told = app.data(query, json!({"name": name})).await;
    told["__type"][of]
        .as_array()
        .unwrap_or_else(|| panic!("no {of} of {name}"))
        .clone()
}

fn member<'a>(members: &'a [Value], name: &str) -> &'a Value {
    members
        .iter()
        .find(|member| member["name"] == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn the_seeds_types_and_fields_are_there() {
    let app = App::new().await;
    for (owner, field, kind) in [
        ("Query", "workflows", "[Workflow]"),
        ("Mutation", "createWorkflow", "Workflow"),
        ("Workflow", "name", "String"),
        ("Workflow", "tasks", "[Tasks]"),
        ("Tasks", "name", "String"),
        ("Tasks", "action", "String"),
        ("Tasks", "parameters", "[Parameters]"),
        ("Parameters", "name", "String"),
        ("Parameters", "value", "String"),
    ] {
        let fields = members(&app, owner, "fields").await;
        assert_eq!(
            named(&member(&fields, field)["type"]),
            kind,
            "{owner}.{field}"
        );
    }
}

#[tokio::test]
async fn the_seeds_arguments_ask_for_no_more_than_they_did() {
    let app = App::new().await;
    let query = members(&app, "Query", "fields").await;
    let name = member(
        member(&query, "workflows")["args"].as_array().unwrap(),
        "name",
    );
    assert_eq!(name["type"]["name"], "String", "nullable: {name}");

    let mutation = members(&app, "Mutation", "fields").await;
    let create = member(&mutation, "createWorkflow")["args"]
        .as_array()
        .unwrap();
    let workflow = &member(create, "workflow")["type"];
    assert_eq!(
        (&workflow["kind"], &workflow["ofType"]["name"]),
        (&json!("NON_NULL"), &json!("WorkflowInput"))
    );

    for (input, field, kind) in [
        ("WorkflowInput", "name", "String"),
        ("WorkflowInput", "tasks", "[TasksInput]"),
        ("TasksInput", "name", "String"),
        ("TasksInput", "action", "String"),
        ("TasksInput", "parameters", "[ParametersInput]"),
        ("TasksInput", "dependsOn", "[String]"),
        ("ParametersInput", "name", "String"),
        ("ParametersInput", "value", "String"),
    ] {
        let fields = members(&app, input, "inputFields").await;
        let told = &member(&fields, field)["type"];
        assert_eq!(named(told), kind, "{input}.{field}");
        assert_ne!(told["kind"], "NON_NULL", "{input}.{field}");
    }
}

#[tokio::test]
async fn the_seeds_mutation_works_as_it_was_written() {
    let app = App::new().await;
    let query = "mutation { createWorkflow(workflow: {name: \"my-workflow\", tasks: [
        {name: \"A\", action: \"echo\", parameters: [{name: \"message\", value: \"Hello\"}]},
        {name: \"B\", action: \"echo\", parameters: [{name: \"message\", value: \"World\"}], dependsOn: [\"A\"]}]})
        { name tasks { name action parameters { name value } } } }";
    let made = app.data(query, json!({})).await;
    let all = app.data(
        "{ workflows(name: \"my-workflow\") { name tasks { name action parameters { name value } } } }",
        json!({}),
    ).await;
    assert_eq!(all["workflows"], json!([made["createWorkflow"]]));
}

#[test]
fn every_mutation_takes_a_key() {
    let schema = wf_graphql::sdl();
    let mutations = schema.split("type Mutation {").nth(1).unwrap();
    let mutations = mutations.split("\n}").next().unwrap();
    let lines = mutations.lines().filter(|line| line.contains("): "));
    let mut count = 0;
    for line in lines {
        assert!(line.contains("idempotencyKey: String"), "{line}");
        count += 1;
    }
    assert!(count >= 14, "{count}");
}
