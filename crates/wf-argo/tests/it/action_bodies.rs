//! Bodies of every kind that Argo has, and the other fields of its templates.

use serde_json::json;
use wf_argo::{Action, BodyKind, Catalog};
use wf_model::Target;

use crate::fixtures::rendered;
use crate::schema;

/// For each kind an action that has it.
const BODIES: [(BodyKind, &str); 11] = [
    (BodyKind::Container, "container: {image: a, command: [a]}"),
    (
        BodyKind::Script,
        "script: {image: a, command: [sh], source: a}",
    ),
    (
        BodyKind::ContainerSet,
        "containerSet: {containers: [{name: main, image: a, command: [a]}]}",
    ),
    (BodyKind::Suspend, "suspend: {duration: 10s}"),
    (
        BodyKind::Resource,
        "resource: {action: get, manifest: 'kind: Pod'}\noutputs: {parameters: [{name: o, jsonPath: '{.metadata.name}'}]}",
    ),
    (BodyKind::Http, "http: {url: 'https://example.com'}"),
    (
        BodyKind::Data,
        "data: {source: {artifactPaths: {name: a, s3: {key: b}}}, transformation: [{expression: data}]}",
    ),
    (BodyKind::Plugin, "plugin: {hello: {to: you}}"),
    (
        BodyKind::Steps,
        "steps:\n- - {name: one, inline: {inputs: {parameters: [{name: i}]}, container: {image: a, command: [a, '{{inputs.parameters.i}}']}}, arguments: {parameters: [{name: i, value: '{{item}}'}]}, withItems: [1]}\n- - {name: two, templateRef: {name: a, template: b}}\noutputs: {parameters: [{name: o, parameter: '{{steps.two.outputs.parameters.o}}'}]}",
    ),
    (
        BodyKind::Dag,
        "dag:\n  tasks:\n  - {name: one, inline: {container: {image: a, command: [a]}}}\n  - {name: two, templateRef: {name: a, template: b}, dependencies: [one]}\noutputs: {artifacts: [{name: o, from: '{{tasks.two.outputs.artifacts.o}}'}]}",
    ),
    (
        BodyKind::TemplateRef,
        "templateRef: {name: a, template: b, clusterScope: true}",
    ),
];

fn action(text: &str) -> Action {
    let catalog = Catalog::from_sources([("x.yaml", text)])
        .unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
    catalog.get("x").unwrap().clone()
}

fn errors(text: &str) -> Vec<String> {
    let errors = Action::parse("x.yaml", text).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn every_kind_of_body_is_rendered_as_argo_has_it() {
    assert_eq!(BODIES.map(|(kind, _)| kind), BodyKind::ALL);
    for (kind, body) in BODIES {
        let text = format!("name: x\n{body}\n");
        let catalog = Catalog::from_sources([("x.yaml", &text)])
            .unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
        assert_eq!(catalog.get("x").unwrap().kind(), kind);
        let document = r#"{"name": "w", "tasks": [{"name": "A", "action": "x"}]}"#;
        let limits = wf_model::Limits::of(Target::Argo41);
        let workflow = wf_model::Draft::parse(document.as_bytes(), &limits)
            .validate(catalog.signatures(), &limits)
            .unwrap();
        let rendered = wf_argo::render(&workflow, &catalog, &wf_argo::Profile::plain()).unwrap();
        schema::assert_accepted(rendered.workflow(), kind.field());
        let read = wf_argo::read_document(rendered.workflow(), &catalog);
        assert_eq!(read.as_ref(), Ok(workflow.document()), "{text}");
    }
}

#[test]
fn several_templates_under_one_name_have_no_time_limit() {
    for (kind, body) in BODIES {
        let text = format!("name: x\n{body}\n");
        let catalog = Catalog::from_sources([("x.yaml", &text)]).unwrap();
        let document =
            r#"{"name": "w", "tasks": [{"name": "A", "action": "x", "timeoutSeconds": 1}]}"#;
        let limits = wf_model::Limits::of(Target::Argo41);
        let workflow = wf_model::Draft::parse(document.as_bytes(), &limits)
            .validate(catalog.signatures(), &limits)
            .unwrap();
        let rendered = wf_argo::render(&workflow, &catalog, &wf_argo::Profile::plain());
        let refused = matches!(
            kind,
            BodyKind::Steps | BodyKind::Dag | BodyKind::TemplateRef
        );
        assert_eq!(rendered.is_err(), refused, "{kind:?}");
        if let Err(error) = rendered {
            assert!(error.to_string().starts_with("tasks[0]: "), "{error}");
        }
    }
}

#[test]
fn a_body_that_could_only_fail_is_refused() {
    for (body, path) in [
        ("script: {command: [sh]}", "script.source"),
        ("containerSet: {containers: []}", "containerSet.containers"),
        ("resource: {manifest: a}", "resource.action"),
        ("http: {method: GET}", "http.url"),
        ("data: {source: {}}", "data.transformation"),
        ("dag: {tasks: []}", "dag.tasks"),
        ("templateRef: {name: a}", "templateRef.template"),
    ] {
        let told = errors(&format!("name: x\n{body}\n"));
        assert!(
            told[0].starts_with(&format!("x.yaml:2: {path}: ")),
            "{told:?}"
        );
    }
}

#[test]
fn steps_and_tasks_bring_their_templates_along() {
    for (body, path) in [
        ("steps: [[{name: a, template: b}]]", "steps[0][0].template"),
        ("steps: [[{name: a}]]", "steps[0][0]"),
        (
            "steps: [[{name: a, inline: {}, templateRef: {}}]]",
            "steps[0][0]",
        ),
        ("steps: [[{inline: {suspend: {}}}]]", "steps[0][0].name"),
        ("steps: [{name: a, inline: {suspend: {}}}]", "steps[0]"),
        (
            "dag: {tasks: [{name: a, template: b}]}",
            "dag.tasks[0].template",
        ),
        ("dag: {tasks: [1]}", "dag.tasks[0]"),
        (
            "dag: {tasks: [{name: a, inline: {suspend: {}}, dependencies: b}]}",
            "dag.tasks[0].dependencies",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}, when: '{{inputs.parameters.b}}'}]]",
            "steps[0][0].when",
        ),
    ] {
        let told = errors(&format!("name: x\n{body}\n"));
        assert!(
            told[0].starts_with(&format!("x.yaml:2: {path}: ")),
            "{body}: {told:?}"
        );
    }
}

#[test]
fn the_other_fields_of_a_template_pass_through() {
    let action = action(
        "
name: x
parameters: [{name: team, default: core}]
container: {image: a, command: [a]}
metadata: {labels: {team: '{{inputs.parameters.team}}'}}
nodeSelector: {disk: fast}
volumes: [{name: cache, emptyDir: {}}]
initContainers: [{name: first, image: b}]
sidecars: [{name: beside, image: c}]
retryStrategy: {limit: '2'}
",
    );
    let rest = &action.template().unwrap().rest;
    assert_eq!(
        rest["metadata"],
        json!({"labels": {"team": "{{inputs.parameters.team}}"}})
    );
    assert_eq!(rest["sidecars"], json!([{"name": "beside", "image": "c"}]));
    assert_eq!(rest.keys().next().unwrap(), "container");
    let told = errors("name: x\nsuspend: {}\nmetadata: {labels: {a: '{{inputs.parameters.b}}'}}\n");
    assert!(
        told[0].starts_with("x.yaml:3: metadata.labels.a: "),
        "{told:?}"
    );
}

#[test]
fn a_field_stands_where_argo_heeds_it() {
    for (body, field) in [
        ("suspend: {}", "timeout: 1m"),
        ("suspend: {}", "sidecars: []"),
        ("http: {url: a}", "initContainers: []"),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]",
            "activeDeadlineSeconds: 1",
        ),
        ("container: {image: a}", "parallelism: 1"),
        ("container: {image: a}", "inputs: {}"),
        ("templateRef: {name: a, template: b}", "nodeSelector: {}"),
    ] {
        let told = errors(&format!("name: x\n{body}\n{field}\n"));
        let name = field.split(':').next().unwrap();
        assert!(
            told[0].starts_with(&format!("x.yaml:3: {name}: ")),
            "{told:?}"
        );
    }
}

#[test]
fn what_came_with_a_later_argo_is_told_for_the_earlier_ones() {
    let action = action("name: x\ncontainer: {image: a, command: [a]}\npendingTimeout: 1m\n");
    let unsupported = &action.signature().unsupported;
    let targets: Vec<Target> = unsupported.keys().copied().collect();
    assert_eq!(
        targets,
        [Target::Argo37, Target::Argo40, Target::Argo40Full]
    );
    assert_eq!(
        unsupported[&Target::Argo37],
        "`pendingTimeout` came with Argo 4.1"
    );
}

#[test]
fn an_output_comes_from_where_its_kind_can_give_it() {
    for (body, output) in [
        ("container: {image: a}", "{name: o, jsonPath: a}"),
        ("container: {image: a}", "{name: o}"),
        ("container: {image: a}", "{name: o, path: a, expression: b}"),
        ("resource: {action: get}", "{name: o, path: a}"),
        ("http: {url: a}", "{name: o, path: a}"),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]",
            "{name: o, path: a}",
        ),
    ] {
        let told = errors(&format!(
            "name: x\n{body}\noutputs: {{parameters: [{output}]}}\n"
        ));
        assert!(
            told[0].starts_with("x.yaml:3: outputs.parameters[0]: "),
            "{told:?}"
        );
    }
}

#[test]
fn an_artifact_from_elsewhere_is_not_the_tasks_to_give() {
    let text = "name: x\nscript: {image: a, command: [sh], source: a}\nartifacts:\n- {name: code, path: /code, git: {repo: b}}\n- {name: data, path: data}\n";
    let action = action(text);
    let given: Vec<&str> = action
        .signature()
        .artifacts
        .iter()
        .map(|artifact| artifact.name.as_str())
        .collect();
    assert_eq!(given, ["data"]);
    let inputs = action.template().unwrap().inputs.as_ref().unwrap();
    assert_eq!(inputs.artifacts[0].rest["git"], json!({"repo": "b"}));
    let two = "name: x\nscript: {source: a}\nartifacts: [{name: a, path: a, raw: {data: b}, http: {url: c}}]\n";
    assert!(errors(two)[0].ends_with("an artifact is in one place; it has several"));
}

#[test]
fn a_document_uses_an_action_of_any_kind() {
    let text = "name: x\nparameters: [{name: list}]\nsteps:\n- - {name: each, withParam: '{{inputs.parameters.list}}', inline: {container: {image: a, command: [a]}}}\n";
    let catalog = Catalog::from_sources([("x.yaml", text)]).unwrap();
    let document = r#"{"name": "w", "tasks": [{"name": "A", "action": "x", "parameters": [{"name": "list", "value": "[1]"}]}]}"#;
    let faults = crate::fixtures::try_valid(document.as_bytes(), &catalog).unwrap_err();
    assert!(
        faults.to_string().contains("`steps` needs a cluster"),
        "{faults}"
    );
    let echo = Catalog::builtin();
    let hello = r#"{"name": "w", "tasks": [{"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "a"}]}]}"#;
    assert_eq!(rendered(hello, &echo).workflow().spec.templates.len(), 2);
}
