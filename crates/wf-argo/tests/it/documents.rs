//! The example documents: valid, rendered as Argo has it, and read back.

use serde_json::{Value, json};
use wf_argo::{Action, BodyKind, Profile, Rendered, read_document, render};
use wf_model::{Draft, Limits, Target};

use crate::fixtures::{catalog, files, folder, rendered, valid};
use crate::schema::assert_accepted;

#[test]
fn every_example_is_valid_and_rendered_as_argo_has_it() {
    let catalog = catalog();
    let examples = files(&folder("workflows"), "json");
    assert!(examples.len() >= 5);
    for (file, text) in examples {
        assert_accepted(rendered(&text, &catalog).workflow(), &file);
    }
}

#[test]
fn every_example_can_be_read_back() {
    let catalog = catalog();
    for (file, text) in files(&folder("workflows"), "json") {
        let mut document = valid(text.as_bytes(), &catalog).document().clone();
        let read = read_document(rendered(&text, &catalog).workflow(), &catalog);
        // A condition is read back in its canonical spelling, which means the same.
        for (index, task) in document.tasks.iter_mut().enumerate() {
            let plan = valid(text.as_bytes(), &catalog);
            task.when = plan.plan(index).when.as_ref().map(ToString::to_string);
        }
        let canonical = |output: &mut wf_model::Argument| {
            output.value = wf_model::Template::parse(&output.value)
                .unwrap()
                .to_string();
        };
        document.outputs.iter_mut().for_each(canonical);
        assert_eq!(read, Ok(document), "{file}");
    }
}

#[test]
fn a_rendering_survives_its_own_json() {
    let catalog = catalog();
    for (file, text) in files(&folder("workflows"), "json") {
        let rendered = rendered(&text, &catalog);
        let json = serde_json::to_vec(&rendered).unwrap();
        let again: Rendered = serde_json::from_slice(&json).unwrap();
        assert_eq!(again, rendered, "{file}");
        assert_eq!(serde_json::to_vec(&again).unwrap(), json, "{file}");
    }
}

#[test]
fn the_template_of_every_task_is_found() {
    let catalog = catalog();
    for (file, text) in files(&folder("workflows"), "json") {
        let rendered = rendered(&text, &catalog);
        let document = valid(text.as_bytes(), &catalog).document().clone();
        for (index, task) in document.tasks.iter().enumerate() {
            let template = rendered.template_of(&task.name).unwrap();
            assert!(
                template.name.starts_with(&task.action),
                "{file}: {} uses {}",
                task.name,
                template.name
            );
            assert_eq!(rendered.template_at(index), Some(template));
        }
        assert_eq!(rendered.template_of("no-such-task"), None);
        assert_eq!(rendered.template_at(document.tasks.len()), None);
        assert_eq!(
            rendered.exit_template().is_some(),
            document.on_exit.is_some()
        );
    }
}

/// A document in which one task uses the action, with all that the action needs.
fn using(action: &Action) -> Value {
    let signature = action.signature();
    let needed = signature
        .parameters
        .iter()
        .filter(|parameter| parameter.is_required());
    let parameters = needed.map(|parameter| {
        let value = parameter.examples.first().map_or("x", String::as_str);
        json!({"name": parameter.name, "value": value})
    });
    let artifacts = signature.artifacts.iter().map(
        |artifact| json!({"name": artifact.name, "from": "{{tasks.source.outputs.artifacts.out}}"}),
    );
    let source = json!({"name": "source", "action": "produce", "parameters": [{"name": "text", "value": "x"}]});
    let mut user = json!({
        "name": "user", "action": action.name(), "dependsOn": ["source"],
        "parameters": parameters.collect::<Vec<_>>(), "artifacts": artifacts.collect::<Vec<_>>(),
    });
    if action.kind() != BodyKind::TemplateRef {
        user["retry"] = json!({"limit": 1});
    }
    json!({"name": "using", "tasks": [source, user]})
}

#[test]
fn every_action_is_rendered_as_argo_has_it() {
    let catalog = catalog();
    let limits = Limits::of(Target::Argo41Full);
    for action in catalog.iter() {
        let document = using(action).to_string();
        let draft = Draft::parse(document.as_bytes(), &limits);
        let workflow = draft.validate(catalog.signatures(), &limits);
        let workflow = workflow.unwrap_or_else(|faults| panic!("{}: {faults}", action.name()));
        let rendered = render(&workflow, &catalog, &Profile::plain()).unwrap();
        assert_accepted(rendered.workflow(), action.name());
        let read = read_document(rendered.workflow(), &catalog);
        assert_eq!(read.as_ref(), Ok(workflow.document()), "{}", action.name());
    }
}
