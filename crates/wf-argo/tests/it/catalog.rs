//! Catalogs: what is built in, and what an operator adds.

use wf_argo::{BodyKind, Catalog, Error};
use wf_model::Target;

use crate::fixtures::catalog;

fn names(catalog: &Catalog) -> Vec<&str> {
    catalog.iter().map(wf_argo::Action::name).collect()
}

#[test]
fn echo_is_built_in() {
    let catalog = Catalog::builtin();
    assert_eq!(names(&catalog), ["echo"]);
    let echo = catalog.get("echo").unwrap();
    assert_eq!(echo.kind(), BodyKind::Container);
    let signature = catalog.signatures().get("echo").unwrap();
    assert_eq!(signature, echo.signature());
    assert!(signature.parameter("message").unwrap().is_required());
    assert!(signature.result && signature.unsupported.is_empty());
}

#[test]
fn the_operator_may_replace_what_is_built_in() {
    let own = "name: echo\ncontainer: {image: mine, command: [\"true\"]}\n";
    let catalog = Catalog::from_sources([("echo.yaml", own)]).unwrap();
    assert_eq!(names(&catalog), ["echo"]);
    assert!(
        catalog
            .get("echo")
            .unwrap()
            .signature()
            .parameters
            .is_empty()
    );
}

#[test]
fn a_file_may_hold_several_actions() {
    let file = "# ours\nname: one\nsuspend: {}\n---\nname: two\nsuspend: {}\n---\n";
    assert_eq!(
        names(&Catalog::from_sources([("ours.yaml", file)]).unwrap()),
        ["echo", "one", "two"]
    );
}

#[test]
fn one_action_in_two_files_is_an_error_that_names_both() {
    let action = "name: one\nsuspend: {}\n";
    let second = format!("name: two\nsuspend: {{}}\n---\n{action}");
    let errors = Catalog::from_sources([("a.yaml", action), ("b.yaml", &second)]).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(matches!(&errors[0], Error::DuplicateAction { name, .. } if name == "one"));
    let told = "b.yaml:4: name: action `one` is already defined in a.yaml:1; rename one of them";
    assert_eq!(errors[0].to_string(), told);
}

#[test]
fn every_error_of_every_file_is_told() {
    let files = [
        ("a.yaml", "name: wf\nsuspend: {}\n"),
        ("b.yaml", "name: [\n"),
        ("c.yaml", "name: c\n"),
    ];
    let errors = Catalog::from_sources(files).unwrap_err();
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    for (told, (file, _)) in told.iter().zip(files) {
        assert!(told.starts_with(file), "{told}");
    }
}

#[test]
fn the_fixtures_run_on_one_machine_but_for_those_that_need_a_cluster() {
    let catalog = catalog();
    let refused = |name: &&str| {
        catalog
            .signatures()
            .get(name)
            .unwrap()
            .unsupported
            .contains_key(&Target::Embedded)
    };
    let refused: Vec<&str> = names(&catalog).into_iter().filter(refused).collect();
    let needs_a_cluster = ["fetch", "for-each", "greet", "stages", "start-workflow"];
    assert_eq!(refused, needs_a_cluster);
    assert!(names(&catalog).len() >= 10);
}
