//! What Argo knows of a template's references, of its limits and of where artifacts are: taken and
//! refused at load as its own validation does.
//!
//! Each case was put before the validation of Argo 4.1.2 (`workflow/validate`), rendered as the
//! template of a workflow.

use crate::argo_checks::{assert_one, errors};

/// What Argo takes.
const TAKEN: &[&str] = &[
    "container: {image: i, command: [run, '{{workflow.labels}}']}",
    "container: {image: i, command: [run, '{{workflow.labels.json}}']}",
    "container: {image: i, command: [run, '{{workflow.creationTimestamp.s}}', '{{workflow.creationTimestamp.%Y}}', '{{workflow.duration}}','{{workflow.status}}','{{workflow.mainEntrypoint}}','{{workflow.serviceAccountName}}', '{{workflow.scheduledTime}}']}",
    "container: {image: i, command: [run, '{{pod.name}}']}",
    "steps: [[{name: a, withItems: [1,2], inline: {container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.outputs.parameters}} == 1', inline: {container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, inline: {daemon: true, container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.ip}} == 1', inline: {container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, inline: {container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.id}}{{steps.a.startedAt}}{{steps.a.finishedAt}}{{steps.a.hostNodeName}}{{steps.a.status}} == 1', inline: {container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, withItems: [{b: 1}], arguments: {parameters: [{name: p, value: '{{item.b}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, withItems: [[x, y]], arguments: {parameters: [{name: p, value: '{{item.[1]}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, withParam: '[1]', arguments: {parameters: [{name: p, value: '{{item.k.z}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
    "steps: [[{name: a, inline: {container: {image: i, command: [run]}}, hooks: {run: {expression: 'true', templateRef: {name: t, template: u}, arguments: {parameters: [{name: p, value: '{{steps.a.status}}'}]}}}}]]",
    "steps: [[{name: a, inline: {container: {image: i, command: [run]}}, hooks: {exit: {templateRef: {name: t, template: u}, arguments: {parameters: [{name: p, value: '{{steps.a.outputs.result}}'}]}}}}]]",
    "dag: {tasks: [{name: a, inline: {container: {image: i, command: [run]}}, hooks: {run: {expression: 'true', templateRef: {name: t, template: u}, arguments: {parameters: [{name: p, value: '{{tasks.a.outputs.result}}'}]}}}}]}",
    "timeout: 30s\ncontainer: {image: i, command: [run]}",
    "dag: {tasks: [{name: a, withItems: [1], inline: {container: {image: i, command: [run]}}}, {name: b, depends: a.AnySucceeded, inline: {container: {image: i, command: [run]}}}]}",
    "steps: [[{name: a, arguments: {parameters: [{name: p, valueFrom: {configMapKeyRef: {name: c, key: k}, default: '1'}}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
    "podResources: {requests: {cpu: 1, hugepages-2Mi: 2Mi}}\ncontainer: {image: i, command: [run]}",
    "artifacts: [{name: x, path: /x, hdfs: {addresses: ['a:1'], path: /a, hdfsUser: u}}]\ncontainer: {image: i, command: [run]}",
    "resource: {action: create, manifest: \"a: '{{ .Values.x }}'\"}",
    "resource: {action: create, manifest: \"a: {{workflow.name}}\\nb: {{inputs.parameters.outer}}\"}",
    "dag: {tasks: [{name: a, inline: {dag: {tasks: [{name: b, withParam: '[1]', inline: {container: {image: i, command: [run, '{{item}}']}}}]}}}]}",
    "dag: {tasks: [{name: a, inline: {dag: {tasks: [{name: b, withParam: '[1]', arguments: {parameters: [{name: p, value: '{{item}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]}}}]}",
    "steps: [[{name: a, arguments: {parameters: [{name: outer, value: '{{inputs.parameters.outer}}'}]}, inline: {inputs: {parameters: [{name: outer}]}, container: {image: i, command: [run, '{{inputs.parameters.outer}}']}}}]]",
    "container: {image: i, command: [run, \"{{=workflow.labels.team ?? 'x'}}\"]}",
    "steps: [[{name: a, withParam: '{{inputs.parameters.outer}}', inline: {container: {image: i, command: [run, '{{item}}', '{{=item}}'], env: [{name: T, valueFrom: {secretKeyRef: {name: s, key: k}}}]}}}]]",
];

/// What it refuses, and what is told.
const REFUSED: &[(&str, &str)] = &[
    (
        "container: {image: i, command: [run, '{{workflow.bogus}}']}",
        "container.command[1]: action `x`: `{{workflow.bogus}}` is nothing that every workflow has",
    ),
    (
        "container: {image: i, command: [run, '{{workflow.failures}}']}",
        "container.command[1]: action `x`: `{{workflow.failures}}` is nothing that every workflow has",
    ),
    (
        "container: {image: i, command: [run, '{{workflow.labels.team}}']}",
        "container.command[1]: action `x`: `{{workflow.labels.team}}` is nothing that every workflow has",
    ),
    (
        "container: {image: i, command: [run, '{{workflow.priority}}']}",
        "container.command[1]: action `x`: `{{workflow.priority}}` is nothing that every workflow has",
    ),
    (
        "container: {image: i, command: [run, '{{workflow.outputs.parameters.x}}']}",
        "container.command[1]: action `x`: `{{workflow.outputs.parameters.x}}` is nothing that every workflow has",
    ),
    (
        "container: {image: i, command: [run, '{{pod.ip}}']}",
        "container.command[1]: action `x`: `{{pod.ip}}`: of its pod a template knows `pod.name`",
    ),
    (
        "http: {url: 'http://x/{{pod.name}}'}",
        "http.url: action `x`: `{{pod.name}}` is known only to what runs in a pod of its own",
    ),
    (
        "steps: [[{name: a, arguments: {parameters: [{name: p, value: '{{pod.name}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: `{{pod.name}}` is known only to what runs in a pod of its own",
    ),
    (
        "steps: [[{name: a, inline: {container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.output.result}} == 1', inline: {container: {image: i, command: [run]}}}]]",
        "steps[1][0].when: action `x`: `{{steps.a.output.result}}` is nothing that `a` has",
    ),
    (
        "steps: [[{name: a, inline: {container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.outputs.parameters}} == 1', inline: {container: {image: i, command: [run]}}}]]",
        "steps[1][0].when: action `x`: `{{steps.a.outputs.parameters}}`: only what fans out has all of them; name one, as in `outputs.parameters.NAME`",
    ),
    (
        "steps: [[{name: a, inline: {container: {image: i, command: [run]}}}], [{name: b, when: '{{steps.a.ip}} == 1', inline: {container: {image: i, command: [run]}}}]]",
        "steps[1][0].when: action `x`: `{{steps.a.ip}}`: only a template with `daemon: true` has an address, and `a` is none",
    ),
    (
        "steps: [[{name: a, withItems: [{b: 1}], arguments: {parameters: [{name: p, value: '{{item.c}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: `{{item.c}}`: no item of `withItems` has a `c`",
    ),
    (
        "steps: [[{name: a, withItems: [x], arguments: {parameters: [{name: p, value: '{{item.c}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: `{{item.c}}`: no item of `withItems` has a `c`",
    ),
    (
        "steps: [[{name: a, withItems: [{k: 1}], arguments: {parameters: [{name: p, value: '{{item.k.z}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: `{{item.k.z}}`: no item of `withItems` has a `k.z`",
    ),
    (
        "steps: [[{name: a, withSequence: {count: '2'}, arguments: {parameters: [{name: p, value: '{{item.k}}'}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: `{{item.k}}`: no item of `withItems` has a `k`",
    ),
    (
        "steps: [[{name: a, inline: {container: {image: i, command: [run]}}, hooks: {run: {expression: 'true', templateRef: {name: t, template: u}, arguments: {parameters: [{name: p, value: '{{steps.a.outputs.result}}'}]}}}}]]",
        "steps[0][0].hooks.run.arguments.parameters[0].value: action `x`: `{{steps.a.outputs.result}}` is not known here: `a` does not have to end before",
    ),
    (
        "timeout: '30'\ncontainer: {image: i, command: [run]}",
        "timeout: action `x`: it has to be a duration, as in `30s` or `1h30m`",
    ),
    (
        "steps: [[{name: a, inline: {timeout: '30', container: {image: i, command: [run]}}}]]",
        "steps[0][0].inline.timeout: action `x`: it has to be a duration, as in `30s` or `1h30m`",
    ),
    (
        "dag: {tasks: [{name: a, inline: {container: {image: i, command: [run]}}}, {name: b, depends: a.AnySucceeded, inline: {container: {image: i, command: [run]}}}]}",
        "dag.tasks[1].depends: action `x`: `a` does not fan out; `AnySucceeded` and `AllFailed` look at items",
    ),
    (
        "dag: {tasks: [{name: a, continueOn: {failed: true}, inline: {container: {image: i, command: [run]}}}, {name: b, depends: a, inline: {container: {image: i, command: [run]}}}]}",
        "dag.tasks[0].continueOn: action `x`: `continueOn` and `depends` exclude each other in one `dag`; say in `depends` which endings will do",
    ),
    (
        "dag: {target: '{{inputs.parameters.outer}}', tasks: [{name: a, inline: {container: {image: i, command: [run]}}}]}",
        "dag.target: action `x`: there is no task `{{inputs.parameters.outer}}`",
    ),
    (
        "steps: [[{name: a, arguments: {parameters: [{name: p, value: x, enum: [y]}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].value: action `x`: it has to be in its `enum`",
    ),
    (
        "steps: [[{name: a, arguments: {parameters: [{name: p, valueFrom: {expression: '1'}}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].valueFrom: action `x`: what a step gives comes from a `configMapKeyRef`, or is `supplied`",
    ),
    (
        "steps: [[{name: a, arguments: {parameters: [{name: p, valueFrom: {default: '1'}}]}, inline: {inputs: {parameters: [{name: p}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].arguments.parameters[0].valueFrom: action `x`: what a step gives comes from a `configMapKeyRef`, or is `supplied`",
    ),
    (
        "steps: [[{name: z, inline: {outputs: {artifacts: [{name: o, path: /o}]}, container: {image: i, command: [run]}}}],[{name: a, arguments: {artifacts: [{name: q, from: '{{steps.z.outputs.artifacts.o}}', fromExpression: 'steps.z.outputs.artifacts.o'}]}, inline: {inputs: {artifacts: [{name: q, path: /q}]}, container: {image: i, command: [run]}}}]]",
        "steps[1][0].arguments.artifacts[0]: action `x`: it has either `from` or `fromExpression`",
    ),
    (
        "steps: [[{name: a, inline: {outputs: {parameters: [{name: x, value: a, valueFrom: {path: /x}}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].inline.outputs.parameters[0]: action `x`: it has either `value` or `valueFrom`",
    ),
    (
        "steps: [[{name: a, inline: {outputs: {parameters: [{name: x, valueFrom: {path: ''}}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].inline.outputs.parameters[0].valueFrom: action `x`: of `container` it comes from exactly one of: `path`; it has none",
    ),
    (
        "steps: [[{name: a, inline: {outputs: {parameters: [{name: x, globalName: 'a b', valueFrom: {path: /x}}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].inline.outputs.parameters[0].globalName: action `x`: a name has letters, digits, `-` and `_`, at most 128",
    ),
    (
        "steps: [[{name: a, inline: {inputs: {artifacts: [{name: x, path: /a/../../b, raw: {data: x}}]}, container: {image: i, command: [run]}}}]]",
        "steps[0][0].inline.inputs.artifacts[0].path: action `x`: the path of a file has no `..`",
    ),
    (
        "podResources: {requests: {ephemeral-storage: 1Gi}}\ncontainer: {image: i, command: [run]}",
        "podResources.requests.ephemeral-storage: action `x`: of a pod as a whole there are `cpu`, `memory` and `hugepages-…`",
    ),
    (
        "podResources: {claims: [{name: x}]}\ncontainer: {image: i, command: [run]}",
        "podResources.claims: action `x`: a pod as a whole has none; leave it out",
    ),
    (
        "artifacts: [{name: x, path: /x, hdfs: {path: /a, hdfsUser: u}}]\ncontainer: {image: i, command: [run]}",
        "artifacts[0].hdfs.addresses: action `x`: it is required, a list of `host:port`",
    ),
    (
        "artifacts: [{name: x, path: /x, hdfs: {addresses: ['a:1'], path: a, hdfsUser: u}}]\ncontainer: {image: i, command: [run]}",
        "artifacts[0].hdfs.path: action `x`: it is required, an absolute path",
    ),
    (
        "archiveLocation: {hdfs: {addresses: ['a:1'], path: a, hdfsUser: u}}\ncontainer: {image: i, command: [run]}",
        "archiveLocation.hdfs.path: action `x`: it is required, an absolute path",
    ),
    (
        "resource: {action: create, manifest: \"a: {{workflow.creationTimestamp}}\"}",
        "resource.manifest: action `x`: braces that Argo does not know before the workflow runs have to be in quotes",
    ),
    (
        "resource: {action: create, manifest: \"a: {{ .Values.x }}\"}",
        "resource.manifest: action `x`: braces that Argo does not know before the workflow runs have to be in quotes",
    ),
    (
        "steps: [[{name: a, inline: {container: {image: i, command: [run]}}, hooks: {exit: {}}}]]",
        "steps[0][0].hooks.exit: action `x`: it needs a `templateRef`, the template in the cluster that it runs",
    ),
    (
        "suspend: {duration: 1d}",
        "suspend.duration: action `x`: it has to be a duration, as in `30s` or `1h30m`",
    ),
];

#[test]
fn what_argo_takes_is_taken() {
    for body in TAKEN {
        assert_eq!(errors(body), [""; 0], "{body}");
    }
}

#[test]
fn what_argo_refuses_is_told_at_its_place() {
    for (body, told) in REFUSED {
        assert_one(body, told);
    }
}

#[test]
fn everything_in_one_text_is_told() {
    let found = errors(
        "container: {image: i, command: ['{{inputs.parameters.a}} {{inputs.parameters.b}}']}",
    );
    assert_eq!(found.len(), 2, "{found:#?}");
}
