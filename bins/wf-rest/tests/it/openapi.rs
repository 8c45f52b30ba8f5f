//! The OpenAPI document: equal to the committed one, whole, and named throughout.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use crate::declared::DOCUMENT;
use crate::harness::text;

/// Set, it makes the test write the committed document anew.
const UPDATE: &str = "UPDATE_EXPECT";

#[test]
fn the_committed_document_is_the_printed_one() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    let printed = wf_rest::openapi();
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &printed).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == printed,
        "docs/api/openapi.json is stale; run this test with {UPDATE}=1, and look at what changed"
    );
}

fn operations() -> impl Iterator<Item = (String, &'static Value)> {
    DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            item.iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
}

#[test]
fn every_operation_has_an_id_a_tag_and_a_summary() {
    let mut ids = BTreeSet::new();
    for (name, operation) in operations() {
        let id = text(&operation["operationId"]);
        assert!(ids.insert(id), "{name}: {id} is taken");
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{name}"
        );
        assert!(!text(&operation["summary"]).is_empty(), "{name}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(described, "{name}: {}", parameter["name"]);
        }
    }
    assert_eq!(ids.len(), 31);
}

#[test]
fn every_declared_status_has_a_schema_or_is_empty_on_purpose() {
    for (name, operation) in operations() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let contents = response["content"].as_object();
            if status == "204" {
                assert!(contents.is_none(), "{name}");
                continue;
            }
            assert!(
                !text(&response["description"]).is_empty(),
                "{name} {status}"
            );
            for (media_type, content) in contents.unwrap_or_else(|| panic!("{name} {status}")) {
                let schema = &content["schema"];
                assert!(
                    schema.get("$ref").is_some() || schema["type"] == "string",
                    "{name} {status} {media_type}: {schema}"
                );
                let is_problem = media_type == "application/problem+json";
                assert_eq!(is_problem, status.as_str() >= "400", "{name} {status}");
            }
        }
        for must in ["400", "403", "406", "429", "500", "503", "504"] {
            assert!(
                operation["responses"].get(must).is_some(),
                "{name} does not declare {must}"
            );
        }
    }
}

#[test]
fn every_body_and_every_enum_has_a_name() {
    fn check(value: &Value, place: &str) {
        if let Some(fields) = value.as_object() {
            let inline = fields.contains_key("enum") || fields.contains_key("properties");
            assert!(!inline, "{place} is described in place");
            for (name, value) in fields {
                check(value, &format!("{place}/{name}"));
            }
        }
        for (index, value) in value.as_array().into_iter().flatten().enumerate() {
            check(value, &format!("{place}/{index}"));
        }
    }
    for (name, operation) in operations() {
        check(operation, &name);
        for content in operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
        {
            assert!(content.1["schema"].get("$ref").is_some(), "{name}");
        }
    }
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        assert!(
            schema["description"].as_str().is_some(),
            "{name} is not described"
        );
        for (field, value) in schema["properties"].as_object().into_iter().flatten() {
            check(value, &format!("{name}.{field}"));
        }
    }
}

#[test]
fn the_parts_of_the_api_come_in_order_of_interest() {
    let tags = crate::harness::column(&DOCUMENT["tags"], "name");
    assert_eq!(
        tags,
        [
            "Workflows",
            "Tasks",
            "History",
            "Documents",
            "Catalog",
            "Service"
        ]
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref") {
                    let pointer = text(target).strip_prefix('#').unwrap();
                    assert!(DOCUMENT.pointer(pointer).is_some(), "{target}");
                }
                fields.values().for_each(check);
            }
            Value::Array(list) => list.iter().for_each(check),
            _ => {}
        }
    }
    check(&DOCUMENT);
}

#[test]
fn the_enums_are_the_models() {
    let words = |name: &str| -> Vec<String> {
        let words = &DOCUMENT["components"]["schemas"][name]["enum"];
        words
            .as_array()
            .unwrap()
            .iter()
            .map(|word| text(word).to_owned())
            .collect()
    };
    assert_eq!(
        words("WorkflowPhase"),
        wf_model::WorkflowPhase::ALL.map(|phase| phase.as_str().to_owned())
    );
    assert_eq!(
        words("TaskPhase"),
        wf_model::TaskPhase::ALL.map(|phase| phase.as_str().to_owned())
    );
    assert_eq!(
        words("WorkflowVerb"),
        wf_model::Verb::ALL.map(|verb| verb.as_str().to_owned())
    );
    assert_eq!(
        words("Target"),
        wf_model::Target::ALL.map(|target| target.as_str().to_owned())
    );
    let codes: BTreeSet<String> = wf_service::Code::ALL
        .map(|code| code.as_str().to_owned())
        .into();
    assert_eq!(
        words("ErrorCode").into_iter().collect::<BTreeSet<_>>(),
        codes
    );
    let reasons = wf_model::TaskReason::ALL
        .map(|reason| text(&serde_json::to_value(reason).unwrap()).to_owned());
    assert_eq!(words("TaskReason"), reasons);
}

#[test]
fn the_document_schema_has_the_models_fields() {
    let properties = |name: &str| -> BTreeSet<String> {
        let schema = &DOCUMENT["components"]["schemas"][name]["properties"];
        schema.as_object().unwrap().keys().cloned().collect()
    };
    let fields =
        |value: Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let full: wf_model::Document = serde_json::from_value(serde_json::json!({
        "name": "w", "description": "d", "labels": {"a": "b"}, "parameters": [{"name": "p", "default": "x", "description": "d", "enum": ["x"]}],
        "timeoutSeconds": 1, "parallelism": 1, "priority": 1, "mutex": "m", "onExit": {"action": "a", "parameters": [{"name": "n", "value": "v"}]},
        "outputs": [{"name": "o", "value": "v"}],
        "tasks": [{"name": "t", "action": "a", "parameters": [{"name": "n", "value": "v"}], "dependsOn": ["t"], "depends": "t", "when": "w",
            "withItems": [1], "artifacts": [{"name": "n", "from": "f"}], "timeoutSeconds": 1,
            "retry": {"limit": 1, "policy": "Always", "backoffSeconds": 1, "factor": 1, "maxSeconds": 1}}],
    }))
    .unwrap();
    let full = serde_json::to_value(full).unwrap();
    assert_eq!(properties("Document"), fields(full.clone()));
    assert_eq!(properties("DocumentTask"), fields(full["tasks"][0].clone()));
    assert_eq!(
        properties("Retry"),
        fields(full["tasks"][0]["retry"].clone())
    );
    assert_eq!(
        properties("ParameterDeclaration"),
        fields(full["parameters"][0].clone())
    );
    assert_eq!(properties("ExitHandler"), fields(full["onExit"].clone()));
}

#[test]
fn every_change_takes_a_key() {
    let changes =
        operations().filter(|(name, _)| name.contains("/workflows") && !name.starts_with("get "));
    let mut count = 0;
    for (name, operation) in changes {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut names = parameters.map(|parameter| &parameter["name"]);
        assert!(names.any(|name| name == "Idempotency-Key"), "{name}");
        count += 1;
    }
    assert!(count >= 12, "{count}");
}
