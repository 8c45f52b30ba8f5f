//! Actions made of others: what Argo's own validation takes and refuses of them is taken and
//! refused at load.
//!
//! Each case was put before the validation of Argo 4.1.2 (`workflow/validate`), as the template of
//! a workflow.

use wf_argo::Action;
use wf_model::Target;

/// What is told of an action with that body, which has a parameter.
pub(crate) fn errors(body: &str) -> Vec<String> {
    let read = Action::parse(
        "x.yaml",
        &format!("name: x\nparameters: [{{name: outer, default: '[1]'}}]\n{body}\n"),
    );
    let errors = read.err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

/// That alone is told of it.
pub(crate) fn assert_one(body: &str, told: &str) {
    let found = errors(body);
    assert!(
        found.len() == 1 && found[0].contains(told),
        "{body}: {found:#?}"
    );
}

const C: &str = "container: {image: i, command: [run]}";

#[test]
fn what_argo_takes_is_taken() {
    for body in [
        "steps: [[{name: a, arguments: {parameters: [{name: p, value: '1'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run, '{{inputs.parameters.p}}', '{{=inputs.parameters.p}}']}}}]]",
        "steps: [[{name: b, withItems: [1, 2], inline: {container: {image: i, command: [run, '{{item}}', '{{inputs.parameters.outer}}']}}}]]",
        "steps: [[{name: b, inline: {outputs: {parameters: [{name: x, valueFrom: {path: /x}}]}, container: {image: i, command: [run, '{{outputs.parameters.x.path}}']}}}]]",
        "steps: [[{name: a, inline: {steps: [[{name: b, inline: {container: {image: i, command: [run, '{{inputs.parameters.outer}}']}}}]]}}]]",
        "steps: [[{name: a, arguments: {parameters: [{name: m, value: '1'}]}, inline: {inputs: {parameters: [{name: m}]}, steps: [[{name: b, inline: {container: {image: i, command: [run, '{{inputs.parameters.m}}']}}}]]}}]]",
        "steps: [[{name: a, inline: {http: {url: 'http://x'}}}], [{name: b, when: '{{steps.a.outputs.result}} == 1', templateRef: {name: t, template: u}}]]",
        "steps: [[{name: b, inline: {outputs: {parameters: [{name: x, valueFrom: {path: /x}}]}, container: {image: i, command: [run]}, metrics: {prometheus: [{name: a, help: h, counter: {value: '{{outputs.parameters.x}}'}}]}}}]]",
        "http: {url: x, headers: [{name: Authorization, valueFrom: {secretKeyRef: {name: s, key: k}}}]}",
        "dag: {target: b, tasks: [{name: a, inline: {suspend: {}}}, {name: b, depends: a, inline: {suspend: {}}}]}",
    ] {
        assert_eq!(errors(body), [""; 0], "{body}");
    }
}

#[test]
fn what_argo_does_not_know_in_a_template_that_stands_in_a_step_is_told() {
    let script = "{script: {image: i, command: [sh], source: x}}";
    for (body, told) in [
        (
            "steps: [[{name: a, arguments: {artifacts: [{name: in, raw: {data: x}}]}, inline: {inputs: {artifacts: [{name: in, path: /in}]}, container: {image: i, command: [cat, '{{inputs.artifacts.in.path}}']}}}]]".to_owned(),
            "write the path that its artifact has",
        ),
        (
            "steps: [[{name: a, inline: {steps: [[{name: b, arguments: {parameters: [{name: p, value: '1'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run, '{{inputs.parameters.p}}']}}}]]}}]]".to_owned(),
            "give it there",
        ),
        (
            format!("steps: [[{{name: a, inline: {{steps: [[{{name: b, inline: {script}}}], [{{name: c, when: '{{{{steps.b.outputs.result}}}} == 1', inline: {script}}}]]}}}}]]"),
            "as an argument of the step",
        ),
        (
            "steps: [[{name: b, withItems: [{k: v}], inline: {container: {image: i, command: [run, '{{item.k}}']}}}]]".to_owned(),
            "as an argument of the step",
        ),
        (
            "steps: [[{name: b, inline: {container: {image: i, command: [run, '{{pod.name}}']}}}]]".to_owned(),
            "`ARGO_POD_NAME`",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}], [{name: b, when: '{{steps.a.outputs.result}} == 1', templateRef: {name: t, template: u}}]]".to_owned(),
            "`a` has no result",
        ),
        (
            format!("steps: [[{{name: a, inline: {{steps: [[{{name: z, inline: {script}}}]]}}}}], [{{name: b, when: '{{{{steps.a.exitCode}}}} == 1', templateRef: {{name: t, template: u}}}}]]"),
            "`a` has no result",
        ),
    ] {
        assert_one(&body, told);
    }
}

#[test]
fn a_template_that_stands_in_a_step_is_checked_as_any_other() {
    for (template, told) in [
        (format!("activeDeadlineSeconds: 5, steps: [[{{name: z, inline: {{{C}}}}}]]"), "inline.activeDeadlineSeconds: action `x`: Argo takes no"),
        (format!("timeout: 5s, dag: {{tasks: [{{name: z, inline: {{{C}}}}}]}}"), "inline.timeout: action `x`: Argo takes no"),
        (format!("parallelism: 1, {C}"), "inline.parallelism: action `x`: Argo takes no"),
        ("http: {url: x}, sidecars: [{name: s, image: i}]".to_owned(), "inline.sidecars: action `x`: Argo takes no"),
        (format!("outputs: {{parameters: [{{name: x, valueFrom: {{jsonPath: '{{.a}}'}}}}]}}, {C}"), "inline.outputs.parameters[0].valueFrom: action `x`: of `container` it comes from"),
        (format!("outputs: {{parameters: [{{name: x}}]}}, {C}"), "inline.outputs.parameters[0]: action `x`: it needs `valueFrom`"),
        (format!("inputs: {{parameters: [{{name: p, default: a}}, {{name: p, default: b}}]}}, {C}"), "inline.inputs.parameters[1].name: action `x`: `p` is there twice"),
        (format!("inputs: {{artifacts: [{{name: in, path: /in}}]}}, {C}"), "its template needs the artifact `in`"),
        ("containerSet: {containers: [{name: a, image: i, command: [x]}]}, outputs: {parameters: [{name: x, valueFrom: {path: /x}}]}".to_owned(), "inline.containerSet.containers: action `x`: Argo brings artifacts"),
    ] {
        let body = format!("steps: [[{{name: a, inline: {{{template}}}}}]]");
        assert_one(&body, told);
    }
    let given = |arguments: &str| {
        errors(&format!(
            "steps: [[{{name: a, arguments: {{{arguments}}}, inline: {{inputs: {{parameters: [{{name: p}}]}}, {C}}}}}]]"
        ))
    };
    assert!(
        given("parameters: [{name: p}]")[0]
            .contains("parameters[0].value: action `x`: it needs a `value`")
    );
    let twice = given("parameters: [{name: p, value: a}, {name: p, value: b}]");
    assert!(
        twice[0].contains("parameters[1].name: action `x`: `p` is there twice"),
        "{twice:?}"
    );
    let more = given("parameters: [{name: p, value: a}], artifacts: [{name: q, raw: {data: x}}]");
    assert!(more[0].contains("declares no artifact `q`"), "{more:?}");
}

#[test]
fn what_argo_refuses_of_a_body_is_told() {
    for (body, told) in [
        (
            "outputs: {parameters: [{name: o, path: /o}]}\ncontainerSet: {containers: [{name: a, image: i, command: [x]}]}",
            "containerSet.containers: action `x`: Argo brings artifacts to the container `main`",
        ),
        (
            "containerSet: {containers: [{name: A_b, image: i, command: [x]}]}",
            "containers[0].name: action `x`: a container's name has lower-case",
        ),
        (
            "resource: {action: create}",
            "resource: action `x`: `create` needs a `manifest`",
        ),
        (
            "resource: {action: create, manifestFrom: {artifact: {name: nope}}}",
            "there is no artifact `nope`",
        ),
        (
            "dag: {target: nope, tasks: [{name: a, inline: {suspend: {}}}]}",
            "dag.target: action `x`: there is no task `nope`",
        ),
        (
            "plugin: {}",
            "plugin: action `x`: it needs exactly one field",
        ),
        (
            "plugin: {a: {}, b: {}}",
            "plugin: action `x`: it needs exactly one field",
        ),
        (
            "container: {image: i, command: [x]}\nsidecars: [{name: main, image: i}]",
            "the pod has a container `main` already",
        ),
        (
            "container: {image: i, command: [x]}\nsidecars: [{name: s, image: i}]\ninitContainers: [{name: s, image: i}]",
            "the pod has a container `s` already",
        ),
    ] {
        assert_one(body, told);
    }
}

#[test]
fn what_came_later_is_told_of_parts_and_of_artifacts() {
    let reason = |body: &str, target: Target| {
        let actions = Action::parse("x.yaml", &format!("name: x\n{body}\n")).unwrap();
        actions[0].signature().unsupported.get(&target).cloned()
    };
    for part in [
        format!("dag: {{tasks: [{{name: a, inline: {{pendingTimeout: 5s, {C}}}}}]}}"),
        format!("steps: [[{{name: a, inline: {{pendingTimeout: 5s, {C}}}}}]]"),
    ] {
        let told = reason(&part, Target::Argo40);
        assert_eq!(told.as_deref(), Some("`pendingTimeout` came with Argo 4.1"));
        assert_eq!(reason(&part, Target::Argo41), None);
    }
    let by_plugin = format!(
        "artifacts: [{{name: in, path: /in, plugin: {{name: p, configuration: c, key: k}}}}]\n{C}"
    );
    let told = reason(&by_plugin, Target::Argo37);
    assert_eq!(
        told.as_deref(),
        Some("artifacts of a `plugin` came with Argo 4.0")
    );
    assert_eq!(reason(&by_plugin, Target::Argo40), None);
}

#[test]
fn a_path_of_a_container_holds_one_thing() {
    for (body, told) in [
        (
            "container: {image: i, command: [x], volumeMounts: [{name: v, mountPath: /a}]}\nvolumes: [{name: v, emptyDir: {}}]\nartifacts: [{name: in, path: /a}]",
            "artifacts[0].path: action `x`: `/a` is the path of `container.volumeMounts[0].mountPath`, too",
        ),
        (
            "container: {image: i, command: [x]}\nartifacts: [{name: in, path: /a}, {name: on, path: /a/}]",
            "artifacts[1].path",
        ),
        (
            "script: {image: i, command: [x], source: x}\nsecrets: [{name: s, keys: [a], mount: /a}, {name: t, keys: [a], mount: /a}]",
            "secrets[1].mount",
        ),
        (
            "containerSet: {volumeMounts: [{name: v, mountPath: /a}], containers: [{name: main, image: i, command: [x], volumeMounts: [{name: w, mountPath: /a}]}]}\nvolumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}]",
            "containers[0].volumeMounts[0].mountPath",
        ),
        (
            "container: {image: i, command: [x], volumeMounts: [{name: v, mountPath: /var/run/argo}]}\nvolumes: [{name: v, emptyDir: {}}]",
            "a directory of Argo's own",
        ),
        (
            "container: {image: i, command: [x]}\nvolumes: [{name: var-run-argo, emptyDir: {}}]",
            "volumes[0].name",
        ),
        (
            "container: {image: i, command: [x]}\nvolumes: [{name: action-secret-0, emptyDir: {}}]",
            "volumes[0].name",
        ),
        (
            "container: {image: i, command: [x]}\nvolumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]",
            "volumes[1].name: action `x`: `v` is there twice",
        ),
    ] {
        assert_one(body, told);
    }
}
