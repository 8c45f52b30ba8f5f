//! Golden cases: a folder each, with a document, its actions and its profile if they are its own,
//! and the manifest that it becomes, with the supporting objects if there are any.
//!
//! A case that bears the name of a profile among the fixtures is rendered under that profile.
//!
//! `WF_UPDATE_GOLDEN=1` writes the manifests instead of comparing them.

use std::fs;
use std::path::Path;

use wf_argo::{Catalog, Profile, Rendered, render};
use wf_model::{Draft, Limits, Target};

use crate::fixtures::{catalog, folder, read};
use crate::schema::{assert_accepted, assert_not_underlined};

#[test]
fn every_case_becomes_its_manifest() {
    let cases = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")).unwrap();
    let mut seen = 0;
    for case in cases {
        check(&case.unwrap().path());
        seen += 1;
    }
    assert!(seen > 0, "there are no cases");
}

fn check(case: &Path) {
    let rendered = rendered(case);
    let name = case.display().to_string();
    assert_accepted(rendered.workflow(), &name);
    assert_not_underlined(rendered.workflow(), &name);
    compare(&case.join("manifest.yaml"), &rendered.to_yaml());
    let supporting = rendered.supporting();
    if !supporting.is_empty() {
        let supporting = serde_yaml::to_string(supporting).unwrap();
        compare(&case.join("supporting.yaml"), &supporting);
    }
}

fn compare(file: &Path, found: &str) {
    if std::env::var_os("WF_UPDATE_GOLDEN").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = read(file);
    assert!(
        found == expected,
        "{}:\n{found}\n--- is not ---\n{expected}",
        file.display()
    );
}

fn rendered(case: &Path) -> Rendered {
    let limits = Limits::of(Target::Argo41Full);
    let catalog = catalog_of(case);
    let document = read(&case.join("document.json"));
    let workflow =
        Draft::parse(document.as_bytes(), &limits).validate(catalog.signatures(), &limits);
    let workflow = workflow.unwrap_or_else(|faults| panic!("{}: {faults}", case.display()));
    render(&workflow, &catalog, &profile_of(case)).unwrap()
}

fn profile_of(case: &Path) -> Profile {
    let own = case.join("profile.yaml");
    let shared = folder("profiles")
        .join(case.file_name().unwrap())
        .with_extension("yaml");
    match [own, shared].into_iter().find(|file| file.exists()) {
        Some(file) => Profile::parse(&file.display().to_string(), &read(&file)).unwrap(),
        None => Profile::plain(),
    }
}

fn catalog_of(case: &Path) -> Catalog {
    let actions = case.join("actions.yaml");
    if actions.exists() {
        Catalog::from_sources([("actions.yaml", read(&actions))]).unwrap()
    } else {
        catalog()
    }
}
