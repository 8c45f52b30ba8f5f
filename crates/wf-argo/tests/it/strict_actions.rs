//! Actions that Argo would refuse, or that would do something else than they say: each is told at
//! load, with its place.

use wf_argo::Action;

fn errors(text: &str) -> Vec<String> {
    let errors = Action::parse("x.yaml", text).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

fn assert_told(cases: &[(&str, &str)]) {
    for (body, told) in cases {
        let found = errors(&format!("name: x\n{body}\n"));
        assert_eq!(found.len(), 1, "{body}: {found:#?}");
        assert!(found[0].contains(told), "{body}:\n {found:?}\n {told}");
    }
}

fn assert_right(body: &str) {
    let read = Action::parse("x.yaml", &format!("name: x\n{body}\n"));
    assert!(read.is_ok(), "{body}: {:#?}", read.err());
}

#[test]
fn a_field_that_argo_does_not_have_is_told_with_the_one_that_was_meant() {
    assert_told(&[
        (
            "container: {comand: [a]}",
            "x.yaml:2: container.comand: action `x`: unknown field `comand`; did you mean `command`?",
        ),
        (
            "container:\n  command: [a]\n  env:\n  - {name: A, vale: b}",
            "x.yaml:5: container.env[0].vale: action `x`: unknown field `vale`; did you mean `value`?",
        ),
        (
            "suspend: {}\nmetadata: {lables: {}}",
            "metadata.lables: action `x`: unknown field `lables`; did you mean `labels`?",
        ),
        (
            "suspend: {}\ndescriptoin: a",
            "descriptoin: action `x`: unknown field `descriptoin`; did you mean `description`?",
        ),
        (
            "script: {source: a, image: b, name: c, sorce: d}",
            "script.sorce: action `x`: unknown field `sorce`; did you mean `source`?",
        ),
        (
            "http: {url: a, headers: [{name: a, value: b, valeu: c}]}",
            "http.headers[0].valeu",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {durtion: 1}}}]]",
            "steps[0][0].inline.suspend.durtion",
        ),
        (
            "templateRef: {name: a, template: b, cluster: true}",
            "templateRef.cluster: action `x`: unknown field",
        ),
        (
            "container: {command: [a]}\nartifacts: [{name: a, path: /a, s3: {kye: b}}]",
            "artifacts[0].s3.kye",
        ),
    ]);
}

#[test]
fn a_value_of_another_kind_is_told_with_what_would_be_right() {
    assert_told(&[
        (
            "container: {command: echo}",
            "container.command: action `x`: it has to be a list",
        ),
        (
            "container: {command: [sleep, 5]}",
            "container.command[1]: action `x`: it has to be a text; write it in quotes: `\"5\"`",
        ),
        (
            "container: {env: [{name: A, value: true}]}",
            "write it in quotes: `\"true\"`",
        ),
        (
            "resource: {action: crate}",
            "resource.action: action `x`: `crate` is not among `",
        ),
        ("suspend: {duration: 5}", "suspend.duration"),
        (
            "suspend: {duration: soon}",
            "suspend.duration: action `x`: it has to be a duration, as in `30s` or `1h30m`",
        ),
        (
            "container: {command: [a]}\nactiveDeadlineSeconds: -1",
            "activeDeadlineSeconds: action `x`: it has to be a number of seconds, 1 or more",
        ),
        (
            "container: {resources: {limits: {cpu: many}}}",
            "container.resources.limits.cpu",
        ),
        (
            "container: {command: [a]}\nretryStrategy: {limit: often}",
            "retryStrategy.limit: action `x`: it has to be a number, 0 or more",
        ),
        (
            "container: {command: [a]}\nretryStrategy: {limit: 1, backoff: {factor: 2}}",
            "retryStrategy.backoff.duration: action `x`: a backoff needs its first wait",
        ),
        (
            "resource: {action: create, manifest: 'a: [b'}",
            "resource.manifest: action `x`: it is no YAML",
        ),
    ]);
    assert_right("resource: {action: create, manifest: 'a: {{workflow.name}}'}");
    assert_right(
        "container: {command: [a]}\nretryStrategy: {limit: \"3\", backoff: {duration: \"2\", factor: 2, maxDuration: 1m}}",
    );
}

#[test]
fn what_is_merged_or_there_twice_is_told() {
    assert_told(&[
        (
            "suspend: {}\nmetadata:\n  labels: {a: b}\n  labels: {c: d}",
            "x.yaml:5: metadata.labels: it is there twice",
        ),
        (
            "container: {command: [a], <<: {image: b}}",
            "container.<<: action `x`: a merge key is no field",
        ),
        (
            "container: {command: [a], volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a}]}",
            "container.volumeMounts[1].mountPath: action `x`: `/a` is the path of `container.volumeMounts[0].mountPath`, too",
        ),
        (
            "containerSet: {containers: [{name: a}, {name: a}]}",
            "containerSet.containers[1].name: action `x`: the pod has a container `a` already",
        ),
        (
            "container: {command: [a]}\nsidecars: [{name: wait}]",
            "sidecars[0].name: action `x`: `wait` is a container of Argo's own",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}], [{name: a, inline: {suspend: {}}}]]",
            "steps[1][0].name: action `x`: `a` is there twice",
        ),
    ]);
}

#[test]
fn what_waits_for_itself_is_told() {
    let part = |name: &str, on: &str| format!("{{name: {name}, inline: {{suspend: {{}}}}, {on}}}");
    let dag = |parts: &[String]| format!("dag: {{tasks: [{}]}}", parts.join(", "));
    let circle = dag(&[part("a", "depends: b"), part("b", "depends: a.Failed")]);
    let itself = dag(&[part("a", "depends: a")]);
    let missing = dag(&[part("a", "depends: b && c"), part("b", "")]);
    let both = dag(&[part("a", "dependencies: [b]"), part("b", "depends: ''")]);
    let digit = dag(&[part("1a", ""), part("b", "depends: 1a")]);
    assert_told(&[
        (
            &circle,
            "dag: action `x`: its tasks wait for each other in a circle",
        ),
        (
            &itself,
            "dag.tasks[0]: action `x`: `a` cannot wait for itself",
        ),
        (&missing, "dag.tasks[0].depends"),
        (&both, "`depends` and `dependencies` exclude each other"),
        (&digit, "a name cannot begin with a digit"),
        (
            "containerSet: {containers: [{name: a, dependencies: [b]}, {name: b, dependencies: [a]}]}",
            "containerSet.containers: action `x`: its containers wait for each other in a circle",
        ),
        (
            "containerSet: {containers: [{name: a, dependencies: [b]}]}",
            "containerSet.containers[0].dependencies[0]: action `x`: there is no container `b`",
        ),
    ]);
}

#[test]
fn a_reference_to_what_is_not_declared_is_told_wherever_it_stands() {
    assert_told(&[
        (
            "container: {command: ['{{=inputs.parameters.a}}']}",
            "container.command[0]: action `x`: `{{=inputs.parameters.a}}` refers to what is not declared",
        ),
        (
            "container: {command: [\"{{=inputs.parameters['a-b'] + 'x'}}\"]}",
            "refers to what is not declared",
        ),
        (
            "container: {command: ['{{= workflow.parameters.a }}']}",
            "out of its sight",
        ),
        (
            "container: {command: [a]}\nmetrics: {prometheus: [{name: a, help: b, counter: {value: '{{outputs.parameters.a}}'}}]}",
            "metrics.prometheus[0].counter.value",
        ),
        (
            "container: {command: ['{{outputs.result}}']}",
            "is no input or output",
        ),
        (
            "container: {command: [a]}\nartifacts: [{name: a, path: /a, s3: {key: '{{inputs.parameters.k}}'}}]",
            "artifacts[0].s3.key",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}, when: \"{{tasks.b.outputs.result}} == 1\"}]]",
            "has to begin with `steps` here",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}, when: \"{{steps.b.outputs.result}} == 1\"}, {name: b, inline: {suspend: {}}}]]",
            "steps[0][0].when: action `x`: `{{steps.b.outputs.result}}` is not known here: `b` does not have to end before",
        ),
        (
            "steps: [[{name: a, inline: {container: {command: ['{{inputs.parameters.p}}']}}}]]",
            "steps[0][0].inline.container.command[0]",
        ),
        (
            "steps: [[{name: a, inline: {inputs: {parameters: [{name: p}]}, suspend: {}}}]]",
            "steps[0][0].arguments: action `x`: its template needs the parameter `p`",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}, arguments: {parameters: [{name: p, value: v}]}}]]",
            "steps[0][0].arguments.parameters[0].name: action `x`: its template declares no parameter `p`",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]\noutputs: {parameters: [{name: o, parameter: '{{steps.b.outputs.result}}'}]}",
            "outputs.parameters[0].parameter: action `x`: `{{steps.b.outputs.result}}` refers to `b`, which is not there",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]\noutputs: {parameters: [{name: o, parameter: '{{steps.a.outputs.parameters.p}}'}]}",
            "`a` declares no `p` in `outputs.parameters`",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]\noutputs: {parameters: [{name: o, parameter: 'steps.a.outputs.result'}]}",
            "it has to be one placeholder",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}}]]\noutputs: {parameters: [{name: o, expression: 'steps.b.outputs.result'}]}",
            "outputs.parameters[0].expression",
        ),
        (
            "dag: {tasks: [{name: a, inline: {suspend: {}}}]}\noutputs: {artifacts: [{name: o, from: '{{tasks.a.outputs.artifacts.f}}'}]}",
            "outputs.artifacts[0].from",
        ),
        (
            "steps: [[{name: a, inline: {suspend: {}}, arguments: {}, hooks: {exit: {template: t}}}]]",
            "steps[0][0].hooks.exit.template",
        ),
    ]);
}

#[test]
fn what_argo_would_refuse_of_steps_and_tasks_is_told() {
    let inline = "inline: {suspend: {}}";
    let cases = [
        (
            format!("steps: [[{{name: a, {inline}, withItems: [1], withParam: '[1]'}}]]"),
            "steps[0][0]: action `x`: `withItems` and `withParam` exclude each other",
        ),
        (
            format!("steps: [[{{name: a, {inline}, withSequence: {{count: 2, end: 3}}}}]]"),
            "steps[0][0].withSequence: action `x`: it needs either `count`",
        ),
        (
            format!("dag: {{tasks: [{{name: a, {inline}}}, {{name: b, depends: a, continueOn: {{failed: true}}, {inline}}}]}}"),
            "dag.tasks[1].continueOn: action `x`: `continueOn` and `depends` exclude each other",
        ),
        (
            "steps: [[{name: a, templateRef: {name: t}}]]".to_owned(),
            "steps[0][0].templateRef.template: action `x`: it is required",
        ),
        (
            format!("steps: [[{{name: a, {inline}, hooks: {{running: {{templateRef: {{name: t, template: u}}}}}}}}]]"),
            "steps[0][0].hooks.running.expression: action `x`: a hook needs its occasion",
        ),
        (
            "parameters: [{name: p}]\nsteps: [[{name: a, arguments: {parameters: [{name: p, value: v}]}, inline: {inputs: {parameters: [{name: p}]}, suspend: {}}}]]".to_owned(),
            "steps[0][0].inline.inputs.parameters[0].name: action `x`: the template around it has an input `p`",
        ),
        (
            "container: {command: [a]}\nretryStrategy: {}".to_owned(),
            "retryStrategy.limit: action `x`: without it Argo tries again for ever",
        ),
        (
            "parameters: [{name: p}]\ncontainer: {command: ['{{inputs.parameters.p']}".to_owned(),
            "container.command[0]: action `x`: a `{{` is not closed",
        ),
    ];
    let cases: Vec<(&str, &str)> = cases.iter().map(|(body, told)| (&**body, *told)).collect();
    assert_told(&cases);
}

#[test]
fn a_composed_action_hands_its_artifacts_on() {
    assert_right(
        "artifacts: [{name: src}]\nsteps: [[{name: a, arguments: {artifacts: [{name: in, from: '{{inputs.artifacts.src}}'}]}, inline: {inputs: {artifacts: [{name: in, path: /in}]}, container: {command: [a]}}}]]",
    );
    assert_told(&[(
        "steps: [[{name: a, arguments: {artifacts: [{name: in, from: '{{inputs.artifacts.src}}'}]}, inline: {inputs: {artifacts: [{name: in, path: /in}]}, container: {command: [a]}}}]]",
        "refers to what is not declared",
    )]);
}

#[test]
fn what_is_taken_as_it_is_has_no_placeholders() {
    assert_told(&[
        (
            "parameters: [{name: p, default: '{{a}}'}]\nsuspend: {}",
            "parameters[0].default: action `x`: it is taken as it is",
        ),
        (
            "parameters: [{name: p, description: 'as {{a}}'}]\nsuspend: {}",
            "parameters[0].description",
        ),
        (
            "parameters: [{name: p, type: number, enum: ['1.50', '2']}]\nsuspend: {}",
            "parameters[0].enum[0]: action `x`: a document's number reads `1.5`; write that",
        ),
    ]);
}

#[test]
fn what_is_declared_may_be_referred_to_wherever_argo_knows_it() {
    for body in [
        "parameters: [{name: a-b}]\ncontainer: {command: [\"{{=inputs.parameters['a-b'] + 'inputs.parameters.z'}}\"]}",
        "container: {command: [a]}\noutputs: {parameters: [{name: o, path: /o}]}\nmetrics: {prometheus: [{name: a, help: b, counter: {value: '{{outputs.parameters.o}}'}}]}",
        "steps:\n- [{name: a, inline: {container: {command: [a]}}, hooks: {running: {expression: steps.a.status == 'Running', templateRef: {name: t, template: u}, arguments: {parameters: [{name: p, value: '{{steps.a.status}}'}]}}}}]\n- [{name: b, inline: {suspend: {}}, when: '{{steps.a.outputs.result}} == 1'}]\noutputs: {parameters: [{name: o, expression: 'steps.a.outputs.result'}]}",
        "dag:\n  tasks:\n  - {name: a, inline: {outputs: {artifacts: [{name: f, path: /f}]}, container: {command: [a]}}}\n  - {name: b, depends: a, inline: {inputs: {artifacts: [{name: f, path: /f}]}, container: {command: [a]}}, arguments: {artifacts: [{name: f, from: '{{tasks.a.outputs.artifacts.f}}'}]}}\n  - {name: c, depends: b, inline: {suspend: {}}, withParam: '{{tasks.a.outputs.result}}', when: '{{item}} == 1'}",
        // What is known around a template is known in there.
        "parameters: [{name: o}]\nsteps:\n- [{name: a, inline: {container: {command: ['{{inputs.parameters.o}}']}}}]\n- [{name: b, withItems: [1], inline: {script: {source: 'echo {{item}} {{inputs.parameters.o}}', command: [sh]}}}]",
    ] {
        assert_right(body);
    }
    assert!(Action::parse("x.yaml", "\u{feff}name: x\nsuspend: {}\n").is_ok());
}
