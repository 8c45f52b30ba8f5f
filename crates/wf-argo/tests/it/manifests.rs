//! Manifests that somebody else wrote: read as far as a document can say them.

use serde_json::{Value, json};
use wf_argo::{Catalog, Manifest, read_document};
use wf_model::{Document, RetryPolicy};

fn manifest(edit: impl FnOnce(&mut Value)) -> Manifest {
    let mut manifest = json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"generateName": "hello-"},
        "spec": {"entrypoint": "main", "templates": [
            {"name": "main", "dag": {"tasks": [{"name": "A", "template": "echo", "arguments": {"parameters": [{"name": "message", "value": 5}]}}]}},
            {"name": "echo", "container": {"image": "busybox"}},
            {"name": "steps", "steps": []},
        ]},
    });
    edit(&mut manifest);
    serde_json::from_value(manifest).unwrap()
}

fn read(edit: impl FnOnce(&mut Value)) -> Result<Document, String> {
    read_document(&manifest(edit), &Catalog::builtin()).map_err(|error| error.to_string())
}

/// Where reading stops.
fn place(edit: impl FnOnce(&mut Value)) -> String {
    let error = read(edit).expect_err("it can be read");
    error.split(": ").next().unwrap().to_owned()
}

#[test]
fn what_a_document_can_say_is_read() {
    let document = read(|manifest| {
        manifest["metadata"]["labels"] = json!({
            "team": "core", "workflows.argoproj.io/phase": "Running", "app.kubernetes.io/name": "x", "k8s.io/a": "x",
        });
        manifest["spec"]["onExit"] = json!("echo");
        manifest["spec"]["serviceAccountName"] = json!("runner");
    });
    let document = document.unwrap();
    assert_eq!(document.name, "hello");
    assert_eq!(document.labels.keys().collect::<Vec<_>>(), ["team"]);
    assert_eq!(document.tasks[0].action, "echo");
    assert_eq!(document.tasks[0].parameters[0].value, "5");
    assert_eq!(document.on_exit.unwrap().action, "echo");
}

#[test]
fn durations_and_numbers_are_read_in_all_of_argos_spellings() {
    let document = read(|manifest| {
        manifest["spec"]["templates"][1]["activeDeadlineSeconds"] = json!("30");
        manifest["spec"]["templates"][1]["retryStrategy"] = json!({
            "limit": 2, "retryPolicy": "OnError", "backoff": {"duration": "1m30s", "factor": 3, "maxDuration": "1h"},
        });
    });
    let task = document.unwrap().tasks.remove(0);
    assert_eq!(task.timeout_seconds, Some(30));
    let retry = task.retry.unwrap();
    assert_eq!((retry.limit, retry.policy), (2, Some(RetryPolicy::OnError)));
    assert_eq!(
        (retry.backoff_seconds, retry.factor, retry.max_seconds),
        (Some(90), Some(3), Some(3600))
    );
}

#[test]
fn what_would_run_otherwise_is_an_error_with_its_path() {
    let task = "spec.templates.dag.tasks[0]";
    for (field, value) in [
        ("withParam", json!("{{workflow.parameters.x}}")),
        ("withSequence", json!({"count": "3"})),
        ("continueOn", json!({"failed": true})),
        ("hooks", json!({})),
        ("onExit", json!("echo")),
        ("inline", json!({})),
    ] {
        let found =
            place(|manifest| manifest["spec"]["templates"][0]["dag"]["tasks"][0][field] = value);
        assert_eq!(found, format!("{task}.{field}"));
    }
    for (field, value) in [("failFast", json!(false)), ("target", json!("A"))] {
        let found = place(|manifest| manifest["spec"]["templates"][0]["dag"][field] = value);
        assert_eq!(found, format!("spec.templates.dag.{field}"));
    }
    for (field, value) in [
        ("workflowTemplateRef", json!({"name": "x"})),
        ("retryStrategy", json!({})),
        ("templateDefaults", json!({})),
        ("parallelism", json!(-1)),
        ("activeDeadlineSeconds", json!("1")),
        ("synchronization", json!({"semaphores": []})),
        (
            "synchronization",
            json!({"mutexes": [{"name": "a", "namespace": "b"}]}),
        ),
    ] {
        let found = place(|manifest| manifest["spec"][field] = value);
        assert_eq!(found, format!("spec.{field}"));
    }
    assert_eq!(
        place(|manifest| manifest["spec"]["hooks"] = json!({"running": {}})),
        "spec.hooks.running"
    );
    assert_eq!(
        place(|manifest| manifest["spec"]["hooks"] = json!({"exit": 1})),
        "spec.hooks.exit"
    );
}

#[test]
fn what_is_not_there_is_an_error_with_its_path() {
    assert_eq!(
        place(|manifest| manifest["spec"]["entrypoint"] = json!("x")),
        "spec.entrypoint"
    );
    assert_eq!(
        place(|manifest| manifest["spec"]["entrypoint"] = json!("steps")),
        "spec.entrypoint"
    );
    assert_eq!(
        place(|manifest| manifest["metadata"] = json!({})),
        "metadata"
    );
    let task = |edit: &dyn Fn(&mut Value)| {
        place(|manifest| edit(&mut manifest["spec"]["templates"][0]["dag"]["tasks"][0]))
    };
    assert_eq!(
        task(&|task| task["template"] = json!("x")),
        "spec.templates.dag.tasks[0].template"
    );
    assert_eq!(
        task(&|task| task["arguments"]["parameters"][0] =
            json!({"name": "m", "valueFrom": {"event": "x"}})),
        "spec.templates.dag.tasks[0].arguments.parameters[name=m]"
    );
    assert_eq!(
        task(&|task| task["templateRef"] = json!({"name": "x"})),
        "spec.templates.dag.tasks[0].templateRef"
    );
}

#[test]
fn a_retry_that_a_document_cannot_say_is_an_error() {
    for strategy in [
        json!({}),
        json!({"limit": "2", "expression": "true"}),
        json!({"limit": "2", "backoff": {"duration": "1ms"}}),
        json!({"limit": "2", "backoff": {"duration": "1s", "cap": "2s"}}),
        json!({"limit": "{{inputs.parameters.x}}"}),
        json!(1),
    ] {
        let found = place(|manifest| manifest["spec"]["templates"][1]["retryStrategy"] = strategy);
        assert_eq!(found, "spec.templates[name=echo].retryStrategy");
    }
}

#[test]
fn another_expression_than_ours_is_no_condition() {
    let when = |when: &str| {
        read(|manifest| manifest["spec"]["templates"][0]["dag"]["tasks"][0]["when"] = json!(when))
    };
    for expression in [
        "{{= sprig.now() }}",
        "{{=true}}",
        "{{= true && }}",
        "{{= (true) }}",
        "{{= asFloat('1') == asFloat('2') }}",
        "{{= tasks.A.status == 'x' }}",
        "{{= item['{{=']  == 'x' }}",
        "{{= '{{workflow.name}}' == 'x' }}",
    ] {
        let error = when(expression).expect_err(expression);
        assert!(
            error.starts_with("spec.templates.dag.tasks[0].when: "),
            "{error}"
        );
    }
    let deep = format!(
        "{{{{= {}true{} }}}}",
        "!(".repeat(100_000),
        ")".repeat(100_000)
    );
    assert!(when(&deep).is_err());
    // What is no expression is Argo's older spelling; whether it will do is for the validation.
    assert_eq!(
        when("x == y").unwrap().tasks[0].when.as_deref(),
        Some("x == y")
    );
}
