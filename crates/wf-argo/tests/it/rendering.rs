//! Rendering: each field of a document, and where Argo has it.

use serde_json::{Value, json};
use wf_argo::{Catalog, Error, Profile, render};

use crate::fixtures::{catalog, rendered, valid};
use crate::schema::assert_accepted;

/// The manifest of a document of these tasks and other fields.
fn manifest(tasks: Value, others: &Value) -> Value {
    let mut document = json!({"name": "w"});
    let fields = document.as_object_mut().unwrap();
    fields.extend(others.as_object().unwrap().clone());
    fields.insert("tasks".to_owned(), tasks);
    let rendered = rendered(&document.to_string(), &catalog());
    assert_accepted(rendered.workflow(), &document.to_string());
    rendered.workflow().to_json()
}

/// The tasks of the DAG of a document of these tasks.
fn tasks(tasks: Value) -> Value {
    manifest(tasks, &json!({}))["spec"]["templates"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()["dag"]["tasks"]
        .clone()
}

fn template_names(manifest: &Value) -> Vec<&str> {
    let templates = manifest["spec"]["templates"].as_array().unwrap();
    templates
        .iter()
        .map(|template| template["name"].as_str().unwrap())
        .collect()
}

#[test]
fn every_distinct_use_of_an_action_is_a_template_in_the_order_of_first_use() {
    let manifest = manifest(
        json!([
            {"name": "a", "action": "true", "timeoutSeconds": 1},
            {"name": "b", "action": "sleep"},
            {"name": "c", "action": "true"},
            {"name": "d", "action": "true", "timeoutSeconds": 1, "retry": {"limit": 1}},
            {"name": "e", "action": "true", "timeoutSeconds": 1},
            {"name": "f", "action": "true", "timeoutSeconds": 2},
            {"name": "g", "action": "sleep", "parameters": [{"name": "seconds", "value": 5}]},
        ]),
        &json!({"onExit": {"action": "flip"}}),
    );
    assert_eq!(
        template_names(&manifest),
        ["true-2", "sleep", "true", "true-3", "true-4", "flip", "wf"]
    );
    let uses = manifest["spec"]["templates"][6]["dag"]["tasks"]
        .as_array()
        .unwrap();
    let uses: Vec<&str> = uses
        .iter()
        .map(|task| task["template"].as_str().unwrap())
        .collect();
    assert_eq!(
        uses,
        [
            "true-2", "sleep", "true", "true-3", "true-2", "true-4", "sleep"
        ]
    );
}

#[test]
fn a_variant_never_takes_the_name_of_another_action() {
    let actions =
        "name: a\nsuspend: {}\n---\nname: a-2\nsuspend: {}\n---\nname: a-4\nsuspend: {}\n";
    let catalog = Catalog::from_sources([("actions.yaml", actions)]).unwrap();
    let document = json!({"name": "w", "tasks": [
        {"name": "A", "action": "a", "timeoutSeconds": 1},
        {"name": "B", "action": "a", "timeoutSeconds": 2},
        {"name": "C", "action": "a-2", "timeoutSeconds": 2},
        {"name": "D", "action": "a-2"},
    ]});
    let rendered = rendered(&document.to_string(), &catalog);
    let document = valid(document.to_string().as_bytes(), &catalog)
        .document()
        .clone();
    assert_eq!(
        template_names(&rendered.workflow().to_json()),
        ["a-3", "a-5", "a-2-2", "a-2", "wf"]
    );
    assert_eq!(
        wf_argo::read_document(rendered.workflow(), &catalog),
        Ok(document)
    );
}

#[test]
fn retry_and_timeout_stand_on_the_template() {
    let retry = json!({"limit": 3, "policy": "Always", "backoffSeconds": 10, "factor": 2, "maxSeconds": 600});
    let with = |retry: Value| {
        manifest(
            json!([{"name": "a", "action": "true", "retry": retry, "timeoutSeconds": 60}]),
            &json!({}),
        )["spec"]["templates"][0]
            .clone()
    };
    let template = with(retry);
    assert_eq!(
        template["retryStrategy"],
        json!({"limit": "3", "retryPolicy": "Always", "backoff": {"duration": "10s", "factor": "2", "maxDuration": "600s"}})
    );
    assert_eq!(template["activeDeadlineSeconds"], 60);
    assert_eq!(
        with(json!({"limit": 0}))["retryStrategy"],
        json!({"limit": "0"})
    );
    // Argo refuses a backoff without a duration.
    let bounded = json!({"limit": 1, "maxSeconds": 5});
    assert_eq!(
        with(bounded)["retryStrategy"]["backoff"],
        json!({"duration": "0", "maxDuration": "5s"})
    );
    let at_once = json!({"limit": 1, "backoffSeconds": 0});
    assert_eq!(
        with(at_once)["retryStrategy"]["backoff"],
        json!({"duration": "0s"})
    );
}

#[test]
fn what_holds_for_the_run_stands_on_the_spec() {
    let manifest = manifest(
        json!([{"name": "a", "action": "true"}]),
        &json!({
            "description": "what it is for", "labels": {"team": "core", "app": "x"},
            "timeoutSeconds": 3600, "parallelism": 4, "priority": -1, "mutex": "nightly",
            "onExit": {"action": "echo", "parameters": [{"name": "message", "value": "{{workflow.status}}"}]},
            "parameters": [
                {"name": "greeting", "default": "Hello", "enum": ["Hello", "Hi"], "description": "how to greet"},
                {"name": "open"},
            ],
        }),
    );
    assert_eq!(
        manifest["metadata"],
        json!({
            "generateName": "w", "labels": {"app": "x", "team": "core"},
            "annotations": {"workflows.argoproj.io/description": "what it is for"},
        })
    );
    let spec = &manifest["spec"];
    assert_eq!(spec["activeDeadlineSeconds"], 3600);
    assert_eq!(spec["parallelism"], 4);
    assert_eq!(spec["priority"], -1);
    assert_eq!(
        spec["synchronization"],
        json!({"mutexes": [{"name": "nightly"}]})
    );
    let message = json!({"parameters": [{"name": "message", "value": "{{workflow.status}}"}]});
    assert_eq!(
        spec["hooks"],
        json!({"exit": {"template": "echo", "arguments": message}})
    );
    assert_eq!(
        spec["arguments"]["parameters"],
        json!([
            {"name": "greeting", "value": "Hello", "enum": ["Hello", "Hi"], "description": "how to greet"},
            {"name": "open"},
        ])
    );
}

#[test]
fn dependencies_are_as_written() {
    let tasks = tasks(json!([
        {"name": "a", "action": "true"},
        {"name": "b", "action": "true", "depends": "a.Failed || a"},
        {"name": "c", "action": "true", "depends": " !( b ) "},
    ]));
    assert_eq!(tasks[1]["depends"], "a.Failed || a");
    assert_eq!(tasks[2]["depends"], " !( b ) ");
}

#[test]
fn items_are_as_written_and_none_are_skipped() {
    let items = json!(["x", 1, true, 1.5, {"k": "v", "n": 2}]);
    let tasks = tasks(json!([
        {"name": "a", "action": "true", "withItems": items},
        {"name": "b", "action": "true", "withItems": []},
    ]));
    assert_eq!(tasks[0]["withItems"], items);
    assert_eq!(tasks[1]["withItems"], Value::Null);
    assert_eq!(tasks[1]["withParam"], "[]");
}

#[test]
fn artifacts_are_given_from_outputs() {
    let tasks = tasks(json!([
        {"name": "a", "action": "produce", "parameters": [{"name": "text", "value": "x"}]},
        {"name": "b", "action": "consume", "dependsOn": ["a"],
         "artifacts": [{"name": "in", "from": "{{tasks.a.outputs.artifacts.out}}"}]},
    ]));
    let expected =
        json!({"artifacts": [{"name": "in", "from": "{{tasks.a.outputs.artifacts.out}}"}]});
    assert_eq!(tasks[1]["arguments"], expected);
}

/// The `when` of a task with items behind `a-b`, in a workflow with a parameter `p-q`.
fn when(when: &str) -> String {
    let tasks = json!([
        {"name": "a-b", "action": "produce", "parameters": [{"name": "text", "value": "x"}]},
        {"name": "c", "action": "true", "dependsOn": ["a-b"], "when": when, "withItems": [{"k": 1}]},
    ]);
    let manifest = manifest(
        tasks,
        &json!({"parameters": [{"name": "p-q", "default": "x"}]}),
    );
    let templates = manifest["spec"]["templates"].as_array().unwrap();
    templates.last().unwrap()["dag"]["tasks"][1]["when"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_condition_is_one_expression_over_variables() {
    for (written, expected) in [
        (
            "{{tasks.a-b.outputs.result}} == 'yes'",
            "tasks['a-b'].outputs.result == 'yes'",
        ),
        (
            "{{tasks.a-b.outputs.parameters.bytes}} >= 3",
            "asFloat(tasks['a-b'].outputs.parameters['bytes']) >= 3.0",
        ),
        (
            "{{tasks.a-b.exitCode}} == 0",
            "asFloat(tasks['a-b'].exitCode) == 0.0",
        ),
        (
            "{{workflow.parameters.p-q}} != \"it's\"",
            "workflow.parameters['p-q'] != 'it\\'s'",
        ),
        (
            "'{{item.k}}-{{workflow.name}}' == 'a\\\\b'",
            "item['k'] + '-' + workflow.name == 'a\\\\b'",
        ),
        (
            "{{workflow.creationTimestamp}} == ''",
            "workflow.creationTimestamp.RFC3339 == ''",
        ),
        ("true && !false", "true && !(false)"),
        ("{{item.k}}", "fromJSON(item['k'])"),
        ("{{item.k}} == true", "item['k'] == \"true\""),
        (
            "1 < 2 || (true || false) && true",
            "1.0 < 2.0 || (true || false) && true",
        ),
    ] {
        assert_eq!(when(written), format!("{{{{= {expected} }}}}"), "{written}");
    }
}

#[test]
fn no_text_of_a_condition_can_end_its_expression() {
    let rendered = when("{{item.k}} == '}} || true || \\'{a}'");
    let inner = rendered
        .strip_prefix("{{= ")
        .unwrap()
        .strip_suffix(" }}")
        .unwrap();
    assert_eq!(
        inner,
        r"item['k'] == '\u007d\u007d || true || \'\u007ba\u007d'"
    );
}

#[test]
fn outputs_are_outputs_of_the_dag() {
    let outputs = json!([
        {"name": "one", "value": "{{ tasks.a.outputs.result }}"},
        {"name": "text", "value": "it's {done}"},
        {"name": "both", "value": "{{workflow.parameters.p}}: {{tasks.a.outputs.result}}"},
    ]);
    let manifest = manifest(
        json!([{"name": "a", "action": "flip"}]),
        &json!({"outputs": outputs, "parameters": [{"name": "p", "default": "x"}]}),
    );
    assert_eq!(
        manifest["spec"]["templates"][1]["outputs"]["parameters"],
        json!([
            {"name": "one", "valueFrom": {"default": "", "parameter": "{{ tasks.a.outputs.result }}"}},
            {"name": "text", "valueFrom": {"default": "", "expression": r"'it\'s \u007bdone\u007d'"}},
            {"name": "both", "valueFrom": {"default": "", "expression":
                "{{=toJson(workflow.parameters['p'])}} + ': ' + tasks['a'].outputs.result"}},
        ])
    );
}

const REFERENCE: &str = "
name: remote
parameters: [{name: a}, {name: b, default: from the action}]
templateRef: {name: library, template: thing, clusterScope: true}
";

#[test]
fn a_template_of_the_cluster_is_referred_to_with_the_actions_defaults() {
    let catalog = Catalog::from_sources([("remote.yaml", REFERENCE)]).unwrap();
    let using = |task: Value| {
        let document = json!({"name": "w", "tasks": [task], "onExit": {"action": "remote", "parameters": [{"name": "a", "value": "x"}]}});
        let limits = wf_model::Limits::of(wf_model::Target::Argo41);
        let draft = wf_model::Draft::parse(document.to_string().as_bytes(), &limits);
        render(
            &draft.validate(catalog.signatures(), &limits).unwrap(),
            &catalog,
            &Profile::plain(),
        )
    };
    let given = json!([{"name": "a", "value": "1"}]);
    let rendered = using(json!({"name": "A", "action": "remote", "parameters": given})).unwrap();
    assert_accepted(rendered.workflow(), "templateRef");
    let spec = rendered.workflow().to_json()["spec"].clone();
    let reference = json!({"name": "library", "template": "thing", "clusterScope": true});
    let task = &spec["templates"][0]["dag"]["tasks"][0];
    assert_eq!(task["templateRef"], reference);
    assert_eq!(task["template"], Value::Null);
    assert_eq!(
        task["arguments"]["parameters"],
        json!([{"name": "a", "value": "1"}, {"name": "b", "value": "from the action"}])
    );
    assert_eq!(spec["hooks"]["exit"]["templateRef"], reference);
    assert_eq!(rendered.template_of("A"), None);

    let error =
        using(json!({"name": "A", "action": "remote", "parameters": given, "timeoutSeconds": 1}))
            .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("tasks[0]: action `remote` is a template of the cluster"),
        "{error}"
    );
}

#[test]
fn another_catalog_than_the_validations_is_an_error() {
    let own = Catalog::from_sources([("own.yaml", "name: own\nsuspend: {}\n")]).unwrap();
    let workflow = valid(
        br#"{"name": "w", "tasks": [{"name": "A", "action": "own"}]}"#,
        &own,
    );
    let expected = Error::UnknownAction {
        path: "tasks[0]".to_owned(),
        action: "own".to_owned(),
    };
    assert_eq!(
        render(&workflow, &Catalog::builtin(), &Profile::plain()),
        Err(expected)
    );
}
