//! Queries that are wrong, or meant to hurt: each is told, none is executed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{App, code};

async fn refused(app: &App, query: &str) -> String {
    let answer = app.ask(query, json!({})).await;
    let shown: String = query.chars().take(80).collect();
    assert_eq!(code(&answer), "INVALID", "{shown}");
    assert!(answer["data"].is_null(), "{shown}");
    assert!(!answer["errors"][0]["extensions"]["requestId"].is_null());
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_wrong_before_a_resolver_has_a_code_too() {
    let app = App::new().await;
    for query in [
        "",
        "{",
        "{ workflows { nothing } }",
        "{ workflows }",
        "{ workflow { id } }",
        "{ workflow(id: \"x\", more: 1) { id } }",
        "{ workflowConnection(first: \"x\") { pageInfo { hasNextPage } } }",
        "{ workflowConnection(filter: {phases: [GONE]}) { pageInfo { hasNextPage } } }",
        "mutation { createWorkflow { id } }",
        "mutation { createWorkflow(workflow: {names: \"x\"}) { id } }",
        "query A { workflows { id } } query B { workflows { id } }",
        "subscription { workflows { id } }",
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F }",
    ] {
        refused(&app, query).await;
    }
}

#[tokio::test]
async fn a_wrong_variable_is_told_with_a_code() {
    let app = App::new().await;
    let query = "query($f: WorkflowFilter) { workflowConnection(filter: $f) { edges { cursor } } }";
    for filter in [
        json!({"phases": ["GONE"]}),
        json!({"createdAfter": "yesterday"}),
        json!(1),
    ] {
        let answer = app.ask(query, json!({"f": filter})).await;
        assert_eq!(code(&answer), "INVALID", "{filter}: {answer}");
    }
    let answer = app
        .ask("query($id: ID!) { workflow(id: $id) { id } }", json!({}))
        .await;
    assert_eq!(
        (code(&answer), &answer["data"]),
        ("INVALID", &json!({"workflow": null}))
    );
}

#[tokio::test]
async fn a_deep_query_is_told_and_overflows_nothing() {
    let app = App::new().await;
    for (open, close) in [
        ("{a", "}"),
        ("{a(b:[", "])}"),
        ("{...on Q{", "}}"),
        ("[", "]"),
    ] {
        let query = format!("{{a{}{}}}", open.repeat(50_000), close.repeat(50_000));
        let message = refused(&app, &query).await;
        assert!(message.contains("more than"), "{message}");
    }
    // Within the parser's depth and beyond the query's.
    let mut query = String::from("kind");
    for _ in 0..28 {
        query = format!("ofType {{ {query} }}");
    }
    let message = refused(
        &app,
        &format!("{{ __type(name: \"Query\") {{ {query} }} }}"),
    )
    .await;
    assert!(message.contains("nested deeper than 24"), "{message}");
    let mut literal = String::from("1");
    for _ in 0..60 {
        literal = format!("[{literal}]");
    }
    let query = format!("{{ validateWorkflow(document: {{a: {literal}}}) {{ valid }} }}");
    let answer = app.ask(&query, json!({})).await;
    assert_eq!(
        answer["data"]["validateWorkflow"]["valid"], false,
        "{answer}"
    );
}

#[tokio::test]
async fn a_wide_query_is_told() {
    let app = App::new().await;
    let mut aliases = String::new();
    let mut checks = String::new();
    for n in 0..501 {
        write!(aliases, "a{n}: __typename ").unwrap();
        write!(
            checks,
            "c{n}: validateWorkflow(document: {{}}) {{ valid }} "
        )
        .unwrap();
    }
    assert!(
        refused(&app, &format!("{{ {aliases} }}"))
            .await
            .contains("aliases")
    );
    assert!(
        refused(&app, &format!("{{ {checks} }}"))
            .await
            .contains("aliases")
    );
    let few: String = checks.split_inclusive("} ").take(60).collect();
    assert!(
        refused(&app, &format!("{{ {few} }}"))
            .await
            .contains("too complex")
    );
    let list = "workflowConnection(first: 500) { edges { node { tasks { items { attempts {
        number phase message reason exitCode startedAt finishedAt } } attempts { number phase
        message reason exitCode startedAt finishedAt } name action phase } } } }";
    assert!(
        refused(&app, &format!("{{ {list} }}"))
            .await
            .contains("too complex")
    );
    let directives = "@include(if: true) ".repeat(501);
    assert!(
        refused(&app, &format!("{{ __typename {directives} }}"))
            .await
            .contains("directives")
    );
    assert!(
        refused(&app, &format!("{{ {} }}", "a ".repeat(20_001)))
            .await
            .contains("tokens")
    );
    assert!(
        refused(&app, &format!("{{ {} }}", "a".repeat(1_000)))
            .await
            .contains("name")
    );
}

#[tokio::test]
async fn fragments_that_multiply_are_told_at_once() {
    let app = App::new().await;
    let mut query = String::from("{ ...F0 }");
    for n in 0..40 {
        let next = n + 1;
        write!(query, " fragment F{n} on Query {{ ...F{next} ...F{next} }}").unwrap();
    }
    query.push_str(" fragment F40 on Query { __typename }");
    refused(&app, &query).await;
    let mut cycle = String::from("{ ...F0 }");
    for n in 0..20 {
        let next = (n + 1) % 20;
        write!(cycle, " fragment F{n} on Query {{ ...F{next} ...F{next} }}").unwrap();
    }
    assert!(refused(&app, &cycle).await.contains("contains itself"));
}

#[tokio::test]
async fn many_errors_are_cut() {
    let app = App::new().await;
    let fields = "nothing ".repeat(300);
    let answer = app.ask(&format!("{{ {fields} }}"), json!({})).await;
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 101);
    assert_eq!(
        errors[100]["message"],
        "there are 200 more errors like these"
    );
}

/// What generators of clients and editors ask first.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema {
  description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
  types { ...FullType }
  directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
fragment FullType on __Type { kind name description specifiedByURL
  fields(includeDeprecated: true) { name description
    args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue
  isDeprecated deprecationReason }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name } } } } } } } } } }";

#[tokio::test]
async fn the_standard_introspection_query_passes() {
    let app = App::new().await;
    let told = app.data(INTROSPECTION, Value::Null).await;
    assert!(told["__schema"]["types"].as_array().unwrap().len() > 20);
}
