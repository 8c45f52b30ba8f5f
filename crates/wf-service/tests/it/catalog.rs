//! The actions on offer.

use std::fs;

use wf_argo::Catalog;
use wf_service::{CatalogSource, Code};

use crate::world::World;

#[tokio::test]
async fn the_catalog_tells_its_actions_by_name() {
    let world = World::new().await;
    let names: Vec<_> = world.service.actions(&world.ann).await.unwrap();
    let names: Vec<_> = names.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(names, ["approval", "echo", "shared", "shell"]);
    let shell = world.service.action(&world.ann, "shell").await.unwrap();
    assert_eq!(shell.description.as_deref(), Some("Runs a script."));
    assert_eq!(shell.signature.parameters[0].name, "script");
    let error = world.service.action(&world.ann, "shall").await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn an_exchanged_catalog_is_seen_by_the_next_request() {
    let source = CatalogSource::builtin();
    let world = World::with(|options| options.catalog = source.clone()).await;
    assert_eq!(world.service.describe(&world.ann).actions, 1);
    let text = "name: nothing\ncontainer: {image: busybox, command: ['true']}\n";
    source.replace(Catalog::from_sources([("new.yaml", text)]).unwrap());
    assert!(world.service.action(&world.ann, "nothing").await.is_ok());
    assert_eq!(world.service.describe(&world.ann).actions, 2);
    world.end().await;
}

#[test]
fn only_yaml_files_are_read() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("README.md"), "not an action").unwrap();
    fs::write(directory.path().join("echo.yaml.bak"), "not an action").unwrap();
    let source = CatalogSource::load(directory.path()).unwrap();
    assert_eq!(source.current().iter().count(), 1);
}

#[test]
fn every_broken_file_is_told_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.yaml"), "name: a\ncontainer: [\n").unwrap();
    fs::write(directory.path().join("b.yaml"), "name: b\ncolor: red\n").unwrap();
    let error = CatalogSource::load(directory.path()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("a.yaml:"), "{text}");
    assert!(text.contains("b.yaml") && text.contains("color"), "{text}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let missing = CatalogSource::load(&directory.path().join("missing")).unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");

    fs::write(
        directory.path().join("large.yaml"),
        " ".repeat((1 << 20) + 1),
    )
    .unwrap();
    fs::write(directory.path().join("odd.yaml"), [0xff, 0xfe]).unwrap();
    let error = CatalogSource::load(directory.path()).unwrap_err();
    assert_eq!(error.reasons().len(), 2, "{error}");
}
