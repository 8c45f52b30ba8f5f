//! The smallest real workflow there is, and the manifest that it has to become.

use serde_json::Value;
use wf_argo::{Catalog, Manifest, read_document};

use crate::fixtures::{folder, read, rendered, valid};

fn document() -> String {
    read(&folder("my-workflow.json"))
}

fn expected() -> String {
    read(&folder("my-workflow.argo.yaml"))
}

#[test]
fn the_seed_becomes_its_manifest_value_for_value() {
    let manifest = rendered(&document(), &Catalog::builtin())
        .workflow()
        .to_json();
    let expected: Value = serde_yaml::from_str(&expected()).unwrap();
    assert_eq!(manifest, expected);
}

#[test]
fn the_seed_becomes_its_manifest_in_its_order() {
    // Maps of YAML keep the order in which they were written.
    let order = |yaml: &str| {
        serde_yaml::to_string(&serde_yaml::from_str::<serde_yaml::Value>(yaml).unwrap()).unwrap()
    };
    let written = rendered(&document(), &Catalog::builtin()).to_yaml();
    assert_eq!(order(&written), order(&expected()));
}

#[test]
fn the_seed_can_be_read_back_from_its_manifest() {
    let manifest: Manifest = serde_yaml::from_str(&expected()).unwrap();
    let document = valid(document().as_bytes(), &Catalog::builtin())
        .document()
        .clone();
    assert_eq!(read_document(&manifest, &Catalog::builtin()), Ok(document));
}
