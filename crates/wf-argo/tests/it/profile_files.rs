//! Profiles that are wrong: told with file, line, path and remedy, and never with a secret.

use wf_argo::Profile;

/// What makes no sense, behind a line with the name: where it is told, and what of it.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "retryPolicy: Always",
        "2: retryPolicy",
        "it needs `retryMaxAttempts`",
    ),
    (
        "retryMaxAttempts: 1\nretryBackoffFactor: 2",
        "2: retryMaxAttempts",
        "`retryBackoffInitialDurationSeconds`",
    ),
    (
        "retryMaxAttempts: 3000000000",
        "2: retryMaxAttempts",
        "2147483647",
    ),
    (
        "defaultResources: {limitz: {memory: 1Mi}}",
        "2: defaultResources.limitz",
        "did you mean `limits`?",
    ),
    (
        "resourcePods: {resources: {limits: {memory: much}}}",
        "2: resourcePods.resources.limits.memory",
        "a quantity",
    ),
    (
        "arguments: {artifacts: [{name: a, s3: {bukket: b}}]}",
        "2: arguments.artifacts[0].s3.bukket",
        "did you mean `bucket`?",
    ),
    ("uid: 0", "2: uid", "`runAsRoot: true`"),
    ("uid: 5\nrunAsRoot: true", "2: uid", "leave out `uid`"),
    ("argoVersion: new", "2: argoVersion", "such as `\"3.7\"`"),
    (
        "clusterWorkflowTemplateRef: {name: x}",
        "2: clusterWorkflowTemplateRef",
        "`templateRef`",
    ),
    (
        "namespace: A_b",
        "2: namespace",
        "`A_b` has to be a DNS label",
    ),
    (
        "hooks: {exit: {expression: 'x', action: a}}",
        "2: hooks.exit",
        "say `onExit` instead",
    ),
    (
        "hooks: {a: {expression: ' ', action: a}}",
        "2: hooks.a.expression",
        "occasion",
    ),
    (
        "podDeleteLabels: {a: b}",
        "2: podDeleteLabels",
        "`podDeleteDelaySeconds`",
    ),
    (
        "disruptionAnnotations: {a: b}",
        "2: disruptionAnnotations",
        "`disruptionsEnabled: false`",
    ),
    (
        "extraLabels: {a b: x, a.b: y}",
        "2: extraLabels.a.b",
        "same name",
    ),
    (
        "extraLabels: {'-': x}",
        "2: extraLabels.-",
        "a letter or a digit",
    ),
    (
        "extraLabels: {'A_/x': x}",
        "2: extraLabels.A_/x",
        "a domain",
    ),
    (
        "extraPodLabels: {workflows.argoproj.io/phase: x}",
        "2: extraPodLabels.workflows.argoproj.io/phase",
        "take another name",
    ),
    (
        "passthroughParameters: [{name: a}]",
        "2: passthroughParameters[0]",
        "it needs a `default`",
    ),
    (
        "passthroughParameters: [{name: a b, default: x}]",
        "2: passthroughParameters[0].name",
        "letters, digits",
    ),
    (
        "passthroughParameters: [{name: a, default: x, enum: [y]}]",
        "2: passthroughParameters[0]",
        "not in its `enum`",
    ),
    (
        "arguments: {parameters: [{name: a, default: x}]}\npassthroughParameters: [{name: a, default: x}]",
        "3: passthroughParameters[0].name",
        "there twice",
    ),
    (
        "arguments: {artifacts: [{name: a}]}",
        "2: arguments.artifacts[0]",
        "where it is",
    ),
    (
        "nodeClasses: [{name: a, required: true}]",
        "2: nodeClasses[0]",
        "`nodes`",
    ),
    (
        "nodeClasses: [{name: a, allowed: true}]",
        "2: nodeClasses[0]",
        "`taint`",
    ),
    (
        "nodeClasses: [{name: a}, {name: a}]",
        "2: nodeClasses[1].name",
        "twice",
    ),
    (
        "nodeRequirements: {a: []}",
        "2: nodeRequirements.a",
        "without values",
    ),
    (
        "nodePreferences: {a: {weight: 0, values: [b]}}",
        "2: nodePreferences.a.weight",
        "1 to 100",
    ),
    (
        "nodePreferences: {a: {weight: 1, operator: Exists, values: [b]}}",
        "2: nodePreferences.a.values",
        "no values",
    ),
    (
        "nodePreferences: {a: {weight: 1, operator: Gt, values: []}}",
        "2: nodePreferences.a.values",
        "one value",
    ),
    (
        "extraTolerations: [{value: x}]",
        "2: extraTolerations[0]",
        "`operator: Exists`",
    ),
    (
        "extraTolerations: [{key: a, operator: Exists, value: x}]",
        "2: extraTolerations[0]",
        "takes no `value`",
    ),
    ("commonEnv: {1A: x}", "2: commonEnv.1A", "a variable's name"),
    (
        "commonEnvFromSecrets: {A: {secret: S_, key: k}}",
        "2: commonEnvFromSecrets.A.secret",
        "name of an object",
    ),
    (
        "resourcePods: {nodeClasses: [a]}",
        "2: resourcePods.nodeClasses[0]",
        "none of the `nodeClasses`",
    ),
    (
        "tmpDirectories: {a: {mountPath: t}}",
        "2: tmpDirectories.a.mountPath",
        "absolute path",
    ),
    (
        "tmpDirectories: {a: {mountPath: /t/../u}}",
        "2: tmpDirectories.a.mountPath",
        "absolute path",
    ),
    (
        "tmpDirectories: {A_b: {mountPath: /t}, a-b: {mountPath: /u}}",
        "2: tmpDirectories.a-b",
        "would be called `a-b`",
    ),
    (
        "tmpDirectories: {a: {mountPath: /t}, b: {mountPath: /t/}}",
        "2: tmpDirectories.b.mountPath",
        "is the path of",
    ),
    (
        "tmpDirectories: {a: {mountPath: /t, nodeLocal: true, storageClass: s}}",
        "2: tmpDirectories.a",
        "no claim",
    ),
    (
        "tmpDirectories: {'Ä': {mountPath: /t}}",
        "2: tmpDirectories.Ä",
        "a letter or a digit",
    ),
    (
        "volumeMounts: {a: {mountPath: /t, accessModes: []}}",
        "2: volumeMounts.a.accessModes",
        "leave it out",
    ),
    (
        "serviceAccount: {name: A}",
        "2: serviceAccount.name",
        "name of an object",
    ),
    (
        "serviceAccount: {rules: [{verbs: [get]}]}",
        "2: serviceAccount.rules[0]",
        "`apiGroups`",
    ),
    (
        "serviceAccount: {create: false, clusterRoles: [view]}",
        "2: serviceAccount.clusterRoles",
        "`create: false`",
    ),
    (
        "serviceAccount: {clusterRoles: [a/b]}",
        "2: serviceAccount.clusterRoles[0]",
        "no name of a cluster role",
    ),
    (
        "nodeClasses: [{name: a, allowed: true, taint: {key: no key}}]",
        "2: nodeClasses[0].taint.key",
        "example.com/pool",
    ),
    (
        "nodeClasses: [{name: a, allowed: true, taint: {key: k, value: 'a b'}}]",
        "2: nodeClasses[0].taint.value",
        "or nothing",
    ),
    (
        "nodeClasses: [{name: a, required: true, nodes: {key: a/b/c, values: [x]}}]",
        "2: nodeClasses[0].nodes.key",
        "a domain may stand before it",
    ),
    (
        "nodeClasses: [{name: a, required: true, nodes: {key: k, values: [-x]}}]",
        "2: nodeClasses[0].nodes.values",
        "or nothing",
    ),
    (
        "nodeClasses: [{name: a, label: l}, {name: b, label: l}]",
        "2: nodeClasses[1].label",
        "another class",
    ),
    (
        "nodeRequirements: {'a b': [x]}",
        "2: nodeRequirements.a b",
        "letters",
    ),
    (
        "nodeRequirements: {a: ['x y']}",
        "2: nodeRequirements.a",
        "`x y`",
    ),
    (
        "nodePreferences: {a: {weight: 1, operator: Gt, values: [much]}}",
        "2: nodePreferences.a.values",
        "a whole number",
    ),
    (
        "nodePreferences: {a: {weight: 1, values: ['x y']}}",
        "2: nodePreferences.a.values",
        "`x y`",
    ),
    (
        "extraTolerations: [{key: a b, operator: Exists}]",
        "2: extraTolerations[0].key",
        "letters",
    ),
    (
        "extraTolerations: [{key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 5}]",
        "2: extraTolerations[0].tolerationSeconds",
        "`effect: NoExecute`",
    ),
    (
        "extraPodAnnotations: {a b: c}",
        "2: extraPodAnnotations.a b",
        "letters",
    ),
    (
        "workflowAnnotations: {a/b/c: d}",
        "2: workflowAnnotations.a/b/c",
        "letters",
    ),
    (
        "tmpDirectories: {t: {mountPath: /t, annotations: {a b: c}}}",
        "2: tmpDirectories.t.annotations.a b",
        "letters",
    ),
    (
        "tmpDirectories: {t: {mountPath: /t, storageClass: Fast}}",
        "2: tmpDirectories.t.storageClass",
        "name of an object",
    ),
    (
        "volumeMounts: {t: {mountPath: /t, storageClass: Fast}}",
        "2: volumeMounts.t.storageClass",
        "name of an object",
    ),
    (
        "serviceAccount: {annotations: {a b: c}}",
        "2: serviceAccount.annotations.a b",
        "letters",
    ),
    (
        "serviceAccount: {rules: [{apiGroups: [\"\"], resources: [pods], verbs: [get], verb: [x]}]}",
        "2: serviceAccount.rules[0].verb",
        "did you mean `verbs`",
    ),
    (
        "serviceAccount: {rules: [{apiGroups: [\"\"], resources: [pods], verbs: get}]}",
        "2: serviceAccount.rules[0].verbs",
        "a list of one text or more",
    ),
    (
        "serviceAccount: {clusterRoles: [view, view]}",
        "2: serviceAccount.clusterRoles[1]",
        "twice",
    ),
    (
        "imagePullSecrets: [A]",
        "2: imagePullSecrets[0]",
        "name of an object",
    ),
    (
        "artifactRepository: {configMap: A}",
        "2: artifactRepository.configMap",
        "name of an object",
    ),
    (
        "artifactRepository: {key: a/b}",
        "2: artifactRepository.key",
        "has to be a key",
    ),
    (
        "commonEnvFromSecrets: {A: {secret: s, key: a b}}",
        "2: commonEnvFromSecrets.A.key",
        "has to be a key",
    ),
    (
        "commonEnvFromConfigMaps: {A: {configMap: s, key: \"\"}}",
        "2: commonEnvFromConfigMaps.A.key",
        "has to be a key",
    ),
    (
        "passthroughParameters: [{name: a, value: '{{workflow.name}}'}]",
        "2: passthroughParameters[0].value",
        "leave the braces out",
    ),
    (
        "arguments: {parameters: [{name: a, value: '{{workflow.name}}'}]}",
        "2: arguments.parameters[0].value",
        "leave the braces out",
    ),
    ("dnsPolicy: None", "2: dnsPolicy", "name servers"),
    (
        "podDeleteDelaySeconds: 5\npodDeleteLabels: {'ä': b}",
        "3: podDeleteLabels",
        "letters",
    ),
    ("namespace: team.a", "2: namespace", "has to be a DNS label"),
    ("uid: 4294967295", "2: uid", "2147483647 at most"),
    (
        "mountOwner: 4294967295",
        "2: mountOwner",
        "2147483647 at most",
    ),
    (
        "arguments: {artifacts: [{name: q, path: /x}]}",
        "2: arguments.artifacts[0]",
        "where it is",
    ),
    (
        "arguments: {artifacts: [{name: q, raw: {data: x}}, {name: q, raw: {data: y}}]}",
        "2: arguments.artifacts[1]",
        "`q` is there twice",
    ),
    (
        "tmpDirectories: {a: {mountPath: '/a/{{inputs.parameters.zone}}'}}",
        "2: tmpDirectories.a.mountPath",
        "an absolute path without",
    ),
    (
        "tmpDirectories: {action-secret-0: {mountPath: /a}}",
        "2: tmpDirectories.action-secret-0",
        "rename it",
    ),
    (
        "retryMaxAttempts: 1\nretryExpression: '{{tasks.q.z}}'",
        "3: retryExpression",
        "leave the braces out",
    ),
    (
        "retryMaxAttempts: 1\nretryExpression: 'lastRetry.exitCode !='",
        "3: retryExpression",
        "it ends with `!=`",
    ),
    (
        "passthroughParameters: [{name: a, default: b, description: '{{workflow.bogus}}'}]",
        "2: passthroughParameters[0].description",
        "leave the braces out",
    ),
    (
        "passthroughParameters: [{name: a, default: b, enum: [b, '{{x}}']}]",
        "2: passthroughParameters[0].enum",
        "leave the braces out",
    ),
    (
        "extraPodAnnotations: {a: '{{workflow.bogus}}'}",
        "2: extraPodAnnotations.a",
        "what every workflow has",
    ),
    (
        "commonEnv: {A: '{{inputs.parameters.a}}'}",
        "2: commonEnv.A",
        "what every workflow has",
    ),
    (
        "secretMounts: {s: {mountPath: /a, subPaths: [/x]}}",
        "2: secretMounts.s.subPaths",
        "no key of it",
    ),
    (
        "defaultResources: {requests: {cpu: 2}, limits: {cpu: 1500m}}",
        "2: defaultResources.requests.cpu",
        "more than `limits.cpu`",
    ),
    (
        "defaultResources: {requests: {a b: 2}}",
        "2: defaultResources.requests",
        "no name of a resource",
    ),
    (
        "linuxCapabilities: ['net admin']",
        "2: linuxCapabilities[0]",
        "`NET_ADMIN`",
    ),
    (
        "hooks: {a: {expression: workflow.status ==, action: echo}}",
        "2: hooks.a.expression",
        "it ends with `==`",
    ),
    (
        "labelsFrom: {x: {expression: workflow.parameters.(}}",
        "2: labelsFrom.x.expression",
        "a `)` is missing",
    ),
    (
        "commonEnvFromSecrets: {A: {secret: s, key: ..x}}",
        "2: commonEnvFromSecrets.A.key",
        "has to be a key",
    ),
];

/// The errors, a line each.
fn errors(yaml: &str) -> Vec<String> {
    let errors = Profile::parse("platform.yaml", yaml).expect_err(yaml);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn an_unknown_field_is_told_with_its_place_and_the_one_that_was_meant() {
    for (yaml, expected) in [
        (
            "name: p\nretryMaxAttempt: 5",
            "platform.yaml:2: retryMaxAttempt: unknown field `retryMaxAttempt`; did you mean `retryMaxAttempts`?",
        ),
        (
            "name: p\ntmpDirectories:\n  t:\n    mountPaths: /t\n",
            "platform.yaml:4: tmpDirectories.t.mountPaths: unknown field `mountPaths`; did you mean `mountPath`?",
        ),
        (
            "name: p\nnodeClasses:\n- name: a\n  zzzzzz: 1\n",
            "platform.yaml:4: nodeClasses[0].zzzzzz: unknown field `zzzzzz`; there are `allowed`, `label`, `name`, `nodes`, `required`, `taint`",
        ),
        (
            "name: p\nnothingAtAllLikeIt: 5",
            "platform.yaml:2: nothingAtAllLikeIt: unknown field `nothingAtAllLikeIt`; there are `activeDeadlineSeconds`, ",
        ),
    ] {
        let told = errors(yaml);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
    }
}

#[test]
fn a_value_of_another_kind_is_told_with_its_place() {
    for (yaml, place, says) in [
        ("uid: -1\nname: p", "platform.yaml:1: uid", "-1"),
        (
            "name: p\nretryPolicy: Sometimes",
            "platform.yaml:2: retryPolicy",
            "`OnTransientError`",
        ),
        (
            "name: p\npodParallelism: 0",
            "platform.yaml:2: podParallelism",
            "a whole number, 1 or more, not `0`",
        ),
        (
            "name: p\ntemplateReferencing: strict",
            "platform.yaml:2: templateReferencing",
            "`Strict`",
        ),
        (
            "name: p\nonExit: {}",
            "platform.yaml:2: onExit",
            "`action` is missing",
        ),
        ("uid: 1", "platform.yaml:1", "`name` is missing"),
        ("name: p\nuid: 1\nuid: 2", "platform.yaml:3: uid", "twice"),
        (
            "name: p\ncommonEnv:\n  A: 1\n  A: 2",
            "platform.yaml:4: commonEnv.A",
            "twice",
        ),
        ("", "platform.yaml", "name"),
        ("- a", "platform.yaml", "a map of its fields"),
        ("a: [", "platform.yaml:", ""),
        (
            "name: p\n---\nname: q",
            "platform.yaml",
            "more than one document",
        ),
    ] {
        let found = errors(yaml);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with(place) && found[0].contains(says),
            "{yaml}\n{}",
            found[0]
        );
    }
}

#[test]
fn what_kubernetes_takes_is_taken() {
    for yaml in [
        "imagePullSecrets: [registry-credentials-of-the-platform-team-in-the-production-cluster-eu-west-1]",
        "serviceAccount: {clusterRoles: ['system:aggregate-to-view']}",
        "serviceAccount: {rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*'], resourceNames: [a]}]}",
        "commonEnv: {RUN: '{{workflow.name}}', FMT: '{{.State}}', OTHER: '$(RUN)'}",
        "extraPodAnnotations: {Example.com/Foo: '{{workflow.uid}}'}",
        "defaultResources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 1, memory: 1024Mi, example.com/gpu: 1}}",
        "{nodePreferences: {a: {weight: 1, operator: Gt, values: [-5]}}, extraTolerations: [{operator: Exists}]}",
    ] {
        let yaml = match yaml.strip_prefix('{') {
            Some(rest) => format!("{{name: p, {rest}"),
            None => format!("name: p\n{yaml}"),
        };
        if let Err(found) = Profile::parse("platform.yaml", &yaml) {
            panic!("{yaml}\n{found:#?}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_told_with_its_line_and_what_would() {
    for (yaml, place, says) in WRONG {
        let found = errors(&format!("name: p\n{yaml}"));
        let place = format!("platform.yaml:{place}: ");
        let is_told = found
            .iter()
            .any(|error| error.starts_with(&place) && error.contains(says));
        assert!(is_told, "{yaml}\n{found:#?}");
    }
    assert_eq!(errors("name: P").len(), 1);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let found = errors(
        "name: p\nuid: 0\nargoVersion: x\nnodeRequirements:\n  a: []\ntmpDirectories:\n  t: {mountPath: x}",
    );
    let places: Vec<&str> = found
        .iter()
        .map(|error| error.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "platform.yaml:5",
            "platform.yaml:2",
            "platform.yaml:3",
            "platform.yaml:7"
        ]
    );
}

#[test]
fn what_an_operator_should_know_is_a_warning() {
    let yaml = "{name: p, suspend: true, workflowDeleteSecondsAfterFailure: 1, passthroughParameters: [{name: a, default: b, globalName: c}]}";
    let profile = Profile::parse("p.yaml", yaml).unwrap();
    let [history, suspended, global] = profile.warnings() else {
        panic!("{:?}", profile.warnings());
    };
    assert!(history.contains("history ends there"));
    assert!(suspended.contains("resumed"));
    assert!(global.contains("`globalName`"));
    assert_eq!(
        Profile::parse("p.yaml", "name: p").unwrap().warnings(),
        [""; 0]
    );
}

#[test]
fn no_text_whatsoever_makes_the_reader_panic() {
    proptest::proptest!(|(text in "[a-zA-Z0-9:{}\\[\\]\\-,'\"&* \n!|>.]{0,200}")| {
        let _ = Profile::parse("p.yaml", &text);
        let _ = Profile::parse("p.yaml", &format!("name: p\ncommonEnv: {{{text}}}"));
    });
}
