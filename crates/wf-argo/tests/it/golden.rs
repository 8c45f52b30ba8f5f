//! Golden cases: a folder each, with a document, its actions if they are its own, and the
//! manifest that it becomes.
//!
//! `WF_UPDATE_GOLDEN=1` writes the manifests instead of comparing them.

use std::fs;
use std::path::Path;

use wf_argo::Catalog;

use crate::fixtures::{catalog, read, rendered};
use crate::schema::assert_accepted;

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
    let rendered = rendered(&read(&case.join("document.json")), &catalog_of(case));
    assert_accepted(rendered.workflow(), &case.display().to_string());
    let file = case.join("manifest.yaml");
    let manifest = rendered.to_yaml();
    if std::env::var_os("WF_UPDATE_GOLDEN").is_some() {
        fs::write(&file, &manifest).unwrap();
    }
    let expected = read(&file);
    assert!(
        manifest == expected,
        "{}:\n{manifest}\n--- is not ---\n{expected}",
        file.display()
    );
}

fn catalog_of(case: &Path) -> Catalog {
    let actions = case.join("actions.yaml");
    if actions.exists() {
        Catalog::from_sources([("actions.yaml", read(&actions))]).unwrap()
    } else {
        catalog()
    }
}
