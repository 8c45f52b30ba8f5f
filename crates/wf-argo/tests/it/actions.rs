//! Actions: what is told of those that are wrong, and what the right ones can do.

use wf_argo::{Action, Catalog};
use wf_model::Target;

fn errors(text: &str) -> Vec<String> {
    let errors = Action::parse("x.yaml", text).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

fn signature(text: &str) -> wf_model::Signature {
    let catalog =
        Catalog::from_sources([("x.yaml", text)]).unwrap_or_else(|errors| panic!("{errors:#?}"));
    catalog.get("x").unwrap().signature().clone()
}

fn embedded(text: &str) -> Option<String> {
    signature(text).unsupported.remove(&Target::Embedded)
}

#[test]
fn an_unknown_field_is_an_error_with_file_line_and_path() {
    let text = "name: x\nparameters:\n- name: a\n  defualt: b\nsuspend: {}\n";
    let told = errors(text);
    assert_eq!(told.len(), 1);
    let expected =
        "x.yaml:4: parameters[0].defualt: unknown field `defualt`; did you mean `default`?";
    assert!(told[0].starts_with(expected), "{told:?}");
    let told = errors("name: x\nsuspend: {}\nimage: y\n");
    let expected = "x.yaml:3: image: action `x`: unknown field `image`; an action has `name`, ";
    assert!(told[0].starts_with(expected), "{told:?}");
    assert!(errors("name: x\nimage: y\n")[0].starts_with("x.yaml:2: image: "));
    let artifact = "name: x\nartifacts:\n- {name: a, path: /a, form: b}\nscript: {source: a}\n";
    assert!(errors(artifact)[0].starts_with("x.yaml:3: artifacts[0].form: "));
}

#[test]
fn what_is_no_yaml_is_an_error_with_its_line() {
    assert!(errors("name: x\nsuspend: {\n")[0].starts_with("x.yaml:"));
    assert_eq!(
        errors("name: x\nname: y\nsuspend: {}\n"),
        ["x.yaml:2: name: it is there twice"]
    );
    assert_eq!(errors("a: *b\n"), ["x.yaml:1: unknown anchor"]);
    assert_eq!(errors("name: x\n---\n]\n---\nname: y\n").len(), 1);
}

#[test]
fn an_action_has_exactly_one_body() {
    assert!(errors("name: x\n")[0].ends_with("it has none"));
    assert!(errors("name: x\nsuspend:\n")[0].contains("as in `suspend: {}`"));
    let two = errors("name: x\nsuspend: {}\ncontainer: {image: a}\n");
    assert!(
        two[0].ends_with("it has `container` and `suspend`"),
        "{two:?}"
    );
    assert_eq!(
        errors("name: x\ncontainer: a\n"),
        ["x.yaml:2: container: action `x`: it has to be an object, as Argo has it"]
    );
    assert!(
        errors("name: x\nsteps: {}\n")[0].ends_with("a list that is not empty, as Argo has it")
    );
}

#[test]
fn names_are_checked() {
    for name in ["wf", "Echo", "a_b", "-a", "a-", "\"\"", "a.b"] {
        assert!(
            errors(&format!("name: {name}\nsuspend: {{}}\n"))[0].starts_with("x.yaml:1: name: "),
            "{name}"
        );
    }
    let text = "name: x\nparameters: [{name: a b}, {name: a}, {name: a}]\nsuspend: {}\n";
    let told = errors(text);
    assert!(told[0].starts_with("x.yaml:2: parameters[0].name: "));
    assert_eq!(
        told[1],
        "x.yaml:2: parameters[2].name: action `x`: `a` is there twice"
    );
}

#[test]
fn everything_wrong_with_an_action_is_told_at_once() {
    let text = "
name: x
parameters:
- {name: a, default: 3, enum: [1, 2]}
- {name: b, enum: []}
- {name: c, default: '{{workflow.name}}'}
artifacts:
- {name: in}
outputs:
  parameters:
  - {name: p, supplied: {}}
  - {name: q, path: ../q}
container:
  command: [echo, '{{inputs.parameters.z}}', '{{ outputs.artifacts.o.path }}', '{{tasks.A.outputs.result}}']
  env: [{name: E, value: '{{inputs.parameter.a}}'}]
";
    let told = errors(text);
    let places: Vec<&str> = told
        .iter()
        .map(|told| told.split(": ").nth(1).unwrap())
        .collect();
    let expected = [
        "parameters[0].default",
        "parameters[1].enum",
        "parameters[2].default",
        "artifacts[0].path",
        "outputs.parameters[0]",
        "outputs.parameters[1].path",
        "container.command[1]",
        "container.command[2]",
        "container.command[3]",
        "container.env[0].value",
    ];
    assert_eq!(places, expected, "{told:#?}");
    assert!(told[0].ends_with("`3` is not in its `enum`"));
    assert!(
        told[0].starts_with("x.yaml:4: ") && told[6].starts_with("x.yaml:14: "),
        "{told:#?}"
    );
    assert!(told[6].ends_with(
        "`{{inputs.parameters.z}}` refers to what is not declared; declare it in `parameters`"
    ));
}

#[test]
fn a_suspend_has_outputs_that_are_supplied_and_no_files() {
    let with = |rest: &str| format!("name: x\nsuspend: {{}}\n{rest}\n");
    assert!(
        errors(&with("artifacts: [{name: a, path: /a}]"))[0]
            .ends_with("`suspend` takes and leaves no files")
    );
    assert!(
        errors(&with("outputs: {parameters: [{name: a, path: /a}]}"))[0]
            .contains("write `supplied: {}`")
    );
    let signature = signature(&with(
        "outputs: {parameters: [{name: a, supplied: {}, default: 1}]}",
    ));
    assert_eq!(signature.output_parameters, ["a"]);
    assert!(!signature.result);
}

#[test]
fn numbers_and_booleans_become_texts() {
    let text = "name: x\nparameters: [{name: a, default: 1.50, enum: [1.5, true]}]\nsuspend: {}\n";
    let signature = signature(text);
    assert_eq!(signature.parameters[0].default.as_deref(), Some("1.5"));
    assert_eq!(
        signature.parameters[0].allowed,
        Some(vec!["1.5".to_owned(), "true".to_owned()])
    );
}

#[test]
fn the_embedded_backend_refuses_what_it_cannot_do_with_a_reason() {
    let container = |body: &str| format!("name: x\ncontainer: {{image: a, {body}}}\n");
    assert_eq!(embedded(&container("command: [a]")), None);
    assert_eq!(embedded(&container("command: [a], args: [$(B)]")), None);
    let reason = |text: &str| embedded(text).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(
        reason(&container("args: [a]")),
        "it has no `command`, and images are ignored there"
    );
    assert!(
        reason(&container(
            "command: [a], envFrom: [{secretRef: {name: a}}]"
        ))
        .starts_with("`envFrom`")
    );
    assert!(
        reason(&container("command: [a], env: [{name: A, valueFrom: {}}]"))
            .starts_with("`env[].valueFrom`")
    );
    let secret = "command: [a], env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]";
    assert_eq!(embedded(&container(secret)), None);
    assert_eq!(
        embedded(&container("command: [a, '{{workflow.name}}']")),
        None
    );
    for field in ["volumeMounts: [{name: a, mountPath: /a}]", "workingDir: /a"] {
        let name = field.split(':').next().unwrap();
        assert!(reason(&container(&format!("command: [a], {field}"))).contains(name));
    }
    for field in [
        "sidecars: [{name: a}]",
        "retryStrategy: {limit: 1}",
        "timeout: 1m",
        "daemon: true",
    ] {
        let name = field.split(':').next().unwrap();
        let text = format!("name: x\ncontainer: {{image: a, command: [a]}}\n{field}\n");
        assert!(reason(&text).contains(name), "{field}");
    }
    for field in [
        "nodeSelector: {a: b}",
        "metadata: {labels: {a: b}}",
        "volumes: []",
    ] {
        let text = format!("name: x\ncontainer: {{image: a, command: [a]}}\n{field}\n");
        assert_eq!(embedded(&text), None, "{field}");
    }
    let text = "name: x\nscript: {command: [sh], source: a}\nartifacts: [{name: a, path: a, git: {repo: b}}]\n";
    assert_eq!(
        reason(text),
        "its artifact `a` comes from `git`, which needs a cluster"
    );
    assert_eq!(
        reason(&container("command: [a, '{{pod.name}}']")),
        "`{{pod.name}}` at `container.command[1]` is known only to Argo"
    );
    for body in [
        "resource: {action: get}",
        "http: {url: a}",
        "data: {source: {}, transformation: [{expression: a}]}",
        "containerSet: {containers: [{name: main}]}",
        "plugin: {mine: {}}",
        "steps: [[{name: a, inline: {suspend: {}}}]]",
        "dag: {tasks: [{name: a, templateRef: {name: b, template: c}}]}",
    ] {
        let kind = body.split(':').next().unwrap();
        assert_eq!(
            reason(&format!("name: x\n{body}\n")),
            format!("`{kind}` needs a cluster")
        );
    }
    let reference =
        "name: x\ntemplateRef: {name: a, template: b}\noutputs: {parameters: [{name: a}]}\n";
    assert_eq!(reason(reference), "`templateRef` needs a cluster");
}

#[test]
fn a_fixed_path_is_refused_there_unless_the_body_asks_for_it() {
    let with = |path: &str, argument: &str| {
        format!(
            "name: x\noutputs: {{artifacts: [{{name: o, path: {path}}}]}}\ncontainer: {{command: [a, '{argument}']}}\n"
        )
    };
    assert!(
        embedded(&with("/tmp/o", "/tmp/o"))
            .unwrap()
            .contains("`/tmp/o` is fixed")
    );
    assert_eq!(
        embedded(&with("/tmp/o", "{{outputs.artifacts.o.path}}")),
        None
    );
    assert_eq!(embedded(&with("o", "o")), None);
}

#[test]
fn a_result_is_what_argo_keeps() {
    for (body, result) in [
        ("container: {command: [a]}", true),
        ("script: {command: [sh], source: a}", true),
        ("http: {url: a}", true),
        ("containerSet: {containers: [{name: main}]}", true),
        ("containerSet: {containers: [{name: other}]}", false),
        ("plugin: {mine: {}}", true),
        ("steps: [[{name: a, inline: {suspend: {}}}]]", false),
        ("suspend: {}", false),
        ("resource: {action: get}", false),
    ] {
        assert_eq!(
            signature(&format!("name: x\n{body}\n")).result,
            result,
            "{body}"
        );
    }
}

#[test]
fn a_template_ref_names_its_template() {
    let told = errors("name: x\ntemplateRef: {name: a}\nartifacts: [{name: i, path: /i}]\n");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("x.yaml:2: templateRef.template: "));
    assert!(told[1].starts_with("x.yaml:3: artifacts[0].path: "));
}
