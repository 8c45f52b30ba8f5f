//! The fixtures of the workspace, and the short ways to use them.

use std::fs;
use std::path::{Path, PathBuf};

use wf_argo::{Catalog, Profile, Rendered, render};
use wf_model::{Draft, Faults, Limits, ValidWorkflow};

/// The folder of that name among the fixtures.
pub(crate) fn folder(name: &str) -> PathBuf {
    workspace().join("fixtures").join(name)
}

pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder with that ending, by their names.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|it| it == ending))
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), read(path))).collect()
}

/// `echo`, and the actions of the fixtures.
pub(crate) fn catalog() -> Catalog {
    Catalog::from_sources(files(&folder("actions"), "yaml")).unwrap()
}

pub(crate) fn try_valid(document: &[u8], catalog: &Catalog) -> Result<ValidWorkflow, Faults> {
    let limits = Limits::default();
    Draft::parse(document, &limits).validate(catalog.signatures(), &limits)
}

pub(crate) fn valid(document: &[u8], catalog: &Catalog) -> ValidWorkflow {
    try_valid(document, catalog).unwrap_or_else(|faults| panic!("{:#?}", faults.as_slice()))
}

/// The document under the plain profile.
pub(crate) fn rendered(document: &str, catalog: &Catalog) -> Rendered {
    render(
        &valid(document.as_bytes(), catalog),
        catalog,
        &Profile::plain(),
    )
    .unwrap()
}
