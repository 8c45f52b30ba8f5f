//! Profiles: loaded from a file, applied to what is rendered, and told apart when asked.

use std::path::Path;

use serde_json::{Value, json};
use wf_argo::Catalog;
use wf_model::WorkflowPhase;
use wf_service::{
    CatalogSource, Code, DocumentInput, Origin, Profile, ProfileError, ProfileSource, ProfileUse,
};

use crate::world::{World, hello};

const FULL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/profiles/platform.yaml"
);

fn reasons(text: &[u8]) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("profile.yaml");
    std::fs::write(&file, text).unwrap();
    let error = load(&file).unwrap_err();
    assert!(
        error.to_string().contains("cannot be the profile\n  "),
        "{error}"
    );
    error.reasons().to_vec()
}

async fn under(profile: Profile) -> World {
    World::with(|options| options.profile = profile.into()).await
}

fn load(file: &Path) -> Result<ProfileSource, ProfileError> {
    ProfileSource::load(file, ProfileUse::OnCluster, &Catalog::builtin())
}

fn full() -> Profile {
    Profile::clone(&load(Path::new(FULL)).unwrap().current())
}

#[test]
fn a_file_that_is_no_profile_is_told_with_every_reason() {
    let found = reasons(b"name: p\nuid: 0\nonExit: {action: nothing}\nargoVersion: x\n");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("profile.yaml:2: uid: "), "{found:?}");
    let found = reasons(b"name: p\nonExit: {action: nothing}\n");
    assert_eq!(found.len(), 1, "{found:?}");
    let told = "profile.yaml:2: onExit.action: the catalog has no action `nothing`";
    assert!(found[0].contains(told), "{found:?}");
    assert!(reasons(&vec![b'#'; 2 * 1024 * 1024])[0].contains("1048576 bytes"));
    assert_eq!(reasons(b"\xff").len(), 1);
    let missing = load(Path::new("/no/such/profile"));
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("/no/such/profile")
    );
}

#[tokio::test]
async fn a_rendering_shows_what_the_profile_adds_and_tells_it_apart() {
    let world = under(full()).await;
    let document = || DocumentInput::Value(hello("w"));
    let plain = world
        .service
        .render(&world.ann, document(), None)
        .await
        .unwrap();
    let explained = world
        .service
        .explain(&world.ann, document(), None)
        .await
        .unwrap();
    assert_eq!(plain.json, explained.json);
    assert_eq!(plain.json["spec"]["serviceAccountName"], "platform");
    assert_eq!(plain.supporting.len(), 5);
    assert_eq!(plain.origins, None);
    let origins = explained.origins.unwrap();
    assert_eq!(origins["/spec/serviceAccountName"], Origin::Profile);
    assert_eq!(origins["/spec/templates/0/container/image"], Origin::Action);
    assert_eq!(origins["/metadata/generateName"], Origin::Document);
    assert_eq!(origins["/kind"], Origin::BuiltIn);

    let faulty = DocumentInput::Value(json!({"name": "w"}));
    let refused = world
        .service
        .explain(&world.ann, faulty, None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Invalid);
    world.end().await;
}

#[tokio::test]
async fn tasks_run_without_a_cluster_whatever_the_profile_adds() {
    let mut profiles = vec![full()];
    let passed = "{name: p, passthroughParameters: [{name: foo, default: bar}], commonEnv: {GREETING: Hi}, retryMaxAttempts: 2}";
    profiles.push(Profile::parse("p.yaml", passed).unwrap());
    for profile in profiles {
        let world = under(profile).await;
        let id = world.run(hello("w")).await;
        let finished = world.finished(id).await;
        assert_eq!(
            finished.summary.phase,
            WorkflowPhase::Succeeded,
            "{:?}",
            finished.run
        );
        world.end().await;
    }
}

/// Prints its variables' values as they are named in its arguments.
const TELLS: &str = "{name: tell, parameters: [{name: text}], container: {image: i, command: [echo, '$(URL)', '$$(URL)', '{{inputs.parameters.text}}']}}";

#[tokio::test]
async fn variables_name_others_without_a_cluster_as_they_do_with_one() {
    let profile = "{name: p, commonEnv: {HOST: db, URL: 'https://$(HOST)', ZONE: '$(ZONE)'}}";
    let profile = Profile::parse("p.yaml", profile).unwrap();
    let catalog = Catalog::from_sources([("actions.yaml", TELLS)]).unwrap();
    let world = World::with(|options| {
        options.profile = profile.into();
        options.catalog = CatalogSource::new(catalog);
    })
    .await;
    let text = json!([{"name": "text", "value": "$(HOST)"}]);
    let tasks = json!([{"name": "A", "action": "tell", "parameters": text}]);
    let id = world.run(json!({"name": "w", "tasks": tasks})).await;
    let finished = world.finished(id).await;
    assert_eq!(
        finished.run.tasks[0].outputs.result.as_deref(),
        Some("https://db $(URL) $(HOST)")
    );
    world.end().await;
}

#[tokio::test]
async fn what_the_controller_would_refuse_is_refused_where_there_is_one() {
    let strict = Profile::parse("p.yaml", "{name: p, templateReferencing: Strict}").unwrap();
    let world = under(strict).await;
    let document: Value = hello("w");
    let refused = world
        .service
        .render(&world.ann, DocumentInput::Value(document), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::Unsupported);
    let message = refused.to_string();
    assert!(
        message.contains("`templateReferencing: Strict`"),
        "{message}"
    );
    // Without a cluster there is no controller to ask.
    let id = world.run(hello("w")).await;
    world.finished(id).await;
    world.end().await;
}
