//! Profiles: each knob changes exactly its fields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use wf_argo::{Catalog, Profile, Rendered, render};
use wf_model::{Draft, Limits, Target, ValidWorkflow};

use crate::fixtures::{read, workspace};
use crate::knobs::{Knob, knobs};
use crate::schema::assert_accepted;

const ACTIONS: &str = "
name: job
container: {command: [run]}
---
name: notify
parameters: [{name: text}]
container: {image: notifier, command: [notify, '{{inputs.parameters.text}}']}
---
name: make
resource: {action: get, manifest: '{}'}
---
name: set
containerSet: {containers: [{name: main, command: [run]}]}
---
name: lines
script: {image: own, command: [sh], source: 'true', resources: {}}
---
name: sided
container: {image: own, command: [run]}
sidecars: [{name: proxy, image: proxy}]
---
name: wait
suspend: {}
---
name: get
http: {url: 'http://example.com'}
---
name: elsewhere
templateRef: {name: shared, template: job}
";

pub(crate) fn actions() -> Catalog {
    Catalog::from_sources([("actions.yaml", ACTIONS)]).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn profile(yaml: &str) -> Profile {
    Profile::parse("profile.yaml", yaml).unwrap_or_else(|errors| panic!("{yaml}\n{errors:#?}"))
}

/// The document as a workflow for a cluster.
pub(crate) fn valid(document: &Value, catalog: &Catalog) -> ValidWorkflow {
    let limits = Limits::of(Target::Argo41Full);
    let draft = Draft::parse(document.to_string().as_bytes(), &limits);
    let workflow = draft.validate(catalog.signatures(), &limits);
    workflow.unwrap_or_else(|faults| panic!("{:#?}", faults.as_slice()))
}

/// The document under the profile.
pub(crate) fn rendered(yaml: &str, document: &Value) -> Rendered {
    let catalog = actions();
    render(&valid(document, &catalog), &catalog, &profile(yaml))
        .unwrap_or_else(|error| panic!("{yaml}\n{error}"))
}

/// The manifest of a task that uses the action, and the supporting objects by kind and name.
fn shown(yaml: &str, document: &Value) -> Value {
    let rendered = rendered(yaml, document);
    if !yaml.contains("3.5") {
        assert_accepted(rendered.workflow(), yaml);
    }
    let mut shown = rendered.workflow().to_json();
    let objects = rendered.supporting().iter().map(|object| {
        let name = object["metadata"]["name"].as_str().unwrap();
        (
            format!("{} {name}", object["kind"].as_str().unwrap()),
            object.clone(),
        )
    });
    shown["supporting"] = Value::Object(objects.collect());
    shown
}

/// The scalars, empty lists and empty objects, by their places.
fn leaves(value: &Value, at: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (place, value) in items.iter().enumerate() {
                leaves(value, &format!("{at}/{place}"), found);
            }
        }
        _ => {
            found.insert(at.to_owned(), value.clone());
        }
    }
}

fn leaves_of(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(value, "", &mut found);
    found
}

pub(crate) fn document(action: &str) -> Value {
    json!({"name": "w", "tasks": [{"name": "A", "action": action}]})
}

#[test]
fn each_knob_changes_exactly_its_fields() {
    for Knob {
        yaml,
        base,
        action,
        changes,
    } in knobs()
    {
        let before = format!("name: platform\n{base}");
        let after = format!("{before}\n{yaml}");
        let document = document(action);
        let before = leaves_of(&shown(&before, &document));
        let mut expected = before.clone();
        for (at, value) in changes {
            let inside = format!("{at}/");
            expected.retain(|known, _| known != at && !known.starts_with(&inside));
            let is_empty_parent = |known: &str| inside.starts_with(&format!("{known}/"));
            expected.retain(|known, _| !is_empty_parent(known));
            leaves(&value, at, &mut expected);
        }
        let found = leaves_of(&shown(&after, &document));
        assert_ne!(found, before, "{yaml} changes nothing");
        let differs = |from: &BTreeMap<String, Value>, to: &BTreeMap<String, Value>| {
            let lines = from.iter().filter(|(at, value)| to.get(*at) != Some(value));
            let lines = lines.map(|(at, value)| format!("  {at}: {value}"));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert!(
            found == expected,
            "{base}\n{yaml}\nfound:\n{}\nexpected:\n{}",
            differs(&found, &expected),
            differs(&expected, &found)
        );
    }
}

/// The fields of the profile, as the code has them.
fn known() -> BTreeSet<String> {
    let source = include_str!("../../src/profile/source.rs");
    let (_, after) = source.split_once("struct ProfileSource {").unwrap();
    let (fields, _) = after.split_once("\n}").unwrap();
    let fields = fields
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub(super) "));
    fields
        .map(|field| camel(field.split(':').next().unwrap()))
        .collect()
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |camel, part| {
        camel + &part[..1].to_uppercase() + &part[1..]
    })
}

#[test]
fn every_knob_is_tested_and_told() {
    let tested = knobs()
        .into_iter()
        .map(|row| row.yaml.split(':').next().unwrap().to_owned());
    let mut tested: BTreeSet<String> = tested.collect();
    // These are tested by what they refuse, and by the names that they give.
    let otherwise = ["name", "templateReferencing", "clusterWorkflowTemplateRef"];
    tested.extend(otherwise.map(str::to_owned));
    assert_eq!(tested, known());

    let page = read(&workspace().join("docs/profile.md"));
    let (knobs, _) = page.split_once("## What comes out otherwise").unwrap();
    let rows = knobs.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: BTreeSet<String> = rows
        .filter_map(|row| row.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(told, known());
}

#[test]
fn every_profile_of_the_page_is_a_profile() {
    let page = read(&workspace().join("docs/profile.md"));
    let blocks: Vec<&str> = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|it| it.split("```").next())
        .collect();
    assert!(blocks.len() >= 5);
    for block in blocks {
        let name = if block.contains("\nname:") || block.starts_with("name:") {
            ""
        } else {
            "name: platform\n"
        };
        profile(&format!("{name}{block}"));
    }
}

#[test]
fn a_name_alone_adds_nothing() {
    let catalog = actions();
    for action in catalog
        .iter()
        .filter(|action| action.signature().parameters.is_empty())
    {
        let workflow = valid(&document(action.name()), &catalog);
        let plain = render(&workflow, &catalog, &Profile::plain()).unwrap();
        assert_eq!(
            render(&workflow, &catalog, &profile("name: platform")),
            Ok(plain)
        );
    }
}

#[test]
fn document_goes_before_action_goes_before_profile() {
    let catalog = Catalog::from_sources([(
        "actions.yaml",
        "{name: own, tolerations: [], retryStrategy: {limit: '1'}, container: {image: own, command: [x], env: [], securityContext: {runAsUser: 5}}}",
    )])
    .unwrap();
    let profile = profile(
        "{name: p, retryMaxAttempts: 5, uid: 1000, defaultContainerImage: busybox, commonEnv: {A: b}, activeDeadlineSeconds: 9,
          podParallelism: 8, priority: 7, extraTolerations: [{operator: Exists}], extraWorkflowLabels: {team: theirs, tier: batch},
          onExit: {action: echo, parameters: [{name: message, value: bye}]}}",
    );
    let document = json!({
        "name": "w", "timeoutSeconds": 1, "parallelism": 2, "priority": 3, "labels": {"team": "ours"},
        "onExit": {"action": "own"},
        "tasks": [{"name": "A", "action": "own"}, {"name": "B", "action": "own", "retry": {"limit": 2}}],
    });
    let workflow = valid(&document, &catalog);
    let manifest = render(&workflow, &catalog, &profile)
        .unwrap()
        .workflow()
        .to_json();
    let spec = &manifest["spec"];
    assert_eq!(spec["activeDeadlineSeconds"], 1);
    assert_eq!(spec["parallelism"], 2);
    assert_eq!(spec["priority"], 3);
    assert_eq!(manifest["metadata"]["labels"], json!({"team": "ours"}));
    assert_eq!(
        spec["workflowMetadata"],
        json!({"labels": {"tier": "batch"}})
    );
    assert_eq!(spec["hooks"], json!({"exit": {"template": "own"}}));
    let plain = &spec["templates"][0];
    assert_eq!(
        plain["tolerations"],
        json!([{"key": "workflows.medulla/none", "operator": "Exists"}])
    );
    assert_eq!(plain["retryStrategy"], json!({"limit": "1"}));
    assert_eq!(
        plain["container"],
        json!({"image": "own", "command": ["x"], "env": [], "securityContext": {"runAsUser": 5}})
    );
    assert_eq!(spec["templates"][1]["retryStrategy"], json!({"limit": "2"}));
}

#[test]
fn retries_are_put_on_leaves_and_never_on_the_dag_or_a_wait() {
    let document = json!({"name": "w", "tasks": [
        {"name": "A", "action": "job"}, {"name": "B", "action": "wait"}, {"name": "C", "action": "get"},
        {"name": "D", "action": "elsewhere"}, {"name": "E", "action": "set"},
    ]});
    let manifest = shown("{name: p, retryMaxAttempts: 0}", &document);
    assert_eq!(manifest["spec"].get("retryStrategy"), None);
    let templates = manifest["spec"]["templates"].as_array().unwrap();
    let retried = templates
        .iter()
        .filter(|it| it.get("retryStrategy").is_some());
    let retried: Vec<&str> = retried.map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(retried, ["job", "get", "set"]);
}

#[test]
fn a_lock_of_the_document_stands_beside_that_of_the_profile() {
    let mut document = document("job");
    document["mutex"] = json!("nightly");
    let manifest = shown("{name: p, workflowParallelism: 3}", &document);
    assert_eq!(
        manifest["spec"]["synchronization"],
        json!({"mutexes": [{"name": "nightly"}], "semaphores": [{"configMapKeyRef": {"name": "p-sync", "key": "workflow"}}]})
    );
    let catalog = actions();
    let workflow = valid(&document, &catalog);
    let old = profile("{name: p, workflowParallelism: 3, argoVersion: '3.5'}");
    let refused = render(&workflow, &catalog, &old).unwrap_err().to_string();
    assert!(refused.starts_with("mutex: before 3.6"), "{refused}");
    let old = profile("{name: p, argoVersion: v3.5.2}");
    let manifest = render(&workflow, &catalog, &old)
        .unwrap()
        .workflow()
        .to_json();
    assert_eq!(
        manifest["spec"]["synchronization"],
        json!({"mutex": {"name": "nightly"}})
    );
}

#[test]
fn labels_of_parameters_are_given_to_the_workflows_that_have_them() {
    let yaml = "{name: p, labelsFromParameters: [git-ref, _odd_, other], labelsFrom: {other: {expression: workflow.name}}}";
    let mut document = document("job");
    let parameters =
        ["git-ref", "_odd_", "other"].map(|name| json!({"name": name, "default": "x"}));
    document["parameters"] = json!(parameters);
    let from = &shown(yaml, &document)["spec"]["workflowMetadata"]["labelsFrom"];
    assert_eq!(from["other"], json!({"expression": "workflow.name"}));
    for (label, parameter) in [("odd", "_odd_"), ("git-ref", "git-ref")] {
        let expression = from[label]["expression"].as_str().unwrap();
        let named = format!("workflow.parameters['{parameter}']");
        assert!(expression.contains(&named), "{expression}");
    }
    assert_eq!(from.as_object().unwrap().len(), 3);
}

#[test]
fn labels_are_mended_to_what_kubernetes_takes() {
    let long = "x".repeat(70);
    let yaml = format!(
        "{{name: p, extraWorkflowLabels: {{'a b': '-Ünï cödé-', example.com/t: {long}, empty: ''}}}}"
    );
    let labels = shown(&yaml, &document("job"))["spec"]["workflowMetadata"]["labels"].clone();
    let expected = json!({"a.b": "n..c.d", "example.com/t": "x".repeat(63), "empty": ""});
    assert_eq!(labels, expected);
}

#[test]
fn a_controller_that_takes_references_only_is_told_before_anything_is_sent() {
    let catalog = actions();
    let workflow = valid(&document("job"), &catalog);
    for setting in ["Strict", "Secure"] {
        let strict = profile(&format!("{{name: p, templateReferencing: {setting}}}"));
        let refused = render(&workflow, &catalog, &strict).unwrap_err();
        assert!(matches!(refused, wf_argo::Error::Unsupported { .. }));
        assert!(
            refused
                .to_string()
                .contains(&format!("`templateReferencing: {setting}`")),
            "{refused}"
        );
    }
    let free = profile("{name: p, templateReferencing: Unrestricted}");
    assert!(render(&workflow, &catalog, &free).is_ok());
}

#[test]
fn actions_of_the_profile_have_to_be_there_and_to_get_what_they_need() {
    let catalog = actions();
    let wrong = profile(
        "{name: p, onExit: {action: nothing}, hooks: {a: {expression: 'true', action: notify, parameters: [{name: x, value: 1}]}}}",
    );
    let errors = wrong.check(&catalog).unwrap_err();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "profile.yaml:1: onExit.action: the catalog has no action `nothing`",
            "profile.yaml:1: hooks.a.parameters: lacks the parameter `text`, which the action needs",
            "profile.yaml:1: hooks.a.parameters[0].name: the action takes no parameter `x` (it takes: `text`)",
        ]
    );
    let workflow = valid(&document("job"), &catalog);
    let refused = render(&workflow, &catalog, &wrong).unwrap_err().to_string();
    assert!(refused.starts_with("profile.onExit: "), "{refused}");
}

#[test]
fn actions_of_the_profile_are_held_to_what_a_document_s_exit_handler_is() {
    let catalog = actions();
    let errors = |yaml: &str| -> Vec<String> {
        let errors = profile(yaml).check(&catalog).err().unwrap_or_default();
        errors.iter().map(ToString::to_string).collect()
    };
    let given = |value: &str| {
        format!(
            "name: p\nonExit:\n  action: notify\n  parameters:\n  - {{name: text, value: {value:?}}}\n\
             arguments: {{parameters: [{{name: region, default: north}}]}}\n"
        )
    };
    for right in ["{{workflow.status}}", "{{workflow.parameters.region}}"] {
        assert_eq!(errors(&given(right)), [""; 0]);
    }
    for wrong in [
        "{{workflow.parameters.other}}",
        "{{tasks.A.outputs.result}}",
        "{{x.y}}",
    ] {
        let errors = errors(&given(wrong));
        let place = "profile.yaml:2: onExit.parameters[0].value: ";
        assert!(errors[0].starts_with(place), "{errors:?}");
    }
    let near = errors("{name: p, onExit: {action: notifi}}");
    assert!(near[0].ends_with("did you mean `notify`?"), "{near:?}");
    let bare = errors("{name: p, onExit: {action: job}}");
    assert_eq!(
        bare,
        [
            "profile.yaml:1: onExit.action: it has no image, and the profile has no `defaultContainerImage`"
        ]
    );
    let mended = "{name: p, onExit: {action: job}, defaultContainerImage: busybox}";
    assert_eq!(errors(mended), [""; 0]);
}

#[test]
fn a_hook_runs_an_action_on_its_occasion() {
    let yaml = "{name: p, hooks: {started: {expression: 'workflow.status == \"Running\"', action: notify, parameters: [{name: text, value: go}]}}}";
    let manifest = shown(yaml, &document("job"));
    let hook = json!({
        "template": "notify", "arguments": {"parameters": [{"name": "text", "value": "go"}]},
        "expression": "workflow.status == \"Running\"",
    });
    assert_eq!(manifest["spec"]["hooks"], json!({"started": hook}));
    let names = manifest["spec"]["templates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["job", "notify", "wf"]);
}

#[test]
fn without_a_cluster_plain_variables_are_left() {
    let yaml = "{name: p, commonEnv: {A: b}, uid: 7, retryMaxAttempts: 3, podInfoPath: /info, serviceAccount: {}}";
    let whole = profile(yaml);
    assert!(whole.check_without_cluster().is_ok());
    assert_eq!(
        whole.without_cluster(),
        profile("{name: p, commonEnv: {A: b}}").without_cluster()
    );
    let catalog = actions();
    let render =
        |profile: &Profile| render(&valid(&document("job"), &catalog), &catalog, profile).unwrap();
    let left = render(&whole.without_cluster());
    assert_eq!(left, render(&profile("{name: p, commonEnv: {A: b}}")));
    assert_eq!(left.supporting(), [Value::Null; 0]);

    let needs = profile(
        "{name: p, commonSecrets: {A: b}, commonEnvFromConfigMaps: {B: {configMap: c, key: d}}}",
    );
    let errors = needs.check_without_cluster().unwrap_err();
    let places: Vec<String> = errors
        .iter()
        .map(|error| error.to_string().split(": ").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        places,
        ["profile.commonSecrets", "profile.commonEnvFromConfigMaps"]
    );
}
